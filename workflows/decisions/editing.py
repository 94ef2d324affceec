"""Edits of a decision as values, and what the file is after each: everything else of it is kept.

A file that would not be read afterwards is refused, with every reason, and nothing is half done. Comments
and processing instructions are lost at the XML door, as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from workflows.decisions import xmlparts
from workflows.decisions.dmn import load
from workflows.decisions.model import MAX_BYTES, MAX_COLUMNS, MAX_RULES, Aggregation, HitPolicy
from workflows.decisions.sheet import InputHead, OutputHead, Side, answered_as
from workflows.decisions.source import id_of, part, parts
from workflows.errors import Finding, ModelRefused
from workflows.expressions.budget import MAX_SOURCE
from workflows.normalise.xml import parse_xml

MAX_LABEL: Final = 200
"""Characters of a name, a label or the id of a new table."""
MAX_NOTE: Final = 2_000
"""Characters of a description or a row's note."""
_ABSENT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""


@dataclass(frozen=True, slots=True)
class SetCell:
    """Rows and columns count from 1; an empty condition is the same as `-`."""

    row: int
    side: Side
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class SetNote:
    """Why the row is there, in plain words; empty takes the note away."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class AddRow:
    """A row after row `after` (0: first). Cells that are not given hold for everything and answer nothing."""

    after: int
    tests: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class RemoveRow:
    row: int


@dataclass(frozen=True, slots=True)
class MoveRow:
    """`to` is the row's number afterwards."""

    row: int
    to: int


@dataclass(frozen=True, slots=True)
class AddInput:
    """A condition after the conditions there are; `cells` one a row, or `-` in all."""

    label: str
    expression: str
    type: str = ""
    allowed: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddOutput:
    """An answer after the answers there are; `cells` one a row, or nothing in all."""

    label: str
    name: str
    type: str = ""
    listed: str = ""
    default: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveColumn:
    side: Side
    column: int


@dataclass(frozen=True, slots=True)
class RenameColumn:
    side: Side
    column: int
    label: str


@dataclass(frozen=True, slots=True)
class SetInput:
    """What a column of conditions reads, and which values it counts on. The head's `id` is not changed."""

    column: int
    head: InputHead


@dataclass(frozen=True, slots=True)
class SetOutput:
    """Where a column of answers is kept, its values and default. The head's `id` is not changed."""

    column: int
    head: OutputHead


@dataclass(frozen=True, slots=True)
class SetHitPolicy:
    """Which rows decide; an aggregation goes with COLLECT alone."""

    policy: HitPolicy
    aggregation: Aggregation | None = None


@dataclass(frozen=True, slots=True)
class SetName:
    """What people call the decision. The variable its answer is kept in stays."""

    name: str


@dataclass(frozen=True, slots=True)
class SetDescription:
    text: str


@dataclass(frozen=True, slots=True)
class SetExpression:
    """Of a decision that is one expression."""

    text: str


Edit = (
    SetCell | SetNote | AddRow | RemoveRow | MoveRow | AddInput | AddOutput | RemoveColumn | RenameColumn
    | SetInput | SetOutput | SetHitPolicy | SetName | SetDescription | SetExpression
)  # fmt: skip


def apply(dmn: bytes, decision: str, *edits: Edit) -> bytes:
    """The file after the edits, one after another. Raises ModelRefused when an edit points at what is not
    there, goes beyond the bounds, or leaves a file that `load` refuses."""
    root = parse_xml(dmn, max_bytes=MAX_BYTES)
    element = next((one for one in parts(root, "decision") if id_of(one, "") == decision), None)
    if element is None:
        raise refused(decision, "Beslutet finns inte i filen.")
    for edit in edits:
        change(element, edit)
    return checked(root)


def checked(root: etree._Element) -> bytes:
    """The file of a tree that `load` takes. Raises ModelRefused."""
    body = etree.tostring(root, encoding="UTF-8")
    data = b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"
    load(data)
    return data


def refused(decision: str | None, text: str, hint: str = "") -> ModelRefused:
    return ModelRefused([Finding("decision-edit", decision, text, hint)])


def change(element: etree._Element, edit: Edit) -> None:
    """Do the edit to a <decision>. Raises ModelRefused, and then the tree is no longer to be used."""
    id = id_of(element, "")
    match edit:
        case SetName(name):
            _rename(element, said(id, name, MAX_LABEL, "Beslutet"))
        case SetDescription(text):
            xmlparts.describe(element, said(id, text, MAX_NOTE, "Beskrivningen", empty=True))
        case SetExpression(text):
            literal = part(element, "literalExpression")
            if literal is None:
                raise refused(id, "Beslutet är inte ett uttryck.")
            xmlparts.write_text(literal, cell(id, text))
        case _:
            table = part(element, "decisionTable")
            if table is None:
                raise refused(id, "Beslutet är inte en tabell.")
            _in_table(table, element, edit)


def _in_table(
    table: etree._Element,
    element: etree._Element,
    edit: SetCell | SetNote | AddRow | RemoveRow | MoveRow | AddInput | AddOutput | RemoveColumn
    | RenameColumn | SetInput | SetOutput | SetHitPolicy,
) -> None:  # fmt: skip
    id = id_of(element, "")
    match edit:
        case SetCell(row, side, column, text):
            cells = list(parts(_row(table, id, row), f"{side.value}Entry"))
            xmlparts.write_text(_nth(cells, column, id, "Kolumn"), cell(id, text))
        case SetNote(row, text):
            note = said(id, text, MAX_NOTE, "Kommentaren", empty=True)
            xmlparts.describe(_row(table, id, row), note)
        case AddRow():
            _add_row(table, id, edit)
        case RemoveRow(row):
            xmlparts.take_out(_row(table, id, row))
        case MoveRow(row, to):
            _move_row(table, id, row, to)
        case AddInput() | AddOutput():
            _add_column(table, element, edit)
        case RemoveColumn(side, column):
            _remove_column(table, id, side, column)
        case RenameColumn(side, column, label):
            head = _nth(list(parts(table, side.value)), column, id, "Kolumn")
            _set(head, "label", said(id, label, MAX_LABEL, "Kolumnens rubrik", empty=True))
        case SetInput(column, head):
            _set_input(_nth(list(parts(table, "input")), column, id, "Kolumn"), id, head)
        case SetOutput(column, answer):
            _set_output(_nth(list(parts(table, "output")), column, id, "Kolumn"), id, answer)
        case SetHitPolicy(policy, aggregation):
            table.set("hitPolicy", policy.value)
            _set(table, "aggregation", aggregation.value if aggregation else "")


def _rename(element: etree._Element, name: str) -> None:
    """A decision without a variable of its own answers under its name: it gets one, so that a new name
    on the page does not change what other steps read."""
    before = answered_as(element)
    element.set("name", name)
    if answered_as(element) == before:
        return
    variable = part(element, "variable")
    if variable is None:
        after = [
            child for name in ("question", "allowedAnswers", "description") for child in parts(element, name)
        ]
        extensions = part(element, "extensionElements")
        at = max((element.index(child) + 1 for child in [*after, *_present(extensions)]), default=0)
        variable = xmlparts.put(element, "variable", at)
        variable.set("id", xmlparts.new_id(xmlparts.ids(element), f"{id_of(element, 'decision')}_variable"))
    variable.set("name", before)


def _present(element: etree._Element | None) -> list[etree._Element]:
    return [] if element is None else [element]


def _row(table: etree._Element, id: str, row: int) -> etree._Element:
    return _nth(list(parts(table, "rule")), row, id, "Rad")


def _nth(found: Sequence[etree._Element], at: int, id: str, what: str) -> etree._Element:
    if not 1 <= at <= len(found):
        raise refused(id, f"{what} {at} finns inte i tabellen.", "Läs om sidan.")
    return found[at - 1]


def said(id: str | None, text: str, most: int, what: str, *, empty: bool = False) -> str:
    """The text without blanks around it. Raises ModelRefused: empty, too long, not for XML."""
    found = text.strip()
    if not found and not empty:
        raise refused(id, f"{what} behöver ett namn.")
    if len(found) > most:
        raise refused(id, f"{what} är för lång: högst {most} tecken.")
    if _ABSENT.search(found):
        raise refused(id, f"{what} innehåller tecken som inte kan sparas.", "Skriv om texten för hand.")
    return found


def cell(id: str, text: str) -> str:
    return said(id, text, MAX_SOURCE, "Cellen", empty=True)


def _add_row(table: etree._Element, id: str, edit: AddRow) -> None:
    rows, inputs, outputs = (list(parts(table, name)) for name in ("rule", "input", "output"))
    if not 0 <= edit.after <= len(rows):
        raise refused(id, f"Rad {edit.after} finns inte i tabellen.", "Läs om sidan.")
    if len(rows) >= MAX_RULES:
        raise refused(id, f"Tabellen har redan {MAX_RULES} rader, som är det mesta.", "Dela upp tabellen.")
    tests = _filled(id, edit.tests, len(inputs), "-")
    answers = _filled(id, edit.answers, len(outputs), "")
    at = table.index(rows[edit.after - 1]) + 1 if edit.after else _start(table, rows)
    name = xmlparts.new_id(xmlparts.ids(table), f"{id}_rule")
    rule = xmlparts.put(table, "rule", at)
    rule.set("id", name)
    for kind, texts in (("input", tests), ("output", answers)):
        for number, text in enumerate(texts, 1):
            entry = xmlparts.put(rule, f"{kind}Entry", len(rule))
            entry.set("id", f"{name}_{'in' if kind == 'input' else 'out'}_{number}")
            xmlparts.write_text(entry, text)
    for _ in parts(table, "annotation"):
        xmlparts.write_text(xmlparts.put(rule, "annotationEntry", len(rule)), "")
    xmlparts.describe(rule, said(id, edit.note, MAX_NOTE, "Kommentaren", empty=True))


def _start(table: etree._Element, rows: Sequence[etree._Element]) -> int:
    return table.index(rows[0]) if rows else len(table)


def _filled(id: str, given: tuple[str, ...], count: int, instead: str) -> list[str]:
    if given and len(given) != count:
        raise refused(id, f"Det ska vara {count} celler, men är {len(given)}.")
    return [cell(id, text) for text in given] or [instead] * count


def _move_row(table: etree._Element, id: str, row: int, to: int) -> None:
    moved, rows = _row(table, id, row), list(parts(table, "rule"))
    if not 1 <= to <= len(rows):
        raise refused(id, f"Rad {row} kan inte flyttas dit.")
    if to != row:
        target = rows[to - 1]
        xmlparts.take_out(moved)
        xmlparts.put_in(table, moved, table.index(target) + (1 if to > row else 0))


def _add_column(table: etree._Element, element: etree._Element, edit: AddInput | AddOutput) -> None:
    id = id_of(element, "")
    inputs, outputs, rows = (list(parts(table, name)) for name in ("input", "output", "rule"))
    if len(inputs) + len(outputs) >= MAX_COLUMNS:
        raise refused(
            id, f"Tabellen har redan {MAX_COLUMNS} kolumner, som är det mesta.", "Dela upp tabellen."
        )
    match edit:
        case AddInput():
            kind, there, instead = "input", inputs, "-"
        case AddOutput():
            kind, there, instead = "output", outputs, ""
            for lone in outputs if len(outputs) == 1 else []:
                # alone it answers under the decision's name; beside another it needs one of its own
                lone.set("name", lone.get("name") or answered_as(element))
    cells = _filled(id, edit.cells, len(rows), instead)
    at = max((table.index(one) + 1 for one in (*inputs, *there)), default=0)
    taken = xmlparts.ids(table)
    name = xmlparts.new_id(taken, f"{id}_{kind}")
    head = xmlparts.put(table, kind, at)
    head.set("id", name)
    match edit:
        case AddInput(label, expression, type, allowed):
            _set_input(head, id, InputHead(name, label, expression, type, allowed))
        case AddOutput(label, variable, type, listed, default):
            _set_output(head, id, OutputHead(name, label, variable, type, listed, default))
    for rule, text in zip(rows, cells, strict=True):
        entries = list(parts(rule, f"{kind}Entry")) or list(parts(rule, "inputEntry"))
        before = [rule.index(entry) + 1 for entry in entries]
        first = [rule.index(entry) for entry in parts(rule, "outputEntry")]
        entry = xmlparts.put(rule, f"{kind}Entry", max(before) if before else min(first, default=len(rule)))
        entry.set("id", xmlparts.new_id(taken, f"{id_of(rule, name)}_{kind[:-3]}"))
        xmlparts.write_text(entry, text)


def _remove_column(table: etree._Element, id: str, side: Side, column: int) -> None:
    heads = list(parts(table, side.value))
    xmlparts.take_out(_nth(heads, column, id, "Kolumn"))
    for rule in parts(table, "rule"):
        xmlparts.take_out(_nth(list(parts(rule, f"{side.value}Entry")), column, id, "Kolumn"))


def _set_input(element: etree._Element, id: str, head: InputHead) -> None:
    _set(element, "label", said(id, head.label, MAX_LABEL, "Kolumnens rubrik", empty=True))
    inner = part(element, "inputExpression")
    if inner is None:
        inner = xmlparts.put(element, "inputExpression", xmlparts.after_extensions(element))
    _set(inner, "typeRef", said(id, head.type, MAX_LABEL, "Typen", empty=True))
    xmlparts.write_text(inner, cell(id, head.expression))
    xmlparts.write_part(element, "inputValues", cell(id, head.allowed), element.index(inner) + 1)


def _set_output(element: etree._Element, id: str, head: OutputHead) -> None:
    _set(element, "label", said(id, head.label, MAX_LABEL, "Kolumnens rubrik", empty=True))
    _set(element, "name", said(id, head.name, MAX_LABEL, "Svarets namn", empty=True))
    _set(element, "typeRef", said(id, head.type, MAX_LABEL, "Typen", empty=True))
    at = xmlparts.after_extensions(element)
    xmlparts.write_part(element, "outputValues", cell(id, head.listed), at)
    listed = part(element, "outputValues")
    at = element.index(listed) + 1 if listed is not None else at
    xmlparts.write_part(element, "defaultOutputEntry", cell(id, head.default), at)


def _set(element: etree._Element, name: str, value: str) -> None:
    """An attribute, or none for an empty text."""
    if value:
        element.set(name, value)
    elif name in element.attrib:
        del element.attrib[name]
