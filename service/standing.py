"""Where the running cases stand: by version and step, how long a step takes, what broke, what is due.

Counted in the database, over the cases that whoever asks may know of: of the locked ones nothing is said but
that something broke."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Float, cast, extract, func, literal, select
from sqlalchemy.orm import Session

from service import definitions, pauses, secrecy
from service.actors import Actor
from service.errors import NotFound
from service.store import (
    CaseRow,
    DefinitionRow,
    EndpointRow,
    InterventionRow,
    MessageRow,
    RegistrationRow,
    ScheduleRow,
    SubscriptionRow,
    TaskRow,
    TimerRow,
    lock_rows,
)
from service.store.types import UTCDateTime

MAX_INCIDENTS = 100
"""Incidents that are read at once; the number of all stands beside them."""
MAX_READ = 1000
"""Incidents that are read when one is looked for, or a whole group is tried again."""
MAX_LISTED = 50
"""Timers, registrations and paused cases that are listed at once."""
_OVER = ("registered", "cancelled")


@dataclass(frozen=True, slots=True)
class Step:
    """An element where open cases wait. `half` and `most` are the 50th and 90th percentile of how long it
    has taken those who are through it, None where nobody is; `waited` is how long all that wait there now
    have waited together, and `oldest` the longest of them."""

    element: str
    waiting: int
    half: timedelta | None
    most: timedelta | None
    waited: timedelta
    oldest: timedelta


@dataclass(frozen=True, slots=True)
class Standing:
    """One version with open cases. `steps` are ordered by what has been waited there, most first."""

    hash: str
    process: str
    name: str
    number: int
    active: bool
    running: int
    steps: tuple[Step, ...]

    @property
    def bottleneck(self) -> Step | None:
        """Where most time lies now."""
        return self.steps[0] if self.steps else None


@dataclass(frozen=True, slots=True)
class Incident:
    """A task about something that broke. `number`, `case_id` and `step` (the element's name) are None where
    the case is not to be known of, and `mine` says whether whoever asks may open the task. `stream` is the
    case's id all the same, for what is looked up by it and not shown."""

    task: str
    number: str | None
    at: datetime
    mine: bool
    case_id: str | None
    step: str | None
    stream: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Incidents with the same cause: the sentence, and those that have it, the oldest first. `id` names the
    cause in an address."""

    text: str
    incidents: tuple[Incident, ...]

    @property
    def id(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Queues:
    """Numbers of the machinery."""

    timers_due: int
    timers_waiting: int
    next_timer: datetime | None
    registrations: tuple[tuple[str, int], ...]
    messages: tuple[tuple[str, int], ...]
    paused_until: tuple[tuple[str, datetime], ...]
    """Targets that are left alone for a while, since they did not answer."""


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that waits, or that failed. `paused`: its case stands still, and the timer with it."""

    case_id: str
    number: str
    name: str
    due_at: datetime
    state: str
    paused: bool


@dataclass(frozen=True, slots=True)
class Sending:
    """A registration that is not settled: how often it has been tried, and when it will be next."""

    case_id: str
    number: str
    state: str
    attempt: int
    next_at: datetime | None
    since: datetime


def standing(session: Session, actor: Actor, *, now: datetime) -> list[Standing]:
    """Every version that open cases stand on, by process, newest version first."""
    known = (CaseRow.status == "open") & secrecy.knows(actor, now)
    counted = (
        select(CaseRow.definition, func.count().label("running"))
        .where(known)
        .group_by(CaseRow.definition)
        .subquery()
    )
    rows = session.execute(
        select(DefinitionRow, counted.c.running)
        .join(counted, counted.c.definition == DefinitionRow.hash)
        .order_by(DefinitionRow.name, DefinitionRow.number.desc())
    ).all()
    waiting = _waiting(session, known, now)
    taken = _taken(session, actor, now)
    found = []
    for row, running in rows:
        steps = []
        for (name, element), (count, waited, oldest) in waiting.items():
            if name == row.hash:
                half, most = taken.get((name, element), (None, None))
                steps.append(Step(element, count, half, most, waited, oldest))
        steps.sort(key=lambda step: (-step.waited, step.element))
        found.append(Standing(row.hash, row.process, row.name, row.number, row.active, running, tuple(steps)))
    return found


def _waiting(
    session: Session, known: ColumnElement[bool], now: datetime
) -> dict[tuple[str, str], tuple[int, timedelta, timedelta]]:
    """(version, element) → how many wait, how long together, and the longest."""
    found: dict[tuple[str, str], tuple[int, timedelta, timedelta]] = {}
    since: list[tuple[Any, Any, ColumnElement[bool]]] = [
        (TaskRow, TaskRow.opened_at, (TaskRow.status == "open") & (TaskRow.kind == "form")),
        (RegistrationRow, RegistrationRow.created_at, RegistrationRow.state.not_in(_OVER)),
        (SubscriptionRow, None, SubscriptionRow.open.is_(True)),
    ]
    for row, began, waits in since:
        age: Any = _seconds(session, began, now) if began is not None else cast(0, Float)
        query = (
            select(CaseRow.definition, row.element, func.count(), func.sum(age), func.max(age))
            .join(CaseRow, CaseRow.id == row.case_id)
            .where(known, waits)
            .group_by(CaseRow.definition, row.element)
        )
        for name, element, count, together, longest in session.execute(query):
            before = found.get((name, element), (0, timedelta(), timedelta()))
            found[name, element] = (
                before[0] + count,
                before[1] + timedelta(seconds=float(together)),
                max(before[2], timedelta(seconds=float(longest))),
            )
    return found


def _taken(
    session: Session, actor: Actor, now: datetime
) -> dict[tuple[str, str], tuple[timedelta, timedelta]]:
    """(version, element) → the 50th and 90th percentile of how long a finished task was open there: of the
    values themselves, never between two (the nearest rank)."""
    span = _seconds(session, TaskRow.opened_at, TaskRow.closed_at)
    group = (CaseRow.definition, TaskRow.element)
    ranked = (
        select(
            CaseRow.definition.label("definition"),
            TaskRow.element.label("element"),
            span.label("span"),
            func.row_number().over(partition_by=group, order_by=span).label("rank"),
            func.count().over(partition_by=group).label("total"),
        )
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .where(secrecy.knows(actor, now), TaskRow.kind == "form", TaskRow.status == "completed")
        .subquery()
    )

    def nearest(percent: int) -> Any:
        rank = (ranked.c.total * percent + 99) // 100  # rounded up, in whole numbers on both databases
        return func.min(ranked.c.span).filter(ranked.c.rank >= rank)

    rows = session.execute(
        select(ranked.c.definition, ranked.c.element, nearest(50), nearest(90)).group_by(
            ranked.c.definition, ranked.c.element
        )
    )
    return {
        (name, element): (timedelta(seconds=float(half)), timedelta(seconds=float(most)))
        for name, element, half, most in rows
    }


def _seconds(session: Session, start: Any, end: Any) -> ColumnElement[float]:
    """Seconds from one moment to another, as the database at hand reckons them."""
    if isinstance(end, datetime):
        end = literal(end, UTCDateTime())
    if lock_rows(session):
        return cast(extract("epoch", end - start), Float)
    # days as a fraction are a hair off: a whole hour must not become 59 minutes
    return func.round((func.julianday(end) - func.julianday(start)) * 86_400.0, type_=Float)


def incidents(
    session: Session, actor: Actor, *, now: datetime, most: int = MAX_INCIDENTS
) -> tuple[int, tuple[Cause, ...]]:
    """How many there are, and the oldest `most` by cause, the most common first."""
    broken = (TaskRow.status == "open") & (TaskRow.kind != "form")
    seen = broken & secrecy.may_know_of_task(actor, now)
    total = session.scalars(
        select(func.count()).select_from(TaskRow).join(CaseRow, CaseRow.id == TaskRow.case_id).where(seen)
    ).one()
    rows = session.execute(
        select(
            TaskRow.id,
            TaskRow.name,
            TaskRow.opened_at,
            TaskRow.element,
            CaseRow.number,
            CaseRow.id,
            CaseRow.definition,
            secrecy.knows(actor, now),
            secrecy.sees_task(actor, now),
        )
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .where(seen)
        .order_by(TaskRow.opened_at, TaskRow.id)
        .limit(most)
    )
    grouped: dict[str, list[Incident]] = {}
    for ident, name, at, element, number, case_id, definition, knows, mine in rows:
        if knows:
            step = _step(session, definition, element)
            one = Incident(ident, number, at, bool(mine), case_id, step, case_id)
        else:
            one = Incident(ident, None, at, bool(mine), None, None, case_id)
        grouped.setdefault(name if knows else secrecy.BROKEN, []).append(one)
    causes = [Cause(text, tuple(found)) for text, found in grouped.items()]
    return total, tuple(sorted(causes, key=lambda cause: (-len(cause.incidents), cause.text)))


def _step(session: Session, definition: str, element: str) -> str:
    found = definitions.by_hash(session, definition).elements.get(element)
    return (found.name if found else "") or element


def incident(session: Session, task_id: str, actor: Actor, *, now: datetime) -> tuple[str, Incident]:
    """One open incident and its cause. Raises NotFound."""
    for cause in incidents(session, actor, now=now, most=MAX_READ)[1]:
        for one in cause.incidents:
            if one.task == task_id:
                return cause.text, one
    raise NotFound


def timers(session: Session, actor: Actor, *, now: datetime) -> tuple[Timer, ...]:
    """The MAX_LISTED timers that come due first, in the cases that `actor` may know of."""
    rows = session.execute(
        select(
            CaseRow.id, CaseRow.number, TimerRow.name, TimerRow.element, TimerRow.due_at, TimerRow.state,
            pauses.paused(),
        )
        .join(CaseRow, CaseRow.id == TimerRow.case_id)
        .where(TimerRow.state.in_(("waiting", "failed")), CaseRow.status == "open", secrecy.knows(actor, now))
        .order_by(TimerRow.due_at, TimerRow.id)
        .limit(MAX_LISTED)
    )  # fmt: skip
    return tuple(
        Timer(case_id, number, name or element, due, state, bool(paused))
        for case_id, number, name, element, due, state, paused in rows
    )


def sendings(session: Session, actor: Actor, *, now: datetime) -> tuple[Sending, ...]:
    """The MAX_LISTED registrations that have waited longest, in the cases that `actor` may know of."""
    rows = session.execute(
        select(
            CaseRow.id,
            CaseRow.number,
            RegistrationRow.state,
            RegistrationRow.attempt,
            RegistrationRow.next_attempt_at,
            RegistrationRow.created_at,
        )
        .join(CaseRow, CaseRow.id == RegistrationRow.case_id)
        .where(RegistrationRow.state.not_in(_OVER), secrecy.knows(actor, now))
        .order_by(RegistrationRow.created_at, RegistrationRow.id)
        .limit(MAX_LISTED)
    )
    return tuple(Sending(*row) for row in rows)


def stopped(session: Session, actor: Actor, *, now: datetime) -> tuple[tuple[str, str], ...]:
    """Open cases that are paused by themselves, (id, number), of those that `actor` may know of, at most
    MAX_LISTED. A paused version is told of beside the version."""
    rows = session.execute(
        select(CaseRow.id, CaseRow.number)
        .join(InterventionRow, InterventionRow.case_id == CaseRow.id)
        .where(
            InterventionRow.kind == "pause",
            InterventionRow.ended_at.is_(None),
            CaseRow.status == "open",
            secrecy.knows(actor, now),
        )
        .order_by(InterventionRow.at, CaseRow.number)
        .limit(MAX_LISTED)
    )
    return tuple((ident, number) for ident, number in rows)


def queues(session: Session, actor: Actor, *, now: datetime) -> Queues:
    """What waits to be done by itself, in the cases that `actor` may know of. What breaks in another is an
    incident, which is told without a word of the case."""
    known = secrecy.knows(actor, now)
    waiting = TimerRow.state == "waiting"
    due, ahead, first = session.execute(
        select(
            func.count().filter(waiting, TimerRow.due_at <= now),
            func.count().filter(waiting),
            func.min(TimerRow.due_at).filter(waiting, TimerRow.due_at > now),
        )
        .select_from(TimerRow)
        .join(CaseRow, CaseRow.id == TimerRow.case_id)
        .where(known)
    ).one()
    registrations = session.execute(
        select(RegistrationRow.state, func.count())
        .join(CaseRow, CaseRow.id == RegistrationRow.case_id)
        .where(RegistrationRow.state.not_in(_OVER), known)
        .group_by(RegistrationRow.state)
        .order_by(RegistrationRow.state)
    )
    messages = session.execute(
        select(MessageRow.state, func.count())
        .where(MessageRow.state.in_(("waiting", "ambiguous", "failed")))
        .group_by(MessageRow.state)
        .order_by(MessageRow.state)
    )
    paused = session.execute(
        select(EndpointRow.target, EndpointRow.open_until)
        .where(EndpointRow.open_until > now)
        .order_by(EndpointRow.target)
    )
    return Queues(
        due,
        ahead,
        first,
        tuple((state, count) for state, count in registrations),
        tuple((state, count) for state, count in messages),
        tuple((target, until) for target, until in paused if until is not None),
    )


def schedules(session: Session) -> Sequence[ScheduleRow]:
    """What the clock begins by itself, the next first."""
    return session.scalars(select(ScheduleRow).order_by(ScheduleRow.next_at, ScheduleRow.process)).all()
