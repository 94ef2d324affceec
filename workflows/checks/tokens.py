"""Plays the model with tokens and looks for joins that starve and flows that flood.

Activities are passed at once; only choices branch. A step with one outcome is always taken first,
and
of several choices only one is unfolded at a time, since in the order of independent choices nothing
can hide. What the engine does at run time is done here by the same rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from workflows.checks.nodes import label
from workflows.checks.paths import reversed_edges
from workflows.errors import Finding
from workflows.model import ACTIVITIES, Kind, Model, Scope

MAX_MARKINGS = 20_000
MAX_WORK = 200_000
"""Tokens looked at, over all markings: about a second."""
MAX_ON_FLOW = 3
_ALL_SUBSETS = 5

Marking = tuple[int, ...]
"""Tokens as sorted indices of the flows that they are on."""


def tokens(model: Model) -> Iterator[Finding]:
    for scope in model.scopes.values():
        if len(scope.starts()) == 1:
            yield from _Game(scope).findings()


def findings_from(scope: Scope, marking: Marking) -> tuple[Finding, ...]:
    """What is found when the scope goes on from these tokens instead of from its start."""
    return tuple(_Game(scope).findings(marking))


class _Game:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.out = {
            name: tuple(n for n, flow in enumerate(scope.flows) if flow.source == name)
            for name in scope.nodes
        }
        self.into = {
            name: tuple(n for n, flow in enumerate(scope.flows) if flow.target == name)
            for name in scope.nodes
        }
        self.back = reversed_edges(scope)
        self.leading: dict[tuple[str, frozenset[str]], set[str]] = {}
        self.outcomes = {name: self._outcomes(name) for name in scope.nodes}

    def findings(self, first: Marking | None = None) -> Iterator[Finding]:
        seen: set[Marking] = set()
        waiting: list[Marking] = [self.out[self.scope.starts()[0].id] if first is None else first]
        work = 0
        starved: dict[str, None] = {}
        doubled: dict[str, None] = {}
        while waiting:
            marking = waiting.pop()
            if marking in seen or not marking:
                continue
            work += len(marking)
            if len(seen) >= MAX_MARKINGS or work > MAX_WORK:
                yield Finding(
                    "not-explored",
                    self.scope.id,
                    f"”{self.scope.name}” har för många vägar för att prövas helt.",
                    "Dela upp processen i delprocesser.",
                )
                break
            seen.add(marking)
            crowded = [n for n, count in Counter(marking).items() if count > 1]
            for number in crowded:
                doubled.setdefault(self.scope.flows[number].target)
            if any(count > MAX_ON_FLOW for count in Counter(marking).values()):
                target = self.scope.nodes[self.scope.flows[crowded[0]].target]
                yield Finding(
                    "flood",
                    target.id,
                    f"Slingan genom {label(target)} startar allt fler parallella flöden.",
                    "Samla de parallella flödena före slingans väg tillbaka.",
                )
                return
            following = self._next(marking)
            if following is None:
                stuck = {self.scope.flows[n].target for n in marking}
                starved.update(dict.fromkeys(n for n in self.scope.nodes if n in stuck))
            else:
                waiting += following
        for name in starved:
            node = self.scope.nodes[name]
            yield Finding(
                "starved-join",
                name,
                f"{label(node)} kan bli stående och vänta på ett flöde som aldrig kommer.",
                "Samla grenar från ett val med en exklusiv grind, och parallella grenar med en parallell.",
            )
        for name in doubled:
            node = self.scope.nodes[name]
            if name not in starved and node.kind in ACTIVITIES:
                yield Finding(
                    "twice",
                    name,
                    f"{label(node)} kan nås av två flöden och göras två gånger.",
                    "Samla flödena med en parallell grind först.",
                    "warning",
                )

    def _outcomes(self, name: str) -> tuple[tuple[int, ...], ...]:
        """What a token at the node may become: one tuple of flows for each possibility."""
        node, out = self.scope.nodes[name], self.out[name]
        match node.kind:
            case Kind.EXCLUSIVE | Kind.EVENT_GATEWAY:
                return tuple((n,) for n in out)
            case Kind.INCLUSIVE:
                return _subsets(out)
            case _:
                found = [out]
                for event in self.scope.boundaries(name):
                    beside = self.out[event.id]
                    found.append(beside if event.interrupting else out + beside)
                return tuple(found)

    def _next(self, marking: Marking) -> list[Marking] | None:
        """The markings that follow; None when nothing can move."""
        flows, nodes = self.scope.flows, self.scope.nodes
        choosing: tuple[Marking, str] | None = None
        for number in dict.fromkeys(marking):
            name = flows[number].target
            node = nodes[name]
            if node.kind is Kind.END and (node.terminate or node.error is not None):
                return [()]
            if node.kind is Kind.INCLUSIVE and len(self.into[name]) > 1:
                continue
            taken = self.into[name] if node.kind is Kind.PARALLEL else (number,)
            if any(n not in marking for n in taken):
                continue
            rest = _without(marking, taken)
            if len(self.outcomes[name]) == 1:
                return [_with(rest, self.outcomes[name][0])]
            choosing = choosing or (rest, name)
        if choosing is None:
            choosing = self._inclusive(marking)
        if choosing is None:
            return None
        rest, name = choosing
        return [_with(rest, outcome) for outcome in self.outcomes[name]]

    def _inclusive(self, marking: Marking) -> tuple[Marking, str] | None:
        """An inclusive join that no other token can still add to."""
        for name in dict.fromkeys(self.scope.flows[n].target for n in marking):
            if self.scope.nodes[name].kind is not Kind.INCLUSIVE:
                continue
            here = [n for n in self.into[name] if n in marking]
            empty = [n for n in self.into[name] if n not in marking]
            others = _without(marking, tuple(n for n in marking if n in here))
            sources = frozenset(self.scope.flows[n].source for n in empty)
            if not any(self._leads(self.scope.flows[n].target, sources, name) for n in others):
                return others, name
        return None

    def _leads(self, source: str, targets: frozenset[str], avoiding: str) -> bool:
        """Whether a token at `source` can come to one of the targets without passing the join."""
        known = self.leading.get((avoiding, targets))
        if known is None:
            known = set(targets)
            waiting = list(targets)
            while waiting:
                for name in self.back[waiting.pop()]:
                    if name not in known and name != avoiding:
                        known.add(name)
                        waiting.append(name)
            self.leading[avoiding, targets] = known
        return source != avoiding and source in known


def _subsets(out: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    if len(out) < 2:
        return (out,)
    sizes = range(1, len(out) + 1) if len(out) <= _ALL_SUBSETS else (1, 2, len(out))
    return tuple(chosen for size in sizes for chosen in combinations(out, size))


def _without(marking: Marking, taken: tuple[int, ...]) -> Marking:
    left = list(marking)
    for number in taken:
        left.remove(number)
    return tuple(left)


def _with(marking: Marking, added: tuple[int, ...]) -> Marking:
    return tuple(sorted((*marking, *added)))
