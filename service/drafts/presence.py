"""Who has a draft before them: told to others who open it, so that two do not begin on the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from service.store import PersonRow, PresenceRow, lock_rows

NEAR = timedelta(minutes=10)
"""How long somebody is said to have the draft open after they were last seen there."""
OFTEN = timedelta(minutes=1)
"""How seldom it is enough to note that somebody is still there."""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody else who has the draft open, by name, and when they were last seen (aware UTC)."""

    name: str
    at: datetime


def mark(session: Session, draft_id: str, person: str, *, now: datetime) -> None:
    """Somebody has the draft before them."""
    insert = pg_insert if lock_rows(session) else sqlite_insert
    made = insert(PresenceRow).values(draft=draft_id, person=person, at=now)
    session.execute(made.on_conflict_do_update(index_elements=["draft", "person"], set_={"at": now}))


def due(session: Session, draft_id: str, person: str, *, now: datetime) -> bool:
    """Whether it is time to mark again that they are there."""
    last = session.scalar(
        select(PresenceRow.at).where(PresenceRow.draft == draft_id, PresenceRow.person == person)
    )
    return last is None or now - last > OFTEN


def others(session: Session, draft_id: str, person: str, *, now: datetime) -> tuple[Present, ...]:
    """Those who have the draft open, other than `person`, the latest seen first."""
    rows = session.execute(
        select(PersonRow.name, PresenceRow.at)
        .join(PersonRow, PersonRow.id == PresenceRow.person)
        .where(PresenceRow.draft == draft_id, PresenceRow.person != person, PresenceRow.at > now - NEAR)
        .order_by(PresenceRow.at.desc())
        .limit(10)
    )
    return tuple(Present(*row) for row in rows)
