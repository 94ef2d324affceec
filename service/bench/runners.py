"""Ours and stock SpiffWorkflow behind one door, so that both are put through exactly the same work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import workflows
from service import definitions
from service.bench.work import FOLDERS
from workflows import Value
from workflows.stock import Stock, StockStep

_KEY = bytes(range(32))


@dataclass(frozen=True, slots=True)
class Moved:
    """What a step left: the state to save, and (id, element) of the user tasks that it opened. Stock
    names all that are open, since its tree does not tell which are new."""

    state: bytes
    opened: tuple[tuple[str, str], ...]
    ended: bool


class Runner(Protocol):
    """Bytes in, bytes out: restores, completes one user task, runs on, saves."""

    def start(self, case: str) -> Moved: ...

    def complete(self, case: str, state: bytes, task: str, answers: Mapping[str, Value]) -> Moved: ...

    def after(self, case: str, answers: Mapping[str, Value], turns: tuple[int, ...]) -> dict[int, Moved]:
        """The states of a case whose one open task has been completed so many times (ascending)."""
        ...


class Ours:
    """The product's own engine and sealed state."""

    def __init__(self, process: str, now: datetime) -> None:
        self._definition = workflows.read(definitions.folder(FOLDERS[process]))
        self._now = now

    def start(self, case: str) -> Moved:
        return _moved(workflows.start(self._definition, {}, case=case, key=_KEY, now=self._now))

    def complete(self, case: str, state: bytes, task: str, answers: Mapping[str, Value]) -> Moved:
        step = workflows.CompleteTask(task, answers)
        return _moved(workflows.advance(self._definition, state, step, case=case, key=_KEY, now=self._now))

    def after(self, case: str, answers: Mapping[str, Value], turns: tuple[int, ...]) -> dict[int, Moved]:
        moved, found = self.start(case), {}
        for turn in range(1, turns[-1] + 1):
            moved = self.complete(case, moved.state, moved.opened[0][0], answers)
            if turn in turns:
                found[turn] = moved
        return found


class StockRunner:
    """SpiffWorkflow as its documentation shows it: one JSON that holds specification, data and history."""

    def __init__(self, process: str, now: datetime) -> None:
        self._stock = Stock((FOLDERS[process] / "model.bpmn").read_bytes(), process, now)

    def start(self, case: str) -> Moved:
        return _from_stock(self._stock.start({}))

    def complete(self, case: str, state: bytes, task: str, answers: Mapping[str, Value]) -> Moved:
        return _from_stock(self._stock.complete(state.decode(), task, answers))

    def after(self, case: str, answers: Mapping[str, Value], turns: tuple[int, ...]) -> dict[int, Moved]:
        # without saving each turn: it costs seconds and leaves the same tree
        steps = self._stock.turns(self._stock.start({}).state, answers, turns)
        return {turn: _from_stock(step) for turn, step in zip(turns, steps, strict=True)}


def _moved(advance: workflows.Advance) -> Moved:
    opened = tuple((e.task, e.element) for e in advance.events if isinstance(e, workflows.TaskOpened))
    return Moved(advance.state, opened, advance.ended)


def _from_stock(step: StockStep) -> Moved:
    return Moved(step.state.encode(), step.ready, step.ended)
