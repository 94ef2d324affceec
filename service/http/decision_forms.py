"""The form of a decision: names of its fields, what was typed as a sheet, and the edits that it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from service.http.language import t
from workflows.decisions import Aggregation, HitPolicy
from workflows.decisions.cells import Place, faults, formula_fault
from workflows.decisions.editing import (
    AddInput,
    AddOutput,
    AddRow,
    Edit,
    MoveRow,
    RemoveColumn,
    RemoveRow,
    RenameColumn,
    SetCell,
    SetDescription,
    SetExpression,
    SetHitPolicy,
    SetInput,
    SetName,
    SetNote,
    SetOutput,
)
from workflows.decisions.sheet import Formula, InputHead, Line, OutputHead, Sheet, Side

INPUT_PARTS = ("label", "expression", "type", "allowed")
OUTPUT_PARTS = ("label", "name", "type", "listed", "default")
NEW = tuple(f"new-i-{part}" for part in INPUT_PARTS) + tuple(f"new-o-{part}" for part in OUTPUT_PARTS)
CASE = "case-"
_LETTER: Mapping[Side, str] = {Side.INPUT: "i", Side.OUTPUT: "o"}
_ON_ROW = re.compile(r"(upp|ner|bort|efter)-(\d{1,4})", re.ASCII)
_COLUMN = re.compile(r"bort-([io])-(\d{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Act:
    """What a button means: an edit after all that was typed, the row that the page lands on (0: none), and
    the part of the table that goes, whose fields need not be right."""

    kind: str
    edit: Edit | None = None
    row: int = 0
    gone: Place | None = None


def field(place: Place) -> str:
    """The name of the field at a place."""
    letter = _LETTER[place.side]
    if place.row == 0:
        return f"h-{letter}-{place.column}-{place.part}"
    return f"{letter}-{place.row}-{place.column}"


def declared(sheet: Sheet) -> set[str]:
    """Every field that the form of this sheet may hold."""
    names = {"name", "description", "policy", *NEW}
    for at in range(1, len(sheet.inputs) + 1):
        names |= {field(Place(0, Side.INPUT, at, part)) for part in INPUT_PARTS}
    for at in range(1, len(sheet.outputs) + 1):
        names |= {field(Place(0, Side.OUTPUT, at, part)) for part in OUTPUT_PARTS}
    for line in sheet.lines:
        names |= {field(Place(line.number, Side.INPUT, at)) for at in range(1, len(sheet.inputs) + 1)}
        names |= {field(Place(line.number, Side.OUTPUT, at)) for at in range(1, len(sheet.outputs) + 1)}
        names.add(f"n-{line.number}")
    return names


def typed(sheet: Sheet, fields: Mapping[str, str]) -> Sheet:
    """The sheet as it was typed; what was not sent is as it was."""

    def read(name: str, was: str) -> str:
        return fields.get(name, was).strip()

    def head(side: Side, at: int, part: str, was: str) -> str:
        return read(field(Place(0, side, at, part)), was)

    policy, _, aggregation = read("policy", policy_of(sheet)).partition("+")
    return replace(
        sheet,
        name=read("name", sheet.name),
        description=read("description", sheet.description),
        policy=policy,
        aggregation=aggregation,
        inputs=tuple(
            InputHead(
                one.id,
                head(Side.INPUT, at, "label", one.label),
                head(Side.INPUT, at, "expression", one.expression),
                head(Side.INPUT, at, "type", one.type),
                head(Side.INPUT, at, "allowed", one.allowed),
            )
            for at, one in enumerate(sheet.inputs, 1)
        ),
        outputs=tuple(
            OutputHead(
                one.id,
                head(Side.OUTPUT, at, "label", one.label),
                head(Side.OUTPUT, at, "name", one.name),
                head(Side.OUTPUT, at, "type", one.type),
                head(Side.OUTPUT, at, "listed", one.listed),
                head(Side.OUTPUT, at, "default", one.default),
            )
            for at, one in enumerate(sheet.outputs, 1)
        ),
        lines=tuple(_line(line, read) for line in sheet.lines),
    )


def _line(line: Line, read: Callable[[str, str], str]) -> Line:
    return replace(
        line,
        tests=tuple(
            read(field(Place(line.number, Side.INPUT, at)), was) for at, was in enumerate(line.tests, 1)
        ),
        answers=tuple(
            read(field(Place(line.number, Side.OUTPUT, at)), was) for at, was in enumerate(line.answers, 1)
        ),
        note=read(f"n-{line.number}", line.note),
    )


def policy_of(sheet: Sheet) -> str:
    """The hit policy as the select says it: `FIRST`, `COLLECT+SUM`."""
    return f"{sheet.policy}+{sheet.aggregation}" if sheet.aggregation else sheet.policy


def policies() -> list[str]:
    """Every choice of the select, the plainest first."""
    plain = [HitPolicy.FIRST, HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY]
    lists = [HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT]
    return [one.value for one in (*plain, *lists)] + [f"COLLECT+{how.value}" for how in Aggregation]


def wrong(sheet: Sheet, gone: Place | None = None) -> dict[str, str]:
    """A sentence at each field that cannot be read, by the field's name; what goes need not be right."""
    found = {field(place): text for place, text in faults(sheet).items() if not _in(place, gone)}
    if not sheet.name:
        found["name"] = t("dmn.name_missing")
    if policy_of(sheet) not in policies():
        found["policy"] = t("dmn.policy_unknown")
    return found


def wrong_formula(formula: Formula) -> dict[str, str]:
    found = {"expression": text} if (text := formula_fault(formula)) else {}
    return found if formula.name else {**found, "name": t("dmn.name_missing")}


def _in(place: Place, gone: Place | None) -> bool:
    if gone is None:
        return False
    if gone.row:
        return place.row == gone.row
    return (place.side, place.column) == (gone.side, gone.column)


def edits(old: Sheet, new: Sheet, gone: Place | None = None) -> list[Edit]:
    """What was typed, as edits of the same rows and columns; what goes is left as it was."""
    found = list(_about(old, new))
    if policy_of(old) != policy_of(new):
        how = Aggregation(new.aggregation) if new.aggregation else None
        found.append(SetHitPolicy(HitPolicy(new.policy), how))
    for at, (was, head) in enumerate(zip(old.inputs, new.inputs, strict=True), 1):
        if was != head and not _in(Place(0, Side.INPUT, at), gone):
            renamed = replace(was, label=head.label) == head
            found.append(RenameColumn(Side.INPUT, at, head.label) if renamed else SetInput(at, head))
    for at, (gave, answer) in enumerate(zip(old.outputs, new.outputs, strict=True), 1):
        if gave != answer and not _in(Place(0, Side.OUTPUT, at), gone):
            renamed = replace(gave, label=answer.label) == answer
            found.append(RenameColumn(Side.OUTPUT, at, answer.label) if renamed else SetOutput(at, answer))
    for before, line in zip(old.lines, new.lines, strict=True):
        found += _cells(before, line, gone)
    return found


def _about(old: Sheet | Formula, new: Sheet | Formula) -> Iterator[Edit]:
    if old.name != new.name:
        yield SetName(new.name)
    if old.description != new.description:
        yield SetDescription(new.description)


def _cells(old: Line, new: Line, gone: Place | None) -> Iterator[Edit]:
    for side, before, after in (
        (Side.INPUT, old.tests, new.tests),
        (Side.OUTPUT, old.answers, new.answers),
    ):
        for at, (was, text) in enumerate(zip(before, after, strict=True), 1):
            if was != text and not _in(Place(new.number, side, at), gone):
                yield SetCell(new.number, side, at, text)
    if old.note != new.note and not (gone and gone.row == new.number):
        yield SetNote(new.number, new.note)


def typed_formula(formula: Formula, fields: Mapping[str, str]) -> Formula:
    return replace(
        formula,
        name=fields.get("name", formula.name).strip(),
        description=fields.get("description", formula.description).strip(),
        text=fields.get("expression", formula.text).strip(),
    )


def formula_edits(old: Formula, new: Formula) -> list[Edit]:
    found = list(_about(old, new))
    return [*found, SetExpression(new.text)] if old.text != new.text else found


def act_of(action: str, sheet: Sheet, fields: Mapping[str, str]) -> Act | None:
    """What the button means on this sheet, or None for a button that is not there."""
    if action in ("spara", "prova"):
        return Act(action)
    if action == "villkor":
        label, expression, type, allowed = (fields.get(name, "").strip() for name in NEW[:4])
        return Act("villkor", AddInput(label, expression, type, allowed))
    if action == "svar":
        label, name, type, listed, default = (fields.get(one, "").strip() for one in NEW[4:])
        return Act("svar", AddOutput(label, name, type, listed, default))
    if found := _COLUMN.fullmatch(action):
        side = Side.INPUT if found[1] == "i" else Side.OUTPUT
        at = int(found[2])
        return Act("kolumn", RemoveColumn(side, at), gone=Place(0, side, at))
    if found := _ON_ROW.fullmatch(action):
        return _on_row(found[1], int(found[2]), len(sheet.lines))
    return None


def _on_row(what: str, row: int, count: int) -> Act:
    match what:
        case "upp":
            return Act("flyttad", MoveRow(row, row - 1), row - 1)
        case "ner":
            return Act("flyttad", MoveRow(row, row + 1), row + 1)
        case "bort":
            gone = Place(row, Side.INPUT, 0)
            return Act("borttagen", RemoveRow(row), min(row, count - 1), gone)
    return Act("ny", AddRow(row), row + 1)


def wrong_new(act: Act, sheet: Sheet) -> dict[str, str]:
    """What is wrong with a column that is to be added, by the names of the fields it is written in."""
    match act.edit:
        case AddInput(label, expression, type, allowed):
            added = replace(sheet, inputs=(InputHead("", label, expression, type, allowed),), lines=())
            prefix, at = "new-i-", Side.INPUT
        case AddOutput(label, name, type, listed, default):
            answer = OutputHead("", label, name, type, listed, default)
            # Two of it: beside another answer a name is needed.
            added = replace(sheet, outputs=(answer, answer), lines=())
            prefix, at = "new-o-", Side.OUTPUT
        case _:
            return {}
    found = {p.part: text for p, text in faults(added).items() if (p.row, p.side, p.column) == (0, at, 1)}
    return {f"{prefix}{part}": text for part, text in found.items()}


def changed_row(made: list[Edit]) -> int:
    """The first row that the edits touch, or 0."""
    rows = [one.row for one in made if isinstance(one, SetCell | SetNote)]
    return min(rows, default=0)
