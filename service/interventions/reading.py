"""Where a case stands, technically: what waits, what is paused, and what a cancellation would touch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from service import cases, definitions, pauses, secrecy
from service.actors import Actor
from service.errors import NotFound
from service.pauses import Pause
from service.store import (
    CaseRow,
    DefinitionRow,
    HistoryRow,
    PersonRow,
    RegistrationRow,
    SubscriptionRow,
    TaskRow,
    TimerRow,
    keys_of,
)
from workflows import Definition, StateRefused
from workflows.migration import Live, live


@dataclass(frozen=True, slots=True)
class Where:
    """A token that waits, and what it waits for: a task, a registration, a time or a message. `due` is aware
    UTC, None where no moment is known. `goals` are (element, name) it may be tried on."""

    token: str
    element: str
    name: str
    what: str
    since: datetime | None
    due: datetime | None
    goals: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Affected:
    """What a cancellation would end, in numbers; `sent` registrations are still sent. `why_not` is the
    sentence that forbids it."""

    tasks: int
    timers: int
    messages: int
    sent: int
    why_not: str | None


@dataclass(frozen=True, slots=True)
class Stands:
    """The technical page of one case. Nothing of what somebody wrote in is here."""

    case_id: str
    number: str
    process: str
    version_number: int
    status: str
    locked: bool
    opened_at: datetime
    version: int
    definition: Definition
    pause: Pause | None
    where: tuple[Where, ...]
    affected: Affected
    readable: bool
    """Whether its state can be read: of one that cannot, nothing can be moved."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tried an incident again: who, when (aware UTC), and whether it went."""

    at: datetime
    by: str
    went: bool


def may_act(actor: Actor) -> bool:
    """Whether `actor` may pause, move and cancel the cases that they may know of."""
    return actor.may("process_owner")


def stands(session: Session, case_id: str, *, actor: Actor, now: datetime) -> Stands:
    """Raises NotFound also when `actor` may not know of the case."""
    row = session.execute(
        select(CaseRow, DefinitionRow.name, DefinitionRow.number)
        .join(DefinitionRow, DefinitionRow.hash == CaseRow.definition)
        .where(CaseRow.id == case_id, secrecy.knows(actor, now))
        .options(undefer(CaseRow.state))
    ).one_or_none()
    if row is None:
        raise NotFound
    case, process, number = row
    definition = definitions.by_hash(session, case.definition)
    tokens: tuple[Live, ...] = ()
    readable = True
    if case.status == "open":
        try:
            tokens = live(definition, case.state, case=case.id, key=keys_of(session).state)
        except StateRefused:
            readable = False
    return Stands(
        case.id,
        case.number,
        process,
        number,
        case.status,
        case.secrecy is not None,
        case.opened_at,
        case.version,
        definition,
        pauses.of_case(session, case) if case.status == "open" else None,
        _where(session, case, definition, tokens),
        _affected(session, case),
        readable,
    )


def _where(
    session: Session, case: CaseRow, definition: Definition, tokens: Collection[Live]
) -> tuple[Where, ...]:
    tasks = {t.id: t for t in session.scalars(select(TaskRow).where(TaskRow.case_id == case.id))}
    asked = {
        r.task: r for r in session.scalars(select(RegistrationRow).where(RegistrationRow.case_id == case.id))
    }
    timers = {
        t.task: t
        for t in session.scalars(
            select(TimerRow).where(TimerRow.case_id == case.id, TimerRow.state.in_(("waiting", "failed")))
        )
    }
    found = []
    for one in tokens:
        task, sent, timer = tasks.get(one.token), asked.get(one.token), timers.get(one.token)
        what, since, due = "message", None, None
        if task is not None:
            what, since, due = "task", task.opened_at, task.due_at
        elif sent is not None:
            what, since, due = "registration", sent.created_at, sent.next_attempt_at
        elif timer is not None:
            what, due = "timer", timer.due_at
        names = {goal: _named(definition, goal) for goal in one.goals}
        often = Counter(names.values())
        goals = tuple(
            (goal, name if often[name] == 1 else f"{name} ({goal})") for goal, name in names.items()
        )
        found.append(Where(one.token, one.element, one.name or one.element, what, since, due, goals))
    return tuple(found)


def _named(definition: Definition, element: str) -> str:
    found = definition.elements.get(element)
    return (found.name if found else "") or element


def _affected(session: Session, case: CaseRow) -> Affected:
    asked = (
        ("tasks", TaskRow, (TaskRow.status == "open") & (TaskRow.kind == "form")),
        ("timers", TimerRow, TimerRow.state == "waiting"),
        ("messages", SubscriptionRow, SubscriptionRow.open.is_(True)),
        ("sent", RegistrationRow, RegistrationRow.state.in_(("pending", "retry"))),
    )
    counted: Mapping[str, int] = {
        name: session.scalars(
            select(func.count()).select_from(row).where(row.case_id == case.id, there)
        ).one()
        for name, row, there in asked
    }
    why_not = cases.cannot_cancel(session, case) if case.status == "open" else None
    return Affected(why_not=why_not, **counted)


def attempts(session: Session, tasks: Mapping[str, str]) -> dict[str, tuple[Attempt, ...]]:
    """Earlier attempts of incidents, the latest first. `tasks` is the incident's task id → its case's id."""
    found: dict[str, list[Attempt]] = {}
    rows = session.execute(
        select(HistoryRow.at, HistoryRow.data, func.coalesce(PersonRow.name, HistoryRow.actor))
        .outerjoin(PersonRow, PersonRow.id == HistoryRow.actor)
        .where(HistoryRow.stream.in_(sorted(set(tasks.values()))), HistoryRow.kind == "incident_retried")
        .order_by(HistoryRow.at.desc(), HistoryRow.position.desc())
    )
    for at, data, by in rows:
        if data.get("task") in tasks:
            found.setdefault(data["task"], []).append(Attempt(at, by, data.get("result") == "went"))
    return {task: tuple(made) for task, made in found.items()}
