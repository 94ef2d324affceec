"""Which flows of a scope may hold a token at the same time, by the rules that the engine plays by.

A relation over pairs, closed under every move: larger than the truth in odd models, never smaller.
A case whose tokens could never have come to stand so would do work twice in the new version.
"""

from __future__ import annotations

from itertools import combinations

from workflows.model import Kind, Scope, TimerKind

Together = tuple[frozenset[int], ...]
"""For each flow, by its place in `Scope.flows`, the flows that may hold a token beside it."""


def together(scope: Scope) -> Together:
    return _Closure(scope).closed()


class _Closure:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.own: dict[str, list[int]] = {name: [] for name in scope.nodes}
        self.into: dict[str, list[int]] = {name: [] for name in scope.nodes}
        for number, flow in enumerate(scope.flows):
            self.own[flow.source].append(number)
            self.into[flow.target].append(number)
        self.events = {name: scope.boundaries(name) for name in scope.nodes}
        self.beside: list[set[int]] = [set() for _ in scope.flows]
        self.waiting: list[tuple[int, int]] = []

    def closed(self) -> Together:
        for name, node in self.scope.nodes.items():
            if node.kind not in (Kind.EXCLUSIVE, Kind.EVENT_GATEWAY):
                for pair in combinations(self.own[name], 2):
                    self._add(*pair)
            self._edges(name)
        while self.waiting:
            first, second = self.waiting.pop()
            self._move(first, second)
            self._move(second, first)
        return tuple(frozenset(others) for others in self.beside)

    def _edges(self, name: str) -> None:
        """What an event that does not interrupt sends runs beside the activity itself."""
        for event in self.events[name]:
            if event.interrupting:
                continue
            again = event.message is not None or (
                event.timer is not None and event.timer.kind is TimerKind.CYCLE
            )
            for sent in self.own[event.id]:
                for number in self.into[name]:
                    self._add(number, sent)
                if again:
                    self._add(sent, sent)

    def _move(self, moving: int, other: int) -> None:
        name = self.scope.flows[moving].target
        node, into = self.scope.nodes[name], self.into[name]
        if node.kind in (Kind.PARALLEL, Kind.INCLUSIVE) and other != moving and other in into:
            return  # the two meet there and become one
        if node.kind is Kind.PARALLEL and any(n != moving and other not in self.beside[n] for n in into):
            return
        for number in (*self.own[name], *(n for e in self.events[name] for n in self.own[e.id])):
            self._add(number, other)

    def _add(self, first: int, second: int) -> None:
        if second not in self.beside[first]:
            self.beside[first].add(second)
            self.beside[second].add(first)
            self.waiting.append((first, second))
