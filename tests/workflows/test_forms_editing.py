"""Editing a form: each edit gives a form or a refusal, can be taken back, and is told of in one sentence."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import workflows
from tests.workflows.investigation import files
from workflows.diff import diff
from workflows.errors import ModelRefused
from workflows.forms import Choice, editing, load, naming
from workflows.forms.edits import (
    AddField,
    Describe,
    Edit,
    Introduce,
    MoveField,
    RemoveField,
    Rename,
    Retitle,
    SetCheck,
    SetChoices,
    SetFills,
    SetKind,
    SetLength,
    SetMust,
    SetRange,
    SetRequired,
    SetShowIf,
    SetSuggestion,
)
from workflows.forms.inverses import inverse
from workflows.forms.kinds import FieldKind, kind_of
from workflows.forms.lines import as_lines, from_lines

YES_NO = (Choice("yes", "Ja"), Choice("no", "Nej"))
COLOURS = (Choice("red", "Röd"), Choice("blue", "Blå", "Som havet"), Choice("green", "Grön"))


def a_form(*edits: Edit) -> bytes:
    return editing.apply_all(editing.new("Bedöm"), edits)


def a_full_form() -> bytes:
    """One question of each kind, the closed ones first."""
    kinds = sorted(FieldKind, key=lambda kind: kind is not FieldKind.ONE)
    choices = {FieldKind.ONE: YES_NO, FieldKind.LIST: COLOURS, FieldKind.SEVERAL: COLOURS}
    adding = [AddField(kind.value, kind.value.title(), kind, choices.get(kind, ())) for kind in kinds]
    return a_form(*adding, SetShowIf("short", ("one", "yes")), SetRequired("one", True))


def refused(schema: bytes, edit: Edit) -> str:
    with pytest.raises(ModelRefused) as caught:
        editing.apply(schema, edit)
    return "\n".join(f"{finding.element}: {finding.text}" for finding in caught.value.findings)


def as_json(schema: bytes) -> Any:
    return json.loads(schema)


def shipped() -> list[bytes]:
    return [path.read_bytes() for path in sorted(Path(str(resources.files("bpmn"))).glob("*/forms/*.json"))]


# ── properties ───────────────────────────────────────────────────────────────────────────────────────

NAMES = st.sampled_from(
    ["one", "list", "several", "tick", "short", "long", "ort", "finns_inte", "whole", "in"]
)
TEXTS = st.text(max_size=20) | st.sampled_from(["Ort", "", "x" * 301, "y" * 2001, "a\x00b"])
CHOICES = st.lists(
    st.builds(Choice, st.sampled_from(["yes", "no", "red", "blue"]), TEXTS, TEXTS), max_size=4
).map(tuple) | st.sampled_from([YES_NO, COLOURS])
NUMBERS = st.none() | st.floats(allow_nan=True) | st.integers(-(10**20), 10**20)
KINDS = st.sampled_from(FieldKind)
EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.builds(Retitle, TEXTS),
    st.builds(Introduce, TEXTS),
    st.builds(AddField, NAMES, TEXTS, KINDS, CHOICES, st.booleans(), TEXTS),
    st.builds(RemoveField, NAMES),
    st.builds(MoveField, NAMES, st.booleans()),
    st.builds(Rename, NAMES, TEXTS),
    st.builds(Describe, NAMES, TEXTS),
    st.builds(SetKind, NAMES, KINDS, CHOICES),
    st.builds(SetRequired, NAMES, st.booleans()),
    st.builds(SetChoices, NAMES, CHOICES),
    st.builds(
        SetShowIf, NAMES, st.none() | st.tuples(NAMES, st.booleans() | st.sampled_from(["yes", "red", "x"]))
    ),
    st.builds(SetMust, NAMES, st.lists(st.sampled_from(["red", "blue", "x"]), max_size=3).map(tuple)),
    st.builds(SetCheck, NAMES, st.sampled_from([None, "public_subject", "no_personal_number"])),
    st.builds(SetFills, NAMES, st.sampled_from([None, "subject", "outcome", "sender_public"])),
    st.builds(SetLength, NAMES, st.none() | st.integers(-1, 20_000)),
    st.builds(SetRange, NAMES, NUMBERS, NUMBERS),
    st.builds(SetSuggestion, NAMES, st.sampled_from([None, "email", "given-name"])),
)


@given(st.lists(EDITS, max_size=12))
def test_any_edits_in_any_order_give_a_form_or_a_sentence_and_can_be_taken_back(edits: list[Edit]) -> None:
    schema = a_full_form()
    for edit in edits:
        try:
            after = editing.apply(schema, edit)
        except ModelRefused as refusal:
            assert all(finding.text.endswith(".") for finding in refusal.findings)
            continue
        assert editing.apply(schema, edit) == after
        load("bedom", as_json(after))
        back = inverse(schema, edit)
        if back is not None:
            again = editing.apply(after, back)
            assert as_json(again) == as_json(schema)
            assert list(as_json(again)["properties"]) == list(as_json(schema)["properties"])
        schema = after


@given(st.lists(st.builds(Choice, st.uuids().map(str), st.text(max_size=9), st.text(max_size=9)), max_size=5))
def test_lines_that_nobody_touched_give_the_same_choices_back(choices: list[Choice]) -> None:
    assert from_lines(as_lines(choices), choices) == tuple(choices)


@given(st.text(max_size=80), st.sets(st.sampled_from(["ort", "ort_2", "for", "fraga"])))
def test_any_title_gives_a_key_that_is_free(title: str, taken: set[str]) -> None:
    name = naming.name_for(title, taken)
    assert name not in taken
    assert a_form(AddField(name, "En fråga", FieldKind.SHORT))


def test_every_shipped_form_survives_an_edit_with_all_else_in_its_place() -> None:
    for schema in shipped():
        before = as_json(schema)
        after = as_json(editing.apply(schema, Retitle("Något annat")))
        assert json.dumps(after | {"title": before["title"]}) == json.dumps(before)


# ── one sentence an edit ─────────────────────────────────────────────────────────────────────────────

FULL = (SetFills("short", "subject"), SetCheck("long", "no_personal_number"), SetMust("several", ("red",)))
SAID: list[tuple[str, Edit, str]] = [
    ("form title", Retitle("Pröva"), "Formuläret ”Bedöm” heter nu ”Pröva”."),
    ("introduction", Introduce("Läs först."), "Inledningen till formuläret ”Bedöm” läggs till."),
    ("added", AddField("ort", "Ort", FieldKind.SHORT, required=True), "Den obligatoriska frågan ”Ort” läggs"),
    ("removed", RemoveField("whole"), "Frågan ”Whole” tas bort ur formuläret ”Bedöm”."),
    ("moved", MoveField("whole", True), "Frågorna i formuläret ”Bedöm” byter ordning."),
    ("renamed", Rename("short", "Kort"), "Frågan ”Short” i formuläret ”Bedöm” lyder nu ”Kort”."),
    (
        "explained",
        Describe("short", "Hjälp"),
        "Förklaringen till frågan ”Short” i",
    ),
    ("required", SetRequired("short", True), "Frågan ”Short” i formuläret ”Bedöm” blir obligatorisk."),
    (
        "choice",
        SetChoices("list", COLOURS[:2]),
        "Svaret ”Grön” på frågan ”List” i",
    ),
    ("condition", SetShowIf("long", ("one", "no")), "bara när ”One” är ”Nej” i stället för alltid"),
    (
        "must",
        SetMust("several", ("red", "blue")),
        "”Röd” och ”Blå” i stället för ”Röd”",
    ),
    (
        "check",
        SetCheck("long", None),
        ": inget särskilt i stället för inga personnummer.",
    ),
    ("check on", SetCheck("short", "public_subject"), ": ska kunna stå som offentlig ärendemening"),
    ("fills", SetFills("short", None), "Plats i ärendet för frågan ”Short”"),
    ("length", SetLength("short", 50), "Största antal tecken för frågan ”Short” i formuläret ”Bedöm”: 50"),
    ("range", SetRange("whole", 1, None), "Minsta värde för frågan ”Whole” i formuläret ”Bedöm”: 1"),
    ("suggestion", SetSuggestion("short", "name"), "Automatisk ifyllnad för frågan ”Short”"),
]


def said(before: bytes, after: bytes) -> list[str]:
    given = files()
    old, new = (workflows.read({**given, "forms/bedom.json": form}) for form in (before, after))
    return [sentence.text for sentence in diff(old, new).sentences]


@pytest.mark.parametrize(("edit", "words"), [case[1:] for case in SAID], ids=[case[0] for case in SAID])
def test_an_edit_is_told_of_in_one_sentence(edit: Edit, words: str) -> None:
    before = editing.apply_all(a_full_form(), FULL)
    found = said(before, editing.apply(before, edit))
    assert len(found) == 1, found
    assert words in found[0], found


@pytest.mark.parametrize("old", FieldKind)
@pytest.mark.parametrize("new", FieldKind)
def test_another_kind_of_answer_is_one_sentence_too(old: FieldKind, new: FieldKind) -> None:
    if old is new:
        return
    before = editing.apply(a_full_form(), SetShowIf("short", None))
    choices = YES_NO if new in (FieldKind.ONE, FieldKind.LIST, FieldKind.SEVERAL) else ()
    kept = () if old in (FieldKind.ONE, FieldKind.LIST, FieldKind.SEVERAL) else choices
    after = editing.apply(before, SetKind(old.value, new, kept))
    assert kind_of(as_json(after)["properties"][old.value]) is new
    assert len(said(before, after)) == 1, said(before, after)


# ── what is refused, and why ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (AddField("ort", " ", FieldKind.SHORT), "title: Skriv en rubrik."),
        (AddField("ort", "x" * 301, FieldKind.SHORT), "title: Korta rubriken till högst 300 tecken."),
        (AddField("ort", "Ort", FieldKind.ONE), "choices: Skriv minst ett val, ett på varje rad."),
        (AddField("one", "Ort", FieldKind.SHORT), "title: Ett fält med det namnet"),
        (AddField("for", "Ort", FieldKind.SHORT), "title: Ett fält med det namnet"),
        (
            SetChoices("list", tuple(Choice(f"c{n}", f"Val {n}") for n in range(201))),
            "Högst 200 val får plats.",
        ),
        (SetChoices("list", (Choice("a", "A"), Choice("b", "A"))), "Valet ”A” står två gånger."),
        (
            SetChoices("one", YES_NO[1:]),
            "choices: Valet ”Ja” kan inte tas bort: fältet ”Short” visas",
        ),
        (SetChoices("several", COLOURS[1:]), "choices: Valet ”Röd” krävs för att gå vidare."),
        (RemoveField("one"), "name: Fältet kan inte tas bort: ”Short” visas bara för ett visst svar på det."),
        (RemoveField("finns_inte"), "name: Fältet finns inte längre i formuläret."),
        (SetKind("one", FieldKind.SHORT), "kind: Fältet kan inte få ett annat slags svar: ”Short” visas"),
        (SetKind("short", FieldKind.LONG), "kind: Svaret skrivs också i ärendet."),
        (SetKind("several", FieldKind.LIST), "kind: Fältet har val som krävs för att gå vidare."),
        (SetKind("long", FieldKind.DATE), "kind: Fältets text granskas. Ta bort granskningen först."),
        (MoveField("one", True), "None: Fältet står redan först."),
        (SetShowIf("one", ("list", "red")), "show_if: Villkoret ska gälla ett fält som står tidigare"),
        (SetShowIf("short", ("one", "kanske")), "show_if: Välj ett av svaren"),
        (SetCheck("long", "public_subject"), "check: Välj kort text med högst 255 tecken"),
        (SetFills("long", "subject"), "fills: Ett svar av det här slaget kan inte stå där."),
        (SetLength("short", 300), "length: Texten skickas till register där högst 255 tecken får plats."),
        (SetLength("long", 10_001), "length: Skriv ett antal tecken mellan 1 och 10000."),
        (SetRange("whole", 5, 1), "range: Det minsta värdet är större än det största."),
        (Rename("short", "a\x00b"), "title: Texten innehåller tecken som inte går att spara."),
    ],
)
def test_what_cannot_be_done_is_said_at_the_setting_that_it_is_about(edit: Edit, words: str) -> None:
    assert words in refused(editing.apply_all(a_full_form(), FULL), edit)


def test_a_question_cannot_be_moved_above_the_one_that_its_condition_looks_at() -> None:
    schema = a_form(
        AddField("one", "Slag", FieldKind.ONE, YES_NO),
        AddField("ort", "Ort", FieldKind.SHORT),
        SetShowIf("ort", ("one", "yes")),
    )
    assert "”Ort” visas bara för ett visst svar på ”Slag” och måste stå efter" in refused(
        schema, MoveField("ort", True)
    )


def test_a_hundred_questions_are_enough() -> None:
    schema = a_form(*(AddField(f"f{n}", f"Fråga {n}", FieldKind.TICK) for n in range(100)))
    assert "högst 100 fält" in refused(schema, AddField("ort", "Ort", FieldKind.SHORT))


@pytest.mark.parametrize(
    "schema", [b"", b"[]", b"{", b'{"title": "x", "title": "y"}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_form_is_refused_and_not_mended(schema: bytes) -> None:
    assert refused(schema, Retitle("Bedöm"))


# ── keys and choices ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Ort", "ort"),
        ("Är det sekretess?", "ar_det_sekretess"),
        ("112-samtal", "fraga_112_samtal"),
        ("For", "for_2"),
        ("???", "fraga"),
        ("Ort!", "ort"),
    ],
)
def test_a_key_is_made_of_the_title_and_is_no_word_of_the_expressions(title: str, name: str) -> None:
    assert naming.name_for(title, {"redan"}) == name


def test_a_key_that_is_taken_gets_a_number_and_a_new_title_keeps_the_key() -> None:
    assert naming.name_for("Ort", {"ort", "ort_2"}) == "ort_3"
    schema = a_form(AddField("ort", "Ort", FieldKind.SHORT), Rename("ort", "Var hände det?"))
    assert list(as_json(schema)["properties"]) == ["ort"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Blå | Som havet\nRöd\nGrön", ["blue", "red", "green"]),  # another order
        ("Röd\nHavsblå\nGrön", ["red", "blue", "green"]),  # other words
        ("Röd\nGrön", ["red", "green"]),  # one gone
        ("Röd\nBlå\nGul\nGrön", ["red", "blue", "gul", "green"]),  # one come
        ("  Röd  \n\n", ["red"]),
        ("", []),
    ],
)
def test_a_choice_keeps_its_code_when_its_line_is_moved_or_reworded(text: str, expected: list[str]) -> None:
    assert [choice.value for choice in from_lines(text, COLOURS)] == expected
