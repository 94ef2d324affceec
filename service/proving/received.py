"""What the diarium took in during a story, put back into the words that it was sent in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.contract import CaseRecord, DocumentRecord, File, Party, Registration, SecrecyMark
from service.demo import kept
from service.demo.book import Book
from service.demo.kept import Kept
from service.store import RegistrationRow

_ROLES: Any = {"Sender": "sender", "Recipient": "recipient", "Party": "party"}
_NOTE = re.compile(r"Sekretessmarkering (\d{4}-\d\d-\d\d), (.+)")


def received(session: Session, book: Book) -> Iterator[Registration]:
    """Every record that reached the diarium in the story, as it stands there; files without their contents.
    Raises LookupError when one that was said to be registered is not there."""
    rows = session.scalars(
        select(RegistrationRow.id)
        .where(RegistrationRow.state == "registered")
        .order_by(RegistrationRow.created_at, RegistrationRow.id)
    )
    for key in rows:
        found = kept.whole(book, key)
        if found is None:
            raise LookupError(key)
        yield _case(found) if found.entry["kind"] == "case" else _document(found)


def _case(found: Kept) -> CaseRecord:
    entry = found.entry
    scheme, code = entry["classification_scheme"], entry["classification_code"]
    return CaseRecord(
        key=entry["key_id"],
        subject=entry["subject"],
        opened_at=datetime.fromisoformat(entry["opened_at"]),
        unit=entry["unit"] or "",
        handler=entry["handler"],
        classification=(scheme or "", code or "") if scheme or code else None,
        parties=_parties(found),
        secrecy=_secrecy(found),
    )


def _document(found: Kept) -> DocumentRecord:
    entry = found.entry
    return DocumentRecord(
        key=entry["key_id"],
        case_number=found.case or "",
        direction=cast("Any", found.direction),
        subject=entry["subject"],
        document_date=date.fromisoformat(entry["document_date"]),
        received_or_sent_at=datetime.fromisoformat(entry["received_or_sent_at"]),
        document_type=entry["document_type"],
        source_url=entry["source_url"],
        parties=_parties(found),
        files=tuple(
            File(file["name"], file["media_type"], file["sha256"], b"", main=bool(file["main"]))
            for file in found.files
        ),
        secrecy=_secrecy(found),
    )


def _parties(found: Kept) -> tuple[Party, ...]:
    return tuple(
        Party(
            _ROLES[party["role"]],
            party["name"],
            party["email"],
            party["handle"],
            public=bool(party["public"]),
            protected_identity=bool(party["protected_identity"]),
        )
        for party in found.parties
    )


def _secrecy(found: Kept) -> SecrecyMark | None:
    """The mark; its day and authority stand in the note, for want of fields of their own."""
    if not found.secret:
        return None
    said = _NOTE.fullmatch(found.entry["secrecy_note"] or "")
    if said is None:
        raise LookupError(f"sekretessmarkeringen på {found.entry['number']} saknar dag och myndighet")
    review = found.entry["secrecy_review_date"]
    return SecrecyMark(
        found.entry["secrecy_chapter"] or 0,
        found.entry["secrecy_section"] or "",
        date.fromisoformat(said[1]),
        said[2],
        found.entry["secrecy_law"] or "",
        date.fromisoformat(review) if review else None,
    )
