"""Rows of decision tables."""

# ruff: noqa: E501 (a sentence a line, however long)
from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy

from lxml import etree

from tests.workflows.changes.places import (
    Place,
    kind,
    taken_away,
)
from tests.workflows.owned import Files, Owned
from workflows.decisions import Table, load
from workflows.decisions.model import Rule
from workflows.wording import cell_in_words, quoted, series, value_in_words


def tables(own: Owned) -> Iterator[tuple[str, str, Table]]:
    """File, ”beslutstabellen X”, table."""
    for name, data in own.definition.decisions.items():
        for decision in load(data).decisions.values():
            if isinstance(decision.logic, Table):
                yield name, f"beslutstabellen {quoted(decision.name)}", decision.logic


def redecided(own: Owned, name: str, change: Callable[[etree._Element], object]) -> Callable[[], Files]:
    def changed() -> Files:
        path = f"decisions/{name}.dmn"
        root = etree.fromstring(own.files[path])  # our own text
        change(root)
        return own.rewritten(path, etree.tostring(root))

    return changed


def rules_of(root: etree._Element) -> list[etree._Element]:
    return [e for e in root.iter() if isinstance(e.tag, str) and e.tag.endswith("}rule")]


def cells_of(rule: etree._Element, name: str) -> list[etree._Element]:
    return [e for e in rule if isinstance(e.tag, str) and e.tag.endswith("}" + name)]


def _row(own: Owned, table: Table, rule: Rule) -> str:
    tests = [
        f"{quoted(c.label)} är {cell_in_words(cell.source, own.words, c.expression.source)}"
        for c, cell in zip(table.inputs, rule.tests, strict=True)
        if cell.source.strip() not in ("", "-")
    ]
    answers = [
        f"{quoted(own.words.variables.get(c.name) or c.name)} blir {value_in_words(cell.source, own.words, c.name)}"
        for c, cell in zip(table.outputs, rule.outputs, strict=True)
    ]
    return f"{'om ' + series(tests) if tests else 'alltid'}, {series(answers)}"


@kind("a row's test")
def _(own: Owned) -> Iterator[Place]:
    for name, where, table in tables(own):
        for at, rule in enumerate(table.rules):
            for column, (asked, cell) in enumerate(zip(table.inputs, rule.tests, strict=True)):
                of = asked.expression.source
                was = cell_in_words(cell.source, own.words, of)
                new, now = (
                    ("-", "vad som helst")
                    if was != "vad som helst"
                    else _TESTS.get(asked.type or "", ("", ""))
                )
                if not new or (asked.allowed is not None and new != "-"):
                    continue  # what stands among the values that are allowed depends on the table

                def change(root: etree._Element, at: int = at, column: int = column, new: str = new) -> None:
                    cells_of(rules_of(root)[at], "inputEntry")[column][0].text = new

                yield Place(
                    f"{name}.{at}.{column}",
                    redecided(own, name, change),
                    f"Rad {at + 1} i {where}: villkoret {quoted(asked.label)} ändras från {was} till {now}.",
                )


_TESTS = {
    "boolean": ("true", "ja"),
    "string": ('"helt annat"', "”helt annat”"),
    "number": ("> 7", "mer än 7"),
}


@kind("a row's answer")
def _(own: Owned) -> Iterator[Place]:
    for name, where, table in tables(own):
        for at, rule in enumerate(table.rules):
            for column, (given, cell) in enumerate(zip(table.outputs, rule.outputs, strict=True)):

                def change(root: etree._Element, at: int = at, column: int = column) -> None:
                    cells_of(rules_of(root)[at], "outputEntry")[column][0].text = '"helt annat"'

                was = value_in_words(cell.source, own.words, given.name)
                called = quoted(own.words.variables.get(given.name) or given.name)
                yield Place(
                    f"{name}.{at}.{column}",
                    redecided(own, name, change),
                    f"Rad {at + 1} i {where}: svaret {called} ändras från {was} till ”helt annat”.",
                )


@kind("a row removed")
def _(own: Owned) -> Iterator[Place]:
    for name, where, table in tables(own):
        for at, rule in enumerate(table.rules):
            yield Place(
                f"{name}.{at}",
                redecided(own, name, lambda r, at=at: taken_away(rules_of(r)[at])),  # type: ignore[misc]
                f"Rad {at + 1} i {where} tas bort: {_row(own, table, rule)}.",
            )


@kind("a row added")
def _(own: Owned) -> Iterator[Place]:
    for name, where, table in tables(own):
        for at, rule in enumerate(table.rules):

            def change(root: etree._Element, at: int = at) -> None:
                made = deepcopy(rules_of(root)[at])
                made.set("id", "extra")
                for number, part in enumerate(made):
                    part.set("id", f"extra_{number}")
                rules_of(root)[at].addnext(made)

            yield Place(
                f"{name}.{at}",
                redecided(own, name, change),
                f"Rad {at + 2} läggs till i {where}: {_row(own, table, rule)}.",
            )


@kind("rows in another order")
def _(own: Owned) -> Iterator[Place]:
    for name, where, table in tables(own):
        for at in range(len(table.rules) - 1):

            def change(root: etree._Element, at: int = at) -> None:
                first = rules_of(root)[at]
                rules_of(root)[at + 1].addnext(first)

            yield Place(f"{name}.{at}", redecided(own, name, change), f"Raderna i {where} byter ordning.")
