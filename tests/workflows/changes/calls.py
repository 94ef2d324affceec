"""What operations, decisions, calls and repetitions are about."""

# ruff: noqa: E501 (a sentence a line, however long)
from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tests.workflows.changes.places import (
    Place,
    kind,
    level_of,
    taken_away,
)
from tests.workflows.owned import Owned, get
from workflows.model import Kind, Node
from workflows.normalise.vocabulary import SPIFF, q
from workflows.wording import in_words, plain, quoted, value_in_words


def _operations(own: Owned) -> Iterator[Node]:
    for node in own.of(Kind.SERVICE):
        if node.operation is not None:
            yield node


def _operator(root: etree._Element, id: str) -> etree._Element:
    return next(get(root, id).iter(q("serviceTaskOperator", SPIFF)))


@kind("another operation")
def _(own: Owned) -> Iterator[Place]:
    for node in _operations(own):
        assert node.operation is not None
        yield Place(
            node.id,
            lambda id=node.id: own.redrawn(lambda r: _operator(r, id).set("id", "send_letter")),  # type: ignore[misc]
            f"Åtgärden vid {own.called(node.id)} ändras från {quoted(node.operation.name)} till ”send_letter”.",
            {node.id: "Åtgärd i ett annat system: ”send_letter”."},
        )


@kind("another input of an operation")
def _(own: Owned) -> Iterator[Place]:
    for node in _operations(own):
        assert node.operation is not None
        for name, old in node.operation.parameters.items():

            def change(root: etree._Element, id: str = node.id, name: str = name) -> None:
                entries = _operator(root, id).iter(q("parameter", SPIFF))
                next(e for e in entries if e.get("id") == name).set("value", '"fast"')

            yield Place(
                f"{node.id}.{name}",
                lambda change=change: own.redrawn(change),  # type: ignore[misc]
                f"Underlaget {quoted(name)} till åtgärden vid {own.called(node.id)} ändras från {plain(value_in_words(old, own.words))} till ”fast”.",
            )


@kind("an input of an operation added")
def _(own: Owned) -> Iterator[Place]:
    for node in _operations(own):

        def change(root: etree._Element, id: str = node.id) -> None:
            operator = _operator(root, id)
            block = next(operator.iter(q("parameters", SPIFF)), None)
            if block is None:
                block = etree.SubElement(operator, q("parameters", SPIFF))
            etree.SubElement(block, q("parameter", SPIFF), id="extra", type="any", value='"fast"')

        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"Underlaget ”extra” till åtgärden vid {own.called(node.id)} är nu ”fast” och fanns inte förut.",
        )


@kind("an input of an operation removed")
def _(own: Owned) -> Iterator[Place]:
    for node in _operations(own):
        assert node.operation is not None
        for name, old in node.operation.parameters.items():

            def change(root: etree._Element, id: str = node.id, name: str = name) -> None:
                entries = _operator(root, id).iter(q("parameter", SPIFF))
                taken_away(next(e for e in entries if e.get("id") == name))

            yield Place(
                f"{node.id}.{name}",
                lambda change=change: own.redrawn(change),  # type: ignore[misc]
                f"Underlaget {quoted(name)} till åtgärden vid {own.called(node.id)} tas bort (förut {plain(value_in_words(old, own.words))}).",
            )


@kind("an operation's answer kept elsewhere")
def _(own: Owned) -> Iterator[Place]:
    for node in _operations(own):
        assert node.operation is not None
        was = f"som {quoted(node.operation.result)}" if node.operation.result else "under sina egna namn"
        yield Place(
            node.id,
            lambda id=node.id: own.redrawn(lambda r: _operator(r, id).set("resultVariable", "extra")),  # type: ignore[misc]
            f"Svaret från åtgärden vid {own.called(node.id)} sparas som ”extra” i stället för {was}.",
        )


@kind("another decision table called")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.DECISION):
        assert node.decision is not None

        def change(root: etree._Element, id: str = node.id) -> None:
            next(get(root, id).iter(q("calledDecisionId", SPIFF))).text = "extra"

        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"Beslutstabellen för {own.called(node.id)} ändras från {quoted(own.words.decisions[node.decision])} till ”extra”.",
            {node.id: "efter beslutstabellen ”extra”"},
        )


@kind("another process called")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.CALL):
        inner = [n.id for n in own.nodes.values() if level_of(own, n.id) == node.scope]

        def change(root: etree._Element, id: str = node.id, called: str = node.scope or "") -> None:
            get(root, id).set("calledElement", "extra")
            get(root, called).set(
                "isExecutable", "false"
            )  # nothing calls it: it must not seem to be another whole

        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"Processen som {own.called(node.id)} anropar ändras från {quoted(node.scope or '')} till ”extra”.",
            {node.id: "är tom", **dict.fromkeys(inner)},
        )


@kind("a task done once for each value")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.USER, Kind.SERVICE):
        if node.instances is not None:
            continue

        def change(root: etree._Element, id: str = node.id) -> None:
            made = etree.SubElement(get(root, id), q("multiInstanceLoopCharacteristics"), isSequential="true")
            etree.SubElement(made, q("loopDataInputRef")).text = "reviewers"

        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"{own.noun(node.id)} görs nu flera gånger: en gång för varje värde i ”reviewers”.",
            {node.id: "Görs en gång för varje värde i ”reviewers”, en i taget."},
        )


def _repeated(own: Owned) -> Iterator[Node]:
    for node in own.nodes.values():
        if node.instances is not None:
            yield node


@kind("a repetition over something else")
def _(own: Owned) -> Iterator[Place]:
    for node in _repeated(own):
        assert node.instances is not None and node.instances.items is not None

        def change(root: etree._Element, id: str = node.id) -> None:
            next(get(root, id).iter(q("loopDataInputRef"))).text = "reviewers"

        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"Upprepningen av {own.called(node.id)} ändras från en gång för varje värde i {value_in_words(node.instances.items, own.words)} till en gång för varje värde i ”reviewers”.",
            {node.id: "för varje värde i ”reviewers”"},
        )


@kind("a repetition all at once")
def _(own: Owned) -> Iterator[Place]:
    for node in _repeated(own):

        def change(root: etree._Element, id: str = node.id) -> None:
            next(get(root, id).iter(q("multiInstanceLoopCharacteristics"))).set("isSequential", "false")

        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"Upprepningen av {own.called(node.id)} görs samtidigt i stället för en i taget.",
            {node.id: "alla samtidigt"},
        )


@kind("a repetition that ends early on something else")
def _(own: Owned) -> Iterator[Place]:
    for node in _repeated(own):
        assert node.instances is not None and node.instances.until is not None

        def change(root: etree._Element, id: str = node.id) -> None:
            next(get(root, id).iter(q("completionCondition"))).text = "size > 7"

        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"Villkoret som avslutar upprepningen av {own.called(node.id)} i förtid ändras från {in_words(node.instances.until, own.words)} till ”size” är mer än 7.",
            {node.id: "Resten hoppas över så snart ”size” är mer än 7."},
        )
