"""Open tasks as a list and as numbers, most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from service import duties, pauses, secrecy
from service.actors import Actor
from service.deadlines import STOCKHOLM
from service.errors import NotFound
from service.inbox.searching import PAGE, mark, matching, read_mark
from service.store import CaseRow, PersonRow, TaskRow

View = Literal["mine", "group", "all"]
AT_ONCE = timedelta(hours=1)
"""How long something that is to be done at once is not called late."""
VIEWS: tuple[View, ...] = ("mine", "group", "all")
Urgency = Literal["late", "today", "later"]


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
    process: str
    locked: bool
    """Whether the case is need-to-know."""
    technical: bool
    """Something broke in a case that the asker may not know of: the line says that, and nothing else."""
    unmanned: bool
    """Nobody who may know of the case has the task's role: somebody must be let in."""
    stood_in_for: str | None = None
    """Whose task it is, where the asker does it in their absence."""
    at_once: bool = False
    """To be done at once, and that is what it says for its first hour, before it says how late it is."""
    paused: bool = False
    """Its case is paused: the task cannot be completed."""

    @property
    def heading(self) -> str:
        """What tells it from others: the task's name; of a recurring duty what is to be done, and where."""
        return self.title if self.process == duties.PROCESS and self.kind == "form" else self.name


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


def visible(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The rule of who sees a task, as SQL over `TaskRow` joined with `CaseRow`."""
    return secrecy.sees_task(actor, now)


def _in_view(view: View, actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Which of the tasks that are visible stand in the view."""
    match view:
        case "mine":
            return secrecy.theirs_to_do(actor, now)
        case "group":
            return TaskRow.assignee.is_(None)
        case "all":
            return true()


def counts(session: Session, actor: Actor, view: View, *, search: str = "", now: datetime) -> Counts:
    """Everything the inbox counts, in one query."""
    chosen = _in_view(view, actor, now)
    midnight = _midnight_after(now)

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(case((condition, 1)))

    row = session.execute(
        select(
            *(number(_in_view(v, actor, now)) for v in VIEWS),
            number(chosen),
            number(and_(chosen, TaskRow.due_at < now)),
            number(and_(chosen, TaskRow.due_at >= now, TaskRow.due_at < midnight)),
        )
        .join(TaskRow.case)
        .where(TaskRow.status == "open", visible(actor, now), *matching(search, actor, now))
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
        _task_query(actor, now)
        .where(
            TaskRow.status == "open",
            visible(actor, now),
            _in_view(view, actor, now),
            *matching(search, actor, now),
        )
        .order_by(TaskRow.sort_at, TaskRow.id)
        .limit(size + 1)
    )
    if after:
        moment, ident = read_mark(after)
        query = query.where(TaskRow.sort_at >= moment, or_(TaskRow.sort_at > moment, TaskRow.id > ident))
    rows = session.execute(query).all()
    midnight = _midnight_after(now)
    lines = tuple(_task_line(row, now, midnight) for row in rows[:size])
    more = len(rows) > size
    return Tasks(lines, mark(rows[size - 1].sort_at, rows[size - 1].id) if more else None)


def task_line(session: Session, task_id: str, actor: Actor, *, now: datetime) -> TaskLine:
    """The list's line for one task. Whether its role is the asker's is for `cases.open_task` to say."""
    row = session.execute(
        _task_query(actor, now).where(TaskRow.id == task_id, secrecy.may_know_of_task(actor, now))
    ).one_or_none()
    if row is None:
        raise NotFound
    return _task_line(row, now, _midnight_after(now))


def next_task(session: Session, actor: Actor, case_id: str, *, now: datetime) -> str | None:
    """The first open task of the case that the asker may see."""
    return session.scalar(
        select(TaskRow.id)
        .join(TaskRow.case)
        .where(TaskRow.case_id == case_id, TaskRow.status == "open", visible(actor, now))
        .order_by(TaskRow.sort_at, TaskRow.id)
        .limit(1)
    )


def _task_query(actor: Actor, now: datetime) -> Select[*tuple[Any, ...]]:
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
            CaseRow.process,
            CaseRow.secrecy,
            CaseRow.received_at,
            pauses.paused().label("paused"),
            secrecy.knows(actor, now).label("known"),
            secrecy.unmanned(now).label("unmanned"),
            and_(TaskRow.assignee != actor.id, secrecy.theirs_to_do(actor, now)).label("deputising"),
        )
        .join(TaskRow.case)
        .outerjoin(PersonRow, PersonRow.id == TaskRow.assignee)
    )


def _task_line(row: Row[*tuple[Any, ...]], now: datetime, midnight: datetime) -> TaskLine:
    known = bool(row.known)
    return TaskLine(
        id=row.id,
        name=row.name if known else secrecy.BROKEN,
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
        registration_number=row.registration_number if known else None,
        channel=row.channel if known else "",
        title=row.title if known else secrecy.NEUTRAL,
        process=row.process if known else "",
        locked=row.secrecy is not None,
        technical=not known,
        unmanned=known and bool(row.unmanned),
        stood_in_for=row.assignee_name if known and row.deputising else None,
        at_once=at_once(row.due_at, row.received_at if row.kind == "form" else row.opened_at, now),
        paused=known and bool(row.paused),
    )


def urgency(due_at: datetime | None, now: datetime, midnight: datetime | None = None) -> Urgency:
    """Late, due before midnight in Sweden, or later (also when nothing is due)."""
    if due_at is None or due_at >= (midnight or _midnight_after(now)):
        return "later"
    return "late" if due_at < now else "today"


def at_once(due_at: datetime | None, begun: datetime, now: datetime) -> bool:
    """Whether what was due from the moment it began has been so for less than an hour."""
    return due_at is not None and due_at <= begun and timedelta() <= now - due_at < AT_ONCE


def _midnight_after(now: datetime) -> datetime:
    day = now.astimezone(STOCKHOLM).date() + timedelta(days=1)
    return datetime.combine(day, time(), STOCKHOLM).astimezone(UTC)
