"""Whether every lane has people enough: two who are there, so that no work stands still with one of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import secrecy
from service.actors import APPLICANT, ROLES, Actor
from service.people.absence import away
from service.store import PersonRow, TaskRow

ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Thin:
    """A role whose lane has too few: how many with an account in use hold it, and how many are there."""

    role: str
    holders: int
    present: int


def thin(session: Session, actor: Actor, now: datetime) -> tuple[Thin, ...]:
    """Roles that fewer than two people who are there can do the work of at `now`, in the order of all lists
    of roles. A role that nobody holds counts when it has an open task that `actor` may know of. Roles without
    a lane are left out: the applicant's, and the technical ones."""
    gone = away(session, now)
    holders: Counter[str] = Counter()
    present: Counter[str] = Counter()
    for ident, roles in session.execute(select(PersonRow.id, PersonRow.roles).where(PersonRow.active)):
        holders.update(set(roles))
        if ident not in gone:
            present.update(set(roles))
    waiting = set(
        session.scalars(
            select(TaskRow.role)
            .join(TaskRow.case)
            .where(TaskRow.status == "open", secrecy.knows(actor, now))
            .distinct()
        )
    )
    return tuple(
        Thin(role, holders[role], present[role])
        for role in ROLES
        if role not in secrecy.TECHNICAL_ROLES | {APPLICANT}
        and present[role] < ENOUGH
        and (holders[role] or role in waiting)
    )
