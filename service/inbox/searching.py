"""Searching and paging: words into conditions, and the mark that a next page begins at."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_

from service import secrecy
from service.actors import Actor
from service.errors import Invalid
from service.store import CaseRow

PAGE = 25
MAX_SEARCH = 100


def matching(search: str, actor: Actor, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What is searched is neutral: numbers, titles and channels, never a citizen's words. A line that only
    says that something broke answers to no search: that would tell what it does not say."""
    words = search.strip()[:MAX_SEARCH].split()
    if not words:
        return ()
    return (secrecy.knows(actor, now), *(_has(word) for word in words))


def _has(word: str) -> ColumnElement[bool]:
    # SQLite folds A–Z only: å, ä and ö are tried as written, in lower case and capitalised
    spellings = {word, word.lower(), word.upper(), word.capitalize()}
    columns = (CaseRow.number, CaseRow.registration_number, CaseRow.title, CaseRow.channel)
    return or_(
        *(column.icontains(spelling, autoescape=True) for column in columns for spelling in sorted(spellings))
    )


def mark(moment: datetime, ident: str) -> str:
    return urlsafe_b64encode(f"{moment.isoformat()} {ident}".encode()).decode().rstrip("=")


def read_mark(mark: str) -> tuple[datetime, str]:
    try:
        text = urlsafe_b64decode(mark[:200] + "=" * (-len(mark[:200]) % 4)).decode("ascii")
        moment, ident = text.split(" ")
        return datetime.fromisoformat(moment).astimezone(UTC), str(UUID(ident))
    except (ValueError, OverflowError, binascii.Error):
        raise Invalid("Länken till fler rader går inte att läsa. Börja om från listans början.") from None
