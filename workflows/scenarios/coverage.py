"""Which steps and which ways of a model its scenarios have gone, and which nobody has tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflows.asdrawn import as_drawn
from workflows.definition import Definition, model
from workflows.model import GATEWAYS, Flow, Kind, Node
from workflows.scenarios.run import Result


@dataclass(frozen=True, slots=True)
class Coverage:
    """Steps are what is not a gateway; ways are the flows out of where there are several. In the document's
    order. `untried_ways` has each with the nodes that it leads from and to."""

    steps: int
    ways: int
    walked: frozenset[str]
    """Ids of elements and ways, for a drawing."""
    untried_steps: tuple[Node, ...]
    untried_ways: tuple[tuple[Flow, Node, Node], ...]

    @property
    def steps_tried(self) -> int:
        return self.steps - len(self.untried_steps)

    @property
    def ways_tried(self) -> int:
        return self.ways - len(self.untried_ways)


def coverage(definition: Definition, results: Iterable[Result]) -> Coverage:
    """What the runs have passed together, whether they held or not."""
    listed = tuple(results)
    passed = frozenset[str]().union(*(result.elements for result in listed))
    taken = frozenset[str]().union(*(result.flows for result in listed))
    steps: list[Node] = []
    ways: list[tuple[Flow, Node, Node]] = []
    for scope in as_drawn(model(definition)).scopes.values():
        steps += [node for node in scope.nodes.values() if node.kind not in GATEWAYS]
        for node in scope.nodes.values():
            out = scope.outgoing(node.id)
            if len(out) > 1:
                ways += [(flow, node, scope.nodes[flow.target]) for flow in out]

    def tried(flow: Flow, source: Node) -> bool:
        if flow.id in taken:
            return True
        chooses = source.kind in (Kind.EXCLUSIVE, Kind.INCLUSIVE) or flow.condition is not None
        # where all ways are taken, or the first thing that happens decides, nothing tells of the way itself
        return not chooses and source.id in passed and flow.target in passed

    untried = tuple(way for way in ways if not tried(way[0], way[1]))
    gone = {flow.id for flow, _, _ in ways} - {flow.id for flow, _, _ in untried}
    return Coverage(
        len(steps),
        len(ways),
        passed | gone,
        tuple(node for node in steps if node.id not in passed),
        untried,
    )
