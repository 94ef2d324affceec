"""Runs a model without a database and without people: answers from a file, a clock of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import workflows
from service import deadlines
from service.cli.answers import Answers
from workflows import (
    Advance,
    CompleteTask,
    Definition,
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
    WorkflowError,
    forms,
    state,
)
from workflows.scenarios import Timed

MAX_TURNS = 500
_CASE, _KEY = "run", bytes(32)
_STEP = timedelta(minutes=1)

Waiting = TaskOpened | OperationRequested | TimerSet | MessageAwaited
_KINDS: Mapping[str, type[Waiting]] = {
    "task": TaskOpened, "operation": OperationRequested, "timer": TimerSet, "message": MessageAwaited,
}  # fmt: skip


class Stopped(Exception):
    """The run goes no further. `str()` is a Swedish sentence."""


@dataclass(slots=True)
class Run:
    """One run. `path` holds the elements passed and `names` what they are called, in order."""

    definition: Definition
    answers: Answers
    now: datetime
    kept: bytes = b""
    waiting: dict[str, Waiting] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    ended: Ended | None = None
    stopped: str | None = None
    _used: dict[str, int] = field(default_factory=dict)
    _taken: int = 0
    _let_out: set[str] = field(default_factory=set)
    _numbers: int = 0

    def play(self) -> None:
        """Go on until the end, or until `stopped` says why not. Never raises for what the model or the
        answers hold."""
        standing = deadlines.variables(deadlines.answer(self.now, deadlines.SATER))
        given = {**standing, **self.answers.given}
        try:
            self._note(workflows.start(self.definition, given, case=_CASE, key=_KEY, now=self.now))
            for _ in range(MAX_TURNS):
                if self.ended is not None:
                    return
                self._take(*self._next())
            if self.ended is None:
                raise Stopped(f"Körningen avbröts: den har inte nått något slut på {MAX_TURNS} steg.")
        except (Stopped, WorkflowError) as reason:
            self.stopped = str(reason)
        except OverflowError:
            self.stopped = "Körningen avbröts: en tid ligger för långt fram."

    def variables(self) -> dict[str, Value]:
        """At the end, or as they are where the run stands."""
        if self.ended is not None:
            return dict(self.ended.variables)
        if not self.kept:
            return {}
        snapshot = state.load(self.kept, case=_CASE, definition=self.definition.hash, key=_KEY)
        return snapshot.variables_at(snapshot.frames[0].variables)

    def _next(self) -> tuple[Waiting, Timed]:
        steps = self.answers.steps
        if steps is None:
            found = next(self._replied(), None)
        elif self._taken < len(steps):
            planned = steps[self._taken]
            found = next(((wait, planned) for wait in self._called(planned.name, planned.kind)), None)
            self._taken += found is not None
        else:
            found = None
        found = found or next(self._by_default(), None)
        if found is None:
            raise Stopped(self._why_not())
        return found

    def _called(self, name: str, kind: str) -> Iterator[Waiting]:
        return (w for w in self.waiting.values() if isinstance(w, _KINDS[kind]) and name in names_of(w))

    def _replied(self) -> Iterator[tuple[Waiting, Timed]]:
        """Timers first: one that is named would else never come due before its task is done."""
        for kind in ("timer", "operation", "message", "task"):
            for wait in (w for w in self.waiting.values() if isinstance(w, _KINDS[kind])):
                name = next((n for n in names_of(wait) if n in self.answers.replies), None)
                if name is None or (kind == "timer" and wait.task in self._let_out):
                    continue
                replies = self.answers.replies[name]
                turn = self._used.get(name, 0)
                self._used[name] = turn + 1
                yield wait, replies[min(turn, len(replies) - 1)]

    def _by_default(self) -> Iterator[tuple[Waiting, Timed]]:
        """An operation that nothing is said about, and nothing will be, succeeds."""
        planned = {step.name for step in (self.answers.steps or ())[self._taken :]}
        for wait in self.waiting.values():
            if isinstance(wait, OperationRequested) and not planned & set(names_of(wait)):
                self._numbers += 1
                yield wait, Timed("operation", wait.operation, {"number": f"TEST {self._numbers}"})

    def _why_not(self) -> str:
        there = ", ".join(f"”{names_of(wait)[0]}”" for wait in self.waiting.values()) or "ingenting"
        steps = self.answers.steps
        if steps is not None and self._taken < len(steps):
            planned = steps[self._taken].name
            return f"Steg {self._taken + 1}: ”{planned}” väntar inte. Det som väntar är {there}."
        return f"Körningen når inte slutet: den väntar på {there}, och svarsfilen säger inget om det."

    def _take(self, wait: Waiting, reply: Timed) -> None:
        later = self.now + _STEP
        self.now = max(later, wait.due) if isinstance(wait, TimerSet) else later
        step = self._step(wait, reply)
        if isinstance(wait, OperationRequested):
            del self.waiting[wait.task]  # the answer itself tells of no event
        if isinstance(wait, TimerSet):
            self._let_out.add(wait.task)
        self._note(workflows.advance(self.definition, self.kept, step, case=_CASE, key=_KEY, now=self.now))

    def _step(self, wait: Waiting, reply: Timed) -> Step:
        match wait:
            case TaskOpened():
                return CompleteTask(wait.task, self._answered(wait, reply.values))
            case OperationRequested() if reply.fails:
                return OperationFailed(wait.task, reply.fails)
            case OperationRequested():
                return OperationAnswered(wait.task, reply.values)
            case TimerSet():
                return TimerDue(wait.task)
            case MessageAwaited():
                return MessageArrived(wait.task, reply.values)

    def _answered(self, task: TaskOpened, given: Mapping[str, Value]) -> Mapping[str, Value]:
        """The answers as a person's are taken in: through the form, and a way by its label. A model
        without its forms takes them as they are."""
        answers, chosen = dict(given), dict[str, Value]()
        choice = self.definition.choices.get(task.element)
        if choice is not None:
            for key in (choice.variable, choice.question):
                if key in answers:
                    value = answers.pop(key)
                    ways = {label: flow for flow, label in choice.options}
                    chosen[choice.variable] = ways.get(value, value) if isinstance(value, str) else value
        schema = self.definition.forms.get(task.form or "")
        if schema is None:
            return answers | chosen
        checked = forms.load(task.form or "", schema).validate(answers)
        for name, error in checked.errors.items():
            raise Stopped(f"Svaret ”{name}” i ”{task.name or task.element}” godtas inte: {error}")
        return {**checked.variables, **chosen}

    def _note(self, made: Advance) -> None:
        self.kept = made.state
        for event in made.events:
            match event:
                case TaskOpened() | OperationRequested() | TimerSet() | MessageAwaited():
                    self.waiting[event.task] = event
                case TaskClosed() | OperationWithdrawn() | TimerCleared() | MessageUnawaited():
                    self.waiting.pop(event.task, None)
                case Passed():
                    self.path.append(event.element)
                    self.names.append(event.name or event.element)
                case Ended():
                    self.ended = event


def kind_of(wait: Waiting) -> str:
    """The word that a step has for it: task, operation, timer or message."""
    return next(word for word, kind in _KINDS.items() if isinstance(wait, kind))


def names_of(wait: Waiting) -> tuple[str, ...]:
    """What the answers may call it: as drawn, its id, and an operation by what it asks for."""
    drawn = (wait.name or wait.element, wait.element)
    return (*drawn, wait.operation) if isinstance(wait, OperationRequested) else drawn
