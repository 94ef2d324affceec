"""The header section of a mail or a part: lines by the standard library, meaning by us.

Policy `compat32` on purpose: it only splits lines. The newer policy parses every value with a
grammar that crashes or stalls on hostile ones, and forgets the bytes of 8-bit headers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import Parser
from email.policy import compat32

from adapters.mail import charsets
from adapters.mail.charsets import one_line
from adapters.mail.values import (
    MAX_HEADER,
    MAX_HEADER_BYTES,
    MAX_HEADERS,
    MailRefused,
    Remarks,
)

DAMAGED = "Meddelandets huvud är skadat. Originalet är sparat oförändrat."
_READ = 4_000
"""Characters of one header that are given a meaning; some parsers are quadratic in this."""
_READ_ADDRESSES = 20_000
_ENDS = re.compile(rb"\A\r?\n|\r?\n(?:\r?\n|\Z)")
_FOLD = re.compile(r"[\r\n]+[ \t]?")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,58}/[a-z0-9][a-z0-9!#$&^_.+-]{0,58}")
_PARSER: Parser[Message] = Parser(policy=compat32)


@dataclass(frozen=True, slots=True)
class Headers:
    """Header lines in order, names in lower case, values unfolded, 8-bit bytes read as text."""

    lines: tuple[tuple[str, str], ...]
    default_type: str = "text/plain"

    def has(self, name: str) -> bool:
        return any(n == name for n, _ in self.lines)

    def first(self, name: str) -> str:
        """The first value, at most 20,000 characters, or nothing."""
        return next((value for n, value in self.lines if n == name), "")[:_READ_ADDRESSES]

    def every(self, name: str) -> list[str]:
        return [value[:_READ_ADDRESSES] for n, value in self.lines if n == name]

    @property
    def media_type(self) -> str:
        """The declared type in lower case; the default where none is declared."""
        declared = self.first("content-type")[:200].split(";")[0].strip().lower()
        if not declared:
            return self.default_type
        return declared if _TYPE.fullmatch(declared) else "text/plain"  # RFC 2045, 5.2

    @property
    def disposition(self) -> str:
        return self.first("content-disposition")[:200].split(";")[0].strip().lower()

    def parameter(self, header: str, name: str, remarks: Remarks) -> str:
        """A parameter, also in the forms of RFC 2231, or nothing."""
        message = Message()
        message[header] = self.first(header)[:_READ]
        try:
            found = message.get_param(name, "", header=header)
        except (ValueError, LookupError, TypeError):
            return ""
        if isinstance(found, tuple):
            charset, _, value = found
            return charsets.decode(value.encode("latin-1", "replace"), charset, remarks)
        return str(found)


def split(raw: bytes, remarks: Remarks, *, default_type: str = "text/plain") -> tuple[Headers, bytes]:
    """The header section and what follows it. Raises MailRefused when it is out of bounds."""
    end = _ENDS.search(raw)
    section, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    if len(section) > MAX_HEADER_BYTES:
        raise MailRefused("header_too_long")
    if section.count(b"\n") > 20 * MAX_HEADERS:
        raise MailRefused("too_many_headers")
    # Latin-1 only carries the bytes: each header's own are taken back below
    parsed = _PARSER.parsestr(section.decode("latin-1"), headersonly=True)
    left = parsed.get_payload()
    if isinstance(left, str) and left:  # a line that is no header: from there on it is body
        remarks.add(DAMAGED)
        body = left.encode("latin-1") + b"\n\n" + body
    lines = [(name.lower(), _text(value, remarks)) for name, value in parsed.raw_items()]
    if len(lines) > MAX_HEADERS:
        raise MailRefused("too_many_headers")
    if any(len(value) > MAX_HEADER for _, value in lines):
        raise MailRefused("header_too_long")
    return Headers(tuple(lines), default_type), body


def _text(value: object, remarks: Remarks) -> str:
    raw = str(value).encode("latin-1")
    return charsets.clean(_FOLD.sub(" ", charsets.decode(raw, None, remarks))).strip()


def words(value: str, remarks: Remarks) -> str:
    """RFC 2047 words made readable; one that cannot be read stays as it is written."""
    value = value[:_READ]
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        remarks.add(charsets.BROKEN)
        return value
    read = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            read.append(piece)
        elif charset is None:
            # what stands between the words comes back as raw-unicode-escape
            read.append(value_of(piece))
        else:
            read.append(charsets.decode(piece, charset.split("*")[0], remarks))
    return "".join(read) or value


def value_of(piece: bytes) -> str:
    """The text that `email.header` turned into bytes: Latin-1, and `\\uXXXX` above it."""
    return re.sub(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})", _character, piece.decode("latin-1"))


def _character(found: re.Match[str]) -> str:
    number = int(found[1] or found[2], 16)
    return chr(number) if number < 0x110000 else "\ufffd"


def line(value: str, longest: int, remarks: Remarks) -> str:
    """A header's text for people: words read, one line, at most `longest` characters."""
    return one_line(words(value, remarks), longest)
