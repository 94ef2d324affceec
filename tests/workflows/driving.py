"""Drives a workflow in tests: keeps the state between steps and remembers what happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from workflows import (
    Advance,
    CompleteTask,
    Definition,
    MessageArrived,
    OperationAnswered,
    OperationFailed,
    Passed,
    Step,
    TaskOpened,
    TimerDue,
    Value,
    advance,
    read,
    start,
)

KEY = b"k" * 32
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Case:
    """One running case. `open` maps the element's id to the latest event that opened it."""

    def __init__(
        self,
        model: bytes | Mapping[str, bytes],
        variables: Mapping[str, Value] | None = None,
        now: datetime = NOW,
        name: str = "ärende-1",
    ) -> None:
        files = {"model.bpmn": model} if isinstance(model, bytes) else model
        self.definition: Definition = read(files)
        self.name, self.now = name, now
        self.path: list[str] = []
        self.open: dict[str, object] = {}
        self.ended = False
        self._told(start(self.definition, variables or {}, case=name, key=KEY, now=now))

    def step(self, step: Step) -> Advance:
        result = advance(self.definition, self.state, step, case=self.name, key=KEY, now=self.now)
        self._told(result)
        return result

    def done(self, element: str, /, **answers: Value) -> Advance:
        return self.step(CompleteTask(self.task(element), answers))

    def answered(self, element: str, /, **outputs: Value) -> Advance:
        return self.step(OperationAnswered(self.task(element), outputs))

    def failed(self, element: str, code: str) -> Advance:
        return self.step(OperationFailed(self.task(element), code))

    def arrived(self, element: str, /, **payload: Value) -> Advance:
        return self.step(MessageArrived(self.task(element), payload))

    def due(self, element: str) -> Advance:
        return self.step(TimerDue(self.task(element)))

    def task(self, element: str) -> str:
        return str(self.open[element].task)  # type: ignore[attr-defined]

    def tasks(self) -> list[str]:
        return [name for name, event in self.open.items() if isinstance(event, TaskOpened)]

    def _told(self, result: Advance) -> None:
        self.state, self.events, self.ended = result.state, result.events, result.ended
        for event in result.events:
            if isinstance(event, Passed):
                self.path.append(event.element)
                held = self.open.get(event.element)
                if held is not None and type(held).__name__ in {"OperationRequested"}:
                    del self.open[event.element]
            elif type(event).__name__ in {
                "TaskClosed",
                "TimerCleared",
                "MessageUnawaited",
                "OperationWithdrawn",
            }:
                held = self.open.get(event.element)  # type: ignore[union-attr]
                if held is not None and held.task == event.task:  # type: ignore[attr-defined,union-attr]
                    del self.open[event.element]  # type: ignore[union-attr]
            elif hasattr(event, "task"):
                self.open[event.element] = event
