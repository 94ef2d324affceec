"""Who is cleared, who has read, and the reading itself: each one of a locked case is an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from service import history
from service.actors import Actor
from service.errors import NotFound
from service.secrecy.clearing import reason_place
from service.secrecy.knowing import REGISTRAR, in_force, knows_case
from service.store import CaseRow, ClearanceRow, HistoryRow, PersonRow, case_key

READS = ("items_read", "evidence_read", "case_read")
MOST_READS = 500


@dataclass(frozen=True, slots=True)
class Clearance:
    """Who may know, since when, until when and why. `in_force` at the time that was asked about."""

    id: str
    person_name: str
    part: str
    reason: str
    granted_by: str
    granted_at: datetime
    until: datetime | None
    revoked_at: datetime | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class Read:
    """One reading: what (`kind`), by whom, when (aware UTC)."""

    at: datetime
    person_name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be let in."""

    id: str
    name: str
    unit: str


def note(session: Session, case_id: str, *, actor: Actor, now: datetime) -> CaseRow:
    """The locked case held for writing, and an event that `actor` opened its pages. Raises NotFound when
    `actor` may not know of it; a case that is not locked gets no event."""
    case = session.scalar(
        select(CaseRow)
        .where(CaseRow.id == case_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if case is None or not knows_case(session, case_id, actor, now):
        raise NotFound()
    if case.secrecy is not None:
        history.append(session, case, "case_read", at=now, actor=actor.id)
        session.flush()  # no transaction that cannot record the read gets the words
    return case


def clearances(session: Session, case: CaseRow, now: datetime) -> tuple[Clearance, ...]:
    """Everybody who is or has been cleared by name: those in force first, handlers before deputies."""
    key = case_key(session, case)
    rows = session.execute(
        select(ClearanceRow, PersonRow.name, in_force(now).label("in_force"))
        .join(PersonRow, PersonRow.id == ClearanceRow.person_id)
        .where(ClearanceRow.case_id == case.id)
        .order_by(
            in_force(now).desc(),
            ClearanceRow.part.desc(),
            ClearanceRow.granted_at.desc(),
            PersonRow.name,
            ClearanceRow.id,
        )
        .options(undefer(ClearanceRow.reason_locked))
    ).all()
    names = _names(session, [row.granted_by for row, _, _ in rows])
    return tuple(
        Clearance(
            row.id,
            name,
            row.part,
            key.open_text(row.reason_locked, reason_place(row.id)) if row.reason_locked else "",
            names.get(row.granted_by, row.granted_by),
            row.granted_at,
            row.until,
            row.revoked_at,
            bool(holds),
        )
        for row, name, holds in rows
    )


def reads(session: Session, case: CaseRow) -> tuple[Read, ...]:
    """Who has read what, the latest first, at most MOST_READS."""
    rows = session.scalars(
        select(HistoryRow)
        .where(HistoryRow.stream == case.id, HistoryRow.kind.in_(READS))
        .order_by(HistoryRow.position.desc())
        .limit(MOST_READS)
    ).all()
    names = _names(session, [row.actor for row in rows])
    return tuple(Read(row.at, names.get(row.actor, row.actor), row.kind) for row in rows)


def candidates(session: Session) -> tuple[Candidate, ...]:
    """Everybody with an account in use who is not cleared by role, by name."""
    rows = session.scalars(select(PersonRow).where(PersonRow.active).order_by(PersonRow.name, PersonRow.id))
    return tuple(Candidate(r.id, r.name, r.unit) for r in rows if r.roles and REGISTRAR not in r.roles)


def _names(session: Session, ids: Sequence[str]) -> dict[str, str]:
    found = session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(sorted(set(ids)))))
    return {row.id: row.name for row in found}
