"""The model's file while it is changed: finding, adding and taking away so that the rest stays as it was."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, NoReturn

from lxml import etree

from workflows.errors import Finding, ModelRefused
from workflows.normalise.limits import counted
from workflows.normalise.vocabulary import (
    BPMN,
    CONTAINERS,
    DI,
    NODES,
    SPIFF,
    XSI,
    attribute,
    child,
    children,
    identifier,
    is_scope,
    local,
    q,
    reference,
    text_of,
)
from workflows.normalise.xml import MAX_BYTES, parse_xml
from workflows.wording import plain, quoted

MAX_NAME = 500
"""Characters of a name; longer ones the checks refuse."""
MAX_TEXT = 4000
"""Characters of an expression or a setting."""
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DECLARED = re.compile(rb"""<\?xml version=["']1.0["'] encoding=["']utf-8["']\?>\s*""", re.IGNORECASE)
_FIRST = ("documentation", "extensionElements")


def refuse(rule: str, element: str | None, text: str, hint: str = "") -> NoReturn:
    raise ModelRefused([Finding(rule, element, text, hint)])


def stored(text: str, element: str | None, most: int = MAX_TEXT) -> str:
    """The text without blanks around it. Raises ModelRefused: too long, or not fit for XML."""
    if len(text) > most:
        refuse("edit-long", element, f"Texten är för lång: högst {most} tecken.", "Korta den.")
    if _UNSTORABLE.search(text):
        refuse("edit-characters", element, "Texten har tecken som inte kan sparas.", "Skriv om den.")
    return text.strip()


def _prefixes(named: dict[str | None, str] | dict[str, str]) -> Any:
    """As lxml takes them; its types forget that a file may have a namespace without a prefix."""
    return named


class Sheet:
    """One model. Elements are found by id; what is not there is refused with a sentence."""

    def __init__(self, model: bytes) -> None:
        self.root = parse_xml(model)
        if str(self.root.tag) != q("definitions"):
            refuse("not-bpmn", None, "Filen model.bpmn är inte en BPMN-modell.")
        counted(self.root)
        self._taken = {str(i) for e in self.root.iter() if (i := e.get("id")) is not None}
        self._begin = _DECLARED.match(model)
        self._pretty = "\n" in (self.root.text or "")
        self._ends = model.endswith(b"\n")
        self._listed = any(True for _ in self.root.iter(q("incoming"), q("outgoing")))

    def written(self) -> bytes:
        """The file. Raises ModelRefused where it has become too large."""
        counted(self.root)
        body = etree.tostring(self.root, encoding="utf-8")
        begin = b'<?xml version="1.0" encoding="UTF-8"?>\n' if self._begin is None else self._begin[0]
        data = begin + body + (b"\n" if self._ends else b"")
        if len(data) > MAX_BYTES:
            refuse("xml-size", None, "Modellen blir för stor: högst 2 MB.", "Dela upp processen i flera.")
        return data

    # ── finding ──────────────────────────────────────────────────────────────────────────────────────

    def find(self, ident: str) -> etree._Element:
        found = [e for e in self.root.iter(f"{{{BPMN}}}*") if identifier(e) == ident]
        if len(found) > 1:
            refuse("duplicate-id", ident, f"Id {quoted(ident, 80)} används två gånger.", "Byt ett av dem.")
        if not found:
            refuse(
                "edit-unknown",
                None,
                f"Det finns inget med id {quoted(ident, 80)} i modellen.",
                "Läs om sidan: någon kan ha tagit bort det.",
            )
        return found[0]

    def step(self, ident: str) -> etree._Element:
        """A node of the diagram."""
        found = self.find(ident)
        if local(found) not in NODES:
            refuse("edit-kind", ident, f"{self.called(found)} är inget steg.", "Välj ett steg.")
        return found

    def way(self, ident: str) -> etree._Element:
        """A sequence flow with two ends in its scope."""
        found = self.find(ident)
        if local(found) != "sequenceFlow":
            refuse("edit-kind", ident, f"{self.called(found)} är ingen väg.", "Välj en väg mellan två steg.")
        inside = self.nodes(self.scope(found))
        if not {reference(found, "sourceRef"), reference(found, "targetRef")} <= inside.keys():
            refuse("edit-loose", ident, "Vägen sitter inte fast i båda ändar.", "Dra om den i ritningen.")
        return found

    def scope(self, element: etree._Element) -> etree._Element:
        """The process or subprocess that it lies in."""
        parent = element.getparent()
        if parent is None or not is_scope(parent):
            refuse("edit-kind", identifier(element), f"{self.called(element)} ligger inte i en process.")
        return parent

    def nodes(self, scope: etree._Element) -> dict[str, etree._Element]:
        return {i: e for e in scope if local(e) in NODES and (i := identifier(e)) is not None}

    def flows(self, scope: etree._Element) -> list[etree._Element]:
        return [f for f in children(scope, "sequenceFlow") if f.get("id")]

    def out(self, node: etree._Element) -> list[etree._Element]:
        name = attribute(node, "id")
        return [f for f in self.flows(self.scope(node)) if reference(f, "sourceRef") == name]

    def into(self, node: etree._Element) -> list[etree._Element]:
        name = attribute(node, "id")
        return [f for f in self.flows(self.scope(node)) if reference(f, "targetRef") == name]

    def target(self, flow: etree._Element) -> etree._Element:
        return self.nodes(self.scope(flow))[reference(flow, "targetRef")]

    def source(self, flow: etree._Element) -> etree._Element:
        return self.nodes(self.scope(flow))[reference(flow, "sourceRef")]

    def edges(self, node: etree._Element) -> list[etree._Element]:
        """The events on the edge of the node."""
        name = attribute(node, "id")
        inside = children(self.scope(node), "boundaryEvent")
        return [event for event in inside if reference(event, "attachedToRef") == name]

    def called(self, element: etree._Element) -> str:
        """What it is called in a sentence: its name, or its id."""
        return quoted(plain(attribute(element, "name")) or attribute(element, "id"))

    def top(self, element: etree._Element) -> etree._Element | None:
        """The subprocess that the element lies in; None when it lies in the process itself."""
        scope = self.scope(element)
        return scope if local(scope) in CONTAINERS else None

    # ── adding and taking away ───────────────────────────────────────────────────────────────────────

    def fresh(self, words: str, base: str) -> str:
        """A readable id that nothing in the file has: the words in plain letters, else the base."""
        plainly = unicodedata.normalize("NFKD", words.replace("ß", "ss")).encode("ascii", "ignore").decode()
        name = re.sub(r"[^a-z0-9]+", "_", plainly.lower()).strip("_")[:40].strip("_")
        if not name or not name[0].isalpha():
            name = f"{base}_{name}".strip("_")
        made, number = name, 1
        while made in self._taken:
            number += 1
            made = f"{name}_{number}"
        self._taken.add(made)
        return made

    def make(self, tag: str, ident: str | None = None, space: str = BPMN, **given: str) -> etree._Element:
        """An element of BPMN, or of our own namespace, that lies nowhere yet."""
        named = dict(self.root.nsmap) if self._knows(space) else {"spiffworkflow": space}
        element = etree.Element(q(tag, space), nsmap=_prefixes(named))
        if ident is not None:
            element.set("id", ident)
        for name, value in given.items():
            element.set(name, value)
        return element

    def expression(self, tag: str, text: str) -> etree._Element:
        """A formal expression, typed as the standard wants it."""
        named: dict[str | None, str] = dict(self.root.nsmap)
        if not self._knows(XSI):
            named["xsi"] = XSI
        element = etree.Element(q(tag), nsmap=_prefixes(named))
        prefix = next((p for p, uri in self.root.nsmap.items() if uri == BPMN), None)
        element.set(q("type", XSI), f"{prefix}:tFormalExpression" if prefix else "tFormalExpression")
        element.text = text
        return element

    def _knows(self, space: str) -> bool:
        return space in self.root.nsmap.values()

    def insert(self, parent: etree._Element, element: etree._Element, at: int | None = None) -> None:
        """Put the element in, written as its surroundings are."""
        place = len(parent) if at is None else at
        deep = len(list(parent.iterancestors())) + 1
        inner = "\n" + "  " * deep
        last = place == len(parent)
        if self._pretty:
            if last and len(parent):
                parent[-1].tail = inner
            elif last:
                parent.text = inner
            element.tail = "\n" + "  " * (deep - 1) if last else inner
        parent.insert(place, element)
        if self._pretty:
            etree.indent(element, space="  ", level=deep)

    def remove(self, element: etree._Element) -> None:
        parent = element.getparent()
        if parent is None:
            return
        before, after, tail = element.getprevious(), element.getnext(), element.tail
        if after is None and before is not None:
            before.tail = tail
        parent.remove(element)
        if not len(parent) and not (parent.text or "").strip():
            parent.text = None

    def after_first(self, element: etree._Element, *more: str) -> int:
        """Where in the element what follows its description, settings and `more` begins."""
        return sum(1 for c in element if local(c) in (*_FIRST, *more))

    # ── ways ─────────────────────────────────────────────────────────────────────────────────────────

    def connect(
        self, source: etree._Element, target: etree._Element, name: str = "", at: int | None = None
    ) -> etree._Element:
        """A new way between two nodes of one scope."""
        one, other = attribute(source, "id"), attribute(target, "id")
        scope = self.scope(source)
        flow = self.make("sequenceFlow", self.fresh(f"f_{one}_{other}", "f"))
        if name:
            flow.set("name", name)
        if at is None:
            flows = self.flows(scope)
            at = scope.index(flows[-1]) + 1 if flows else None
        self.insert(scope, flow, at)
        self.lead(flow, source=source, target=target)
        return flow

    def lead(
        self,
        flow: etree._Element,
        *,
        source: etree._Element | None = None,
        target: etree._Element | None = None,
    ) -> None:
        """Let the way come from, or lead to, another node; the nodes' own lists follow."""
        inside = self.nodes(self.scope(flow))
        for key, tag, node in (("sourceRef", "outgoing", source), ("targetRef", "incoming", target)):
            if node is None or reference(flow, key) == attribute(node, "id"):
                continue
            old = inside.get(reference(flow, key))
            if old is not None:
                self._unlist(old, tag, attribute(flow, "id"))
            flow.set(key, attribute(node, "id"))
            self._list(node, tag, attribute(flow, "id"))

    def cut(self, flow: etree._Element) -> None:
        """Take the way away."""
        inside = self.nodes(self.scope(flow))
        name = attribute(flow, "id")
        for key, tag in (("sourceRef", "outgoing"), ("targetRef", "incoming")):
            node = inside.get(reference(flow, key))
            if node is not None:
                self._unlist(node, tag, name)
                if key == "sourceRef" and reference(node, "default") == name:
                    del node.attrib["default"]
        self._undraw({name})
        self.remove(flow)

    def drop(self, node: etree._Element) -> None:
        """Take a node away that no way leads to or from: also out of its lane and the drawing, with the
        lines that join it to notes, data and other pools."""
        inside = {i for e in node.iter() if (i := identifier(e)) is not None}
        for entry in [e for e in self.root.iter(q("flowNodeRef")) if text_of(e).rsplit(":", 1)[-1] in inside]:
            self.remove(entry)
        joined = [
            line
            for line in self.root.iter(q("association"), q("messageFlow"))
            if {reference(line, "sourceRef"), reference(line, "targetRef")} & inside
        ]
        for line in joined:
            inside.add(attribute(line, "id"))
            self.remove(line)
        self._undraw(inside)
        self.remove(node)

    def _undraw(self, names: Iterable[str]) -> None:
        gone = set(names) - {""}
        for drawn in [*self.root.iter(q("BPMNShape", DI), q("BPMNEdge", DI))]:
            if attribute(drawn, "bpmnElement") in gone:
                self.remove(drawn)

    def _list(self, node: etree._Element, tag: str, flow: str) -> None:
        if self._listed:
            entry = self.make(tag)
            entry.text = flow
            more = ("incoming",) if tag == "incoming" else ("incoming", "outgoing")
            self.insert(node, entry, self.after_first(node, *more))

    def _unlist(self, node: etree._Element, tag: str, flow: str) -> None:
        for entry in [e for e in children(node, tag) if text_of(e).rsplit(":", 1)[-1] == flow]:
            self.remove(entry)

    # ── settings ─────────────────────────────────────────────────────────────────────────────────────

    def extension(self, element: etree._Element, tag: str) -> etree._Element | None:
        block = child(element, "extensionElements")
        return None if block is None else next(block.iterchildren(q(tag, SPIFF)), None)

    def extend(self, element: etree._Element, made: etree._Element, *, first: bool = False) -> None:
        """Put something of ours among the element's settings."""
        block = child(element, "extensionElements")
        if block is None:
            block = self.make("extensionElements")
            self.insert(element, block, 0 if child(element, "documentation") is None else 1)
        self.insert(block, made, 0 if first else None)

    def unextend(self, made: etree._Element) -> None:
        """Take it away, and the blocks that are empty after it."""
        block = made.getparent()
        self.remove(made)
        if block is not None and not len(block) and not block.attrib:
            self.unextend(block) if block.tag == q("properties", SPIFF) else self.remove(block)
