"""What the formats of a text field mean, as functions from a string to whether it is one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import urlsplit

from workflows.forms.fields import Format

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>(),;:\"]{1,64}@[^\s@<>(),;:\"]+\.[^\s@<>(),;:\".]{2,}")
_BREAKS_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def unstorable(text: str) -> bool:
    """Whether `text` holds characters that no database, XML file or register can carry."""
    return _BREAKS_XML.search(text) is not None


def is_date(text: str) -> bool:
    """YYYY-MM-DD, a day that exists."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_date_time(text: str) -> bool:
    """RFC 3339: date, time and offset. Without its offset a time is several moments."""
    if len(text) > 40 or not _DATE.match(text) or text[10:11] not in ("T", "t"):
        return False
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def is_email(text: str) -> bool:
    """Looks like one address that mail can be sent to; whether anybody is there nobody can know."""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None and ".." not in text


def is_web_address(text: str) -> bool:
    """An http or https address: other schemes (javascript:, file:) must never become links."""
    if len(text) > 2_000 or re.search(r"[\s<>\"\\]", text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


FORMATS: dict[Format, Callable[[str], bool]] = {
    "date": is_date,
    "date-time": is_date_time,
    "email": is_email,
    "uri": is_web_address,
}
