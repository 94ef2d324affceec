"""Who sent a mail, to whom and when: address and date headers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import getaddresses, parsedate_to_datetime

from adapters.mail.charsets import one_line
from adapters.mail.headers import Headers, line
from adapters.mail.values import MAX_RECIPIENTS, MailRefused, Remarks

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@\\]{1,64}@[^\s<>()\[\],;:\"@\\]{1,253}")
NO_ADDRESS = "Avsändarens adress gick inte att läsa."
TWO_SENDERS = "Meddelandet anger fler än en avsändare. Den första visas."
NO_DATE = "Meddelandet saknar datum."
BAD_DATE = "Meddelandets datum gick inte att läsa."


def sender(headers: Headers, remarks: Remarks) -> tuple[str, str]:
    """Name and address of the first sender. Raises MailRefused when nobody is named at all."""
    given = headers.every("from")
    if not any(given):
        raise MailRefused("no_sender")
    found = [pair for value in given for pair in _pairs(value)]
    if len({address for _, address in found if address}) > 1:
        remarks.add(TWO_SENDERS)
    named = next((pair for pair in found if pair[1]), None)
    if named is None:
        remarks.add(NO_ADDRESS)
        return line(next(filter(None, given)), 200, remarks), ""
    return line(named[0], 200, remarks), named[1]


def recipients(headers: Headers) -> tuple[str, ...]:
    """The addresses of To and Cc, each once, at most a hundred."""
    found: dict[str, None] = {}
    for name in ("to", "cc"):
        for value in headers.every(name)[:5]:
            found.update((address, None) for _, address in _pairs(value) if address)
    return tuple(found)[:MAX_RECIPIENTS]


def _pairs(value: str) -> list[tuple[str, str]]:
    """(name as written, address), read before the words of the names are decoded: a decoded comma
    or angle bracket cannot make another address."""
    if value.count("(") > 50:  # comments in comments: the library would recurse into each
        value = value.replace("(", " ").replace(")", " ")
    try:
        pairs = getaddresses([value])
    except (ValueError, IndexError, TypeError):
        pairs = []
    read = [(name, one_line(at, 320)) for name, at in pairs if _ADDRESS.fullmatch(at)]
    if read:
        return read
    bare = _ADDRESS.search(value[:2000])
    return [(value[: bare.start()].strip(' "<'), bare[0])] if bare else []


def sent_at(headers: Headers, remarks: Remarks) -> datetime | None:
    """The sender's date as aware UTC; a date without a zone is taken as UTC."""
    value = headers.first("date")[:200]
    if not value:
        remarks.add(NO_DATE)
        return None
    try:
        at = parsedate_to_datetime(value)
        return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        remarks.add(BAD_DATE)
        return None
