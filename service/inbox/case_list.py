"""Cases as a list, and one case's row for rooms that open what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from service import secrecy
from service.actors import Actor
from service.errors import NotFound
from service.inbox.searching import PAGE, mark, matching, read_mark
from service.store import CaseRow, DefinitionRow, RegistrationRow, TaskRow

CASE_ROLES = frozenset(
    {
        "channel_administrator",
        "case_officer",
        "registrar",
        "head_of_unit",
        "secrecy_handler",
        "secrecy_registrar",
    }
)
"""Roles that work in cases. Process owners and system administrators are not cleared for content."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in the list."""

    id: str
    number: str
    registration_number: str | None
    """The diarium's number, or the one that a registrar has stated and the diarium not confirmed yet."""
    title: str
    subject: str | None
    channel: str
    process_name: str
    status: str
    received_at: datetime
    opened_at: datetime
    answer_due: datetime | None
    closed_at: datetime | None
    open_tasks: int
    locked: bool
    """Whether the case is need-to-know."""
    confirmed: bool
    """Whether the diarium has confirmed something under the registration number."""


@dataclass(frozen=True, slots=True)
class Cases:
    lines: tuple[CaseLine, ...]
    after: str | None


def may_see_cases(actor: Actor) -> bool:
    return bool(actor.roles & CASE_ROLES)


def cases(
    session: Session,
    actor: Actor,
    *,
    search: str = "",
    after: str = "",
    now: datetime,
    size: int = PAGE,
) -> Cases:
    """One page of cases, newest first."""
    if not may_see_cases(actor):
        return Cases((), None)
    query = (
        _case_query()
        .where(secrecy.knows(actor, now), *matching(search, actor, now))
        .order_by(CaseRow.opened_at.desc(), CaseRow.id.desc())
        .limit(size + 1)
    )
    if after:
        moment, ident = read_mark(after)
        query = query.where(CaseRow.opened_at <= moment, or_(CaseRow.opened_at < moment, CaseRow.id < ident))
    rows = session.execute(query).all()
    more = len(rows) > size
    return Cases(
        tuple(_case_line(row) for row in rows[:size]),
        mark(rows[size - 1].opened_at, rows[size - 1].id) if more else None,
    )


def case_line(session: Session, case_id: str) -> CaseLine:
    """One case's line. Whether the asker may see it has been decided by `case_row` or `open_task`."""
    row = session.execute(_case_query().where(CaseRow.id == case_id)).one_or_none()
    if row is None:
        raise NotFound
    return _case_line(row)


def case_row(session: Session, actor: Actor, case_id: str, *, now: datetime) -> CaseRow:
    """The case's row for rooms that open what belongs to it, or NotFound when there is none that the
    asker may know of."""
    row = session.scalar(select(CaseRow).where(CaseRow.id == case_id, secrecy.knows(actor, now)))
    if row is None or not may_see_cases(actor):
        raise NotFound
    return row


def _case_query() -> Select[*tuple[Any, ...]]:
    open_tasks = (
        select(func.count())
        .select_from(TaskRow)
        .where(TaskRow.case_id == CaseRow.id, TaskRow.status == "open")
        .scalar_subquery()
    )
    return select(
        CaseRow.id,
        CaseRow.number,
        CaseRow.registration_number,
        CaseRow.title,
        CaseRow.subject,
        CaseRow.channel,
        DefinitionRow.name.label("process_name"),
        CaseRow.status,
        CaseRow.received_at,
        CaseRow.opened_at,
        CaseRow.answer_due,
        CaseRow.closed_at,
        open_tasks.label("open_tasks"),
        CaseRow.secrecy.is_not(None).label("locked"),
        exists()
        .where(RegistrationRow.case_id == CaseRow.id, RegistrationRow.state == "registered")
        .label("confirmed"),
    ).join(DefinitionRow, DefinitionRow.hash == CaseRow.definition)


def _case_line(row: Row[*tuple[Any, ...]]) -> CaseLine:
    return CaseLine(**row._mapping)


def channels(session: Session, actor: Actor, *, now: datetime, most: int = 50) -> Sequence[str]:
    """Channels that cases have come from, the latest first: suggestions for the next one."""
    return session.scalars(
        select(CaseRow.channel)
        .where(secrecy.knows(actor, now))
        .group_by(CaseRow.channel)
        .order_by(func.max(CaseRow.opened_at).desc())
        .limit(most)
    ).all()
