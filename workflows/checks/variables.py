"""Variables that would surprise: set by two branches at once, or read where nothing has set them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations

from workflows import variables
from workflows.checks.nodes import label
from workflows.checks.paths import edges
from workflows.definition import Definition, model, tables
from workflows.errors import Finding
from workflows.model import Kind, Model, Scope

_SPLITS = frozenset({Kind.PARALLEL, Kind.INCLUSIVE})
_MOST = 50


def shared(definition: Definition) -> tuple[Finding, ...]:
    """A warning for each pair of activities that may be done at the same time and set the same variable:
    what the case goes on with is then a matter of who was last."""
    graph = model(definition)
    written = _written(definition, graph)
    found: dict[tuple[str, str], Finding] = {}
    for scope in graph.scopes.values():
        for one, other in _at_once(scope, [name for name in scope.nodes if written[name]]):
            names = written[one] & written[other]
            if names and (one, other) not in found and (other, one) not in found:
                listed = ", ".join(f"”{name[:60]}”" for name in sorted(names)[:5])
                found[one, other] = Finding(
                    "parallel-write",
                    other,
                    f"{label(scope.nodes[one])} och {label(scope.nodes[other])} kan pågå samtidigt och "
                    f"sätter båda {listed}: den som blir klar sist bestämmer.",
                    "Ge dem var sin variabel, eller rita dem efter varandra.",
                    "warning",
                )
                if len(found) == _MOST:
                    return tuple(found.values())
    return tuple(found.values())


def unset(
    definition: Definition, start: Collection[str], outputs: Mapping[str, Collection[str]]
) -> tuple[Finding, ...]:
    """An error for each place that reads a name which nothing sets: no form, operation, decision or message
    of the model, and not the start (`start` are the names that a case may begin with). `outputs` are the
    variables that each operation gives. Nothing can be said where a message or an unknown operation spreads
    what it holds over the variables."""
    graph = model(definition)
    decisions = tables(definition).by_decision
    made = set(start)
    for node in graph.nodes():
        what = variables.sets(node, definition.forms, decisions, outputs)
        if what.everything:
            return ()
        made |= what.names | variables.inner(node)
    names = {node.id: label(node) for node in graph.nodes()}
    return tuple(
        dict.fromkeys(
            Finding(
                "unset-variable",
                read.element,
                f"{read.what}{_at(names, read.element)} läser ”{read.name[:60]}”, men inget i processen "
                "sätter den.",
                "Rätta namnet, eller låt ett formulär, ett beslut eller en åtgärd sätta variabeln först.",
            )
            for read in variables.reads(graph, decisions)
            if read.name not in made
        )
    )


def _at(names: Mapping[str, str], element: str) -> str:
    return f" vid {names[element]}" if element in names else " på flödet"


def _written(definition: Definition, graph: Model) -> dict[str, frozenset[str]]:
    """What each node sets, a subprocess or call all that is set inside it."""
    decisions = tables(definition).by_decision
    own = {node.id: variables.sets(node, definition.forms, decisions).names for node in graph.nodes()}

    def inside(scope: str, seen: frozenset[str]) -> frozenset[str]:
        if scope in seen or scope not in graph.scopes:
            return frozenset()
        found: frozenset[str] = frozenset()
        for node in graph.scopes[scope].nodes.values():
            found |= own[node.id]
            if node.scope is not None and node.instances is None:
                found |= inside(node.scope, seen | {scope})
        return found

    return {
        node.id: own[node.id] | inside(node.scope, frozenset())
        if node.scope is not None and node.instances is None
        else own[node.id]
        for node in graph.nodes()
    }


def _at_once(scope: Scope, among: Collection[str]) -> Iterator[tuple[str, str]]:
    """Pairs of the given nodes that may be active at the same time."""
    graph = edges(scope)
    certain = _certain(graph)
    for node in scope.nodes.values():
        if node.kind in _SPLITS:
            firsts = [flow.target for flow in scope.outgoing(node.id)]
            yield from _apart(graph, firsts, certain[node.id] | {node.id}, among)
        elif node.kind is Kind.BOUNDARY and not node.interrupting and node.attached_to in graph:
            host = str(node.attached_to)
            without = {**graph, host: [name for name in graph[host] if name != node.id]}
            after = (certain[host] & certain[node.id]) - {host, node.id}
            yield from _apart(without, [host, node.id], after, among)


def _apart(
    graph: Mapping[str, Collection[str]], firsts: Iterable[str], end: Collection[str], among: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Pairs from different branches, of which neither lies on the other's. The branches begin at `firsts` and
    end where all ways meet again, at `end`."""
    branches = [_until(graph, first, end) for first in firsts]
    for here, there in combinations(branches, 2):
        for one in among:
            if one in here and one not in there:
                for other in among:
                    if other in there and other not in here:
                        yield one, other


def _until(graph: Mapping[str, Collection[str]], first: str, end: Collection[str]) -> set[str]:
    seen: set[str] = set()
    waiting = [first]
    while waiting:
        name = waiting.pop()
        if name not in seen and name not in end:
            seen.add(name)
            waiting += graph[name]
    return seen


def _certain(graph: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """What every way from a node to an end passes, the node itself included (its post-dominators)."""
    order = list(graph)
    place = {name: 1 << number for number, name in enumerate(order)}
    everything = (1 << len(order)) - 1
    after = dict.fromkeys(order, everything)
    changed = True
    while changed:
        changed = False
        for name in reversed(order):
            met = everything if graph[name] else 0
            for target in graph[name]:
                met &= after[target]
            if met | place[name] != after[name]:
                after[name] = met | place[name]
                changed = True
    return {name: {other for other in order if after[name] & place[other]} for name in order}
