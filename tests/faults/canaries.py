"""Words that are planted in secret places, and the search for them in bytes, also packed ones."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module

MOST_UNPACKED = 4_000_000
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){12,}")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"


def found(blob: bytes, words: Iterable[str], depth: int = 2) -> set[str]:
    """Which of the words the bytes hold: as UTF-8 or UTF-16, in any case, and after undoing base64, hex,
    zlib, gzip and zstd, `depth` times."""
    said = {word for word in words if _holds(blob, word)}
    if depth:
        for part in _unpacked(blob):
            said |= found(part, words, depth - 1)
    return said


def _holds(blob: bytes, word: str) -> bool:
    spellings = (word, word.upper(), word.lower(), word.capitalize())
    return any(
        spelled.encode(code) in blob for spelled in spellings for code in ("utf-8", "utf-16-le", "utf-16-be")
    )


def _unpacked(blob: bytes) -> Iterator[bytes]:
    for run in _BASE64.findall(blob):
        yield from _decoded(run)
    for run in _HEX.findall(blob):
        yield binascii.unhexlify(run)
        yield binascii.unhexlify(run[1:-1])
    for at in _ZLIB.finditer(blob):
        yield from _inflated(blob[at.start() :], 15)
    for start in _places(blob, _GZIP):
        yield from _inflated(blob[start:], 31)
    for start in _places(blob, b"PK\x03\x04"):
        length = int.from_bytes(blob[start + 26 : start + 28], "little")
        yield from _inflated(blob[start + 30 + length :], -15)
    for start in _places(blob, _ZSTD):
        yield from _zstd(blob[start:])


def _decoded(run: bytes) -> Iterator[bytes]:
    bare = run.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    for start in range(4):  # what stands before it may look like a part of it
        tail = bare[start:]
        try:
            yield base64.b64decode(tail[: len(tail) // 4 * 4])
        except binascii.Error:
            continue


def _inflated(blob: bytes, window: int) -> Iterator[bytes]:
    try:
        yield zlib.decompressobj(window).decompress(blob, MOST_UNPACKED)
    except zlib.error:
        return


def _zstd(blob: bytes) -> Iterator[bytes]:
    try:
        zstandard = import_module("zstandard")  # where it is installed
    except ImportError:
        return
    try:
        yield zstandard.ZstdDecompressor().decompressobj().decompress(blob)[:MOST_UNPACKED]
    except zstandard.ZstdError:
        return


def _places(blob: bytes, mark: bytes) -> Iterator[int]:
    at = blob.find(mark)
    while at >= 0:
        yield at
        at = blob.find(mark, at + 1)


def wrappings(word: str) -> Mapping[str, bytes]:
    """The word as it could lie hidden: what a search must see through."""
    said = f"före {word} efter".encode()
    return {
        "plain": said,
        "capitals": f"före {word} efter".upper().encode(),
        "utf-16": f"före {word} efter".encode("utf-16-le"),
        "zlib": b"xx" + zlib.compress(said) + b"xx",
        "gzip": b"xx" + gzip.compress(said),
        "base64": b'"' + base64.b64encode(said) + b'"',
        "base64 for addresses": base64.urlsafe_b64encode(said),
        "hex": said.hex().encode(),
        "zlib in base64": base64.b64encode(zlib.compress(said)),
        "utf-16 in zlib": zlib.compress(f"före {word} efter".encode("utf-16-be")),
    }
