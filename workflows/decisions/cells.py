"""What is wrong in one cell or head of a table that is being written, said at its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workflows.decisions.inputs import KINDS
from workflows.decisions.samples import constants
from workflows.decisions.sheet import Formula, InputHead, OutputHead, Sheet, Side
from workflows.decisions.source import variable_name
from workflows.errors import ExpressionError
from workflows.expressions import Compiled, compile, compile_unary
from workflows.expressions.refusals import shown
from workflows.expressions.values import kind

_CALLED: Final[Mapping[str, str]] = {
    "string": "text, som skrivs inom citattecken", "boolean": "true eller false", "number": "tal",
    "date": 'dagar, som skrivs date("2026-01-31")',
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a sheet. `row` counts from 1; 0 is the head, and then `part` says which of its fields."""

    row: int
    side: Side
    column: int
    part: str = ""


def faults(sheet: Sheet) -> dict[Place, str]:
    """A Swedish sentence at each field that cannot be read. What only shows in the whole table (two rows
    with the same id, a hit policy that does not fit) is for `load` to say."""
    found: dict[Place, str] = {}
    names = set(sheet.known)
    for at, head in enumerate(sheet.inputs, 1):
        found |= {Place(0, Side.INPUT, at, part): text for part, text in _input_head(head)}
        names |= _names(head.expression)
    for at, answer in enumerate(sheet.outputs, 1):
        needed = len(sheet.outputs) > 1
        found |= {Place(0, Side.OUTPUT, at, part): text for part, text in _output_head(answer, needed)}
    for line in sheet.lines:
        for at, (source, head) in enumerate(zip(line.tests, sheet.inputs, strict=True), 1):
            if text := test_fault(source, head.type, names):
                found[Place(line.number, Side.INPUT, at)] = text
        for at, source in enumerate(line.answers, 1):
            if text := answer_fault(source, names):
                found[Place(line.number, Side.OUTPUT, at)] = text
    return found


def formula_fault(formula: Formula) -> str:
    """What is wrong with the expression; empty when nothing is."""
    return _fault(formula.text, compile)


def test_fault(source: str, type: str, names: set[str]) -> str:
    """What is wrong with a condition in a column of that type; empty when nothing is."""
    if text := _fault(source, compile_unary):
        return text
    cell = compile_unary(source)
    if text := _unknown(cell, names):
        return text
    expected = KINDS.get(type.rpartition(":")[2])
    kinds = {kind(value) for value in constants(cell) or () if value is not None}
    if expected and kinds - {expected}:
        called = _CALLED.get(expected, type)
        return f"Villkoret kan aldrig stämma: kolumnen räknar med {called}."
    return ""


def answer_fault(source: str, names: set[str]) -> str:
    """What is wrong with an answer; empty when nothing is. An answer may be left out."""
    if source.strip() in ("", "-"):
        return ""
    return _fault(source, compile) or _unknown(compile(source), names)


def _unknown(cell: Compiled, names: set[str]) -> str:
    stray = sorted(cell.names - names)
    if not stray:
        return ""
    word = shown(stray[0])
    return f'{word} finns inte bland tabellens indata. Skriv "{word}" inom citattecken om det är text.'


def _fault(source: str, how: Callable[[str], Compiled]) -> str:
    try:
        how(source)
    except ExpressionError as error:
        return str(error)
    return ""


def _names(source: str) -> frozenset[str]:
    try:
        return compile(source).names
    except ExpressionError:
        return frozenset()


def _input_head(head: InputHead) -> Iterator[tuple[str, str]]:
    if text := _fault(head.expression, compile):
        yield "expression", text
    if head.allowed and (text := _fault(head.allowed, compile_unary)):
        yield "allowed", text


def _output_head(head: OutputHead, needed: bool) -> Iterator[tuple[str, str]]:
    if (head.name or needed) and not variable_name(head.name):
        yield "name", "Svaret behöver ett namn av bokstäver, siffror och understreck, till exempel outcome."
    if head.listed and (text := _fault(f"[{head.listed}]", compile)):
        yield "listed", text
    if head.default and (text := _fault(head.default, compile)):
        yield "default", text
