"""One case run twice: saved and restored between steps, and kept in memory the whole way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.workflows.driving import KEY, NOW
from workflows import (
    Advance,
    Definition,
    Event,
    MessageAwaited,
    OperationRequested,
    Step,
    TaskOpened,
    TimerSet,
    Value,
    advance,
    start,
)
from workflows.engine.context import Context
from workflows.engine.journal import Journal, is_open
from workflows.engine.loading import loaded
from workflows.engine.running import settle, take
from workflows.engine.tokens import Workflow


class Restored:
    """Saves and restores between steps, as in service."""

    def __init__(self, definition: Definition, given: Mapping[str, Value]) -> None:
        self.definition = definition
        self.last = start(definition, given, case="c", key=KEY, now=NOW)

    def step(self, step: Step) -> None:
        self.last = advance(self.definition, self.last.state, step, case="c", key=KEY, now=NOW)


class Kept:
    """Keeps the engine's own tree and never saves."""

    def __init__(self, definition: Definition, given: Mapping[str, Value]) -> None:
        self.definition = definition
        parts = loaded(definition)
        context = Context("c", NOW, parts.decisions)
        self.top = Workflow(parts.specs[definition.process], parts.specs, context, Journal(frozenset()))
        self.top.task_tree.data = dict(given)
        settle(self.top)
        self._told()

    def step(self, step: Step) -> None:
        open_tasks = [t for w in self.top.running() for t in w.tasks.values() if is_open(t)]
        self.top.journal = Journal(frozenset(str(t.id) for t in open_tasks))
        take(self.top, step, self.top.journal, self.definition.choices)
        settle(self.top)
        self._told()

    def _told(self) -> None:
        self.last = Advance(b"", self.top.journal.events(self.top), self.top.completed)


class Seen:
    """What is open, in order, and what happened, without the ids of tasks."""

    def __init__(self) -> None:
        self.open: dict[str, Event] = {}
        self.log: list[tuple[Any, ...]] = []

    def told(self, result: Advance) -> None:
        for event in result.events:
            fields = {n: getattr(event, n) for n in type(event).__slots__ if n != "task"}
            self.log.append((type(event).__name__, repr(fields)))
            if isinstance(event, TaskOpened | OperationRequested | TimerSet | MessageAwaited):
                self.open[event.task] = event
            elif hasattr(event, "task"):
                self.open.pop(event.task, None)
