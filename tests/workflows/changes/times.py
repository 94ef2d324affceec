"""Times, messages and errors."""

# ruff: noqa: E501 (a sentence a line, however long)
from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from tests.workflows.changes.places import (
    KINDS,
    Place,
    kind,
    set_attribute,
    set_property,
    taken_away,
)
from tests.workflows.owned import Owned, get
from workflows.model import Kind, Node
from workflows.normalise.vocabulary import child, q
from workflows.wording import quoted, value_in_words, when


def _timed(own: Owned, *kinds: Kind) -> Iterator[tuple[Node, etree._Element]]:
    for node in own.of(*kinds):
        if node.timer is not None:
            yield node, get(own.root, node.id)


def _retimed(tag: str, text: str, words: str, line: str) -> Callable[[Owned], Iterator[Place]]:
    def places(own: Owned) -> Iterator[Place]:
        for node, _ in _timed(own, Kind.BOUNDARY, Kind.CATCH):
            assert node.timer is not None

            def change(root: etree._Element, id: str = node.id) -> None:
                definition = child(get(root, id), "timerEventDefinition")
                assert definition is not None
                for old in list(definition):
                    definition.remove(old)
                etree.SubElement(definition, q(tag)).text = text

            old = when(node.timer, own.words)
            edge = node.kind is Kind.BOUNDARY
            begin = (
                f"Tidsgränsen på {own.called(node.attached_to or '')}"
                if edge
                else f"Väntetiden vid {quoted(node.name or node.id)}"
            )
            waits = dict.fromkeys([node.id], line)
            waits |= {
                f.source: ""
                for f in own.into(node.id)
                if own.nodes[f.source].kind is Kind.EVENT_GATEWAY and not f.name
            }
            yield Place(
                node.id,
                lambda change=change: own.redrawn(change),  # type: ignore[misc]
                f"{begin} ändras från {old} till {words}.",
                waits,
            )

    return places


KINDS["another duration"] = _retimed("timeDuration", "P9D", "9 dygn", "9 dygn")
KINDS["another date"] = _retimed("timeDate", "2031-03-01", "den 1 mars 2031", "en 1 mars 2031")
KINDS["another cycle"] = _retimed("timeCycle", "0 9 * * 1", "varje måndag klockan 9", "arje måndag klockan 9")


@kind("an edge event that interrupts, or no longer does")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.BOUNDARY):
        if node.error is not None:
            continue
        host = own.nodes[node.attached_to or ""]
        inside = own.noun(host.id)
        inside = inside[:1].lower() + inside[1:]
        stays, stayed = (
            ("ligger kvar", "låg den kvar") if host.kind is Kind.USER else ("fortsätter", "fortsatte den")
        )
        said = (
            f"{own.noun(node.id)} avbryter inte längre {inside}, som i stället {stays}."
            if node.interrupting
            else f"{own.noun(node.id)} avbryter nu {inside}; förut {stayed}."
        )
        yield Place(
            node.id,
            set_attribute(own, node.id, "cancelActivity", "false" if node.interrupting else "true"),
            said,
            {node.id: f"{stays}." if node.interrupting else "avbryts."},
        )


@kind("a timer becomes a message")
def _(own: Owned) -> Iterator[Place]:
    for node, _ in _timed(own, Kind.BOUNDARY, Kind.CATCH):
        assert node.timer is not None

        def change(root: etree._Element, id: str = node.id) -> None:
            root.insert(0, etree.Element(q("message"), id="extra", name="Återkallat"))
            old = child(get(root, id), "timerEventDefinition")
            assert old is not None
            taken_away(old)
            etree.SubElement(get(root, id), q("messageEventDefinition"), messageRef="extra")

        noun = "Kanthändelsen" if node.kind is Kind.BOUNDARY else "Väntan"
        waits = {
            f.source: ""
            for f in own.into(node.id)
            if own.nodes[f.source].kind is Kind.EVENT_GATEWAY and not f.name
        }
        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"{noun} {quoted(node.name or node.id)} ändras från en tidsgräns ({when(node.timer, own.words)}) till meddelandet ”Återkallat”.",
            {node.id: "meddelandet ”Återkallat”", **waits},
        )


def _heard(own: Owned) -> Iterator[Node]:
    for node in own.nodes.values():
        if node.message is not None:
            yield node


@kind("a message renamed")
def _(own: Owned) -> Iterator[Place]:
    for node in _heard(own):
        assert node.message is not None
        id = next(
            e.get("id") or "" for e in own.root.iter(q("message")) if e.get("name") == node.message.name
        )
        waits = {
            f.source: ""
            for f in own.into(node.id)
            if own.nodes[f.source].kind is Kind.EVENT_GATEWAY and not f.name
        }
        yield Place(
            node.id,
            set_attribute(own, id, "name", "Besked"),
            f"{own.noun(node.id)} väntar nu på meddelandet ”Besked” i stället för {quoted(node.message.name)}.",
            {node.id: "”Besked”", **waits},
        )


@kind("another correlation of a message")
def _(own: Owned) -> Iterator[Place]:
    for node in _heard(own):
        assert node.message is not None
        was = (
            "ärendets id"
            if node.message.correlation is None
            else value_in_words(node.message.correlation, own.words)
        )
        yield Place(
            node.id,
            set_property(own, node.id, "correlation", "reference"),
            f"Meddelandet till {own.called(node.id)} hittar ärendet med ”reference” i stället för {was}.",
        )


@kind("another error caught")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.BOUNDARY):
        if node.error is None:
            continue

        def change(root: etree._Element, id: str = node.id) -> None:
            root.insert(0, etree.Element(q("error"), id="extra", errorCode="trouble"))
            definition = child(get(root, id), "errorEventDefinition")
            assert definition is not None
            definition.set("errorRef", "extra")

        was = f"felet {quoted(node.error)}" if node.error else "alla fel"
        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"{own.noun(node.id)} gäller nu felet ”trouble” i stället för {was}.",
            {node.id: "felet ”trouble” uppstår"},
        )
