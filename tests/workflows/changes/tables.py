"""Columns of decision tables, and the tables as wholes."""

# ruff: noqa: E501 (a sentence a line, however long)
from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from tests.workflows.changes.places import (
    Place,
    kind,
    taken_away,
)
from tests.workflows.changes.rows import cells_of, redecided, rules_of, tables
from tests.workflows.owned import Owned
from workflows.decisions import Table, load
from workflows.decisions.model import HitPolicy
from workflows.model import Kind
from workflows.wording import plain, quoted


@kind("how rows are weighed")
def _(own: Owned) -> Iterator[Place]:
    said = {
        HitPolicy.FIRST: "den första raden som stämmer gäller", HitPolicy.UNIQUE: "bara en rad får stämma",
        HitPolicy.COLLECT: "alla svar samlas",
    }  # fmt: skip
    for name, where, table in tables(own):
        for policy, words in said.items():
            if policy is table.hit_policy or table.hit_policy not in said:
                continue

            def change(root: etree._Element, policy: str = policy.value) -> None:
                table = next(
                    e for e in root.iter() if isinstance(e.tag, str) and e.tag.endswith("}decisionTable")
                )
                table.set("hitPolicy", policy)

            yield Place(
                f"{name}.{policy.value}",
                redecided(own, name, change),
                f"I {where} gäller nu: {words}; förut: {said[table.hit_policy]}.",
            )


@kind("a column of conditions removed")
def _(own: Owned) -> Iterator[Place]:
    for name, where, table in tables(own):
        if len(table.inputs) < 2:
            continue
        for at, column in enumerate(table.inputs):

            def change(root: etree._Element, at: int = at) -> None:
                inputs = [e for e in root.iter() if isinstance(e.tag, str) and e.tag.endswith("}input")]
                taken_away(inputs[at])
                for rule in rules_of(root):
                    taken_away(cells_of(rule, "inputEntry")[at])

            yield Place(
                f"{name}.{at}",
                redecided(own, name, change),
                f"Villkoret {quoted(column.label)} tas bort ur {where}.",
            )


@kind("a column of conditions added")
def _(own: Owned) -> Iterator[Place]:
    for name, where, table in tables(own):

        def change(root: etree._Element, table: Table = table) -> None:
            last = [e for e in root.iter() if isinstance(e.tag, str) and e.tag.endswith("}input")][-1]
            made = deepcopy(last)
            made.set("id", "extra")
            made.set("label", "Väder")
            for part in made.iter():
                if part is not made and part.get("id"):
                    part.set("id", f"extra_{part.get('id')}")
            last.addnext(made)
            for number, rule in enumerate(rules_of(root)):
                cell = deepcopy(cells_of(rule, "inputEntry")[-1])
                cell.set("id", f"extra_cell_{number}")
                cell[0].text = "-"
                cells_of(rule, "inputEntry")[-1].addnext(cell)

        yield Place(name, redecided(own, name, change), f"Villkoret ”Väder” läggs till i {where}.")


@kind("a column of conditions renamed")
def _(own: Owned) -> Iterator[Place]:
    for name, where, table in tables(own):
        for at, column in enumerate(table.inputs):

            def change(root: etree._Element, at: int = at) -> None:
                inputs = [e for e in root.iter() if isinstance(e.tag, str) and e.tag.endswith("}input")]
                inputs[at].set("label", "Väder")

            yield Place(
                f"{name}.{at}",
                redecided(own, name, change),
                f"Kolumnen {quoted(column.label)} i {where} heter nu ”Väder”.",
            )


@kind("a column of conditions that reads something else")
def _(own: Owned) -> Iterator[Place]:
    for name, where, table in tables(own):
        for at, column in enumerate(table.inputs):

            def change(root: etree._Element, at: int = at) -> None:
                inputs = [e for e in root.iter() if isinstance(e.tag, str) and e.tag.endswith("}input")]
                next(
                    e for e in inputs[at].iter() if isinstance(e.tag, str) and e.tag.endswith("}text")
                ).text = "weather"

            yield Place(
                f"{name}.{at}",
                redecided(own, name, change),
                f"Villkoret {quoted(column.label)} i {where} läser nu «weather» i stället för «{plain(column.expression.source)}».",
            )


@kind("an answer of a table renamed")
def _(own: Owned) -> Iterator[Place]:
    for name, where, table in tables(own):
        for at, column in enumerate(table.outputs):

            def change(root: etree._Element, at: int = at) -> None:
                outputs = [e for e in root.iter() if isinstance(e.tag, str) and e.tag.endswith("}output")]
                outputs[at].set("name", "weather")

            yield Place(
                f"{name}.{at}",
                redecided(own, name, change),
                f"Svaret {quoted(column.name)} i {where} sparas nu som ”weather”.",
                swaps=(
                    frozenset(
                        {quoted(own.words.variables.get(column.name) or column.name), quoted(column.name)}
                    ),
                ),
            )


@kind("a decision renamed")
def _(own: Owned) -> Iterator[Place]:
    for name, data in own.definition.decisions.items():
        for decision in load(data).decisions.values():

            def change(root: etree._Element, id: str = decision.id) -> None:
                next(e for e in root.iter() if e.get("id") == id).set("name", "Väderbeslut")

            tasks = [n.id for n in own.of(Kind.DECISION) if n.decision == decision.id]
            yield Place(
                f"{name}.{decision.id}",
                redecided(own, name, change),
                f"Beslutet {quoted(decision.name)} heter nu ”Väderbeslut”.",
                dict.fromkeys(tasks, "efter beslutstabellen ”Väderbeslut”"),
            )
