"""Seals a saved state to its case and its definition, so that an altered or moved one is refused.

`ORDN`, version, flags, 32 bytes HMAC-SHA256, payload. The code covers case, definition, version,
flags and payload, each with its length, and is checked before anything is unpacked.
"""

from __future__ import annotations

import hashlib
import hmac
import zlib

from workflows.errors import BudgetExceeded, StateRefused

VERSION = 1
MAX_PAYLOAD = 2 * 1024 * 1024
COMPRESS_OVER = 2048
_MAGIC = b"ORDN"
_DEFLATED = 1
_HEAD = len(_MAGIC) + 2
_CODE = 32
_MIN_KEY = 16


def seal(payload: bytes, *, case: str, definition: str, key: bytes) -> bytes:
    """Raises BudgetExceeded when the payload is over 2 MB."""
    if len(payload) > MAX_PAYLOAD:
        raise BudgetExceeded("Processens tillstånd är för stort för att sparas.")
    flags = 0
    if len(payload) > COMPRESS_OVER:
        flags, payload = _DEFLATED, zlib.compress(payload, 1)
    head = _MAGIC + bytes((VERSION, flags))
    return head + _code(head, payload, case, definition, key) + payload


def unseal(sealed: bytes, *, case: str, definition: str, key: bytes) -> bytes:
    """The payload. Raises StateRefused: altered, cut short, of another case or definition, sealed
    with another key, or of a version that this code does not read."""
    head, code, payload = sealed[:_HEAD], sealed[_HEAD : _HEAD + _CODE], sealed[_HEAD + _CODE :]
    if len(code) < _CODE or head[:4] != _MAGIC:
        raise StateRefused("Det sparade tillståndet är skadat och kan inte läsas.")
    if head[4] != VERSION:
        raise StateRefused("Det sparade tillståndet har en version som inte kan läsas.")
    if not hmac.compare_digest(code, _code(head, payload, case, definition, key)):
        raise StateRefused(
            "Det sparade tillståndet hör inte till det här ärendet och den här processen, eller har ändrats."
        )
    return _inflated(payload) if head[5] & _DEFLATED else payload


def _code(head: bytes, payload: bytes, case: str, definition: str, key: bytes) -> bytes:
    if len(key) < _MIN_KEY:
        raise ValueError("the state key must be at least 16 bytes")
    code = hmac.new(key, b"ordna workflow state\0", hashlib.sha256)
    for part in (case.encode(), definition.encode(), head, payload):
        code.update(len(part).to_bytes(8, "big"))
        code.update(part)
    return code.digest()


def _inflated(payload: bytes) -> bytes:
    unpack = zlib.decompressobj()
    try:
        data = unpack.decompress(payload, MAX_PAYLOAD)
    except zlib.error:
        raise StateRefused("Det sparade tillståndet är skadat och kan inte läsas.") from None
    if not unpack.eof or unpack.unused_data:
        raise StateRefused("Det sparade tillståndet är skadat och kan inte läsas.")
    return data
