"""Reads one decision table: columns, rows, hit policy; all cells compiled, all doubts findings."""

from __future__ import annotations

from typing import Final, cast

from lxml import etree

from workflows.decisions.inputs import KINDS
from workflows.decisions.model import (
    MAX_COLUMNS,
    MAX_RULES,
    Aggregation,
    HitPolicy,
    InputColumn,
    OutputColumn,
    Rule,
    Table,
)
from workflows.decisions.samples import constants
from workflows.decisions.source import Notebook, id_of, part, parts, text_of, variable_name
from workflows.errors import WorkflowError
from workflows.expressions import compile_unary
from workflows.expressions.budget import Meter
from workflows.expressions.compare import member
from workflows.expressions.reading import constant
from workflows.expressions.refusals import shown
from workflows.expressions.values import Inner, kind

_RANKED: Final = (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)
_NOTHING: Final = ("", "-")


def read_table(
    element: etree._Element, decision: str, variable: str, known: frozenset[str], notes: Notebook
) -> Table:
    """The table. `variable` names a single output without a name; `known` are the names that
    cells may use beside those of the input expressions."""
    policy, aggregation = _policy(element, decision, notes)
    inputs = [_input(column, at, notes) for at, column in enumerate(parts(element, "input"), 1)]
    columns = list(parts(element, "output"))
    outputs = [_output(column, at, len(columns), variable, notes) for at, column in enumerate(columns, 1)]
    rows = list(parts(element, "rule"))
    if len(inputs) + len(outputs) > MAX_COLUMNS or len(rows) > MAX_RULES:
        notes.add(
            "decision-size",
            decision,
            f"Tabellen har {len(rows)} rader och {len(inputs) + len(outputs)} kolumner, "
            f"högst {MAX_RULES} rader och {MAX_COLUMNS} kolumner.",
            "Dela upp den i flera beslut.",
        )
        rows = []
    rules = [_rule(row, number, inputs, outputs, notes) for number, row in enumerate(rows, 1)]
    table = Table(policy, tuple(inputs), tuple(outputs), tuple(rules), aggregation)
    _check_shape(table, decision, notes)
    allowed = known.union(*(column.expression.names for column in inputs))
    for rule in rules:
        _check_names(rule, allowed, notes)
        _check_tests(rule, table, notes)
        _check_outputs(rule, table, notes)
    return table


def _policy(element: etree._Element, decision: str, notes: Notebook) -> tuple[HitPolicy, Aggregation | None]:
    written, how = element.get("hitPolicy") or "UNIQUE", element.get("aggregation")
    policy, aggregation = HitPolicy.UNIQUE, None
    if written in list(HitPolicy):
        policy = HitPolicy(written)
    else:
        notes.add("decision-policy", decision, f"Träffpolicyn {shown(written)} finns inte.")
    if how:
        if how in list(Aggregation) and policy is HitPolicy.COLLECT:
            aggregation = Aggregation(how)
        else:
            notes.add(
                "decision-policy",
                decision,
                f"Sammanräkningen {shown(how)} kan inte användas med {policy.value}.",
                "Välj COLLECT med SUM, MIN, MAX eller COUNT.",
            )
    return policy, aggregation


def _input(element: etree._Element, at: int, notes: Notebook) -> InputColumn:
    id = id_of(element, f"input{at}")
    inner = part(element, "inputExpression")
    notes.feel_only(inner, id)
    written = text_of(inner)
    label = element.get("label") or written or f"kolumn {at}"
    expression = notes.compiled(id, f"Indatakolumn {at}", written)
    listed = text_of(part(element, "inputValues"))
    allowed = notes.compiled(id, f"Tillåtna värden i kolumn {at}", listed, compile_unary) if listed else None
    return InputColumn(id, shown(label), expression, _type(inner), allowed)


def _type(element: etree._Element | None) -> str:
    return ((element.get("typeRef") if element is not None else None) or "").rpartition(":")[2]


def _output(element: etree._Element, at: int, count: int, variable: str, notes: Notebook) -> OutputColumn:
    id = id_of(element, f"output{at}")
    written = element.get("name") or (variable if count == 1 else "")
    name = variable_name(written)
    if not name:
        notes.add(
            "decision-output-name",
            id,
            f"Utdatakolumn {at} har inget namn som kan användas ({shown(written)}).",
            "Ge den ett namn av bokstäver, siffror och understreck.",
        )
    listed = text_of(part(element, "outputValues"))
    entry = part(element, "defaultOutputEntry")
    default = notes.compiled(id, f"Förvalt svar i kolumn {at}", text_of(entry)) if text_of(entry) else None
    label = shown(element.get("label") or "")
    return OutputColumn(id, name, _type(element), _listed(id, at, listed, notes), default, label)


def _listed(id: str, at: int, written: str, notes: Notebook) -> tuple[Inner, ...]:
    if not written:
        return ()
    where = f"Listade värden i utdatakolumn {at}"
    cell = notes.compiled(id, where, f"[{written}]")
    try:
        values = cell.run({}, Meter())
    except WorkflowError as error:
        notes.add("decision-expression", id, f"{where}: {error}")
        return ()
    return tuple(values) if isinstance(values, list) else ()


def _rule(
    element: etree._Element,
    number: int,
    inputs: list[InputColumn],
    outputs: list[OutputColumn],
    notes: Notebook,
) -> Rule:
    id = id_of(element, str(number))
    tests = list(parts(element, "inputEntry"))
    answers = list(parts(element, "outputEntry"))
    if len(tests) != len(inputs) or len(answers) != len(outputs):
        notes.add(
            "decision-row",
            id,
            f"Rad {number} har {len(tests)} villkor och {len(answers)} svar, men tabellen har "
            f"{len(inputs)} och {len(outputs)} kolumner.",
            "Fyll i alla celler på raden.",
        )
    for cell in (*tests, *answers):
        notes.feel_only(cell, id)
    where = f"Rad {number}, villkor"
    compiled_tests = tuple(
        notes.compiled(id, f"{where} {at}", text_of(cell), compile_unary) for at, cell in enumerate(tests, 1)
    )
    compiled_outputs = tuple(
        notes.compiled(id, f"Rad {number}, svar {at}", _answer(text_of(cell)))
        for at, cell in enumerate(answers, 1)
    )
    note = part(element, "description")
    return Rule(id, number, compiled_tests, compiled_outputs, (note.text or "") if note is not None else "")


def _answer(written: str) -> str:
    return "null" if written in _NOTHING else written


def _check_shape(table: Table, decision: str, notes: Notebook) -> None:
    names = [output.name for output in table.outputs]
    if not names:
        notes.add("decision-output", decision, "Tabellen har ingen utdatakolumn.", "Lägg till en.")
    if len(set(names)) < len(names):
        notes.add("decision-output", decision, "Två utdatakolumner heter likadant.", "Byt namn.")
    if table.aggregation and len(names) != 1:
        notes.add(
            "decision-policy",
            decision,
            f"COLLECT med {table.aggregation.value} kräver exakt en utdatakolumn.",
            "Ta bort de andra eller dela upp tabellen.",
        )
    if table.hit_policy in _RANKED and not any(output.priorities for output in table.outputs):
        notes.add(
            "decision-policy",
            decision,
            f"{table.hit_policy.value} kräver att svaren är rangordnade.",
            "Lista utdatakolumnens värden, det viktigaste först.",
        )
    ids = [rule.id for rule in table.rules]
    if len(set(ids)) < len(ids):
        notes.add("decision-row", decision, "Två rader har samma id.", "Ge varje rad eget id.")
    if not ids:
        notes.add("decision-row", decision, "Tabellen har inga rader.", "Lägg till en.", "warning")


def _check_names(rule: Rule, allowed: frozenset[str], notes: Notebook) -> None:
    """A text whose quotes were forgotten reads as a variable that is always null."""
    for cell in (*rule.tests, *rule.outputs):
        for name in sorted(cell.names - allowed):
            notes.add(
                "decision-unknown-name",
                rule.id,
                f"Rad {rule.number} använder {shown(name)}, som inte finns bland tabellens indata.",
                f'Skriv "{shown(name)}" inom citattecken om det är text, annars lägg till indata.',
            )


def _check_tests(rule: Rule, table: Table, notes: Notebook) -> None:
    for at, (cell, column) in enumerate(zip(rule.tests, table.inputs, strict=False), 1):
        expected = KINDS.get(column.type)
        kinds = {kind(value) for value in constants(cell) or [] if value is not None}
        if expected and kinds - {expected}:
            notes.add(
                "decision-type",
                rule.id,
                f"Rad {rule.number}, villkor {at} ({shown(cell.source)}) kan aldrig träffa: "
                f"kolumnens typ är {column.type}.",
                "Ändra kolumnens typ eller cellen.",
            )


def _check_outputs(rule: Rule, table: Table, notes: Notebook) -> None:
    for at, (cell, output) in enumerate(zip(rule.outputs, table.outputs, strict=False), 1):
        value = constant(cell.root)
        if value is None:
            continue
        expected = KINDS.get(output.type)
        if expected and kind(value) != expected:
            notes.add(
                "decision-type",
                rule.id,
                f"Rad {rule.number}, svar {at} är inte av kolumnens typ ({output.type}).",
                "Ändra cellen eller kolumnens typ.",
                "warning",
            )
        listed = cast(Inner, list(output.priorities))
        if output.priorities and member(value, listed, Meter()) is not True:
            notes.add(
                "decision-unlisted",
                rule.id,
                f"Rad {rule.number}, svar {at} ({shown(cell.source)}) finns inte bland kolumnens "
                "listade värden.",
                "Rätta cellen eller lägg till värdet i listan.",
                "error" if table.hit_policy in _RANKED else "warning",
            )
