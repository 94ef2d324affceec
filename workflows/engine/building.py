"""Builds SpiffWorkflow specifications from `workflows.model` values, one per scope.

SpiffWorkflow's own parser is not used: it follows flows by recursion (a chain of some 450 nodes
overflows), looks elements up by ids pasted into XPath, orders branches by their height in the
drawing, and takes constructs that it does not know for ones that do nothing.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from workflows.engine.activities import (
    DecisionTask,
    ReceiveTask,
    ServiceTask,
    Subprocess,
    UserTask,
)
from workflows.engine.ends import End
from workflows.engine.instances import Instances
from workflows.engine.joins import EndJoin, Exclusive, Inclusive, Parallel
from workflows.engine.tokens import Finish, Start, Token
from workflows.engine.waiting import Boundary, EventGateway, Guard, Wait
from workflows.model import ACTIVITIES, Kind, Model, Node, Scope

_GUARD = "guard:"
_BODY = "body:"


class ScopeSpec(BpmnProcessSpec):  # type: ignore[misc]
    """A scope's specification, with the task where tokens enter each node. SpiffWorkflow's own first
    and last tasks are replaced by ones that do not predict."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.task_specs.clear()
        self.start = Start(self, "Start")
        self.end = EndJoin(self, "EndJoin")
        self.end.connect(Finish(self, "End"))
        self.entries: dict[str, Any] = {}

    def entry(self, node: str) -> Any:
        """The guard in front of the node, or the node itself."""
        return self.entries[node]


def specs_of(model: Model) -> dict[str, ScopeSpec]:
    """Specifications by scope id. The model has been checked; they are read-only from here on."""
    return {name: _scope(scope) for name, scope in model.scopes.items()}


def _scope(scope: Scope) -> ScopeSpec:
    spec = ScopeSpec(scope.id)
    exits: dict[str, Any] = {}
    for node in scope.nodes.values():
        made = _activity(spec, node) if node.kind in ACTIVITIES else _other(spec, scope, node)
        exits[node.id] = made
        spec.entries[node.id] = made
    for node in scope.nodes.values():
        events = scope.boundaries(node.id)
        if events:
            guard = Guard(spec, node, _GUARD + node.id)
            for guarded in (node, *events):
                guard.connect(exits[guarded.id])
            spec.entries[node.id] = guard
    for start in scope.starts():
        spec.start.connect(exits[start.id])
    for flow in scope.flows:
        exits[flow.source].connect(spec.entries[flow.target])
    for node in scope.nodes.values():
        if node.kind is Kind.END:
            exits[node.id].connect(spec.end)
    return spec


def _activity(spec: ScopeSpec, node: Node) -> Token:
    kinds: dict[Kind, type[Token]] = {
        Kind.USER: UserTask,
        Kind.SERVICE: ServiceTask,
        Kind.DECISION: DecisionTask,
        Kind.RECEIVE: ReceiveTask,
        Kind.SUBPROCESS: Subprocess,
        Kind.CALL: Subprocess,
    }
    if node.instances is None:
        return kinds[node.kind](spec, node)
    kinds[node.kind](spec, node, _BODY + node.id)
    return Instances(spec, node, node.instances, _BODY + node.id)


def _other(spec: ScopeSpec, scope: Scope, node: Node) -> Token:
    match node.kind:
        case Kind.EXCLUSIVE:
            return Exclusive(spec, node, scope.outgoing(node.id))
        case Kind.INCLUSIVE:
            return Inclusive(spec, node, scope.outgoing(node.id))
        case Kind.PARALLEL:
            return Parallel(spec, node)
        case Kind.EVENT_GATEWAY:
            return EventGateway(spec, node)
        case Kind.CATCH:
            return Wait(spec, node)
        case Kind.BOUNDARY:
            return Boundary(spec, node)
        case Kind.END:
            return End(spec, node)
        case _:
            return Token(spec, node)
