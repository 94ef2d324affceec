"""A case's items opened for reading, and an event that they were read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from service import evidence, history, secrecy
from service.actors import Actor
from service.errors import NotFound
from service.evidence import EvidenceView
from service.items.keeping import place
from service.store import CaseRow, HistoryRow, ItemRow, case_key, hold_case

_READ_AGAIN = timedelta(minutes=15)
"""Within this time one person's reading of one case is one event, not one for each reload."""


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item opened for reading. All but the channel and the times is the sender's."""

    id: str
    source: str
    channel: str
    kind: str
    author: str
    address: str
    url: str
    subject: str
    text: str
    posted_at: datetime | None
    received_at: datetime
    remarks: tuple[str, ...]
    evidence: tuple[EvidenceView, ...]


def of_case(session: Session, case: CaseRow, actor: Actor, now: datetime) -> list[ItemView]:
    """The case's items, oldest first, and an event that `actor` read them: needs a write
    transaction. The caller has seen to it that `actor` may; whether they may know of a locked case is
    asked again here, in the transaction that opens it. Raises NotFound."""
    if not secrecy.knows_case(session, case.id, actor, now):
        raise NotFound
    rows = session.scalars(
        select(ItemRow)
        .where(ItemRow.case_id == case.id)
        .order_by(ItemRow.received_at, ItemRow.id)
        .options(undefer(ItemRow.content_locked))
    ).all()
    files = evidence.views(session, case)
    key = case_key(session, case)
    if case.secrecy is not None:
        secrecy.note(session, case.id, actor=actor, now=now)
    elif rows:
        _record_reading(session, case.id, actor, now)
    found = []
    for row in rows:
        content = json.loads(key.open_text(row.content_locked, place(row.id)))
        found.append(
            ItemView(
                row.id,
                row.source,
                row.channel,
                row.kind,
                content.get("author", ""),
                content.get("address", ""),
                content.get("url", ""),
                content.get("subject", ""),
                content["text"],
                row.posted_at,
                row.received_at,
                tuple(content.get("remarks", ())),
                tuple(files.get(row.id, ())),
            )
        )
    return found


def _record_reading(session: Session, case_id: str, actor: Actor, now: datetime) -> None:
    lately = (
        select(HistoryRow.position)
        .where(
            HistoryRow.stream == case_id,
            HistoryRow.kind == "items_read",
            HistoryRow.actor == actor.id,
            HistoryRow.at > now - _READ_AGAIN,
        )
        .limit(1)
    )
    if session.scalar(lately) is None:
        case = hold_case(session, case_id)
        history.append(session, case, "items_read", at=now, actor=actor.id)
        session.flush()  # no transaction that cannot record the read gets the words
