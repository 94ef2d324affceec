"""The case that a scenario plays: its saved state, its clock, and what is open in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from workflows import forms, timers
from workflows.definition import Definition
from workflows.engine import advance, start
from workflows.scenarios.plan import Clock, Timed
from workflows.steps import (
    Advance,
    CompleteTask,
    Ended,
    MessageArrived,
    MessageAwaited,
    MessageUnawaited,
    OperationAnswered,
    OperationFailed,
    OperationRequested,
    OperationWithdrawn,
    Passed,
    Step,
    TaskClosed,
    TaskOpened,
    TimerCleared,
    TimerDue,
    TimerSet,
    Value,
)

_CASE = "scenario"
_KEY = bytes(32)
_STEP = timedelta(minutes=1)
"""How long anything takes in a scenario; only timers take longer."""

MAX_FIRED = 200
"""Timers that may go off while the clock is moved once."""

Waiting = TaskOpened | OperationRequested | TimerSet | MessageAwaited
_WAITS = {
    "task": TaskOpened,
    "operation": OperationRequested,
    "timer": TimerSet,
    "message": MessageAwaited,
}
_CALLED = {
    "task": "uppgiften",
    "operation": "operationen",
    "timer": "tidsgränsen",
    "message": "meddelandet",
}


class Difference(Exception):
    """A Swedish sentence about where model and scenario part."""


@dataclass(slots=True)
class Case:
    """The case of one scenario: saved state, the clock, and what is open."""

    definition: Definition
    now: datetime
    state: bytes = b""
    largest: int = 0
    waiting: dict[str, Waiting] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    flows: set[str] = field(default_factory=set)
    elements: set[str] = field(default_factory=set)
    ended: Ended | None = None

    def begin(self, given: Mapping[str, Value]) -> None:
        self._note(start(self.definition, given, case=_CASE, key=_KEY, now=self.now))

    def take(self, planned: Timed) -> None:
        found = self._find(planned)
        if planned.refused is not None:
            self._refuse(found, planned.values, planned.refused)
            return
        self.now = max(self.now + _STEP, found.due if isinstance(found, TimerSet) else self.now)
        step = self._step(planned, found)
        if isinstance(step, OperationAnswered | OperationFailed):
            del self.waiting[found.task]  # the answer itself tells of no event
        self._advance(step)

    def pass_time(self, planned: Clock) -> None:
        """Move the clock forward. Every timer that comes due goes off at its own time, the earliest first."""
        until = moment(planned, self.now)
        for _ in range(MAX_FIRED):
            due = [wait for wait in self.waiting.values() if isinstance(wait, TimerSet) and wait.due <= until]
            if not due:
                self.now = until
                return
            first = min(due, key=lambda wait: wait.due)
            self.now = max(self.now, first.due)
            self._advance(TimerDue(first.task))
        raise Difference(f"fler än {MAX_FIRED} tidsgränser går ut innan klockan är framme.")

    def open(self, kind: str) -> list[Waiting]:
        return [wait for wait in self.waiting.values() if isinstance(wait, _WAITS[kind])]

    def _advance(self, step: Step) -> None:
        self._note(advance(self.definition, self.state, step, case=_CASE, key=_KEY, now=self.now))

    def _find(self, planned: Timed) -> Waiting:
        candidates = self.open(planned.kind)
        for wait in candidates:
            drawn = self.definition.elements.get(wait.element)
            if planned.name in names_of(wait) or (drawn and planned.name == drawn.name):
                return wait
        there = listed([names_of(wait)[0] for wait in candidates])
        raise Difference(f"{_CALLED[planned.kind]} ”{planned.name}” väntar inte. Det som väntar är {there}.")

    def _step(self, planned: Timed, found: Waiting) -> Step:
        match found:
            case TaskOpened():
                return CompleteTask(found.task, self._answers(found, planned.values))
            case OperationRequested() if planned.fails:
                return OperationFailed(found.task, planned.fails)
            case OperationRequested():
                return OperationAnswered(found.task, planned.values)
            case TimerSet():
                return TimerDue(found.task)
            case MessageAwaited():
                return MessageArrived(found.task, planned.values)

    def _answers(self, task: TaskOpened, given: Mapping[str, Value]) -> Mapping[str, Value]:
        checked, chosen = self._checked(task, given)
        for name, error in checked.errors.items():
            raise Difference(f"svaret ”{name}” i ”{task.name}” godtas inte: {error}")
        return {**checked.variables, **chosen}

    def _refuse(self, wait: Waiting, given: Mapping[str, Value], name: str) -> None:
        """The form must say no to the field `name`."""
        if not isinstance(wait, TaskOpened):
            raise Difference("bara en uppgifts formulär kan säga nej till ett svar.")
        checked, _ = self._checked(wait, given)
        if name not in checked.errors:
            others = listed(tuple(checked.errors))
            raise Difference(
                f"svaret ”{name}” i ”{wait.name}” skulle inte godtas. Det som inte godtas är {others}."
            )

    def _checked(
        self, task: TaskOpened, given: Mapping[str, Value]
    ) -> tuple[forms.Validated, Mapping[str, Value]]:
        """The form's word on the answers, and the way out where the drawing leaves it to the person."""
        answers, chosen = way_out(self.definition, task.element, given)
        schema = self.definition.forms.get(task.form or "")
        if schema is None:
            if answers:
                raise Difference(f"uppgiften ”{task.name}” har inget formulär att svara i.")
            return forms.Validated(), chosen
        return forms.load(task.form or "", schema).validate(answers), chosen

    def _note(self, made: Advance) -> None:
        self.state = bytes(made.state)
        self.largest = max(self.largest, len(self.state))
        for event in made.events:
            match event:
                case TaskOpened() | OperationRequested() | TimerSet() | MessageAwaited():
                    self.waiting[event.task] = event
                case TaskClosed() | OperationWithdrawn() | TimerCleared() | MessageUnawaited():
                    self.waiting.pop(event.task, None)
                case Passed():
                    self._pass(event)
                case Ended():
                    self.ended = event

    def _pass(self, event: Passed) -> None:
        element = self.definition.elements.get(event.element)
        self.elements.add(event.element)
        if event.flow:
            self.flows.add(event.flow)
        if element is not None and not element.kind.endswith("Gateway"):
            self.path.append(event.name or event.element)


def way_out(
    definition: Definition, element: str, given: Mapping[str, Value]
) -> tuple[Mapping[str, Value], Mapping[str, Value]]:
    """The answers to the task's form, and which way out was chosen where the drawing leaves it to the person:
    by the flow's name or id, under the gateway's name or the variable. Raises Difference when none was."""
    answers = dict(given)
    asked = definition.choices.get(element)
    if asked is None:
        return answers, {}
    value = answers.pop(asked.variable, answers.pop(asked.question, None))
    ways = {label: flow for flow, label in asked.options}
    flow = ways.get(str(value), value)
    if flow not in ways.values():
        raise Difference(
            f"”{definition.elements[element].name or element}” kräver ett val: {listed(tuple(ways))}."
        )
    return answers, {asked.variable: flow}


def moment(planned: Clock, now: datetime) -> datetime:
    """The moment (aware UTC) that the clock is moved to from `now`. Raises Difference when that is back."""
    until = timers.due(planned.until, now)
    if until is None or until < now:
        raise Difference("klockan kan inte gå bakåt.")
    return until


def names_of(wait: Waiting) -> tuple[str, ...]:
    """What a scenario may call it: the drawn name first, then ids."""
    match wait:
        case OperationRequested():
            return wait.operation, wait.name, wait.element
        case TaskOpened() | TimerSet() | MessageAwaited():
            return wait.name or wait.element, wait.element


def listed(names: Sequence[str]) -> str:
    return ", ".join(f"”{name}”" for name in names) or "ingenting"
