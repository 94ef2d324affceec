"""The two versions as migration sees them: nodes by id, the scope of each, and what counts as alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.definition import Definition, model
from workflows.model import Kind, Model, Node, Scope, TimerKind

NOUNS = {
    Kind.USER: "Uppgiften", Kind.SERVICE: "Åtgärden", Kind.DECISION: "Beslutet",
    Kind.RECEIVE: "Väntan", Kind.CATCH: "Väntan", Kind.SUBPROCESS: "Delprocessen",
    Kind.CALL: "Delflödet", Kind.PARALLEL: "Parallellgrinden",
    Kind.INCLUSIVE: "Den inkluderande grinden", Kind.EXCLUSIVE: "Vägvalet",
    Kind.EVENT_GATEWAY: "Händelsevalet", Kind.START: "Starten", Kind.END: "Slutet",
    Kind.THROW: "Händelsen",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """One version. `at` gives the id of the scope that a node lies in."""

    model: Model
    nodes: Mapping[str, Node]
    at: Mapping[str, str]

    def scope_of(self, node: str) -> Scope:
        return self.model.scopes[self.at[node]]

    def holder(self, node: str) -> Node | None:
        """The event gateway that the event `node` is one of the options of."""
        for flow in self.scope_of(node).incoming(node):
            source = self.nodes[flow.source]
            if source.kind is Kind.EVENT_GATEWAY:
                return source
        return None


def side(definition: Definition) -> Side:
    graph = model(definition)
    return Side(
        graph,
        {node.id: node for node in graph.nodes()},
        {name: scope.id for scope in graph.scopes.values() for name in scope.nodes},
    )


def sort(node: Node) -> tuple[str, str]:
    """What must agree for one element to take another's place: the kind, and what an event waits for.
    A timer that repeats and one that does not are two sorts."""
    trigger = ""
    if node.kind in (Kind.CATCH, Kind.BOUNDARY):
        if node.timer is not None:
            trigger = "cycle" if node.timer.kind is TimerKind.CYCLE else "timer"
        elif node.message is not None:
            trigger = "message"
        else:
            trigger = "error"
    return node.kind.value, trigger


def same_message(old: Node, new: Node) -> bool:
    """Whether a wait for the old node's message goes on as a wait for the new one's."""
    if old.message is None or new.message is None:
        return old.message is new.message
    return (old.message.name, old.message.correlation) == (new.message.name, new.message.correlation)


def called(node: Node) -> str:
    """Uppgiften ”Bedöm”."""
    noun = NOUNS.get(node.kind)
    if noun is None:
        noun = "Tidsgränsen" if node.timer is not None else "Kanthändelsen"
    return f"{noun} ”{node.name or node.id}”"
