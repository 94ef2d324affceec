"""The two versions as they are compared: nodes and flows by id, whatever scope they lie in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from workflows.asdrawn import as_drawn
from workflows.definition import Definition, model
from workflows.model import Flow, Kind, Model, Node
from workflows.normalise.limits import MAX_NESTING
from workflows.normalise.xml import parse_xml
from workflows.wording import Vocabulary, quoted, raised, series, vocabulary

NOUNS = {
    Kind.START: "starten", Kind.END: "slutet", Kind.USER: "uppgiften",
    Kind.SERVICE: "åtgärden", Kind.DECISION: "beslutet", Kind.RECEIVE: "väntan",
    Kind.CATCH: "väntan", Kind.THROW: "händelsen", Kind.BOUNDARY: "kanthändelsen",
    Kind.SUBPROCESS: "delprocessen", Kind.CALL: "delflödet", Kind.EXCLUSIVE: "vägvalet",
    Kind.PARALLEL: "parallellgrinden", Kind.INCLUSIVE: "den inkluderande grinden",
    Kind.EVENT_GATEWAY: "händelsevalet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """One version. `at` gives the scope a node lies in; the process itself is ""."""

    definition: Definition
    model: Model
    root: etree._Element
    words: Vocabulary
    nodes: Mapping[str, Node]
    at: Mapping[str, str]
    flows: Mapping[str, Flow]
    leaving: Mapping[str, tuple[Flow, ...]]

    def out(self, node: str) -> tuple[Flow, ...]:
        """The flows that leave the node, in the document's order."""
        return self.leaving.get(node, ())

    def called(self, node: str | None) -> str:
        """”Svara”, or the kind and id of something without a name."""
        found = self.nodes.get(node or "")
        if found is None:
            return quoted(node or "")
        return quoted(found.name) if found.name else f"{noun_of(found)} {quoted(found.id)}"

    def noun(self, node: str) -> str:
        """Uppgiften ”Svara”."""
        return raised(self.noun_inside(node))

    def noun_inside(self, node: str) -> str:
        found = self.nodes[node]
        return f"{noun_of(found)} {quoted(found.name or node)}"

    def series(self, nodes: Iterable[str], word: str = "och") -> str:
        return series([self.called(node) for node in nodes], word)

    def within(self, node: str, owners: set[str]) -> bool:
        """Whether the node lies inside one of these subprocesses, at any depth."""
        name: str | None = self.at[node]
        # Bounded: where ids are used twice, a subprocess may seem to lie in itself.
        for _ in range(MAX_NESTING + 1):
            if name in owners:
                return True
            name = self.model.scopes[name].parent if name else None
        return False


def noun_of(node: Node) -> str:
    """The definite noun for a kind of node; an event on an edge is called after what it waits for."""
    if node.kind is Kind.BOUNDARY:
        if node.timer is not None:
            return "tidsgränsen"
        return "felhändelsen" if node.error is not None else "kanthändelsen"
    return NOUNS[node.kind]


def side(definition: Definition, words: Mapping[str, str]) -> Side:
    drawn = as_drawn(model(definition))
    nodes: dict[str, Node] = {}
    at: dict[str, str] = {}
    flows: dict[str, Flow] = {}
    leaving: dict[str, tuple[Flow, ...]] = {}
    for scope in drawn.scopes.values():
        for name, node in scope.nodes.items():
            nodes[name] = node
            at[name] = "" if scope.id == drawn.process else scope.id
        for flow in scope.flows:
            if flow.source in scope.nodes and flow.target in scope.nodes:
                flows[flow.id] = flow
                leaving[flow.source] = (*leaving.get(flow.source, ()), flow)
    return Side(
        definition,
        drawn,
        parse_xml(definition.model),
        vocabulary(definition, words),
        nodes,
        at,
        flows,
        leaving,
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """The old version `a`, the new version `b`, and what came and went between them."""

    a: Side
    b: Side
    gone: frozenset[str]
    new: frozenset[str]
    moved: frozenset[str]
    """Nodes that lie in another subprocess than before."""

    @property
    def common(self) -> list[str]:
        """Nodes of both, in the old order."""
        return [name for name in self.a.nodes if name in self.b.nodes]


def pair(a: Definition, b: Definition, words: Mapping[str, str]) -> Pair:
    old, new = side(a, words), side(b, words)
    # A call that now calls another process: what both processes hold has not moved.
    same = {node.scope: new.nodes[name].scope for name, node in old.nodes.items() if name in new.nodes}
    return Pair(
        old,
        new,
        frozenset(old.nodes.keys() - new.nodes.keys()),
        frozenset(new.nodes.keys() - old.nodes.keys()),
        frozenset(n for n in old.nodes if n in new.nodes and same.get(old.at[n], old.at[n]) != new.at[n]),
    )
