"""Everything that has been played on one version, as a tree: cases that go alike are played once.

A step is told from another by what the model can read of it. Clocks are each case's own: what a timer's due
time is reckoned from at the start stands outside the tree, and a model whose expressions look at the clock
(or in other ways that cannot be foretold) is played anew for each case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workflows import engine
from workflows.definition import Definition, model, tables
from workflows.engine import Played
from workflows.engine.loading import loaded
from workflows.model import Kind as NodeKind
from workflows.model import TimerKind
from workflows.replay.record import Kind
from workflows.steps import (
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
from workflows.variables import TIME, reads, sets, sources

MAX_PLACES = 5_000
"""Places that a tree keeps; beyond it the tree is let go and grows anew."""
_CLOCK = re.compile(r"\b(now|today)\b", re.IGNORECASE)
_FILTER = re.compile(r"([\w)\]]+)\s*\[")
_OPENS: Mapping[type, Kind] = {
    TaskOpened: "task",
    OperationRequested: "operation",
    TimerSet: "timer",
    MessageAwaited: "message",
}
_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that waits: `task` is its key in the engine."""

    kind: Kind
    element: str
    task: str


@dataclass(slots=True)
class Place:
    """Where a case stands. `passed` are the activities and events that the last step went through, `waiting`
    everything that waits by task, `ended` how it ended."""

    played: Played
    passed: tuple[str, ...]
    waiting: Mapping[str, Wait]
    ended: Ended | None
    onward: dict[_Key, Place] = field(default_factory=dict)


class Tree:
    """What one version has been seen to do. Raises ModelRefused for one that may not run."""

    def __init__(self, definition: Definition) -> None:
        loaded(definition)
        self.definition = definition
        self.reads = definition.reads
        graph = model(definition)
        found = list(reads(graph, tables(definition).by_decision))
        made = {
            name
            for node in graph.nodes()
            for name in sets(node, definition.forms, tables(definition).by_decision).names
        }
        read = {one.name for one in found if one.what != TIME}
        timed = {one.name for one in found if one.what == TIME}
        self.matters = frozenset(read | (timed & made) | {"outcome"})
        """The names whose values can change where a case goes."""
        self.own = frozenset(timed - self.matters)
        """The names that only timers read and that only the start gives."""
        self.shared = _foreseeable(definition)
        self._shown = frozenset(
            node.id
            for node in graph.nodes()
            if not node.synthetic and not node.kind.value.endswith("Gateway")
        )
        self._results = {
            node.id: node.operation.result
            for node in graph.nodes()
            if node.kind is NodeKind.SERVICE and node.operation is not None
        }
        self._forms = {node.id: node.form for node in graph.nodes() if node.kind is NodeKind.USER}
        self._roots: dict[_Key, Place] = {}
        self._places = 0

    def begin(self, given: Mapping[str, Value], now: datetime) -> Place:
        """A case that begins with these variables. Raises WorkflowError."""
        key = self._values(given)
        found = self._roots.get(key) if self.shared else None
        if found is None:
            found = self._place(engine.begin(self.definition, given, now=now), {})
            if self.shared:
                self._make_room()
                self._roots[key] = found
        return found

    def go_on(self, place: Place, wait: Wait, step: Step, now: datetime) -> Place:
        """The same case after the step. Raises WorkflowError; a step that fails is remembered by nobody,
        since what failed may be the clock of this case alone."""
        key = self._key(wait, step)
        found = place.onward.get(key) if self.shared else None
        if found is None:
            before = dict(place.waiting)
            if wait.kind == "operation":
                del before[wait.task]  # the answer itself tells of no event
            found = self._place(engine.go_on(self.definition, place.played, step, now=now), before)
            if self.shared and self._places < MAX_PLACES:
                place.onward[key] = found
        return found

    def form_of(self, element: str) -> str | None:
        """The id of the form that the user task asks with."""
        return self._forms.get(element)

    def _place(self, played: Played, waiting: dict[str, Wait]) -> Place:
        passed: list[str] = []
        ended: Ended | None = None
        for event in played.events:
            match event:
                case TaskOpened() | OperationRequested() | TimerSet() | MessageAwaited():
                    waiting[event.task] = Wait(_OPENS[type(event)], event.element, event.task)
                case TaskClosed() | OperationWithdrawn() | TimerCleared() | MessageUnawaited():
                    waiting.pop(event.task, None)
                case Passed():
                    if event.element in self._shown:
                        passed.append(event.element)
                case Ended():
                    ended = event
        self._places += 1
        return Place(played, tuple(passed), {} if ended else waiting, ended)

    def _make_room(self) -> None:
        if self._places >= MAX_PLACES:
            self._roots.clear()
            self._places = 1

    def _key(self, wait: Wait, step: Step) -> _Key:
        head: _Key = (wait.task,)
        match step:
            case CompleteTask():
                return head + self._values(step.answers)
            case OperationAnswered():
                result = self._results.get(wait.element)
                return head + self._values({result: step.outputs} if result else step.outputs)
            case OperationFailed():
                return (*head, "failed", step.code)
            case MessageArrived():
                return (*head, repr(sorted(step.payload.items())))
            case TimerDue():
                return head

    def _values(self, given: Mapping[str, Value]) -> _Key:
        return tuple(sorted((name, repr(value)) for name, value in given.items() if name in self.matters))


def _foreseeable(definition: Definition) -> bool:
    """Whether what a step does follows from what the tree tells steps apart by."""
    graph = model(definition)
    timed = [source for node in graph.nodes() for what, source in sources(node) if what == TIME]
    texts = [flow.condition or "" for flow in graph.flows()]
    for node in graph.nodes():
        if node.instances is not None or (node.timer is not None and node.timer.kind is TimerKind.CYCLE):
            return False
        texts += [source for what, source in sources(node) if what != TIME]
    texts += [content.decode("utf-8", "replace") for content in definition.decisions.values()]
    if any(_CLOCK.search(text) for text in texts):
        return False  # a timer's own expression may look at it: that is reckoned for each case
    return not any(word != "in" for text in (*texts, *timed) for word in _FILTER.findall(text))
