"""What a task carries: form, deadline, guard, rule, help text, two pairs of eyes."""

# ruff: noqa: E501 (a sentence a line, however long)
from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from tests.workflows.changes.places import (
    KINDS,
    Place,
    kind,
    level_of,
    put_timer,
    set_property,
    swapped,
)
from tests.workflows.owned import Owned, get
from workflows.model import Kind, Node
from workflows.wording import quoted, series


@kind("another form")
def _(own: Owned) -> Iterator[Place]:
    names = sorted(own.definition.forms)
    for node in own.of(Kind.USER):
        other = next((n for n in names if own.words.forms[n] != own.words.forms.get(node.form or "")), None)
        if node.form and other:
            yield Place(
                node.id,
                set_property(own, node.id, "form", other),
                f"Formuläret för {own.called(node.id)} ändras från {quoted(own.words.forms[node.form])} till {quoted(own.words.forms[other])}.",
                {node.id: f"Formulär: {quoted(own.words.forms[other])}"},
            )


@kind("a form taken away")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.USER):
        if node.form:
            yield Place(
                node.id,
                set_property(own, node.id, "form", None),
                f"Formuläret för {own.called(node.id)} tas bort (förut {quoted(own.words.forms[node.form])}).",
                {node.id: ""},
            )


def _carried(
    name: str, new: str | None, had: bool, what: str, line: str | None
) -> Callable[[Owned], Iterator[Place]]:
    """A property given, changed (`had`) or taken away (`new` is None)."""

    def places(own: Owned) -> Iterator[Place]:
        for node in own.of(Kind.USER):
            old = node.properties.get(name)
            if (old is None) is had or old == new:
                continue
            before, now = (None if v is None else quoted(v) for v in (old, new))
            yield Place(
                node.id,
                set_property(own, node.id, name, new),
                f"{what} för {own.called(node.id)} {swapped(before, now)}.",
                {} if line is None else {node.id: line},
            )

    return places


KINDS["another deadline rule"] = _carried("due", "later", True, "Tidsfristen", "Tidsfrist: ”later”")
KINDS["a deadline rule given"] = _carried("due", "later", False, "Tidsfristen", "Tidsfrist: ”later”")
KINDS["a deadline rule taken away"] = _carried("due", None, True, "Tidsfristen", "")
KINDS["another why-rule"] = _carried("why", "SAT-99", True, "Varför-regeln", None)
KINDS["a why-rule given"] = _carried("why", "SAT-99", False, "Varför-regeln", None)
KINDS["a why-rule taken away"] = _carried("why", None, True, "Varför-regeln", None)
KINDS["another guard"] = _carried("guard", "locked", True, "Spärren", "Spärr: ”locked”")
KINDS["a guard given"] = _carried("guard", "sealed", False, "Spärren", "Spärr: ”sealed”")
KINDS["a guard taken away"] = _carried("guard", None, True, "Spärren", "")
KINDS["a help text given"] = _carried("text", "extra", False, "Hjälptexten", "Hjälptext finns")
KINDS["another help text"] = _carried("text", "extra", True, "Hjälptexten", None)
KINDS["a help text taken away"] = _carried("text", None, True, "Hjälptexten", "")


def _eyes(own: Owned, node: Node) -> list[str]:
    named = node.properties.get("four_eyes", "").split()
    return [own.called(n) for n in own.nodes if n in named]


@kind("two pairs of eyes demanded")
def _(own: Owned) -> Iterator[Place]:
    tasks = own.of(Kind.USER)
    for before, node in pairwise(tasks):
        if "four_eyes" not in node.properties and level_of(own, before.id) == level_of(own, node.id):
            yield Place(
                node.id,
                set_property(own, node.id, "four_eyes", before.id),
                f"{own.noun(node.id)} får inte längre göras av den som gjorde {own.called(before.id)}.",
                {node.id: f"Görs inte av den som gjorde {before.id}."},
            )


@kind("two pairs of eyes no longer demanded")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.USER):
        if "four_eyes" in node.properties:
            yield Place(
                node.id,
                set_property(own, node.id, "four_eyes", None),
                f"{own.noun(node.id)} får nu göras också av den som gjorde {series(_eyes(own, node), 'eller')}.",
                {node.id: ""},
            )


@kind("two pairs of eyes on other tasks")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.USER):
        named = node.properties.get("four_eyes", "").split()
        other = next((n for n in own.of(Kind.USER) if n.id != node.id and n.id not in named), None)
        if named and other is not None:
            yield Place(
                node.id,
                set_property(own, node.id, "four_eyes", other.id),
                f"{own.noun(node.id)} får nu inte göras av den som gjorde {own.called(other.id)}; förut gällde det {series(_eyes(own, node), 'eller')}.",
                {node.id: f"Görs inte av den som gjorde {other.id}."},
            )


@kind("the start condition")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.START):
        if "starts" in node.properties:
            yield Place(
                node.id,
                set_property(own, node.id, "starts", "annat"),
                f"Det som startar ärendet för {own.called(node.id)} ändras från {quoted(node.properties['starts'])} till ”annat”.",
            )


@kind("a clock that starts cases")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.START):
        if level_of(own, node.id) == own.definition.process:
            yield Place(
                node.id,
                lambda id=node.id: own.redrawn(lambda r: put_timer(get(r, id), "timeCycle", "0 9 * * 1")),  # type: ignore[misc]
                f"{own.noun(node.id)} inträffar nu av sig själv: varje måndag klockan 9.",
                {node.id: "Inträffar av sig själv: varje måndag klockan 9."},
            )
