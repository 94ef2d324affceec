"""Keeping files and handing them out. The bytes are never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from adapters.mail import MAX_BYTES, display_name
from service import history
from service.actors import Actor
from service.errors import Conflict, NotFound, TooLarge
from service.evidence.copies import NO_COPY, forbidden
from service.evidence.kinds import kind_of
from service.keys import Unreadable
from service.store import CaseRow, EvidenceRow, case_key, hold_case, keys_of


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A kept file as a list shows it. `size` is bytes, `sha256` hex of the plain bytes."""

    id: str
    kind: str
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A kept file, its bytes checked against the hash from when it came."""

    name: str
    media_type: str
    content: bytes
    sha256: str


def keep(
    session: Session,
    case: CaseRow,
    *,
    item_id: str | None,
    kind: str,
    name: str,
    media_type: str,
    content: bytes,
    actor: Actor,
    now: datetime,
) -> EvidenceRow:
    """Keep `content` as it is. `kind` is `original`, `attachment` or `capture`; `media_type` what
    the sender calls it. The caller holds the case's row for writing. Raises TooLarge over 25 MB, and
    Conflict where no copy may be kept."""
    if len(content) > MAX_BYTES:
        raise TooLarge("Filen är större än 25 MB.")
    if forbidden(session, case.id):
        raise Conflict(NO_COPY)
    ident = str(uuid4())
    key = case_key(session, case)
    true_kind = kind_of(media_type, content)
    row = EvidenceRow(
        id=ident,
        case_id=case.id,
        item_id=item_id,
        kind=kind,
        name_locked=key.lock_text(display_name(name, true_kind, 1), _place(ident, "name")),
        media_type=true_kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content_locked=key.lock(content, _place(ident, "content")),
        created_at=now,
        created_by=actor.id,
    )
    session.add(row)
    # the hash stands in the chain too: a file that is exchanged together with its row is seen
    history.append(
        session,
        case,
        "evidence_kept",
        at=now,
        actor=actor.id,
        data={"evidence": ident, "kind": kind, "size": row.size, "sha256": row.sha256},
    )
    return row


def fetch(session: Session, evidence_id: str, actor: Actor, now: datetime) -> EvidenceFile:
    """The file, and an event that `actor` read it: needs a write transaction. The caller has seen
    to it that `actor` may. Raises NotFound, or Conflict when the bytes are not those that came."""
    row = session.get(EvidenceRow, evidence_id, options=[undefer(EvidenceRow.content_locked)])
    if row is None:
        raise NotFound()
    case = hold_case(session, row.case_id)
    content, name = check(session, case, row)
    history.append(session, case, "evidence_read", at=now, actor=actor.id, data={"evidence": row.id})
    session.flush()  # no transaction that cannot record the read gets the file
    return EvidenceFile(name, row.media_type, content, row.sha256)


def check(session: Session, case: CaseRow, row: EvidenceRow) -> tuple[bytes, str]:
    """The file's bytes and its name. Raises Conflict when they are not those that came."""
    key = case_key(session, case)
    try:
        content = key.open(row.content_locked, _place(row.id, "content"))
        name = key.open_text(row.name_locked, _place(row.id, "name"))
    except Unreadable as error:
        raise Conflict(_BROKEN) from error
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise Conflict(_BROKEN)
    return content, name


_BROKEN = "Filen stämmer inte med sin kontrollsumma och lämnas inte ut. Kontakta systemadministratören."


def views(session: Session, case: CaseRow) -> dict[str | None, list[EvidenceView]]:
    """The case's files by item id, as they came; None holds those that came with no item."""
    key = case_key(session, case)
    found: dict[str | None, list[EvidenceView]] = {}
    order = {"original": 0, "capture": 1, "attachment": 2}
    rows = session.scalars(select(EvidenceRow).where(EvidenceRow.case_id == case.id)).all()
    named = [(key.open_text(row.name_locked, _place(row.id, "name")), row) for row in rows]
    for name, row in sorted(named, key=lambda n: (n[1].created_at, order.get(n[1].kind, 9), n[0])):
        found.setdefault(row.item_id, []).append(
            EvidenceView(row.id, row.kind, name, row.media_type, row.size, row.sha256)
        )
    return found


def damaged(session: Session) -> Iterator[str]:
    """The ids of files that no longer open or no longer have their hash."""
    query = (
        select(EvidenceRow, CaseRow.id, CaseRow.key_wrapped)
        .join(CaseRow, CaseRow.id == EvidenceRow.case_id)
        .options(undefer(EvidenceRow.content_locked))
        .order_by(EvidenceRow.id)
    )
    for row, case_id, wrapped in session.execute(query.execution_options(yield_per=1)):
        try:
            key = keys_of(session).case_key(case_id, wrapped)
            content = key.open(row.content_locked, _place(row.id, "content"))
            sound = hashlib.sha256(content).hexdigest() == row.sha256
        except Unreadable:
            sound = False
        session.expunge(row)  # one file in memory at a time
        if not sound:
            yield row.id


def _place(ident: str, column: str) -> str:
    return f"evidence/{ident}/{column}"
