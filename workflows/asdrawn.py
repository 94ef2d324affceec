"""The diagram as its owner drew it: what the normaliser added is taken out again.

For whoever tells people about a model. A node may then have no flow out (the flow ends there) or
several (all are taken, or those whose condition is met), which the engine never sees.
"""

from __future__ import annotations

from dataclasses import replace

from workflows.model import Flow, Kind, Model, Node, Scope
from workflows.normalise.vocabulary import DRAWN

_GATEWAY = Kind.EXCLUSIVE.value


def as_drawn(model: Model) -> Model:
    """The model without synthetic nodes; the flows of a synthetic gateway leave the node before it."""
    return replace(model, scopes={name: _scope(scope) for name, scope in model.scopes.items()})


def _scope(scope: Scope) -> Scope:
    made = {node.id for node in scope.nodes.values() if node.synthetic}
    if not made:
        return scope
    before = {flow.target: flow.source for flow in scope.flows if flow.target in made}
    flows: list[Flow] = []
    defaults: dict[str, str] = {}
    for flow in scope.flows:
        source = before.get(flow.source, flow.source)
        if source in made or (flow.source in made and source == flow.source) or flow.target in made:
            continue
        moved = flow if source == flow.source else replace(flow, source=source)
        asks = scope.nodes[source].properties.get(DRAWN) == _GATEWAY
        flows.append(replace(moved, condition=None) if asks else moved)
        if source != flow.source and scope.nodes[flow.source].default == flow.id:
            defaults[source] = flow.id
    nodes = {
        node.id: _asking(_with(node, defaults.get(node.id)))
        for node in scope.nodes.values()
        if not node.synthetic
    }
    return replace(scope, nodes=nodes, flows=tuple(flows))


def _asking(node: Node) -> Node:
    """A gateway that asks a person is a task to the engine, and a gateway to whoever looks at it."""
    return replace(node, kind=Kind.EXCLUSIVE) if node.properties.get(DRAWN) == _GATEWAY else node


def _with(node: Node, default: str | None) -> Node:
    return node if default is None else replace(node, default=default)
