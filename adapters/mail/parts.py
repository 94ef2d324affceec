"""The parts of a mail: multiparts taken apart at their boundaries, transfer encodings undone.

Only the boundaries are ours. The standard library would take forwarded messages apart too and
write them out again, so that their bytes and hashes are no longer those that came; and its time
grows with lines times depth, which a hostile mail chooses.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.mail import headers as header_section
from adapters.mail.headers import Headers
from adapters.mail.values import MAX_NESTING, MAX_PARTS, MailRefused, Remarks

DAMAGED_PARTS = "Meddelandets delar kunde inte skiljas åt som de skulle. Originalet är sparat oförändrat."
DAMAGED_CODING = (
    "En del av meddelandet är skadad och kunde bara läsas delvis. Originalet är sparat oförändrat."
)
UNKNOWN_CODING = "En del av meddelandet har en okänd kodning och har sparats som den kom."

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_BAD_QUOTED = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|\Z)")


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf (`children` empty, `content` decoded) or a container."""

    headers: Headers
    content: bytes = b""
    children: tuple[Part, ...] = ()

    @property
    def media_type(self) -> str:
        return self.headers.media_type


@dataclass(slots=True)
class Tree:
    """Takes one message apart, counting as it goes."""

    remarks: Remarks
    parts: int = field(default=0)

    def grow(self, headers: Headers, body: bytes, *, depth: int = 0, forwards: int = 0) -> Part:
        """The part under `headers`. Raises MailRefused when there are too many or too deep."""
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise MailRefused("too_many_attachments")
        kind = headers.media_type
        if kind.startswith("multipart/"):
            if depth == MAX_NESTING:
                raise MailRefused("too_deep")
            children = self._children(headers, body, depth, forwards)
            if children:
                return Part(headers, children=children)
        content = decoded(headers, body, self.remarks)
        if kind in ("message/rfc822", "message/global"):
            self._measure(content, forwards + 1)
        return Part(headers, content)

    def _children(self, headers: Headers, body: bytes, depth: int, forwards: int) -> tuple[Part, ...]:
        boundary = headers.parameter("content-type", "boundary", self.remarks).rstrip()
        default = "message/rfc822" if headers.media_type == "multipart/digest" else "text/plain"
        found = []
        for piece in pieces(body, boundary, self.remarks):
            inner, content = header_section.split(piece, self.remarks, default_type=default)
            found.append(self.grow(inner, content, depth=depth + 1, forwards=forwards))
        if not found:
            self.remarks.add(DAMAGED_PARTS)
        return tuple(found)

    def _measure(self, content: bytes, forwards: int) -> None:
        """Look into a forwarded message, only to see how deep it goes."""
        if forwards > MAX_NESTING:
            raise MailRefused("too_deep")
        headers, body = header_section.split(content.lstrip(b"\r\n"), self.remarks)
        self.grow(headers, body, forwards=forwards)


def pieces(body: bytes, boundary: str, remarks: Remarks) -> Iterator[bytes]:
    """What stands between the lines `--boundary`; unclosed, the last one reaches the end."""
    if not 0 < len(boundary) <= 200 or not boundary.isascii():
        return
    mark = re.compile(rb"(?m)^--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*\r?$")
    start: int | None = None
    for found in mark.finditer(body):
        if start is not None:
            yield _without_last_break(body[start : found.start()])
        if found[1]:
            return
        start = min(found.end() + 1, len(body))
    if start is not None:
        remarks.add(DAMAGED_PARTS)
        yield body[start:]


def _without_last_break(piece: bytes) -> bytes:
    # the line feed before a boundary belongs to the boundary
    return piece[:-2] if piece.endswith(b"\r\n") else piece.removesuffix(b"\n")


def decoded(headers: Headers, body: bytes, remarks: Remarks) -> bytes:
    """`body` without its transfer encoding. What is damaged is read as far as it goes."""
    coding = headers.first("content-transfer-encoding")[:100].split(";")[0].strip().lower()
    match coding:
        case "" | "7bit" | "8bit" | "binary" | "none":
            return body
        case "base64":
            return _base64(body, remarks)
        case "quoted-printable":
            if _BAD_QUOTED.search(body):
                remarks.add(DAMAGED_CODING)
            return binascii.a2b_qp(body)
        case _:
            remarks.add(UNKNOWN_CODING)
            return body


def _base64(body: bytes, remarks: Remarks) -> bytes:
    plain = body.translate(None, b" \t\r\n\v\f")
    try:
        return binascii.a2b_base64(plain, strict_mode=True) if plain else b""
    except binascii.Error:
        remarks.add(DAMAGED_CODING)
    begun, _, rest = plain.partition(b"=")
    footer = len(rest) <= max(len(begun), 2000) and _NOT_BASE64.search(rest.lstrip(b"="))
    if begun and footer:  # what a mailing list added after the end
        plain = begun
    plain = _NOT_BASE64.sub(b"", plain)
    plain = plain[: len(plain) - 1] if len(plain) % 4 == 1 else plain
    return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4))
