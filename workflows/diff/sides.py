"""The two versions as they are compared: nodes and flows by id, whatever scope they lie in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from workflows.asdrawn import as_drawn
from workflows.definition import Definition, model
from workflows.model import Flow, Kind, Model, Node, Scope
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

    def scope_of(self, node: str) -> Scope:
        return self.model.scopes[self.at[node] or self.model.process]

    def called(self, node: str) -> str:
        """”Svara”, or the kind and id of something without a name."""
        found = self.nodes[node]
        return quoted(found.name) if found.name else f"{NOUNS[found.kind]} {quoted(node)}"

    def noun(self, node: str) -> str:
        """Uppgiften ”Svara”."""
        return raised(self.noun_inside(node))

    def noun_inside(self, node: str) -> str:
        found = self.nodes[node]
        return f"{NOUNS[found.kind]} {quoted(found.name or node)}"

    def series(self, nodes: Iterable[str], word: str = "och") -> str:
        return series([self.called(node) for node in nodes], word)

    def within(self, node: str, owners: set[str]) -> bool:
        """Whether the node lies inside one of these subprocesses, at any depth."""
        name: str | None = self.at[node]
        while name:
            if name in owners:
                return True
            name = self.model.scopes[name].parent
        return False


def side(definition: Definition, words: Mapping[str, str]) -> Side:
    drawn = as_drawn(model(definition))
    nodes: dict[str, Node] = {}
    at: dict[str, str] = {}
    flows: dict[str, Flow] = {}
    for scope in drawn.scopes.values():
        for name, node in scope.nodes.items():
            nodes[name] = node
            at[name] = "" if scope.id == drawn.process else scope.id
        for flow in scope.flows:
            if flow.source in scope.nodes and flow.target in scope.nodes:
                flows[flow.id] = flow
    return Side(definition, drawn, parse_xml(definition.model), vocabulary(definition, words),
                nodes, at, flows)


@dataclass(frozen=True, slots=True)
class Pair:
    """The old version `a`, the new version `b`, and what came and went between them."""

    a: Side
    b: Side
    gone: frozenset[str]
    new: frozenset[str]

    @property
    def common(self) -> list[str]:
        """Nodes of both, in the old order."""
        return [name for name in self.a.nodes if name in self.b.nodes]


def pair(a: Definition, b: Definition, words: Mapping[str, str]) -> Pair:
    old, new = side(a, words), side(b, words)
    return Pair(
        old, new,
        frozenset(old.nodes.keys() - new.nodes.keys()),
        frozenset(new.nodes.keys() - old.nodes.keys()),
    )
