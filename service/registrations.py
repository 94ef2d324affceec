"""What is to be entered in the diarium: one row for each request, its content fixed and encrypted when asked.

Sending belongs to `service.outbox`; this room knows what a case's records look like. The registrars'
checklist (`service.quality`) is kept by what is made here. Of a case that is need-to-know the register gets
the public subject, the secrecy mark, parties that are not public and files under neutral names: the content
itself goes to the diarium, which is the authority's place for it, and nothing else that tells what it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal, get_args
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from adapters.contract import CaseRecord, DocumentRecord, File, Party, Registration, SecrecyMark, digest
from service import history, jobs, quality, secrecy
from service.actors import SYSTEM
from service.deadlines import STOCKHOLM
from service.errors import Conflict
from service.keys import CaseKey
from service.store import CaseRow, EvidenceRow, ItemRow, RegistrationRow, case_key
from workflows import OperationRequested
from workflows.forms import public_subject

Kind = Literal["case", "document"]
OPERATIONS: Mapping[str, Kind] = {"register_case": "case", "register_document": "document"}
"""The operations that a model may ask for, and what each enters."""
TARGET = "diarium"
INTERNAL = "internal"
"""What a service task's parameter `direction` says of a document that was drawn up here."""
NEUTRAL = "Uppgifter som har kommit in i sociala medier"
"""The subject of a case that nobody has given one that may be shown."""
NAMELESS = "Avsändare utan angivet namn"
UNMARKED = (
    "Ärendet är låst men saknar sekretessmarkering. Ange bestämmelse och myndighet under Behörighet, "
    "och slutför sedan uppgiften."
)
_EARLY = ("pending", "retry")
assert set(OPERATIONS.values()) == set(get_args(Kind))


def request(session: Session, case: CaseRow, event: OperationRequested, *, now: datetime) -> RegistrationRow:
    """Put one record in line, in the caller's transaction: row, history and job are one commit."""
    key = str(uuid4())
    kind = OPERATIONS[event.operation]
    locking = case_key(session, case)
    mark = _mark(session, case)
    if case.secrecy is not None and mark is None:
        raise Conflict(UNMARKED)
    drawn_up = now if event.inputs.get("direction") == INTERNAL else None
    record = _record(session, case, locking, key, kind, mark, drawn_up)
    if rules := quality.broken(record):
        raise Conflict(" ".join(quality.RULES[rule][0] for rule in rules))
    row = RegistrationRow(
        id=key,
        case_id=case.id,
        task=event.task,
        element=event.element,
        kind=kind,
        target=TARGET,
        state="pending",
        payload_locked=locking.lock(_packed(record), _place(key)),
        payload_sha256=digest(record),
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    history.append(
        session,
        case,
        "registration_requested",
        at=now,
        actor=SYSTEM.id,
        element=event.element,
        data={"registration": key, "kind": kind},
    )
    jobs.enqueue(session, "push", key)
    return row


def conceal(session: Session, case: CaseRow, *, now: datetime) -> None:
    """The case has just been locked or marked: records that have not left this house are made again, so
    that they carry the mark and show nobody. The case is held for writing."""
    rows = session.scalars(
        select(RegistrationRow)
        .where(RegistrationRow.case_id == case.id, RegistrationRow.state.in_(_EARLY), ~RegistrationRow.sent)
        .with_for_update()
    ).all()
    key = case_key(session, case)
    for row in rows:
        kind: Kind = "case" if row.kind == "case" else "document"
        asked = _unpacked(json.loads(key.open(row.payload_locked, _place(row.id))))
        ours = isinstance(asked, DocumentRecord) and asked.direction == INTERNAL
        drawn_up = row.created_at if ours else None
        record = _record(session, case, key, row.id, kind, _mark(session, case), drawn_up)
        row.payload_locked = key.lock(_packed(record), _place(row.id))
        row.payload_sha256, row.updated_at = digest(record), now


def check_subject(session: Session, case: CaseRow, subject: str) -> str | None:
    """What to correct in a public subject of this very case, as a Swedish sentence, or None: it may not
    name whoever wrote in, however unusual the name."""
    said = {word.casefold() for word in _words(subject)}
    key = case_key(session, case)
    for party in _senders(session, case, key):
        if party.name != NAMELESS and said & {word.casefold() for word in _words(party.name)}:
            return public_subject.NAME
    return None


def _words(text: str) -> list[str]:
    """Words of a name that can only be a name: not those of two letters, and not the platform's."""
    return [word for word in re.findall(r"[^\W\d_]{3,}", text) if word.casefold() not in _COMMON]


_COMMON = frozenset({"och", "från", "för", "the", "okänd", "anonym", "facebook", "instagram", "förening"})


def payload(session: Session, row: RegistrationRow) -> Registration:
    """The record exactly as it was when asked for, files included. Raises Conflict when a file or the
    record no longer has the hash it had then."""
    case = session.get_one(CaseRow, row.case_id)
    key = case_key(session, case)
    record = _unpacked(json.loads(key.open(row.payload_locked, _place(row.id))))
    if isinstance(record, DocumentRecord):
        record = replace(record, files=tuple(_filled(session, key, case.id, file) for file in record.files))
    if digest(record) != row.payload_sha256:
        raise Conflict("Innehållet stämmer inte med det som skulle registreras.")
    return record


def _place(key: str) -> str:
    return f"registration/{key}/payload"


def _record(
    session: Session,
    case: CaseRow,
    key: CaseKey,
    ident: str,
    kind: Kind,
    mark: SecrecyMark | None,
    drawn_up: datetime | None,
) -> Registration:
    """The record. `drawn_up` is when a document was drawn up here; None: it came in from outside."""
    made: Registration
    if kind == "case":
        made = _case(session, case, key, ident)
    else:
        made = _document(session, case, key, ident)
        if drawn_up is not None:
            day = drawn_up.astimezone(STOCKHOLM).date()
            made = replace(
                made, direction="internal", document_date=day, received_or_sent_at=drawn_up, parties=()
            )
    return replace(made, secrecy=mark)


def _mark(session: Session, case: CaseRow) -> SecrecyMark | None:
    found = secrecy.marking_of(session, case)
    if found is None:
        return None
    return SecrecyMark(
        chapter=found.chapter,
        section=found.section,
        marked_on=found.marked_on,
        authority=found.authority,
        law=found.law,
        review_on=found.review_on,
    )


def _subject(case: CaseRow) -> str:
    """What the registrar decided; else the neutral title, where it may be shown."""
    if case.subject:
        return case.subject
    return NEUTRAL if case.secrecy is not None or public_subject.wrong(case.title) else case.title


def _case(session: Session, case: CaseRow, key: CaseKey, ident: str) -> CaseRecord:
    return CaseRecord(
        key=ident,
        subject=_subject(case),
        opened_at=case.received_at,
        unit=case.unit,
        parties=_senders(session, case, key),
    )


def _document(session: Session, case: CaseRow, key: CaseKey, ident: str) -> DocumentRecord:
    if not case.registration_number:
        raise Conflict("Handlingen saknar ärende i diariet: registrera ärendet först.")
    return DocumentRecord(
        key=ident,
        case_number=case.registration_number,
        direction="incoming",
        subject=_subject(case),
        document_date=case.received_at.astimezone(STOCKHOLM).date(),
        received_or_sent_at=case.received_at,
        parties=_senders(session, case, key),
        files=_files(session, case, key),
    )


def _senders(session: Session, case: CaseRow, key: CaseKey) -> tuple[Party, ...]:
    parties = []
    for item in session.scalars(
        select(ItemRow)
        .where(ItemRow.case_id == case.id)
        .order_by(ItemRow.received_at)
        .options(undefer(ItemRow.content_locked))
    ):
        content = json.loads(key.open_text(item.content_locked, f"item/{item.id}/content"))
        author, address = content.get("author") or "", content.get("address") or ""
        if not author and not address:
            continue
        mail = "@" in author.strip("@")
        parties.append(
            Party(
                "sender",
                NAMELESS if mail or not author else str(author)[:255],
                email=address or (author if mail else None),
                public=case.sender_public and case.secrecy is None,
            )
        )
    return tuple(parties)


def _files(session: Session, case: CaseRow, key: CaseKey) -> tuple[File, ...]:
    rows = session.scalars(
        select(EvidenceRow)
        .where(EvidenceRow.case_id == case.id)
        .order_by(EvidenceRow.created_at, EvidenceRow.id)
    ).all()
    named = [(key.open_text(row.name_locked, f"evidence/{row.id}/name"), row) for row in rows]
    ordered = sorted(named, key=lambda one: one[1].kind != "original")
    # what a mail carries packed goes along inside the mail, which is the document
    sent = [
        one
        for one in ordered
        if one[1].kind == "original" or not quality.is_packed(one[0], one[1].media_type)
    ]
    found: dict[str, File] = {}
    for name, row in sent:
        if row.sha256 in found:
            continue  # the same bytes once
        shown = name if case.secrecy is None else _neutral(len(found) + 1, name)
        found[row.sha256] = File(shown, row.media_type, row.sha256, b"", main=not found)
    return tuple(found.values())


def _neutral(number: int, name: str) -> str:
    """A file's name without what its sender called it: `handling-1.png`."""
    ending = name.rsplit(".", 1)[-1].casefold() if "." in name else ""
    known = ending if ending.isascii() and ending.isalnum() and len(ending) <= 5 else "bin"
    return f"handling-{number}.{known}"


def _filled(session: Session, key: CaseKey, case_id: str, file: File) -> File:
    row = session.scalars(
        select(EvidenceRow)
        .where(EvidenceRow.case_id == case_id, EvidenceRow.sha256 == file.sha256)
        .limit(1)
        .options(undefer(EvidenceRow.content_locked))
    ).one()
    return replace(file, content=key.open(row.content_locked, f"evidence/{row.id}/content"))


def _packed(record: Registration) -> bytes:
    plain: dict[str, Any] = {
        "kind": record.kind,
        "key": record.key,
        "subject": record.subject,
        "parties": [
            [p.role, p.name, p.email, p.handle, p.public, p.protected_identity] for p in record.parties
        ],
    }
    if (mark := record.secrecy) is not None:
        plain["secrecy"] = [
            mark.chapter,
            mark.section,
            mark.marked_on.isoformat(),
            mark.authority,
            mark.law,
            mark.review_on.isoformat() if mark.review_on else None,
        ]
    if isinstance(record, CaseRecord):
        plain |= {"opened_at": record.opened_at.isoformat(), "unit": record.unit}
    else:
        plain |= {
            "case_number": record.case_number,
            "direction": record.direction,
            "document_date": record.document_date.isoformat(),
            "received_or_sent_at": record.received_or_sent_at.isoformat(),
            "files": [[f.name, f.media_type, f.sha256, f.main] for f in record.files],
        }
    return json.dumps(plain, ensure_ascii=True).encode()


def _unpacked(plain: Mapping[str, Any]) -> Registration:
    parties = tuple(Party(*values) for values in plain["parties"])
    return replace(_unpacked_bare(plain, parties), secrecy=_unpacked_mark(plain.get("secrecy")))


def _unpacked_mark(plain: list[Any] | None) -> SecrecyMark | None:
    if plain is None:
        return None
    chapter, section, marked_on, authority, law, review_on = plain
    review = date.fromisoformat(review_on) if review_on else None
    return SecrecyMark(chapter, section, date.fromisoformat(marked_on), authority, law, review)


def _unpacked_bare(plain: Mapping[str, Any], parties: tuple[Party, ...]) -> Registration:
    if plain["kind"] == "case":
        return CaseRecord(
            key=plain["key"],
            subject=plain["subject"],
            unit=plain["unit"],
            parties=parties,
            opened_at=datetime.fromisoformat(plain["opened_at"]),
        )
    return DocumentRecord(
        key=plain["key"],
        case_number=plain["case_number"],
        direction=plain["direction"],
        subject=plain["subject"],
        document_date=date.fromisoformat(plain["document_date"]),
        received_or_sent_at=datetime.fromisoformat(plain["received_or_sent_at"]),
        parties=parties,
        files=tuple(
            File(name=n, media_type=t, sha256=s, content=b"", main=m) for n, t, s, m in plain["files"]
        ),
    )
