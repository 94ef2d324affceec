"""Forms: what a schema may say, what a browser's strings become, and which answers are refused."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.errors import ModelRefused
from workflows.forms import Form, load

CHOICE = [{"const": "yes", "title": "Ja"}, {"const": "no", "title": "Nej", "description": "Inte"}]


def a_schema(properties: dict[str, Any], required: tuple[str, ...] = (), **more: object) -> Any:
    made = {"title": "Bedöm", "type": "object", "properties": properties}
    return {**made, "required": list(required), **more}


def a_form(*required: str, **properties: dict[str, Any]) -> Form:
    made = {name: {"type": "string", "title": name.title(), **given} for name, given in properties.items()}
    return load("assess", a_schema(made, required))


def a_full_form() -> Form:
    return a_form(
        "remove",
        "category",
        remove={"oneOf": CHOICE, "x-widget": "radio"},
        category={
            "oneOf": [{"const": "threat", "title": "Hot"}],
            "x-show-if": {"field": "remove", "equals": "yes"},
        },
        words={"x-widget": "textarea", "maxLength": 20},
        seen={"type": "boolean"},
        on={"format": "date"},
        at={"format": "date-time"},
        to={"format": "email"},
        link={"format": "uri"},
        count={"type": "integer", "minimum": 1, "maximum": 5},
        share={"type": "number"},
        kinds={"type": "array", "items": {"oneOf": CHOICE}},
        subject={"maxLength": 255, "x-fills": "subject"},
    )


def refused(properties: dict[str, Any], **more: Any) -> str:
    with pytest.raises(ModelRefused) as caught:
        load("assess", a_schema(properties, **more))
    assert all(finding.level == "error" for finding in caught.value.findings)
    return "\n".join(f"{finding.element} {finding.text}" for finding in caught.value.findings)


def test_a_form_keeps_the_order_of_its_fields_and_knows_what_is_free_text():
    form = a_full_form()
    assert [field.name for field in form.fields][:3] == ["remove", "category", "words"]
    free = {field.name for field in form.fields if field.free_text}
    assert free == {"words", "to", "link", "subject"}
    assert form.fields[0].choices[1].description == "Inte"


@pytest.mark.parametrize("keyword", ["pattern", "$ref", "default", "x-calculate", "enum", "allOf"])
def test_a_keyword_outside_the_subset_is_refused_by_name(keyword):
    text = refused({"a": {"type": "string", "title": "A", keyword: "(a+)+$"}})
    assert f"nyckelordet ”{keyword}” stöds inte" in text and "assess.properties.a" in text


def test_files_are_refused_until_they_can_be_kept():
    text = refused({"a": {"type": "string", "title": "A", "format": "binary"}})
    assert "värdet stöds inte" in text


@pytest.mark.parametrize(("made", "says"), [
    ({"type": "string"}, "”title” saknas"),
    ({"title": "A"}, "”type” saknas"),
    ({"type": "object", "title": "A"}, "Tillåtna värden: string"),
    ({"type": "string", "title": "A" * 301}, "texten är för lång"),
    ({"type": "string", "title": "A", "oneOf": CHOICE * 101}, "listan är för lång"),
    ({"type": "string", "title": "A", "oneOf": CHOICE * 2}, "två gånger"),
    ({"type": "string", "title": "A", "oneOf": []}, "fel slag"),
    ({"type": "integer", "title": "A", "maxLength": 3}, "kan inte stå i ett fält av typen integer"),
    ({"type": "array", "title": "A"}, "slutna val"),
    ({"type": "integer", "title": "A", "minimum": 3, "maximum": 2}, "är större än"),
    ({"type": "integer", "title": "A", "minimum": 10**30}, "för stort"),
    ({"type": "string", "title": "A", "x-show-if": {"field": "b", "equals": "x"}}, "tidigare fält"),
    ({"type": "string", "title": "A", "x-fills": "subject"}, "maxLength"),
    ({"type": "string", "title": "A", "x-fills": "sender_public"}, "kräver typen boolean"),
    ({"type": "boolean", "title": "A", "x-widget": "textarea"}, "fri text"),
    ({"type": "string", "title": "A", "x-widget": "select"}, "slutna val"),
    ({"type": "string", "title": "A\x00"}, "inte går att spara"),
    ({"type": "string", "title": "A\ud800"}, "inte går att spara"),
    ("ett fält", "fel slag"),
])  # fmt: skip
def test_a_schema_that_contradicts_itself_is_refused_with_a_reason(made, says):
    assert says in refused({"a": made})


@pytest.mark.parametrize("name", ["A", "_a", "1a", "å", "a-b", "if", "", "a" * 61, "__builtins__"])
def test_a_field_name_must_be_usable_in_expressions(name):
    assert "ett fältnamn" in refused({name: {"type": "string", "title": "A"}})


def test_a_form_has_at_most_a_hundred_fields():
    field = {"type": "string", "title": "A"}
    assert len(load("f", a_schema({f"a{n}": field for n in range(100)})).fields) == 100
    assert "högst 100 fält" in refused({f"a{n}": field for n in range(101)})


def test_a_required_field_must_exist():
    text = refused({"a": {"type": "string", "title": "A"}}, required=["b"])
    assert "fältet ”b” finns inte" in text


def test_a_deep_or_wide_schema_is_refused_before_anything_reads_it():
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    assert "djupt" in refused({"a": deep})
    assert "för stort" in refused({"a": {"oneOf": [{"const": "x"}] * 40_000}})


@pytest.mark.parametrize("schema", [[], "x", None, 3, {}, {"title": 1}, {"properties": []}])
def test_anything_at_all_is_a_form_or_a_refusal(schema):
    with pytest.raises(ModelRefused):
        load("f", schema)


def test_answers_are_sorted_by_where_they_may_go():
    done = a_full_form().validate({
        "remove": "yes", "category": "threat", "words": "Fri text", "seen": True,
        "on": "2026-11-21", "count": 3, "share": 0.5, "kinds": ["no"],
        "subject": "Synpunkt på lekplats",
    })  # fmt: skip
    assert done.errors == {}
    assert done.variables == {
        "remove": "yes",
        "category": "threat",
        "seen": True,
        "on": "2026-11-21",
        "count": 3,
        "share": 0.5,
        "kinds": ["no"],
    }
    assert done.texts == {"words": "Fri text", "subject": "Synpunkt på lekplats"}
    assert done.fills == {"subject": "Synpunkt på lekplats"}
    assert done.values == {**done.variables, **done.texts}


def test_a_field_that_was_not_asked_for_is_an_error():
    done = a_full_form().validate({"remove": "no", "approved": True, "__class__": 1, 7: "x"})
    assert done.errors == dict.fromkeys(["approved", "__class__", "?"], "Fältet finns inte i formuläret.")


def test_a_thousand_unknown_fields_give_a_short_answer():
    assert len(a_full_form().validate({f"x{n}" * 500: 1 for n in range(1000)}).errors) <= 22


def test_a_hidden_field_is_neither_required_nor_kept():
    done = a_full_form().validate({"remove": "no", "category": "threat"})
    assert done.errors == {} and done.values == {"remove": "no"}


def test_a_shown_field_is_required():
    done = a_full_form().validate({"remove": "yes"})
    assert done.errors == {"category": "Välj ett alternativ under ”Category”."}


def test_a_condition_on_a_hidden_field_hides_too():
    form = a_form(
        "c", a={"type": "boolean"},
        b={"oneOf": CHOICE, "x-show-if": {"field": "a", "equals": True}},
        c={"x-show-if": {"field": "b", "equals": "yes"}},
    )  # fmt: skip
    assert form.validate({"a": False, "b": "yes"}).errors == {}
    assert form.validate({"a": True, "b": "yes"}).errors == {"c": "Fyll i ”C”."}


@pytest.mark.parametrize(("name", "value", "says"), [
    ("remove", "maybe", "Välj ett av alternativen i listan."),
    ("remove", True, "Välj ett av alternativen."),
    ("words", "x" * 21, "Korta texten med 1 tecken: högst 20 får plats."),
    ("words", "a\x00b", "tecken som inte går att spara"),
    ("words", "a\ud83d", "tecken som inte går att spara"),
    ("words", {"$type": "UUID"}, "som text"),
    ("subject", "två\nrader", "på en rad"),
    ("seen", "ja", "ja eller nej"),
    ("seen", 1, "ja eller nej"),
    ("on", "21/11 2026", "2026-11-21"),
    ("on", "2026-02-30", "2026-11-21"),
    ("at", "2026-11-21T10:00", "datum och klockslag"),
    ("at", "2026-13-01T10:00:00Z", "datum och klockslag"),
    ("to", "någon@", "e-postadress"),
    ("to", "a@b.se\nBcc: c@d.se", "på en rad"),
    ("link", "javascript:alert(1)", "https://"),
    ("link", "https://", "https://"),
    ("link", "http://[", "https://"),
    ("count", 6, "högst 5"),
    ("count", 0, "minst 1"),
    ("count", 2.5, "heltal"),
    ("count", True, "heltal"),
    ("count", "2", "heltal"),
    ("share", math.nan, "ett tal"),
    ("share", math.inf, "ett tal"),
    ("share", 10**400, "för stort"),
    ("kinds", ["no", "no"], "högst en gång"),
    ("kinds", ["other"], "alternativen i listan"),
    ("kinds", [["no"]], "alternativen i listan"),
    ("kinds", "no", "alternativen i listan"),
])  # fmt: skip
def test_a_wrong_answer_gets_a_sentence_that_says_what_to_change(name, value, says):
    done = a_full_form().validate({"remove": "no", name: value})
    assert says in done.errors[name] and name not in done.values


def test_text_without_a_limit_of_its_own_ends_at_ten_thousand_characters():
    form = a_form(words={"x-widget": "textarea"})
    assert form.validate({"words": "x" * 10_000}).errors == {}
    assert "Korta texten med 1 tecken" in form.validate({"words": "x" * 10_001}).errors["words"]


def test_a_browsers_strings_become_typed_answers():
    parsed = a_full_form().parse({
        "remove": " yes", "words": "a\r\nb", "seen": "on", "count": "1 000", "share": "12,5",
        "at": "2026-07-01T10:00", "kinds": ["yes", "no"], "to": "", "link": [""], "other": "x",
    })  # fmt: skip
    assert parsed == {
        "remove": "yes", "words": "a\nb", "seen": True, "count": 1000, "share": 12.5,
        "at": "2026-07-01T10:00:00+02:00", "kinds": ["yes", "no"], "other": "x",
    }  # fmt: skip


def test_a_checkbox_that_was_not_sent_means_no_but_an_unanswered_choice_means_nothing():
    form = a_form(box={"type": "boolean"}, pair={"type": "boolean", "x-widget": "radio"})
    assert form.parse({}) == {"box": False}
    assert form.parse({"pair": "false"}) == {"box": False, "pair": False}


def test_what_cannot_be_read_is_left_for_the_check_to_refuse():
    form = a_full_form()
    sent = {"remove": "no", "count": "9" * 5000, "share": "nan", "seen": "kanske", "other": "x"}
    assert set(form.validate(form.parse(sent)).errors) == {"count", "share", "seen", "other"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
_NAMES = st.sampled_from([field.name for field in a_full_form().fields])


@given(st.dictionaries(_NAMES | st.text(max_size=5), _JSON, max_size=8))
def test_whatever_is_sent_only_declared_storable_values_come_out(answers):
    done = a_full_form().validate(answers)
    assert set(done.values) <= {field.name for field in a_full_form().fields}
    assert not set(done.variables) & set(done.texts)
    json.dumps([done.values, done.errors], allow_nan=False, ensure_ascii=False).encode("utf-8")


@given(st.dictionaries(_NAMES, st.text() | st.lists(st.text(), max_size=3), max_size=8))
def test_whatever_a_browser_sends_is_read_without_an_exception(sent):
    form = a_full_form()
    form.validate(form.parse(sent))


@given(_JSON)
def test_no_schema_brings_the_reader_down(schema):
    with pytest.raises(ModelRefused):
        load("f", schema)


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("Ditt personnummer 19850412-1234 har vi tagit bort.", False),
        ("Gäller det 850472-1234?", False),
        ("Ring 0725551234, så hjälper vi dig.", True),
        ("Vi har öppet 2026-11-24 kl. 10.", True),
    ],
)
def test_a_personal_number_is_refused_where_the_form_says_so(text, fine):
    form = a_form("said", said={"type": "string", "title": "Svar", "x-check": "no_personal_number"})
    assert ("said" not in form.validate({"said": text}).errors) is fine


def test_what_has_to_be_ticked_is_asked_for_by_name_until_it_is():
    items = {"type": "string", "oneOf": [{"const": c, "title": c.upper()} for c in ("a", "b", "c")]}
    points = {"type": "array", "title": "Klart", "items": items, "uniqueItems": True, "x-must": ["a", "c"]}
    form = a_form("points", points=points)
    assert "points" in form.validate({"points": []}).errors, "it is required"
    said = form.validate({"points": ["a", "b"]}).errors["points"]
    assert said == "Det här ska vara klart innan du går vidare: C."
    assert form.validate({"points": ["c", "a"]}).errors == {}


@pytest.mark.parametrize("made", [
    {"type": "string", "title": "Svar", "x-must": ["a"]},
    {"type": "array", "title": "Klart", "items": {"type": "string", "oneOf": [{"const": "a", "title": "A"}]},
     "x-must": ["b"]},
])  # fmt: skip
def test_what_has_to_be_ticked_is_one_of_a_lists_choices(made):
    with pytest.raises(ModelRefused, match="x-must"):
        a_form(said=made)
