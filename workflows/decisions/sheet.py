"""A decision file as it is written: every cell as text, for whoever edits it. Nothing is compiled here.

`dmn` says what a file means; this says what stands in it, also where it does not mean anything yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from workflows.decisions.model import MAX_BYTES
from workflows.decisions.source import id_of, part, parts, text_of, variable_name
from workflows.normalise.xml import parse_xml


class Side(StrEnum):
    """Conditions stand to the left, answers to the right."""

    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class InputHead:
    """A column of conditions. `type` is the file's own word; `allowed` the listed input values."""

    id: str
    label: str
    expression: str
    type: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class OutputHead:
    """A column of answers. `name` is the variable it is kept in, `listed` the values in order of weight,
    `default` the answer when no row holds."""

    id: str
    label: str
    name: str
    type: str = ""
    listed: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row, numbered from 1 as drawn. `id` is empty where the file gives none."""

    id: str
    number: int
    tests: tuple[str, ...]
    answers: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A decision table. `policy` and `aggregation` are DMN's own words; `known` are names from other
    decisions and data of the file that its cells may use; `requires` the names of decisions it builds on."""

    decision: str
    name: str
    description: str
    policy: str
    aggregation: str
    inputs: tuple[InputHead, ...]
    outputs: tuple[OutputHead, ...]
    lines: tuple[Line, ...]
    known: frozenset[str] = frozenset()
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """A decision that is one expression."""

    decision: str
    name: str
    description: str
    text: str
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A decision that cannot be edited here; `reason` is a Swedish sentence that says why."""

    decision: str
    name: str
    reason: str


Written = Sheet | Formula | Sealed


def written(dmn: bytes) -> tuple[Written, ...]:
    """The decisions of a file in its own order. Raises ModelRefused when it is no XML that may be read."""
    root = parse_xml(dmn, max_bytes=MAX_BYTES)
    elements = list(parts(root, "decision"))
    names = {id_of(one, ""): one.get("name") or id_of(one, "") for one in elements}
    known = frozenset(filter(None, map(called, (*elements, *parts(root, "inputData")))))
    return tuple(_written(element, names, known) for element in elements)


def _written(element: etree._Element, names: dict[str, str], known: frozenset[str]) -> Written:
    id = id_of(element, "")
    name = element.get("name") or id
    table, literal = part(element, "decisionTable"), part(element, "literalExpression")
    if not id:
        return Sealed(id, name, "Beslutet saknar id. Ge det ett i verktyget som filen kommer ifrån.")
    built_on = _requires(element, names)
    if table is not None:
        return _sheet(table, id, name, described(element), known, built_on)
    if literal is not None:
        return Formula(id, name, described(element), text_of(literal), built_on)
    return Sealed(id, name, "Beslutet är varken en tabell eller ett uttryck och kan bara läsas här.")


def _requires(element: etree._Element, names: dict[str, str]) -> tuple[str, ...]:
    found = []
    for requirement in parts(element, "informationRequirement"):
        needed = part(requirement, "requiredDecision")
        if needed is not None:
            id = (needed.get("href") or "").removeprefix("#")
            found.append(names.get(id, id))
    return tuple(dict.fromkeys(found))


def _sheet(
    table: etree._Element,
    id: str,
    name: str,
    description: str,
    known: frozenset[str],
    requires: tuple[str, ...],
) -> Sheet | Sealed:
    inputs = tuple(_input(column) for column in parts(table, "input"))
    outputs = tuple(_output(column) for column in parts(table, "output"))
    lines = tuple(_line(row, number) for number, row in enumerate(parts(table, "rule"), 1))
    for line in lines:
        if (len(line.tests), len(line.answers)) != (len(inputs), len(outputs)):
            reason = f"Rad {line.number} har inte lika många celler som tabellen har kolumner."
            return Sealed(id, name, reason)
    policy = table.get("hitPolicy") or "UNIQUE"
    aggregation = table.get("aggregation") or ""
    return Sheet(id, name, description, policy, aggregation, inputs, outputs, lines, known, requires)


def _input(element: etree._Element) -> InputHead:
    inner = part(element, "inputExpression")
    kind = (inner.get("typeRef") or "") if inner is not None else ""
    allowed = text_of(part(element, "inputValues"))
    return InputHead(id_of(element, ""), element.get("label") or "", text_of(inner), kind, allowed)


def _output(element: etree._Element) -> OutputHead:
    return OutputHead(
        id_of(element, ""),
        element.get("label") or "",
        element.get("name") or "",
        element.get("typeRef") or "",
        text_of(part(element, "outputValues")),
        text_of(part(element, "defaultOutputEntry")),
    )


def _line(element: etree._Element, number: int) -> Line:
    return Line(
        id_of(element, ""),
        number,
        tuple(text_of(cell) for cell in parts(element, "inputEntry")),
        tuple(text_of(cell) for cell in parts(element, "outputEntry")),
        described(element),
    )


def described(element: etree._Element) -> str:
    """The <description> of a decision or a row."""
    found = part(element, "description")
    return "" if found is None else "".join(str(piece) for piece in found.itertext()).strip()


def called(element: etree._Element) -> str:
    """The name that expressions know the decision or data by; empty when none can be used."""
    variable = part(element, "variable")
    name = (variable.get("name") if variable is not None else None) or element.get("name") or ""
    return variable_name(name)


def answered_as(element: etree._Element) -> str:
    """The variable that the decision's answer is kept in, as `load` sees it."""
    return called(element) or variable_name(id_of(element, "")) or "beslut"
