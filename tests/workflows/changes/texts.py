"""What steers nothing: layout, descriptions, notes; help texts and scenarios."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tests.workflows.changes.places import (
    Place,
    kind,
    put,
)
from tests.workflows.owned import Owned, get
from workflows.model import ACTIVITIES
from workflows.normalise.vocabulary import DC, DI, q
from workflows.wording import quoted, series


@kind("the layout")
def _(own: Owned) -> Iterator[Place]:
    def change(root: etree._Element) -> None:
        for bounds in root.iter(q("Bounds", DC)):
            bounds.set("x", str(float(bounds.get("x") or 0) + 17))
        for point in root.iter(q("waypoint", DI)):
            point.set("x", str(float(point.get("x") or 0) + 17))

    yield Place("model.bpmn", lambda: own.redrawn(change), "")


@kind("a description given")
def _(own: Owned) -> Iterator[Place]:
    for node in own.nodes.values():

        def change(root: etree._Element, id: str = node.id) -> None:
            made = etree.Element(q("documentation"))
            made.text = "Så här tänkte vi."
            get(root, id).insert(0, made)

        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"Beskrivningen av {own.called(node.id)} läggs till.",
        )


@kind("an annotation added")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(*ACTIVITIES):

        def change(root: etree._Element, id: str = node.id) -> None:
            made = put(root, id, "textAnnotation", "extra")
            etree.SubElement(made, q("text")).text = "Se riktlinjen"
            put(root, id, "association", "extra_line", sourceRef=id, targetRef="extra")

        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            "Anteckningen ”Se riktlinjen” läggs till.",
        )


def _readers(own: Owned, name: str) -> str:
    users = [own.called(n.id) for n in own.nodes.values() if n.text == name]
    return f" för {series(users)}" if users else f" {quoted(name)}"


@kind("a help text changed")
def _(own: Owned) -> Iterator[Place]:
    for name, text in own.definition.texts.items():
        yield Place(
            name,
            lambda name=name, text=text: own.rewritten(
                f"texts/{name}.md", f"{text.rstrip()}\nEn rad till.\n".encode()
            ),  # type: ignore[misc]
            f"Hjälptexten{_readers(own, name)} ändras: 1 rad tillkommer.",
        )


@kind("a help text's file removed")
def _(own: Owned) -> Iterator[Place]:
    for name in own.definition.texts:
        yield Place(
            name,
            lambda name=name: own.rewritten(f"texts/{name}.md", None),  # type: ignore[misc]
            f"Hjälptexten{_readers(own, name)} tas bort.",
        )


@kind("a help text's file added")
def _(own: Owned) -> Iterator[Place]:
    yield Place(
        "texts/extra.md", lambda: own.rewritten("texts/extra.md", b"Nytt."), "Hjälptexten ”extra” läggs till."
    )


def _stories(own: Owned) -> list[tuple[str, str]]:
    """The scenarios of the file: name and text, in order; the text before the first has no name."""
    text = own.files["scenarios.yaml"].decode()
    parts = text.split("\n- name: ") if not text.startswith("- name: ") else ("\n" + text).split("\n- name: ")
    return [
        ("", parts[0]),
        *((part.splitlines()[0].strip().strip('"'), "\n- name: " + part) for part in parts[1:]),
    ]


def _joined(parts: list[tuple[str, str]]) -> bytes:
    return "".join(text for _, text in parts).lstrip("\n").encode()


@kind("a scenario removed")
def _(own: Owned) -> Iterator[Place]:
    parts = _stories(own)
    for at, (name, _) in enumerate(parts):
        if at and len(parts) > 2:
            yield Place(
                str(at),
                lambda at=at: own.rewritten(
                    "scenarios.yaml", _joined([p for i, p in enumerate(parts) if i != at])
                ),  # type: ignore[misc]
                f"Scenariot {quoted(name)} tas bort.",
            )


@kind("a scenario added")
def _(own: Owned) -> Iterator[Place]:
    parts = _stories(own)
    yield Place(
        "scenarios.yaml",
        lambda: own.rewritten(
            "scenarios.yaml", _joined(parts).rstrip() + b"\n\n- name: Ett nytt\n  steps: []\n"
        ),
        "Scenariot ”Ett nytt” läggs till.",
    )


@kind("a scenario renamed")
def _(own: Owned) -> Iterator[Place]:
    parts = _stories(own)
    for at, (name, text) in enumerate(parts):
        if at:
            lines = text.split("\n")
            renamed = "\n".join([lines[0], "- name: Ett annat", *lines[2:]])
            yield Place(
                str(at),
                lambda at=at, renamed=renamed: own.rewritten(
                    "scenarios.yaml", _joined([*parts[:at], ("", renamed), *parts[at + 1 :]])
                ),  # type: ignore[misc]
                f"Scenariot {quoted(name)} heter nu ”Ett annat”.",
            )


@kind("a scenario changed")
def _(own: Owned) -> Iterator[Place]:
    parts = _stories(own)
    for at, (name, text) in enumerate(parts):
        if at and "\n  profile:" not in text:
            lines = text.split("\n")
            other = "\n".join([*lines[:2], "  profile: annan", *lines[2:]])
            yield Place(
                str(at),
                lambda at=at, other=other: own.rewritten(
                    "scenarios.yaml", _joined([*parts[:at], ("", other), *parts[at + 1 :]])
                ),  # type: ignore[misc]
                f"Scenariot {quoted(name)} ändras.",
            )
