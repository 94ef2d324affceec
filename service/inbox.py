"""The lists and pages that staff read: queries that only find what the asker may see.

A task is visible to those who hold its role or to whom it is assigned; a case to all staff with a role
in cases. Nothing here changes anything.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from service import history
from service.actors import SYSTEM, Actor
from service.deadlines import STOCKHOLM
from service.errors import Invalid, NotFound
from service.store import CaseRow, DefinitionRow, PersonRow, RegistrationRow, TaskRow

CASE_ROLES = frozenset({"channel_administrator", "case_officer", "registrar", "head_of_unit"})
"""Roles that work in cases. Process owners and system administrators are not cleared for content."""

PAGE = 25
View = Literal["mine", "group", "all"]
VIEWS: tuple[View, ...] = ("mine", "group", "all")
Urgency = Literal["late", "today", "later"]
MAX_SEARCH = 100


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One open task in the list. `registration_number` is the diarium's, when there is one."""

    id: str
    name: str
    kind: str
    role: str
    assignee: str | None
    assignee_name: str | None
    opened_at: datetime
    due_at: datetime | None
    urgency: Urgency
    version: int
    case_id: str
    case_number: str
    registration_number: str | None
    channel: str
    title: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Open tasks the asker may see: by view, and by urgency in the view that was asked for."""

    views: Mapping[View, int]
    urgency: Mapping[Urgency, int]


@dataclass(frozen=True, slots=True)
class Tasks:
    lines: tuple[TaskLine, ...]
    after: str | None
    """Where the next page begins, or None at the end."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in the list."""

    id: str
    number: str
    registration_number: str | None
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


@dataclass(frozen=True, slots=True)
class Cases:
    lines: tuple[CaseLine, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """Where one record stands on its way to the diarium. Times are aware UTC."""

    id: str
    kind: str
    element: str
    state: str
    attempt: int
    next_attempt_at: datetime | None
    number: str | None
    last_error: str | None
    created_at: datetime
    registered_at: datetime | None


@dataclass(frozen=True, slots=True)
class HistoryView:
    """One event of a case, with the acting person's name instead of the id."""

    at: datetime
    actor: str
    kind: str
    element: str | None
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class OpenTask:
    """An open task of a case, as the case's page shows it."""

    id: str
    element: str
    name: str
    role: str
    kind: str
    assignee_name: str | None
    due_at: datetime | None
    opened_at: datetime
    reachable: bool
    """Whether the asker may open it."""


# ── tasks ────────────────────────────────────────────────────────────────────────────────────────────


def visible(actor: Actor) -> ColumnElement[bool]:
    """The rule of who sees a task, as SQL."""
    return or_(TaskRow.role.in_(sorted(actor.roles)), TaskRow.assignee == actor.id)


def _in_view(view: View, actor: Actor) -> ColumnElement[bool]:
    match view:
        case "mine":
            return TaskRow.assignee == actor.id
        case "group":
            return and_(TaskRow.role.in_(sorted(actor.roles)), TaskRow.assignee.is_(None))
        case "all":
            return visible(actor)


def counts(session: Session, actor: Actor, view: View, *, search: str = "", now: datetime) -> Counts:
    """Everything the inbox counts, in one query."""
    chosen = _in_view(view, actor)
    midnight = _midnight_after(now)

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(case((condition, 1)))

    row = session.execute(
        select(
            *(number(_in_view(v, actor)) for v in VIEWS),
            number(chosen),
            number(and_(chosen, TaskRow.due_at < now)),
            number(and_(chosen, TaskRow.due_at >= now, TaskRow.due_at < midnight)),
        )
        .join(TaskRow.case)
        .where(TaskRow.status == "open", visible(actor), *_matching(search))
    ).one()
    mine, group, everything, total, late, today = tuple(row)
    return Counts(
        {"mine": mine, "group": group, "all": everything},
        {"late": late, "today": today, "later": total - late - today},
    )


def tasks(
    session: Session,
    actor: Actor,
    view: View,
    *,
    search: str = "",
    after: str = "",
    now: datetime,
    size: int = PAGE,
) -> Tasks:
    """One page of open tasks, most urgent first. `after` is the mark that the page before ended with."""
    query = (
        _task_query()
        .where(TaskRow.status == "open", _in_view(view, actor), *_matching(search))
        .order_by(TaskRow.sort_at, TaskRow.id)
        .limit(size + 1)
    )
    if after:
        moment, ident = _read_mark(after)
        query = query.where(TaskRow.sort_at >= moment, or_(TaskRow.sort_at > moment, TaskRow.id > ident))
    rows = session.execute(query).all()
    midnight = _midnight_after(now)
    lines = tuple(_task_line(row, now, midnight) for row in rows[:size])
    more = len(rows) > size
    return Tasks(lines, _mark(rows[size - 1].sort_at, rows[size - 1].id) if more else None)


def task_line(session: Session, task_id: str, *, now: datetime) -> TaskLine:
    """The list's line for one task. Whether the asker may see it is for `cases.open_task` to say."""
    row = session.execute(_task_query().where(TaskRow.id == task_id)).one_or_none()
    if row is None:
        raise NotFound
    return _task_line(row, now, _midnight_after(now))


def next_task(session: Session, actor: Actor, case_id: str) -> str | None:
    """The first open task of the case that the asker may see."""
    return session.scalar(
        select(TaskRow.id)
        .where(TaskRow.case_id == case_id, TaskRow.status == "open", visible(actor))
        .order_by(TaskRow.sort_at, TaskRow.id)
        .limit(1)
    )


def _task_query() -> Select[*tuple[Any, ...]]:
    return (
        select(
            TaskRow.id,
            TaskRow.name,
            TaskRow.kind,
            TaskRow.role,
            TaskRow.assignee,
            PersonRow.name.label("assignee_name"),
            TaskRow.opened_at,
            TaskRow.due_at,
            TaskRow.version,
            TaskRow.sort_at,
            TaskRow.case_id,
            CaseRow.number,
            CaseRow.registration_number,
            CaseRow.channel,
            CaseRow.title,
        )
        .join(TaskRow.case)
        .outerjoin(PersonRow, PersonRow.id == TaskRow.assignee)
    )


def _task_line(row: Row[*tuple[Any, ...]], now: datetime, midnight: datetime) -> TaskLine:
    return TaskLine(
        id=row.id,
        name=row.name,
        kind=row.kind,
        role=row.role,
        assignee=row.assignee,
        assignee_name=row.assignee_name,
        opened_at=row.opened_at,
        due_at=row.due_at,
        urgency=urgency(row.due_at, now, midnight),
        version=row.version,
        case_id=row.case_id,
        case_number=row.number,
        registration_number=row.registration_number,
        channel=row.channel,
        title=row.title,
    )


def urgency(due_at: datetime | None, now: datetime, midnight: datetime | None = None) -> Urgency:
    """Late, due before midnight in Sweden, or later (also when nothing is due)."""
    if due_at is None or due_at >= (midnight or _midnight_after(now)):
        return "later"
    return "late" if due_at < now else "today"


def _midnight_after(now: datetime) -> datetime:
    day = now.astimezone(STOCKHOLM).date() + timedelta(days=1)
    return datetime.combine(day, time(), STOCKHOLM).astimezone(UTC)


# ── cases ────────────────────────────────────────────────────────────────────────────────────────────


def may_see_cases(actor: Actor) -> bool:
    return bool(actor.roles & CASE_ROLES)


def cases(session: Session, actor: Actor, *, search: str = "", after: str = "", size: int = PAGE) -> Cases:
    """One page of cases, newest first."""
    if not may_see_cases(actor):
        return Cases((), None)
    query = (
        _case_query()
        .where(*_matching(search))
        .order_by(CaseRow.opened_at.desc(), CaseRow.id.desc())
        .limit(size + 1)
    )
    if after:
        moment, ident = _read_mark(after)
        query = query.where(CaseRow.opened_at <= moment, or_(CaseRow.opened_at < moment, CaseRow.id < ident))
    rows = session.execute(query).all()
    more = len(rows) > size
    return Cases(
        tuple(_case_line(row) for row in rows[:size]),
        _mark(rows[size - 1].opened_at, rows[size - 1].id) if more else None,
    )


def case_line(session: Session, case_id: str) -> CaseLine:
    """One case's line. Whether the asker may see it has been decided by `case_row` or `open_task`."""
    row = session.execute(_case_query().where(CaseRow.id == case_id)).one_or_none()
    if row is None:
        raise NotFound
    return _case_line(row)


def case_row(session: Session, actor: Actor, case_id: str) -> CaseRow:
    """The case's row for rooms that open what belongs to it, or NotFound when there is none that the
    asker may know of."""
    row = session.get(CaseRow, case_id)
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
    ).join(DefinitionRow, DefinitionRow.hash == CaseRow.definition)


def _case_line(row: Row[*tuple[Any, ...]]) -> CaseLine:
    return CaseLine(**row._mapping)


def open_tasks(session: Session, actor: Actor, case_id: str) -> tuple[OpenTask, ...]:
    """The case's open tasks, most urgent first; those of other roles are named but not reachable."""
    rows = session.execute(
        select(
            TaskRow.id,
            TaskRow.element,
            TaskRow.name,
            TaskRow.role,
            TaskRow.kind,
            TaskRow.assignee,
            PersonRow.name.label("assignee_name"),
            TaskRow.due_at,
            TaskRow.opened_at,
        )
        .outerjoin(PersonRow, PersonRow.id == TaskRow.assignee)
        .where(TaskRow.case_id == case_id, TaskRow.status == "open")
        .order_by(TaskRow.sort_at, TaskRow.id)
    )
    return tuple(
        OpenTask(
            r.id,
            r.element,
            r.name,
            r.role,
            r.kind,
            r.assignee_name,
            r.due_at,
            r.opened_at,
            actor.may(r.role) or r.assignee == actor.id,
        )
        for r in rows
    )


def registrations(session: Session, case_id: str) -> tuple[RegistrationView, ...]:
    """The case's registrations in the order they were asked for."""
    rows = session.execute(
        select(
            RegistrationRow.id,
            RegistrationRow.kind,
            RegistrationRow.element,
            RegistrationRow.state,
            RegistrationRow.attempt,
            RegistrationRow.next_attempt_at,
            RegistrationRow.number,
            RegistrationRow.last_error,
            RegistrationRow.created_at,
            RegistrationRow.registered_at,
        )
        .where(RegistrationRow.case_id == case_id)
        .order_by(RegistrationRow.created_at, RegistrationRow.id)
    )
    return tuple(RegistrationView(**row._mapping) for row in rows)


def timeline(session: Session, case_id: str) -> tuple[HistoryView, ...]:
    """The case's history, oldest first, with names instead of ids."""
    rows = history.of_case(session, case_id)
    names = _names(session, {row.actor for row in rows})
    return tuple(HistoryView(r.at, names.get(r.actor, r.actor), r.kind, r.element, r.data) for r in rows)


def _names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    found = session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(sorted(ids))))
    return {SYSTEM.id: SYSTEM.name} | {row.id: row.name for row in found}


def channels(session: Session, *, most: int = 50) -> Sequence[str]:
    """Channels that cases have come from, the latest first: suggestions for the next one."""
    return session.scalars(
        select(CaseRow.channel)
        .group_by(CaseRow.channel)
        .order_by(func.max(CaseRow.opened_at).desc())
        .limit(most)
    ).all()


# ── searching and paging ─────────────────────────────────────────────────────────────────────────────


def _matching(search: str) -> tuple[ColumnElement[bool], ...]:
    """What is searched is neutral: numbers, titles and channels, never a citizen's words."""
    words = search.strip()[:MAX_SEARCH].split()
    return tuple(_has(word) for word in words)


def _has(word: str) -> ColumnElement[bool]:
    # SQLite folds A–Z only: å, ä and ö are tried as written, in lower case and capitalised
    spellings = {word, word.lower(), word.upper(), word.capitalize()}
    columns = (CaseRow.number, CaseRow.registration_number, CaseRow.title, CaseRow.channel)
    return or_(
        *(column.icontains(spelling, autoescape=True) for column in columns for spelling in sorted(spellings))
    )


def _mark(moment: datetime, ident: str) -> str:
    return urlsafe_b64encode(f"{moment.isoformat()} {ident}".encode()).decode().rstrip("=")


def _read_mark(mark: str) -> tuple[datetime, str]:
    try:
        text = urlsafe_b64decode(mark[:200] + "=" * (-len(mark[:200]) % 4)).decode("ascii")
        moment, ident = text.split(" ")
        return datetime.fromisoformat(moment).astimezone(UTC), str(UUID(ident))
    except (ValueError, OverflowError, binascii.Error):
        raise Invalid("Länken till fler rader går inte att läsa. Börja om från listans början.") from None
