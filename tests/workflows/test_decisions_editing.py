"""Edits of decisions: what each does, what it leaves alone, what is refused, and what the diff says of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.decision_models import definitions, literal, table
from workflows.decisions import Aggregation, Decision, HitPolicy, Table, load
from workflows.decisions.cells import faults
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
    apply,
)
from workflows.decisions.model import MAX_COLUMNS, MAX_RULES
from workflows.decisions.sheet import InputHead, OutputHead, Sealed, Sheet, Side, written
from workflows.diff.decisions import _decision
from workflows.errors import ModelRefused
from workflows.normalise.xml import parse_xml
from workflows.wording import Vocabulary

OWN = sorted(Path("bpmn").glob("*/decisions/*.dmn"))
SMALL = definitions(
    table(
        [("antal", "number"), ("slag", "string")],
        [("svar", "string", '"ja", "nej"'), ("skal", "string")],
        [["> 3", '"a"', '"ja"', '"många"'], ["-", '"b"', '"nej"', '"få"'], ["-", "-", '"nej"', "-"]],
        policy="FIRST",
        name="Svaret",
    )
)
WORDS = (Vocabulary(), Vocabulary())


def sheet(dmn: bytes) -> Sheet:
    found = written(dmn)[0]
    assert isinstance(found, Sheet)
    return found


def done(dmn: bytes, *edits: Edit) -> bytes:
    return apply(dmn, written(dmn)[0].decision, *edits)


def logic(dmn: bytes) -> Table:
    found = next(iter(load(dmn).decisions.values())).logic
    assert isinstance(found, Table)
    return found


def refusal(dmn: bytes, edit: Edit) -> str:
    with pytest.raises(ModelRefused) as refused:
        done(dmn, edit)
    return " ".join(finding.text for finding in refused.value.findings)


def meaning(dmn: bytes) -> object:
    """Everything that a sheet says but the ids, which a removed row does not get back."""
    found = sheet(dmn)
    return replace(
        found,
        inputs=tuple(replace(one, id="") for one in found.inputs),
        outputs=tuple(replace(one, id="") for one in found.outputs),
        lines=tuple(replace(one, id="") for one in found.lines),
    )


# ── each edit, its inverse, and the one sentence that the diff says of it ────────────────────────────

HEAD = InputHead("", "antal", "antal", "number")
ANSWER = OutputHead("", "", "svar", "string", '"ja", "nej"')
EACH: list[tuple[Edit, Edit | None, str]] = [
    (
        SetCell(1, Side.INPUT, 1, "> 5"),
        SetCell(1, Side.INPUT, 1, "> 3"),
        "Rad 1 i beslutstabellen ”Svaret”: villkoret ”antal” ändras från mer än 3 till mer än 5.",
    ),
    (
        SetCell(2, Side.OUTPUT, 1, '"ja"'),
        SetCell(2, Side.OUTPUT, 1, '"nej"'),
        "Rad 2 i beslutstabellen ”Svaret”: svaret ”svar” ändras från ”nej” till ”ja”.",
    ),
    (SetNote(2, "Därför"), SetNote(2, ""), "Kommentaren till rad 2 i beslutstabellen ”Svaret” ändras."),
    (
        AddRow(1, ("1", "-"), ('"ja"', '"x"')),
        RemoveRow(2),
        "Rad 2 läggs till i beslutstabellen ”Svaret”: om ”antal” är 1, ”svar” blir ”ja” och ”skal” blir ”x”.",
    ),
    (
        RemoveRow(2),
        AddRow(1, ("-", '"b"'), ('"nej"', '"få"')),
        "Rad 2 i beslutstabellen ”Svaret” tas bort: om ”slag” är ”b”, ”svar” blir ”nej” och ”skal” "
        "blir ”få”.",
    ),
    (MoveRow(1, 3), MoveRow(3, 1), "Raderna i beslutstabellen ”Svaret” byter ordning."),
    (
        AddInput("Ny", "mer"),
        RemoveColumn(Side.INPUT, 3),
        "Villkoret ”Ny” läggs till i beslutstabellen ”Svaret”.",
    ),
    (
        AddOutput("Tredje", "tre"),
        RemoveColumn(Side.OUTPUT, 3),
        "Svaret ”tre” läggs till i beslutstabellen ”Svaret”.",
    ),
    (
        RemoveColumn(Side.INPUT, 2),
        AddInput("", "slag", "string", "", ('"a"', '"b"', "-")),
        "Villkoret ”slag” tas bort ur beslutstabellen ”Svaret”.",
    ),
    (
        RemoveColumn(Side.OUTPUT, 2),
        AddOutput("", "skal", "string", cells=('"många"', '"få"', "-")),
        "Svaret ”skal” tas bort ur beslutstabellen ”Svaret”.",
    ),
    (
        RenameColumn(Side.INPUT, 1, "Hur många"),
        RenameColumn(Side.INPUT, 1, ""),
        "Kolumnen ”antal” i beslutstabellen ”Svaret” heter nu ”Hur många”.",
    ),
    (
        RenameColumn(Side.OUTPUT, 2, "Skäl"),
        RenameColumn(Side.OUTPUT, 2, ""),
        "Kolumnen ”skal” i beslutstabellen ”Svaret” heter nu ”Skäl”.",
    ),
    (
        SetInput(1, InputHead("", "", "antal + 1", "number")),
        SetInput(1, replace(HEAD, label="")),
        "Villkoret ”antal + 1” i beslutstabellen ”Svaret” läser nu «antal + 1» i stället för «antal».",
    ),
    (
        SetInput(1, InputHead("", "", "antal", "integer")),
        SetInput(1, replace(HEAD, label="")),
        "Villkoret ”antal” i beslutstabellen ”Svaret” räknar nu med heltal i stället för tal.",
    ),
    (
        SetInput(1, InputHead("", "", "antal", "number", "[0..9]")),
        SetInput(1, replace(HEAD, label="")),
        "Tillåtna värden för ”antal” i beslutstabellen ”Svaret” ändras.",
    ),
    (
        SetOutput(1, replace(ANSWER, name="utfall")),
        SetOutput(1, ANSWER),
        "Svaret ”svar” i beslutstabellen ”Svaret” sparas nu som ”utfall”.",
    ),
    (
        SetOutput(1, replace(ANSWER, listed='"nej", "ja"')),
        SetOutput(1, ANSWER),
        "Listade värden för svaret ”svar” i beslutstabellen ”Svaret” ändras.",
    ),
    (
        SetOutput(1, replace(ANSWER, default='"ja"')),
        SetOutput(1, ANSWER),
        'Svaret ”svar” i beslutstabellen ”Svaret”, när ingen rad stämmer, blir «"ja"» i stället för inget.',
    ),
    (
        SetOutput(2, OutputHead("", "", "skal", "")),
        SetOutput(2, OutputHead("", "", "skal", "string")),
        "Svaret ”skal” i beslutstabellen ”Svaret” är nu vad som helst i stället för text.",
    ),
    (
        SetHitPolicy(HitPolicy.COLLECT),
        SetHitPolicy(HitPolicy.FIRST),
        "I beslutstabellen ”Svaret” gäller nu: alla svar samlas; förut: den första raden som stämmer gäller.",
    ),
    (SetName("Nytt namn"), None, "Beslutet ”Svaret” heter nu ”Nytt namn”."),
    (SetDescription("Mer"), SetDescription(""), "Beskrivningen av beslutet ”Svaret” ändras."),
]


@pytest.mark.parametrize(("edit", "back", "said"), EACH)
def test_each_edit_is_told_in_one_sentence_and_its_inverse_brings_back_the_table(
    edit: Edit, back: Edit | None, said: str
) -> None:
    start = done(SMALL, SetHitPolicy(HitPolicy.FIRST))
    after = done(start, edit)
    assert said_of(start, after) == [said]
    if back is not None:
        assert meaning(done(after, back)) == meaning(start)


def said_of(a: bytes, b: bytes) -> list[str]:
    old, new = (next(iter(load(one).decisions.values())) for one in (a, b))
    return [sentence.text for sentence in _decision(old, new, WORDS)]


def test_an_expression_is_edited_and_told_of() -> None:
    start = definitions(literal("antal + 1", id="summa", name="Summan"))
    after = done(start, SetExpression("antal + 2"))
    assert said_of(start, after) == ["Beslutet ”Summan” blir «antal + 2» i stället för «antal + 1»."]
    assert meaningful(done(after, SetExpression("antal + 1"))) == meaningful(start)
    assert "inte är ett uttryck" in refusal(SMALL, SetExpression("1")) or refusal(SMALL, SetExpression("1"))
    assert refusal(start, AddRow(0)) == "Beslutet är inte en tabell."


def meaningful(dmn: bytes) -> Decision:
    return next(iter(load(dmn).decisions.values()))


# ── what is left alone ───────────────────────────────────────────────────────────────────────────────


def test_the_rest_of_the_file_is_kept_with_its_namespaces_and_diagram() -> None:
    extra = (
        '<dmndi:DMNDI xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" '
        'xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"><dmndi:DMNDiagram id="d1">'
        '<dmndi:DMNShape id="s1" dmnElementRef="beslut"><dc:Bounds height="80" width="180" x="1" y="2"/>'
        "</dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>"
    )
    other = literal("1", id="annat", name="Annat")
    data = definitions(
        decision_with_vendor(), other, extra, attributes='xmlns:camunda="http://camunda.org/schema/1.0/dmn"'
    )
    after = done(data, SetCell(1, Side.OUTPUT, 1, "2"), AddRow(1), RemoveRow(2), SetNote(1, ""))
    assert after.decode().replace("<text>2</text>", "<text>1</text>").count("camunda:") == 2
    kept, was = parse_xml(after), parse_xml(data)
    for name in ("{*}DMNDI", "{*}decision[@id='annat']"):
        assert canonical(kept.find(name)) == canonical(was.find(name))
    assert kept.nsmap == was.nsmap and dict(kept.attrib) == dict(was.attrib)
    assert canonical(parse_xml(done(after, SetCell(1, Side.OUTPUT, 1, "1")))) == canonical(was)


def decision_with_vendor() -> str:
    return table(["antal"], ["svar"], [["-", "1"]]).replace(
        "<decisionTable", '<decisionTable camunda:width="200" camunda:note="x"', 1
    )


def canonical(element: Any) -> object:
    """Names, attributes and words of a tree, without the blanks between its elements."""
    return (
        element.tag,
        sorted(element.attrib.items()),
        (element.text or "").strip(),
        [canonical(child) for child in element],
    )


def test_annotations_of_rows_keep_their_columns() -> None:
    data = SMALL.replace(b"<rule", b'<annotation name="Varf\xc3\xb6r"/><rule', 1)
    data = data.replace(b"</rule>", b"<annotationEntry><text>x</text></annotationEntry></rule>")
    after = parse_xml(done(data, AddRow(1), AddInput("Ny", "mer"), AddOutput("Tre", "tre")))
    for rule in after.iter("{*}rule"):
        tags = [str(child.tag).rpartition("}")[2] for child in rule]
        assert tags == ["inputEntry"] * 3 + ["outputEntry"] * 3 + ["annotationEntry"]


def test_the_variable_of_a_decision_stays_when_people_call_it_something_else() -> None:
    data = definitions(
        table(["antal"], [""], [["-", "1"]], id="niva", name="Nivå").replace(' name=""', ""),
        table(["Nivå"], ["svar"], [["1", "2"]], id="svar", name="Svaret", requires=("niva",)),
    )
    after = apply(data, "niva", SetName("Hur högt"))
    read = load(after)
    assert (read.decisions["niva"].name, read.decisions["niva"].variable) == ("Hur högt", "Nivå")
    assert read.evaluate("svar", {}).outputs == {"svar": 2}


def test_an_answer_without_a_name_gets_its_own_when_another_comes_beside_it() -> None:
    data = definitions(table(["antal"], [""], [["-", "1"]], name="Nivå").replace(' name=""', ""))
    after = done(data, AddOutput("Skäl", "skal"))
    assert [one.name for one in logic(after).outputs] == ["Nivå", "skal"]


@pytest.mark.parametrize("file", OWN, ids=lambda file: f"{file.parts[1]}-{file.stem}")
def test_our_own_decisions_are_the_same_after_an_edit_and_its_inverse(file: Path) -> None:
    data = file.read_bytes()
    for one in written(data):
        assert not isinstance(one, Sealed)
        there = apply(data, one.decision, SetDescription("Prov"))
        back = apply(there, one.decision, SetDescription(""))
        assert canonical(parse_xml(back)) == canonical(parse_xml(data))
        assert load(back).decisions == load(data).decisions
        if isinstance(one, Sheet):
            assert faults(one) == {}
            there = apply(data, one.decision, AddRow(0), MoveRow(1, 2))
            back = apply(there, one.decision, RemoveRow(2))
            assert canonical(parse_xml(back)) == canonical(parse_xml(data))


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (SetCell(9, Side.INPUT, 1, "-"), "Rad 9 finns inte"),
        (SetCell(1, Side.INPUT, 9, "-"), "Kolumn 9 finns inte"),
        (SetCell(1, Side.INPUT, 2, "a b c"), "går inte att läsa"),
        (SetCell(1, Side.INPUT, 2, "oskrivet"), "som inte finns bland tabellens indata"),
        (SetCell(1, Side.INPUT, 2, "x" * 5000), "för lång"),
        (SetCell(1, Side.INPUT, 2, "\x01"), "tecken som inte kan sparas"),
        (SetNote(1, "\ud800"), "tecken som inte kan sparas"),
        (RemoveRow(0), "Rad 0 finns inte"),
        (MoveRow(1, 4), "kan inte flyttas dit"),
        (AddRow(7), "Rad 7 finns inte"),
        (AddRow(1, ("-",)), "Det ska vara 2 celler"),
        (AddInput("Ny", ""), "Uttrycket är tomt"),
        (AddOutput("Ny", "svar"), "Två utdatakolumner heter likadant"),
        (AddOutput("Ny", "inte ett namn!"), "inget namn som kan användas"),
        (SetName(""), "behöver ett namn"),
        (SetName("x" * 300), "för lång"),
        (SetHitPolicy(HitPolicy.FIRST, Aggregation.SUM), "kan inte användas med FIRST"),
        (SetHitPolicy(HitPolicy.COLLECT, Aggregation.SUM), "kräver exakt en utdatakolumn"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_with_a_sentence(edit: Edit, said: str) -> None:
    assert said in refusal(SMALL, edit)


def test_the_bounds_of_a_table_hold() -> None:
    full = definitions(table(["antal"], ["svar"], [[str(n), "1"] for n in range(MAX_RULES)]))
    assert f"redan {MAX_RULES} rader" in refusal(full, AddRow(3))
    wide = definitions(table([f"a{n}" for n in range(MAX_COLUMNS - 1)], ["svar"], []))
    assert f"redan {MAX_COLUMNS} kolumner" in refusal(wide, AddInput("Ny", "b"))
    with pytest.raises(ModelRefused, match="finns inte i filen"):
        apply(SMALL, "finns_inte", AddRow(0))
    with pytest.raises(ModelRefused, match="dokumenttyp"):
        apply(b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + SMALL, "beslut", AddRow(0))


# ── whatever is done, in whatever order ──────────────────────────────────────────────────────────────

places = st.integers(-1, 5)
texts = st.one_of(
    st.sampled_from(
        ["-", "", '"a"', '"ja"', "> 3", "true", "null", "antal", "oskrivet", "(", "[1..3]", "1, 2"]
    ),
    st.text(max_size=12),
)
sides = st.sampled_from(list(Side))
STRATEGIES: dict[type, st.SearchStrategy[Any]] = {
    SetCell: st.builds(SetCell, places, sides, places, texts),
    SetNote: st.builds(SetNote, places, texts),
    AddRow: st.builds(
        AddRow,
        places,
        st.lists(texts, max_size=3).map(tuple),
        st.lists(texts, max_size=3).map(tuple),
        texts,
    ),
    RemoveRow: st.builds(RemoveRow, places),
    MoveRow: st.builds(MoveRow, places, places),
    AddInput: st.builds(AddInput, texts, texts, st.sampled_from(["", "string", "number"]), texts),
    AddOutput: st.builds(AddOutput, texts, st.sampled_from(["svar", "mer", "skal", "x y", ""]), listed=texts),
    RemoveColumn: st.builds(RemoveColumn, sides, places),
    RenameColumn: st.builds(RenameColumn, sides, places, texts),
    SetInput: st.builds(SetInput, places, st.builds(InputHead, texts, texts, texts, texts, texts)),
    SetOutput: st.builds(SetOutput, places, st.builds(OutputHead, texts, texts, texts, texts, texts, texts)),
    SetHitPolicy: st.builds(
        SetHitPolicy, st.sampled_from(list(HitPolicy)), st.sampled_from([None, *Aggregation])
    ),
    SetName: st.builds(SetName, texts),
    SetDescription: st.builds(SetDescription, texts),
    SetExpression: st.builds(SetExpression, texts),
}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(*STRATEGIES.values()), min_size=1, max_size=8))
def test_any_sequence_of_edits_gives_a_file_that_is_read_or_a_sentence(edits: list[Edit]) -> None:
    data = SMALL
    for edit in edits:
        try:
            after = done(data, edit)
        except ModelRefused as refused:
            assert refused.findings and all(one.text.strip() for one in refused.findings)
            continue
        assert list(load(after).decisions) == ["beslut"]
        assert canonical(parse_xml(done(after))) == canonical(parse_xml(after))
        data = after
    one = sheet(data)
    assert faults(one) == {}


def test_every_kind_of_edit_is_among_those_tried() -> None:
    assert set(STRATEGIES) == set(Edit.__args__)
    assert {type(edit) for edit, _, _ in EACH} | {SetExpression} == set(STRATEGIES)
