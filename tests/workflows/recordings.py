"""Recorded cases made from the scenarios of a shipped process: each story as the store would have kept it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from service import definitions
from workflows import Definition, read, scenarios
from workflows.replay import Happened, Recorded
from workflows.replay.record import Kind
from workflows.scenarios.case import Case, Difference, Waiting
from workflows.scenarios.plan import Clock, Scenario, Timed
from workflows.steps import (
    Advance,
    CompleteTask,
    MessageAwaited,
    OperationFailed,
    OperationRequested,
    Passed,
    Step,
    TaskOpened,
    TimerSet,
)

_KINDS: dict[type, Kind] = {
    TaskOpened: "task",
    OperationRequested: "operation",
    TimerSet: "timer",
    MessageAwaited: "message",
}


@dataclass(slots=True)
class Recorder(Case):
    """Plays a scenario and keeps what the store would keep."""

    steps: list[Happened] = field(default_factory=list)
    passed: list[tuple[str, ...]] = field(default_factory=list)
    timers: set[tuple[str, object]] = field(default_factory=set)
    answered: object = None

    def take(self, planned: Timed) -> None:
        self.answered = planned.values
        Case.take(self, planned)

    def _advance(self, step: Step) -> None:
        waiting = self.at(step)
        kind = _KINDS[type(waiting)]
        values = self.answered if kind in ("task", "operation", "message") else {}
        code = step.code if isinstance(step, OperationFailed) else None
        if isinstance(step, CompleteTask):
            values = {**dict(values), **step.answers}  # type: ignore[call-overload]
        self.steps.append(Happened(kind, waiting.element, self.now, values, code))  # type: ignore[arg-type]
        Case._advance(self, step)

    def at(self, step: Step) -> Waiting:
        return self.seen[step.task]

    seen: dict[str, Waiting] = field(default_factory=dict)

    def _note(self, made: Advance) -> None:
        group = tuple(event.element for event in made.events if isinstance(event, Passed))
        if group:
            self.passed.append(group)
        for event in made.events:
            if isinstance(event, TaskOpened | OperationRequested | TimerSet | MessageAwaited):
                self.seen[event.task] = event
            if isinstance(event, TimerSet):
                self.timers.add((event.element, event.due))
        Case._note(self, made)


def recorded(definition: Definition, scenario: Scenario) -> Recorded:
    """The story as a case that has been. Raises Difference when it does not hold."""
    case = Recorder(definition, scenario.at)
    profile = definitions.variables_of(scenario.profile)
    given = {**profile, **scenario.given}
    case.begin({k: v for k, v in given.items() if k in definition.reads or k in scenario.given})
    for planned in scenario.steps:
        if isinstance(planned, Timed):
            case.take(planned)
        elif isinstance(planned, Clock):
            case.pass_time(planned)
    left = [
        w for w in case.waiting.values() if isinstance(w, OperationRequested) and w.operation == "continue_in"
    ]
    steps = case.steps + [Happened("left", w.element, case.now) for w in left]
    ended = case.ended
    outcome = ended.variables.get("outcome") if ended else None
    return Recorded(
        given=scenario.given,
        offered=profile,
        began=scenario.at,
        until=case.now,
        closed=ended is not None or bool(left),
        steps=tuple(steps),
        passed=tuple(case.passed),
        waiting=() if ended or left else tuple((_KINDS[type(w)], w.element) for w in case.waiting.values()),
        set_timers=frozenset(case.timers),  # type: ignore[arg-type]
        outcome=outcome if isinstance(outcome, str) else None,
    )


def folder(process: str) -> dict[str, bytes]:
    """The files of a shipped process."""
    return definitions.folder(Path(str(resources.files("bpmn"))) / process)


@cache
def of(process: str) -> tuple[Definition, tuple[tuple[str, Recorded], ...]]:
    """The shipped version, and its scenarios by name as cases."""
    definition = read(folder(process))
    assert definition.scenarios is not None
    return definition, tuple(
        (story.name, recorded(definition, story)) for story in scenarios.read(definition.scenarios)
    )


__all__ = ["Difference", "folder", "of", "recorded"]
