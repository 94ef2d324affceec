"""Proposes which element of the new version each old one is: by id, then by name, then by place."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from workflows.asdrawn import as_drawn
from workflows.definition import Definition, model
from workflows.migration.plan import Plan
from workflows.migration.sides import sort
from workflows.model import Node, Scope

Key = Hashable | None
"""None: not to be matched in this way."""


def propose(old: Definition, new: Definition) -> Plan:
    """Same id first, then same kind, name and role, then same place between elements already matched.
    Only elements of one kind, on one level, and for events on an edge on the same activity, can be
    one. What is left over is in `Plan.unmapped`."""
    a, b = as_drawn(model(old)), as_drawn(model(new))
    found: dict[str, str] = {}
    guessed: set[str] = set()
    waiting, seen = [(a.process, b.process)], set[str]()
    while waiting:
        before, after = waiting.pop(0)
        if before in seen:
            continue
        seen.add(before)
        here, there = a.scopes[before], b.scopes[after]
        matching = _Matching(here, there)
        matching.run()
        found |= matching.found
        guessed |= matching.guessed
        for name, target in matching.found.items():
            inner, outer = here.nodes[name].scope, there.nodes[target].scope
            if inner in a.scopes and outer in b.scopes and inner is not None and outer is not None:
                waiting.append((inner, outer))
    order = [node.id for node in a.nodes()]
    return Plan(
        {name: found[name] for name in order if name in found},
        tuple(name for name in order if name not in found),
        frozenset(guessed),
    )


class _Matching:
    """One level of the old version against one of the new."""

    def __init__(self, a: Scope, b: Scope) -> None:
        self.a, self.b = a, b
        self.found: dict[str, str] = {}
        self.guessed: set[str] = set()
        self.taken: set[str] = set()

    def run(self) -> None:
        self._all(lambda node, host: (sort(node), node.id, host))
        self._all(lambda node, host: (sort(node), node.name, node.role, host) if node.name else None)
        while made := self._all(lambda _, host: host and ("on", host), self._place):
            self.guessed |= made

    def _all(
        self,
        key: Callable[[Node, str | None], Key],
        place: Callable[[Scope, Node], Key] | None = None,
    ) -> set[str]:
        """Matches what is alone with its key on both sides; edges after what they are edges of.
        `place` is the key of what sits on no edge, when that is another."""
        made: set[str] = set()
        for edges in (False, True):
            old = self._keyed(self.a, edges, key, place)
            new = self._keyed(self.b, edges, key, place)
            for value, names in old.items():
                others = new.get(value, [])
                if len(names) == len(others) == 1:
                    self.found[names[0]] = others[0]
                    self.taken.add(others[0])
                    made.add(names[0])
        return made

    def _keyed(
        self,
        scope: Scope,
        edges: bool,
        key: Callable[[Node, str | None], Key],
        place: Callable[[Scope, Node], Key] | None,
    ) -> dict[Key, list[str]]:
        old = scope is self.a
        done = self.found.keys() if old else self.taken
        groups: dict[Key, list[str]] = {}
        for node in scope.nodes.values():
            if node.id in done or (node.attached_to is not None) is not edges:
                continue
            host = node.attached_to
            if edges:
                host = self.found.get(host or "") if old else host
                if host is None:
                    continue
            value = place(scope, node) if place and not edges else key(node, host)
            if value is not None:
                groups.setdefault((sort(node), value), []).append(node.id)
        return groups

    def _place(self, scope: Scope, node: Node) -> Key:
        """Where the node stands among those matched, in new ids; None when it stands by none."""
        before = self._known(scope, (flow.source for flow in scope.incoming(node.id)))
        after = self._known(scope, (flow.target for flow in scope.outgoing(node.id)))
        if not {*before, *after} - {None}:
            return None
        return node.role, before, after

    def _known(self, scope: Scope, names: Iterable[str]) -> frozenset[str | None]:
        if scope is self.a:
            return frozenset(self.found.get(name) for name in names)
        return frozenset(name if name in self.taken else None for name in names)
