"""A decision file as it is written: what is wrong in each cell, what can only be read, and a new table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workflows.decision_models import decision, definitions, input_data, literal
from tests.workflows.test_decisions_editing import SMALL, done, sheet
from workflows.decisions import load
from workflows.decisions.cells import Place, faults
from workflows.decisions.editing import AddInput, AddOutput, SetCell
from workflows.decisions.making import new_table
from workflows.decisions.sheet import Formula, InputHead, OutputHead, Sealed, Side, written
from workflows.errors import ModelRefused


def test_what_load_refuses_in_a_cell_is_said_at_that_cell() -> None:
    for text in ("a b", "oskrivet", "> ", "3"):
        with pytest.raises(ModelRefused):
            done(SMALL, SetCell(2, Side.INPUT, 2, text))
        one = sheet(SMALL)
        lines = list(one.lines)
        lines[1] = replace(lines[1], tests=("-", text))
        found = faults(replace(one, lines=tuple(lines)))
        assert set(found) == {Place(2, Side.INPUT, 2)} and found[Place(2, Side.INPUT, 2)].endswith((".", "?"))


def test_heads_say_what_is_wrong_with_them() -> None:
    one = sheet(SMALL)
    inputs = (InputHead("", "", "", "", "("), one.inputs[1])
    outputs = (OutputHead("", "", "två ord!", "", "(", "("), one.outputs[1])
    found = faults(replace(one, inputs=inputs, outputs=outputs, lines=()))
    assert {(place.side.value, place.part) for place in found} == {
        ("input", "expression"),
        ("input", "allowed"),
        ("output", "name"),
        ("output", "listed"),
        ("output", "default"),
    }


def test_what_is_neither_table_nor_expression_is_only_read() -> None:
    for data in (
        definitions(decision("<invocation/>", id="a", name="Annat")),
        definitions(decision("", id="a", name="Tomt")),
        SMALL.replace(b"<outputEntry", b"<outputEntry><text>1</text></outputEntry><outputEntry", 1),
    ):
        (one,) = written(data)
        assert isinstance(one, Sealed) and one.reason.endswith(".")
    (formula,) = written(definitions(literal("1"), input_data("i", "antal")))
    assert isinstance(formula, Formula) and formula.text == "1"


def test_a_new_table_is_read_and_holds_for_everything() -> None:
    data = new_table("hur", "Hur?", [AddInput("Slag", "slag", "string")], [AddOutput("Svar", "svar")])
    assert b"https://www.omg.org/spec/DMN/20191111/MODEL/" in data
    read = load(data)
    assert read.findings == () and read.evaluate("hur", {"slag": "x"}).rows == (1,)
    for id, name, answers in (
        ("Å", "Namn", [AddOutput("", "svar")]),
        ("a", "", [AddOutput("", "svar")]),
        ("a", "Namn", []),
        ("a", "Namn", [AddOutput("", "två ord!")]),
    ):
        with pytest.raises(ModelRefused):
            new_table(id, name, [], answers)
