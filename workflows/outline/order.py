"""In which order a diagram is told: depth first from the start, as drawn from the top down.

What several branches lead to comes after all of them, so that only loops lead backwards. An event on
the edge of an activity comes right after the activity.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workflows.errors import ModelRefused
from workflows.model import Kind, Node, Scope
from workflows.plane.diagram import read

Place = tuple[float, float]
"""(top to bottom, left to right), in pixels."""
Rank = tuple[float, float, float, int]
ByPlace = Callable[[str], Rank]


def places(model: bytes) -> Mapping[str, Place]:
    """Where each element is drawn; empty when nothing is, and the document's order then decides."""
    try:
        shapes = read(model).shapes
    except ModelRefused:
        return {}
    return {shape.id: (shape.box.middle[1], shape.box.middle[0]) for shape in shapes}


def ordered(scope: Scope, drawn: Mapping[str, Place]) -> tuple[str, ...]:
    """Every node of the scope once. Nodes that nothing leads to come last."""
    index = {name: at for at, name in enumerate(scope.nodes)}

    def by_place(name: str) -> Rank:
        down, right = drawn.get(name, (0.0, 0.0))
        return (0.0 if name in drawn else 1.0, down, right, index[name])

    edges = _edges(scope)
    found: list[str] = []
    for host in _told(_roots(scope, edges, by_place), edges, by_place):
        found.append(host)
        found += sorted((n.id for n in edges[host].events), key=by_place)
    return tuple(found)


class _Cluster:
    """An activity with the events on its edge, or any other node alone."""

    __slots__ = ("events", "targets")

    def __init__(self) -> None:
        self.events: list[Node] = []
        self.targets: list[list[str]] = [[]]
        """Where the node leads, then where each of its events leads."""


def _edges(scope: Scope) -> dict[str, _Cluster]:
    host = {
        n.id: owner.id
        for n in scope.nodes.values()
        if n.kind is Kind.BOUNDARY
        and (owner := scope.nodes.get(n.attached_to or "")) is not None
        and owner.kind is not Kind.BOUNDARY
    }
    clusters = {name: _Cluster() for name in scope.nodes if name not in host}
    at: dict[str, list[str]] = {name: cluster.targets[0] for name, cluster in clusters.items()}
    for event, on in host.items():
        clusters[on].events.append(scope.nodes[event])
        at[event] = []
        clusters[on].targets.append(at[event])
    for flow in scope.flows:
        target = host.get(flow.target) or flow.target
        if flow.source in at and target in clusters:
            at[flow.source].append(target)
    return clusters


def _roots(scope: Scope, edges: Mapping[str, _Cluster], by_place: ByPlace) -> list[str]:
    entered = {t for cluster in edges.values() for part in cluster.targets for t in part}

    def rank(name: str) -> tuple[int, Rank]:
        first = scope.nodes[name].kind is Kind.START
        return (0 if first else 1 if name not in entered else 2, by_place(name))

    return sorted(edges, key=rank)


def _told(roots: list[str], edges: Mapping[str, _Cluster], by_place: ByPlace) -> list[str]:
    """What each root leads to, in reverse postorder: a node comes before all that it leads to, except
    around a loop. Without recursion: a model may be a chain of any length."""
    seen: set[str] = set()
    told: list[str] = []
    for root in roots:
        if root in seen:
            continue
        seen.add(root)
        done: list[str] = []
        path = [(root, _onward(edges[root], by_place))]
        while path:
            name, left = path[-1]
            while left and left[-1] in seen:
                left.pop()
            if left:
                target = left.pop()
                seen.add(target)
                path.append((target, _onward(edges[target], by_place)))
            else:
                done.append(name)
                path.pop()
        told += reversed(done)
    return told


def _onward(cluster: _Cluster, by_place: ByPlace) -> list[str]:
    """The ways on, the first way first. Taken from the end: what is walked last is told first."""
    return [target for part in cluster.targets for target in sorted(part, key=by_place)]
