"""What the store tells of cases that have been: who passed where, what was answered, and what waits."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Text, case, cast, null, select
from sqlalchemy.orm import Session

from service import answers, secrecy
from service.actors import Actor
from service.keys import CaseKey, Unreadable
from service.store import (
    CaseRow,
    HistoryRow,
    RegistrationRow,
    SubscriptionRow,
    TaskRow,
    TimerRow,
    case_key,
)
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
    "token_moved",
    "case_cancelled",
)


@dataclass(slots=True)
class Told:
    """What the store tells of one case's time in one process."""

    case: CaseRow
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
    by_hand: bool = False
    """Somebody has moved the case in its flow, or cancelled it: it did not go by the drawing."""


def chosen(session: Session, process: str, last: int, *, actor: Actor, now: datetime) -> list[str]:
    """The ids, of cases that `actor` may know of: all open ones, the latest first, then the `last` that were
    closed or went on elsewhere."""
    known = secrecy.knows(actor, now)
    here = (CaseRow.process == process) & known
    open_now = session.scalars(
        select(CaseRow.id).where(here, CaseRow.status == "open").order_by(CaseRow.opened_at.desc())
    ).all()
    ended = session.execute(
        select(CaseRow.closed_at, CaseRow.id)
        .where(here, CaseRow.status != "open")
        .order_by(CaseRow.closed_at.desc())
        .limit(last)
    ).all()
    elsewhere = select(CaseRow.id).where(CaseRow.process != process, known)
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
    """What is recorded of each case that has run in `process`, in the order of `ids`; of a case that `actor`
    may not know of there is nothing."""
    known = select(CaseRow).where(CaseRow.id.in_(ids), secrecy.knows(actor, now))
    cases = {found.id: found for found in session.scalars(known)}
    passed = HistoryRow.kind == "passed"
    events: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(
        select(
            HistoryRow.stream,
            case((passed, null()), else_=HistoryRow.at).label("at"),  # most events, and nobody asks when
            HistoryRow.kind,
            HistoryRow.element,
            cast(HistoryRow.data, Text).label("data"),
        )
        .where(HistoryRow.stream.in_(ids), HistoryRow.kind.in_(_EVENTS))
        .order_by(HistoryRow.stream, HistoryRow.position)
    ):
        events[row[0]].append(row)
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
        told = _told(session, cases[ident], process, events[ident], tasks[ident])
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


@lru_cache(2_000)
def _data(text: str) -> Mapping[str, Any]:
    """What an event holds: codes, numbers and times, the same in many cases. For reading only."""
    read: dict[str, Any] = json.loads(text)
    return read


@lru_cache(2_000)
def _elements(text: str) -> tuple[str, ...]:
    return tuple(_data(text)["elements"])


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
    session: Session, found: CaseRow, process: str, events: Sequence[Any], tasks: Sequence[Row[Any]]
) -> Told | None:
    """The case's last stretch in `process`; None when it has not run there."""
    answered: dict[str, deque[Row[Any]]] = defaultdict(deque)
    for task in tasks:
        if task.status == "completed":
            answered[task.element].append(task)
    opener = _Opener(session, found)
    last: Told | None = None
    here: Told | None = None
    for _, at, kind, element, text in events:
        match kind:
            case "passed":
                if here is not None:
                    here.passed.append(_elements(text))
            case "case_opened" | "case_continued":
                data = _data(text)
                if kind == "case_continued" and here is not None:
                    here.steps.append(Happened("left", element or "", at))
                    here.open, here.left, here.until = False, True, at
                version = data.get("to") or data.get("definition")
                here = None
                if data.get("process") == process and version:
                    here = last = Told(found, version, data.get("given") or {}, at)
            case "case_migrated" if here is not None:
                here.definition = _data(text)["to"]
            case "case_closed" if here is not None:
                here.open, here.until = False, at
            case "token_moved" | "case_cancelled" if here is not None:
                here.by_hand = True
                if kind == "case_cancelled":
                    here.open, here.until = False, at
            case "case_disposed" if last is not None:
                last.disposed = True
            case "task_completed":
                row = answered[element].popleft() if answered[element] else None
                if here is not None:
                    here.steps.append(Happened("task", element, at, opener.answers(here, row)))
            case _ if here is not None:
                _happened(here, kind, element or "", at, text)
    return last


class _Opener:
    """Opens what was answered in one case, with a key that is fetched once and only when it is needed."""

    def __init__(self, session: Session, found: CaseRow) -> None:
        self._session, self._case = session, found
        self._key: CaseKey | None = None

    def answers(self, told: Told, row: Row[Any] | None) -> Mapping[str, object]:
        """Empty where there are none, or where they cannot be read, which `told` then says."""
        if row is None or row.answers_locked is None or told.unreadable:
            return {}
        try:
            if self._key is None:
                self._key = case_key(self._session, self._case)
            return answers.opened(self._key, row.id, "answers", row.answers_locked)
        except Unreadable:
            told.unreadable = True
            return {}


def _happened(told: Told, kind: str, element: str, at: datetime, text: str) -> None:
    match kind:
        case "timer_fired":
            told.steps.append(Happened("timer", element, at))
        case "message_arrived":
            told.steps.append(Happened("message", element, at))
        case "operation_done":
            told.steps.append(Happened("operation", element, at, _data(text).get("outputs") or {}))
        case "operation_refused":
            told.steps.append(Happened("operation", element, at, code=_data(text)["code"]))
        case "registered":
            told.steps.append(Happened("operation", element, at, {"number": _data(text).get("number")}))
        case "registration_unawaited" if told.steps:
            told.steps.pop()  # the answer that came just before: nobody waited for it
        case "registration_cancelled":
            told.steps.append(Happened("operation", element, at, code="registration_cancelled"))
        case "deadline_reckoned":
            before, after = _data(text)["from"], _data(text)["to"]
            pairs = {before[name]: after[name] for name in before if name in after}
            told.steps.append(Happened("reckoned", "", at, pairs))
