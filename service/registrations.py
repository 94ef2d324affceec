"""What is to be entered in the diarium: one row for each request, its content fixed and encrypted when asked.

Sending belongs to `service.outbox`; this room knows what a case's records look like.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal, get_args
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from adapters.contract import CaseRecord, DocumentRecord, File, Party, Registration, digest
from service import history, jobs
from service.actors import SYSTEM
from service.deadlines import STOCKHOLM
from service.errors import Conflict
from service.keys import CaseKey
from service.store import CaseRow, EvidenceRow, ItemRow, RegistrationRow, keys_of
from workflows import OperationRequested

Kind = Literal["case", "document"]
OPERATIONS: Mapping[str, Kind] = {"register_case": "case", "register_document": "document"}
"""The operations that a model may ask for, and what each enters."""
TARGET = "diarium"
assert set(OPERATIONS.values()) == set(get_args(Kind))


def request(session: Session, case: CaseRow, event: OperationRequested, *, now: datetime) -> RegistrationRow:
    """Put one record in line, in the caller's transaction: row, history and job are one commit."""
    key = str(uuid4())
    kind = OPERATIONS[event.operation]
    case_key = keys_of(session).case_key(case.id, case.key_wrapped)
    record = (
        _case(session, case, case_key, key) if kind == "case" else _document(session, case, case_key, key)
    )
    row = RegistrationRow(
        id=key,
        case_id=case.id,
        task=event.task,
        element=event.element,
        kind=kind,
        target=TARGET,
        state="pending",
        payload_locked=case_key.lock(_packed(record), _place(key)),
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


def payload(session: Session, row: RegistrationRow) -> Registration:
    """The record exactly as it was when asked for, files included. Raises Conflict when a file or the
    record no longer has the hash it had then."""
    case = session.get_one(CaseRow, row.case_id)
    key = keys_of(session).case_key(case.id, case.key_wrapped)
    record = _unpacked(json.loads(key.open(row.payload_locked, _place(row.id))))
    if isinstance(record, DocumentRecord):
        record = replace(record, files=tuple(_filled(session, key, case.id, file) for file in record.files))
    if digest(record) != row.payload_sha256:
        raise Conflict("Innehållet stämmer inte med det som skulle registreras.")
    return record


def _place(key: str) -> str:
    return f"registration/{key}/payload"


def _case(session: Session, case: CaseRow, key: CaseKey, ident: str) -> CaseRecord:
    return CaseRecord(
        key=ident,
        subject=case.subject or case.title,
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
        subject=case.subject or case.title,
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
        name = content.get("author") or content.get("address")
        if name:
            parties.append(
                Party(
                    "sender", str(name)[:255], email=content.get("address") or None, public=case.sender_public
                )
            )
    return tuple(parties)


def _files(session: Session, case: CaseRow, key: CaseKey) -> tuple[File, ...]:
    rows = session.scalars(
        select(EvidenceRow)
        .where(EvidenceRow.case_id == case.id)
        .order_by(EvidenceRow.created_at, EvidenceRow.id)
    ).all()
    ordered = sorted(rows, key=lambda row: row.kind != "original")
    return tuple(
        File(
            name=key.open_text(row.name_locked, f"evidence/{row.id}/name"),
            media_type=row.media_type,
            sha256=row.sha256,
            content=b"",
            main=position == 0,
        )
        for position, row in enumerate(ordered)
    )


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
