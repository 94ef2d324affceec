"""One level of a diagram while the normaliser changes it: its nodes and flows, and how to add
more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from lxml import etree

from workflows.errors import Finding
from workflows.normalise.vocabulary import (
    NODES,
    SPIFF,
    aside,
    attribute,
    child,
    children,
    identifier,
    local,
    q,
)


def mark(element: etree._Element, name: str, value: str) -> None:
    """Give the element a property, as if its owner had."""
    extensions = child(element, "extensionElements")
    if extensions is None:
        extensions = etree.Element(q("extensionElements"))
        element.insert(0 if child(element, "documentation") is None else 1, extensions)
    block = next(extensions.iterchildren(q("properties", SPIFF)), None)
    if block is None:
        block = etree.SubElement(extensions, q("properties", SPIFF))
    etree.SubElement(block, q("property", SPIFF), name=name, value=value)


class Drawing:
    """Ids that are taken in the whole file, and the notes made so far."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.taken = {i for e in root.iter() if (i := identifier(e)) is not None}
        self.messages = {i for e in root.iter(q("message")) if (i := identifier(e)) is not None}
        self.people = {
            i
            for e in root.iter(q("globalUserTask"), q("globalManualTask"), q("globalTask"))
            if (i := identifier(e)) is not None
        }
        """Ids of global tasks that a person does."""
        self.notes: list[Finding] = []

    def fresh(self, base: str) -> str:
        """An id that nothing in the file has."""
        number = 1
        while (name := f"{base}_{number}") in self.taken:
            number += 1
        self.taken.add(name)
        return name

    def note(
        self,
        rule: str,
        element: str | None,
        text: str,
        hint: str = "",
        level: Literal["warning", "note"] = "note",
    ) -> None:
        """A warning is for what a person must know of before the model is used."""
        self.notes.append(Finding(rule, element, text, hint, level))


class Level:
    """The nodes and flows directly inside one process or subprocess."""

    def __init__(self, drawing: Drawing, scope: etree._Element) -> None:
        self.drawing = drawing
        self.scope = scope
        found = {i: e for e in scope if local(e) in NODES and (i := identifier(e)) is not None}
        self.nodes = {i: e for i, e in found.items() if not aside(e)}
        shown = found.keys() - self.nodes.keys()
        self.flows = [
            flow
            for flow in children(scope, "sequenceFlow")
            if shown.isdisjoint((attribute(flow, "sourceRef"), attribute(flow, "targetRef")))
        ]
        self._out: dict[str, list[etree._Element]] = {}
        self._in: dict[str, int] = {}
        for flow in self.flows:
            self._count(flow, 1)

    def outgoing(self, node: str) -> list[etree._Element]:
        return list(self._out.get(node, ()))

    def has_incoming(self, node: str) -> bool:
        return self._in.get(node, 0) > 0

    def of(self, *names: str) -> Iterator[tuple[str, etree._Element]]:
        """Nodes with one of these BPMN names, as (id, element); safe to change the level
        meanwhile."""
        return iter([(i, e) for i, e in self.nodes.items() if local(e) in names])

    def add(self, name: str, base: str) -> str:
        """A new node that the diagram does not show. Returns its id."""
        element = etree.SubElement(self.scope, q(name))
        made = self.drawing.fresh(base)
        element.set("id", made)
        extensions = etree.SubElement(element, q("extensionElements"))
        properties = etree.SubElement(extensions, q("properties", SPIFF))
        etree.SubElement(properties, q("property", SPIFF), name="synthetic", value="true")
        self.nodes[made] = element
        return made

    def connect(self, source: str, target: str) -> etree._Element:
        flow = etree.SubElement(self.scope, q("sequenceFlow"))
        flow.set("id", self.drawing.fresh(f"{source}_flow"))
        flow.set("sourceRef", source)
        flow.set("targetRef", target)
        self.flows.append(flow)
        self._count(flow, 1)
        return flow

    def remove(self, flow: etree._Element) -> None:
        self._count(flow, -1)
        self.flows.remove(flow)
        self.scope.remove(flow)

    def reroute(self, flow: etree._Element, source: str) -> None:
        """Let the flow leave `source` instead."""
        self._count(flow, -1)
        flow.set("sourceRef", source)
        self._count(flow, 1)

    def _count(self, flow: etree._Element, by: int) -> None:
        source, target = attribute(flow, "sourceRef"), attribute(flow, "targetRef")
        if by > 0:
            self._out.setdefault(source, []).append(flow)
        else:
            self._out[source].remove(flow)
        self._in[target] = self._in.get(target, 0) + by
