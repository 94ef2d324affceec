"""Paths through a scope: what nothing leads to, what leads nowhere, and loops that never wait."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from workflows.checks.nodes import label
from workflows.errors import Finding
from workflows.model import Kind, Model, Node, Scope

_WAITING = frozenset({Kind.USER, Kind.RECEIVE, Kind.CATCH})
Graph = Mapping[str, Collection[str]]


def paths(model: Model) -> Iterator[Finding]:
    waiting = _scopes_that_wait(model)
    for scope in model.scopes.values():
        yield from _scope(scope, waiting)


def edges(scope: Scope) -> dict[str, list[str]]:
    """Where a token can go next; an activity leads to the events on its edge too."""
    graph: dict[str, list[str]] = {name: [] for name in scope.nodes}
    for flow in scope.flows:
        if flow.source in graph and flow.target in graph:
            graph[flow.source].append(flow.target)
    for node in scope.nodes.values():
        if node.attached_to in graph and node.attached_to is not None:
            graph[node.attached_to].append(node.id)
    return graph


def reversed_edges(scope: Scope) -> dict[str, list[str]]:
    """Where a token may have come from."""
    back: dict[str, list[str]] = {name: [] for name in scope.nodes}
    for source, targets in edges(scope).items():
        for target in targets:
            back[target].append(source)
    return back


def _scope(scope: Scope, waiting: Collection[str]) -> Iterator[Finding]:
    graph = edges(scope)
    back = reversed_edges(scope)
    begun = reached(graph, (n.id for n in scope.starts()))
    ending = reached(back, (n.id for n in scope.nodes.values() if n.kind is Kind.END))
    for node in scope.nodes.values():
        if node.synthetic:
            continue  # what it stands after is told of instead
        if node.id not in begun:
            yield Finding(
                "unreachable",
                node.id,
                f"Inget flöde leder till {label(node)}.",
                "Dra ett flöde dit, eller ta bort symbolen.",
            )
        elif node.id not in ending:
            yield Finding(
                "dead-end",
                node.id,
                f"Från {label(node)} går det inte att nå något slut.",
                "Dra ett flöde vidare till en sluthändelse.",
            )
    still = [name for name, node in scope.nodes.items() if not _waits(node, waiting)]
    for name in _on_cycle(graph, still):
        yield Finding(
            "busy-loop",
            name,
            f"Slingan genom {label(scope.nodes[name])} väntar aldrig på någon eller något.",
            "Lägg en användaruppgift eller en tidshändelse i slingan.",
        )


def reached(graph: Graph, first: Iterable[str]) -> set[str]:
    seen = set(first)
    waiting = list(seen)
    while waiting:
        for name in graph[waiting.pop()]:
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen


def _waits(node: Node, scopes: Collection[str]) -> bool:
    if node.kind is Kind.BOUNDARY:
        return node.error is None
    return node.kind in _WAITING or (node.scope is not None and node.scope in scopes)


def _scopes_that_wait(model: Model) -> set[str]:
    """Scopes where no way from start to end goes past every wait."""
    known: set[str] = set()
    changed = True
    while changed:
        changed = False
        for scope in model.scopes.values():
            if scope.id in known:
                continue
            free = {name for name, node in scope.nodes.items() if not _waits(node, known)}
            graph = {name: [t for t in to if t in free] for name, to in edges(scope).items()}
            through = reached(graph, (n.id for n in scope.starts()))
            if not any(scope.nodes[name].kind is Kind.END for name in through):
                known.add(scope.id)
                changed = True
    return known


def _on_cycle(graph: Graph, among: list[str]) -> list[str]:
    """One node of each loop that lies wholly among the given nodes."""
    left = set(among)
    # What has no way in, or no way out, among the rest is on no loop.
    while True:
        sources = {s for s in left if any(t in left for t in graph[s])}
        targets = {t for s in left for t in graph[s]} & left
        if sources & targets == left:
            break
        left = sources & targets
    found: list[str] = []
    seen: set[str] = set()
    for name in among:
        if name in left and name not in seen:
            around = reached({n: [t for t in graph[n] if t in left] for n in left}, [name])
            if any(name in graph[other] for other in around):
                found.append(name)
                seen |= around
    return found
