"""Which closed cases may go, and the list of them for a person to approve."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from service import history
from service.actors import Actor
from service.deadlines import STOCKHOLM
from service.errors import NotFound
from service.retention.rules import RecordType, Rule, rules
from service.store import CaseRow, DisposalRow, HoldRow, ProposalRow, RegistrationRow

MAX_LINES = 500
"""Cases on one list: what a person can look through. The rest come on the next."""


@dataclass(frozen=True, slots=True)
class Line:
    """A case on a list. `kept_because` is a closed word, or None."""

    case_id: str
    number: str
    registration_number: str | None
    title: str
    closed_at: datetime | None
    outcome: str | None
    kept_because: str | None
    disposed_at: datetime | None


def propose(session: Session, *, actor: Actor, now: datetime) -> list[ProposalRow]:
    """A list for each record type whose term has run out for some case and that has no list waiting. Nothing
    is destroyed here."""
    made = []
    waiting = set(session.scalars(select(ProposalRow.record_type).where(ProposalRow.state == "proposed")))
    for rule in rules(session):
        if rule.months is None or rule.authority is None or rule.authority.ended_at is not None:
            continue
        if rule.type.id in waiting or rule.id is None:
            continue
        cases = session.scalars(
            select(CaseRow.id)
            .where(ripe(rule.type, _before(now, rule.months)))
            .order_by(CaseRow.closed_at, CaseRow.id)
            .limit(MAX_LINES)
        ).all()
        if not cases:
            continue
        row = ProposalRow(
            id=str(uuid4()),
            record_type=rule.type.id,
            authority_id=rule.authority.id,
            rule_id=rule.id,
            state="proposed",
            proposed_at=now,
            proposed_by=actor.id,
        )
        session.add(row)
        session.flush()
        session.add_all(DisposalRow(proposal_id=row.id, case_id=case) for case in cases)
        history.append_system(
            session,
            "disposal_proposed",
            at=now,
            actor=actor.id,
            data={"proposal": row.id, "type": rule.type.id, "cases": len(cases)},
        )
        made.append(row)
    return made


def ripe(kind: RecordType, before: datetime) -> ColumnElement[bool]:
    """Closed before `before`, of the type, and with nothing that speaks against it."""
    return (
        CaseRow.process.in_(kind.processes)
        & (CaseRow.outcome.in_(kind.outcomes) if kind.outcomes else CaseRow.process.is_not(None))
        & (CaseRow.status == "closed")
        & (CaseRow.closed_at <= before)
        & CaseRow.secrecy.is_(None)
        & ~unsettled()
        & ~held()
        & ~exists().where(DisposalRow.case_id == CaseRow.id, DisposalRow.disposed_at.is_not(None))
    )


def held() -> ColumnElement[bool]:
    """A hold is in force on the case."""
    return exists().where(HoldRow.case_id == CaseRow.id, HoldRow.lifted_at.is_(None))


def unsettled() -> ColumnElement[bool]:
    """Something of the case has not been confirmed by the diarium: our copy may be the only one."""
    return exists().where(
        RegistrationRow.case_id == CaseRow.id, RegistrationRow.state.not_in(("registered", "cancelled"))
    )


def term_is_over(rule: Rule, case: CaseRow, now: datetime) -> bool:
    """Whether the rule, as it stands now, lets the case go."""
    return (
        rule.months is not None and case.closed_at is not None and case.closed_at <= _before(now, rule.months)
    )


def _before(now: datetime, months: int) -> datetime:
    """The instant `months` calendar months before `now`, on a Swedish clock."""
    local = now.astimezone(STOCKHOLM)
    count = local.year * 12 + local.month - 1 - months
    year, month = divmod(count, 12)
    if year < 1:
        year, month = 1, 0
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(now.tzinfo)


def lines_of(session: Session, proposal_id: str) -> list[Line]:
    """The cases of a list, the oldest first. Raises NotFound when there is no such list."""
    if session.get(ProposalRow, proposal_id) is None:
        raise NotFound
    rows = session.execute(
        select(
            CaseRow.id,
            CaseRow.number,
            CaseRow.registration_number,
            CaseRow.title,
            CaseRow.closed_at,
            CaseRow.outcome,
            DisposalRow.kept_because,
            DisposalRow.disposed_at,
        )
        .join(DisposalRow, DisposalRow.case_id == CaseRow.id)
        .where(DisposalRow.proposal_id == proposal_id, CaseRow.secrecy.is_(None))
        .order_by(CaseRow.closed_at, CaseRow.id)
    )
    return [Line(*row) for row in rows]
