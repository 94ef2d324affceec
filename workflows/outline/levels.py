"""Every scope of a model with its nodes ordered and numbered: 3, 3.1 in a subprocess, A.1 in a process
that is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.model import Flow, Kind, Model, Scope
from workflows.outline.order import Place, ordered
from workflows.outline.values import Link


@dataclass(frozen=True, slots=True)
class Level:
    """A scope in the order it is told. `letter` is set for a process that is called."""

    scope: Scope
    order: tuple[str, ...]
    depth: int
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Numbered:
    """All levels by scope id, the called processes after the one that calls them."""

    levels: Mapping[str, Level]
    numbers: Mapping[str, str]
    positions: Mapping[str, int]

    def link(self, element: str) -> Link:
        return Link(self.numbers[element], element)

    def first(self, scope: str | None) -> str | None:
        """The element that a scope begins with."""
        level = self.levels.get(scope or "")
        return level.order[0] if level is not None and level.order else None


def numbered(model: Model, drawn: Mapping[str, Place]) -> Numbered:
    levels: dict[str, Level] = {}
    numbers: dict[str, str] = {}
    positions: dict[str, int] = {}
    waiting = [(model.process, "", 0, "")]
    letters = 0
    while waiting:
        name, prefix, depth, letter = waiting.pop(0)
        if name in levels or name not in model.scopes:
            continue
        scope = model.scopes[name]
        order = ordered(scope, drawn)
        levels[name] = Level(scope, order, depth, letter)
        for at, element in enumerate(order):
            numbers[element] = f"{prefix}{at + 1}"
            positions[element] = at
        inner, called = [], []
        for element in order:
            node = scope.nodes[element]
            if node.scope is None or node.scope in levels:
                continue
            if node.kind is Kind.CALL:
                letters += 1
                called.append((node.scope, f"{_letter(letters)}.", 0, _letter(letters)))
            elif node.kind is Kind.SUBPROCESS:
                inner.append((node.scope, f"{numbers[element]}.", depth + 1, ""))
        waiting = [*inner, *waiting, *called]
    return Numbered(levels, numbers, positions)


def meeting(level: Level, positions: Mapping[str, int], split: str) -> tuple[str | None, bool]:
    """Where all branches of a split first come together, and whether they wait for each other there.
    (None, False) when they never do. Loops are not followed."""
    scope = level.scope
    reached: set[str] | None = None
    for flow in scope.outgoing(split):
        branch = _onward(level, positions, flow)
        reached = branch if reached is None else reached & branch
    if not reached:
        return None, False
    place = min(reached, key=positions.__getitem__)
    node = scope.nodes[place]
    waits = node.kind in (Kind.PARALLEL, Kind.INCLUSIVE) and len(scope.incoming(place)) > 1
    return place, waits


def _onward(level: Level, positions: Mapping[str, int], first: Flow) -> set[str]:
    """All that a flow leads to further down, itself included."""
    after: dict[str, list[str]] = {}
    for flow in level.scope.flows:
        after.setdefault(flow.source, []).append(flow.target)
    for node in level.scope.nodes.values():
        if node.attached_to is not None:
            after.setdefault(node.attached_to, []).append(node.id)
    found: set[str] = set()
    waiting = [first.target] if positions[first.target] > positions[first.source] else []
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [t for t in after.get(name, ()) if positions.get(t, -1) > positions[name]]
    return found


def _letter(number: int) -> str:
    """A, B … Z, AA."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
