"""What the store tells of cases that have been: who passed where, what was answered, and what waits."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from service import answers, secrecy
from service.actors import Actor
from service.keys import Unreadable
from service.store import CaseRow, HistoryRow, RegistrationRow, SubscriptionRow, TaskRow, TimerRow
from workflows.replay import Happened
from workflows.replay.record import Kind as WaitKind

_WAITING = ("pending", "sending", "retry", "uncertain", "refused")
_EVENTS = (
    "case_opened",
    "case_continued",
    "case_migrated",
    "case_closed",
    "case_disposed",
    "passed",
    "task_completed",
    "timer_fired",
    "message_arrived",
    "operation_done",
    "operation_refused",
    "registered",
    "registration_unawaited",
    "registration_cancelled",
    "deadline_reckoned",
)


@dataclass(slots=True)
class Told:
    """What the store tells of one case's time in one process."""

    case: CaseRow
    known: bool
    definition: str
    given: Mapping[str, Any]
    began: datetime
    open: bool = True
    until: datetime | None = None
    left: bool = False
    disposed: bool = False
    steps: list[Happened] = field(default_factory=list)
    passed: list[tuple[str, ...]] = field(default_factory=list)
    waiting: list[tuple[WaitKind, str]] = field(default_factory=list)
    timers: set[tuple[str, datetime]] = field(default_factory=set)
    unreadable: bool = False


def chosen(session: Session, process: str, last: int) -> list[str]:
    """The ids: all open cases, the latest first, then the `last` that were closed or went on elsewhere."""
    here = CaseRow.process == process
    open_now = session.scalars(
        select(CaseRow.id).where(here, CaseRow.status == "open").order_by(CaseRow.opened_at.desc())
    ).all()
    ended = session.execute(
        select(CaseRow.closed_at, CaseRow.id)
        .where(here, CaseRow.status != "open")
        .order_by(CaseRow.closed_at.desc())
        .limit(last)
    ).all()
    elsewhere = select(CaseRow.id).where(CaseRow.process != process)
    gone = session.execute(
        select(HistoryRow.at, HistoryRow.stream).where(
            HistoryRow.stream.in_(elsewhere), HistoryRow.kind == "case_continued"
        )
    ).all()
    times: dict[str, datetime] = {ident: at for at, ident in (*ended, *gone) if at is not None}
    latest = sorted(times, key=lambda ident: (times[ident], ident), reverse=True)
    return [*open_now, *latest[:last]]


def read(
    session: Session, ids: Sequence[str], process: str, *, actor: Actor, now: datetime
) -> Iterator[Told]:
    """What is recorded of each case that has run in `process`, in the order of `ids`."""
    knows = secrecy.knows(actor, now).label("known")
    cases = {
        case.id: (case, bool(known))
        for case, known in session.execute(select(CaseRow, knows).where(CaseRow.id.in_(ids)))
    }
    events: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(
        select(HistoryRow.stream, HistoryRow.at, HistoryRow.kind, HistoryRow.element, HistoryRow.data)
        .where(HistoryRow.stream.in_(ids), HistoryRow.kind.in_(_EVENTS))
        .order_by(HistoryRow.stream, HistoryRow.position)
    ):
        events[row.stream].append(row)
    tasks: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(
        select(TaskRow.id, TaskRow.case_id, TaskRow.element, TaskRow.status, TaskRow.answers_locked)
        .where(TaskRow.case_id.in_(ids), TaskRow.kind == "form")
        .order_by(TaskRow.closed_at, TaskRow.opened_at, TaskRow.id)
    ):
        tasks[row.case_id].append(row)
    waiting = _waiting(session, ids)
    timers: dict[str, set[tuple[str, datetime]]] = defaultdict(set)
    for case_id, element, due in session.execute(
        select(TimerRow.case_id, TimerRow.element, TimerRow.due_at).where(TimerRow.case_id.in_(ids))
    ):
        timers[case_id].add((element, due))
    for ident in ids:
        if ident not in cases:
            continue
        case, known = cases[ident]
        told = _told(session, case, known, process, events[ident], tasks[ident])
        if told is None:
            continue
        told.timers = timers[ident]
        if told.open:
            told.until = now
            told.waiting = [
                *(("task", row.element) for row in tasks[ident] if row.status == "open"),
                *waiting[ident],
            ]
        yield told


def _waiting(session: Session, ids: Sequence[str]) -> dict[str, list[tuple[WaitKind, str]]]:
    """What each case waits for, but for people."""
    found: dict[str, list[tuple[WaitKind, str]]] = defaultdict(list)
    asked = session.execute(
        select(RegistrationRow.case_id, RegistrationRow.element).where(
            RegistrationRow.case_id.in_(ids), RegistrationRow.state.in_(_WAITING)
        )
    )
    for case_id, element in asked:
        found[case_id].append(("operation", element))
    timers = session.execute(
        select(TimerRow.case_id, TimerRow.element).where(
            TimerRow.case_id.in_(ids), TimerRow.state == "waiting"
        )
    )
    for case_id, element in timers:
        found[case_id].append(("timer", element))
    messages = session.execute(
        select(SubscriptionRow.case_id, SubscriptionRow.element).where(
            SubscriptionRow.case_id.in_(ids), SubscriptionRow.open
        )
    )
    for case_id, element in messages:
        found[case_id].append(("message", element))
    return found


def _told(
    session: Session,
    case: CaseRow,
    known: bool,
    process: str,
    events: Sequence[Row[Any]],
    tasks: Sequence[Row[Any]],
) -> Told | None:
    """The case's last stretch in `process`; None when it has not run there."""
    answered: dict[str, deque[Row[Any]]] = defaultdict(deque)
    for task in tasks:
        if task.status == "completed":
            answered[task.element].append(task)
    found: Told | None = None
    here: Told | None = None
    for event in events:
        data: Mapping[str, Any] = event.data
        match event.kind:
            case "case_opened" | "case_continued":
                if event.kind == "case_continued" and here is not None:
                    here.steps.append(Happened("left", event.element or "", event.at))
                    here.open, here.left, here.until = False, True, event.at
                version = data.get("to") or data.get("definition")
                here = None
                if data.get("process") == process and version:
                    here = found = Told(case, known, version, data.get("given") or {}, event.at)
            case "case_migrated" if here is not None:
                here.definition = data["to"]
            case "case_closed" if here is not None:
                here.open, here.until = False, event.at
            case "case_disposed" if found is not None:
                found.disposed = True
            case "task_completed":
                row = answered[event.element].popleft() if answered[event.element] else None
                if here is not None:
                    _answered(session, here, event, row)
            case _ if here is not None:
                _happened(here, event, data)
    return found


def _answered(session: Session, told: Told, event: Row[Any], row: Row[Any] | None) -> None:
    """A task that was done, with what was answered in it."""
    values: Mapping[str, object] = {}
    if row is not None and row.answers_locked is not None and not told.unreadable:
        try:
            values = answers.unlock(session, told.case, row.id, "answers", row.answers_locked)
        except Unreadable:
            told.unreadable = True
    told.steps.append(Happened("task", event.element, event.at, values))


def _happened(told: Told, event: Row[Any], data: Mapping[str, Any]) -> None:
    element = event.element or ""
    match event.kind:
        case "passed":
            told.passed.append(tuple(data["elements"]))
        case "timer_fired":
            told.steps.append(Happened("timer", element, event.at))
        case "message_arrived":
            told.steps.append(Happened("message", element, event.at))
        case "operation_done":
            told.steps.append(Happened("operation", element, event.at, data.get("outputs") or {}))
        case "operation_refused":
            told.steps.append(Happened("operation", element, event.at, code=data["code"]))
        case "registered":
            told.steps.append(Happened("operation", element, event.at, {"number": data.get("number")}))
        case "registration_unawaited" if told.steps:
            told.steps.pop()  # the answer that came just before: nobody waited for it
        case "registration_cancelled":
            told.steps.append(Happened("operation", element, event.at, code="registration_cancelled"))
        case "deadline_reckoned":
            before, after = data["from"], data["to"]
            pairs = {before[name]: after[name] for name in before if name in after}
            told.steps.append(Happened("reckoned", "", event.at, pairs))
