"""The diagram as its owner drew it: what the normaliser added is taken out again.

For whoever tells people about a model. A node may then have no flow out (the flow ends there) or
several (all are taken, or those whose condition is met), which the engine never sees.
"""

from __future__ import annotations

from dataclasses import replace

from workflows.model import Flow, Model, Node, Scope


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
        flows.append(flow if source == flow.source else replace(flow, source=source))
        if source != flow.source and scope.nodes[flow.source].default == flow.id:
            defaults[source] = flow.id
    nodes = {
        node.id: _with(node, defaults.get(node.id)) for node in scope.nodes.values() if not node.synthetic
    }
    return replace(scope, nodes=nodes, flows=tuple(flows))


def _with(node: Node, default: str | None) -> Node:
    return node if default is None else replace(node, default=default)
