"""One change to a form, decision, text, scenario or note gives exactly one sentence."""

# ruff: noqa: E501 (a sentence a line, however long)
from __future__ import annotations

import pytest

from tests.workflows.investigation import definition, rule
from tests.workflows.mutations import (
    Mutation,
    added,
    form,
    question,
    swap,
    with_file,
    without,
)
from workflows import read
from workflows.diff import diff

Told = tuple[Mutation, str, str | None, str]
FIRST = rule("r1", '"press", "rumour"', "-", "3")
SECOND = rule("r2", "-", "> 14", "2")

# fmt: off
CHANGES: dict[str, Told] = {
    "a form file added": (
        with_file("forms/new.json", '{"title":"Nytt","type":"object","properties":{"a":{"type":"string","title":"A"}}}'), "form", None,
        "Formuläret ”Nytt” läggs till, med 1 fråga.",
    ),
    "a form file removed": (
        without("forms/mask.json"), "form", "mask",
        "Formuläret ”Maska” tas bort.",
    ),
    "a form renamed": (
        form(lambda s: s.update(title="Granska")), "renamed", "assess",
        "Formuläret ”Bedöm synpunkten” heter nu ”Granska”.",
    ),
    "a form described": (
        form(lambda s: s.update(description="Läs först.")), "text", "assess",
        "Inledningen till formuläret ”Bedöm synpunkten” läggs till.",
    ),
    "a question added": (
        form(lambda s: s["properties"].update(when={"type": "string", "format": "date", "title": "När?"})), "field", "assess",
        "Frågan ”När?” läggs till i formuläret ”Bedöm synpunkten”.",
    ),
    "a required question added": (
        form(lambda s: (s["properties"].update(when={"type": "string", "title": "När?"}), s["required"].append("when"))), "field", "assess",
        "Den obligatoriska frågan ”När?” läggs till i formuläret ”Bedöm synpunkten”.",
    ),
    "a question removed": (
        form(lambda s: s["properties"].pop("summary")), "field", "assess",
        "Frågan ”Sammanfattning” tas bort ur formuläret ”Bedöm synpunkten”.",
    ),
    "a question renamed": (
        question("summary", title="Kort sammanfattning"), "renamed", "assess",
        "Frågan ”Sammanfattning” i formuläret ”Bedöm synpunkten” lyder nu ”Kort sammanfattning”.",
    ),
    "a question described": (
        question("summary", description="Högst tre rader"), "text", "assess",
        "Förklaringen till frågan ”Sammanfattning” i formuläret ”Bedöm synpunkten” läggs till.",
    ),
    "a question becomes required": (
        form(lambda s: s["required"].append("summary")), "field", "assess",
        "Frågan ”Sammanfattning” i formuläret ”Bedöm synpunkten” blir obligatorisk.",
    ),
    "a question becomes voluntary": (
        form(lambda s: s["required"].clear()), "field", "assess",
        "Frågan ”Innehåller den sekretess?” i formuläret ”Bedöm synpunkten” blir frivillig.",
    ),
    "a type changed": (
        question("summary", type="number"), "field", "assess",
        "Svaret på frågan ”Sammanfattning” i formuläret ”Bedöm synpunkten” ändras från text till tal.",
    ),
    "a format changed": (
        question("summary", format="date"), "field", "assess",
        "Svaret på frågan ”Sammanfattning” i formuläret ”Bedöm synpunkten” ändras från text till datum.",
    ),
    "free text becomes choices": (
        question("summary", oneOf=[{"const": "a", "title": "A"}]), "field", "assess",
        "Svaret på frågan ”Sammanfattning” i formuläret ”Bedöm synpunkten” ändras från text till 1 svarsalternativ.",
    ),
    "a choice added": (
        form(lambda s: s["properties"]["kind_of_item"]["oneOf"].append({"const": "praise", "title": "Beröm"})), "field", "assess",
        "Frågan ”Vad är det?” i formuläret ”Bedöm synpunkten” får svaret ”Beröm”.",
    ),
    "a choice removed": (
        form(lambda s: s["properties"]["kind_of_item"]["oneOf"].pop()), "field", "assess",
        "Svaret ”Rykte” på frågan ”Vad är det?” i formuläret ”Bedöm synpunkten” tas bort.",
    ),
    "a choice renamed": (
        form(lambda s: s["properties"]["kind_of_item"]["oneOf"][0].update(title="Undran")), "field", "assess",
        "Svaret ”Fråga” på frågan ”Vad är det?” i formuläret ”Bedöm synpunkten” heter nu ”Undran”.",
    ),
    "choices reordered": (
        form(lambda s: s["properties"]["kind_of_item"]["oneOf"].reverse()), "field", "assess",
        "Svaren på frågan ”Vad är det?” i formuläret ”Bedöm synpunkten” byter ordning.",
    ),
    "a choice described": (
        form(lambda s: s["properties"]["kind_of_item"]["oneOf"][0].update(description="Med frågetecken")), "text", "assess",
        "Förklaringar till svaren på frågan ”Vad är det?” i formuläret ”Bedöm synpunkten” ändras.",
    ),
    "a length changed": (
        question("summary", maxLength=200), "field", "assess",
        "Största antal tecken för frågan ”Sammanfattning” i formuläret ”Bedöm synpunkten”: 200 i stället för 500.",
    ),
    "a widget removed": (
        question("kind_of_item", x_widget=None), "field", "assess",
        "Utseende för frågan ”Vad är det?” i formuläret ”Bedöm synpunkten”: inget särskilt i stället för alternativknappar.",
    ),
    "shown on condition": (
        question("summary", x_show_if={"field": "secret", "equals": True}), "field", "assess",
        "Frågan ”Sammanfattning” i formuläret ”Bedöm synpunkten” visas bara när ”Innehåller den sekretess?” är ja i stället för alltid.",
    ),
    "fills": (
        question("summary", x_fills="subject"), "field", "assess",
        "Plats i ärendet för frågan ”Sammanfattning” i formuläret ”Bedöm synpunkten”: ärendemeningen i stället för inget särskilt.",
    ),
    "questions reordered": (
        form(lambda s: s.update(properties=dict(reversed(s["properties"].items())))), "field", "assess",
        "Frågorna i formuläret ”Bedöm synpunkten” byter ordning.",
    ),
    "a row's test changed": (
        swap("decisions/priority.dmn", "&gt; 14", "&gt; 30"), "rule", "priority",
        "Rad 2 i beslutstabellen ”Prioritet”: villkoret ”Ålder” ändras från mer än 14 till mer än 30.",
    ),
    "a row's answer changed": (
        swap("decisions/priority.dmn", "<text>3</text>", "<text>4</text>"), "rule", "priority",
        "Rad 1 i beslutstabellen ”Prioritet”: svaret ”Prioritet” ändras från 3 till 4.",
    ),
    "a row removed": (
        swap("decisions/priority.dmn", SECOND, ""), "rule", "priority",
        "Rad 2 i beslutstabellen ”Prioritet” tas bort: om ”Ålder” är mer än 14, ”Prioritet” blir 2.",
    ),
    "a row added": (
        swap("decisions/priority.dmn", SECOND, SECOND + rule("r9", '"question"', "[7..14]", "2")), "rule", "priority",
        "Rad 3 läggs till i beslutstabellen ”Prioritet”: om ”Slag” är ”Fråga” och ”Ålder” är mellan 7 och 14, ”Prioritet” blir 2.",
    ),
    "rows reordered": (
        swap("decisions/priority.dmn", FIRST + SECOND, SECOND + FIRST), "rule", "priority",
        "Raderna i beslutstabellen ”Prioritet” byter ordning.",
    ),
    "hit policy": (
        swap("decisions/priority.dmn", "FIRST", "COLLECT"), "decision", "priority",
        "I beslutstabellen ”Prioritet” gäller nu: alla svar samlas; förut: den första raden som stämmer gäller.",
    ),
    "a column renamed": (
        swap("decisions/priority.dmn", 'label="Ålder"', 'label="Ålder i dygn"'), "renamed", "priority",
        "Kolumnen ”Ålder” i beslutstabellen ”Prioritet” heter nu ”Ålder i dygn”.",
    ),
    "a column reads another": (
        swap("decisions/priority.dmn", "<text>age</text>", "<text>days</text>"), "decision", "priority",
        "Villkoret ”Ålder” i beslutstabellen ”Prioritet” läser nu «days» i stället för «age».",
    ),
    "an output renamed": (
        swap("decisions/priority.dmn", 'name="priority" typeRef', 'name="urgency" typeRef'), "decision", "priority",
        "Svaret ”priority” i beslutstabellen ”Prioritet” sparas nu som ”urgency”.",
    ),
    "a decision renamed": (
        swap("decisions/priority.dmn", 'name="Prioritet"', 'name="Angelägenhet"'), "renamed", "priority",
        "Beslutet ”Prioritet” heter nu ”Angelägenhet”.",
    ),
    "a decision file added": (
        with_file("decisions/more.dmn", '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d2" name="d" namespace="n"><decision id="more" name="Mer"><literalExpression><text>1</text></literalExpression></decision></definitions>'), "decision", None,
        "Beslutet ”Mer” läggs till.",
    ),
    "a decision file removed": (
        without("decisions/priority.dmn"), "decision", "priority",
        "Beslutet ”Prioritet” tas bort.",
    ),
    "an unreadable decision": (
        with_file("decisions/priority.dmn", "<nej"), "decision", None,
        "Beslutsfilen ”priority” ändras.",
    ),
    "a help text changed": (
        swap("texts/assess.md", "Svara inte i affekt.", "Svara snart."), "text", "assess",
        "Hjälptexten för ”Bedöm synpunkten” ändras: 1 rad tillkommer och 1 rad tas bort.",
    ),
    "a help text added": (
        with_file("texts/mask.md", "Så här."), "text", None,
        "Hjälptexten ”mask” läggs till.",
    ),
    "a help text removed": (
        without("texts/assess.md"), "text", "assess",
        "Hjälptexten för ”Bedöm synpunkten” tas bort.",
    ),
    "scenarios changed": (
        swap("scenarios.yaml", "arrived, assess", "arrived, assess, secrecy"), "scenario", None,
        "Scenarierna ändras: 1 rad tillkommer och 1 rad tas bort.",
    ),
    "scenarios removed": (
        without("scenarios.yaml"), "scenario", None,
        "Scenarierna tas bort.",
    ),
    "an annotation": (
        added("handling", '<textAnnotation id="note"><text>Se riktlinjen</text></textAnnotation><association id="line" sourceRef="mask" targetRef="note"/>'), "note", "note",
        "Anteckningen ”Se riktlinjen” läggs till.",
    ),
    "a description": (
        added("mask", "<documentation>Svart penna.</documentation>"), "note", "mask",
        "Beskrivningen av ”Maska uppgifterna” läggs till.",
    ),
    "a data object": (
        added("handling", '<dataObject id="data"/><dataObjectReference id="ref" dataObjectRef="data" name="Bilaga"/>'), "note", None,
        "Ändrat i ritningen utan att flödet ändras: dataobjekt.",
    ),
}
# fmt: on


@pytest.mark.parametrize("name", CHANGES)
def test_one_change_gives_one_sentence(name: str) -> None:
    change, kind, element, expected = CHANGES[name]
    difference = diff(definition(), read(change()))
    assert [(said.kind, said.element, said.text) for said in difference.sentences] == [
        (kind, element, expected)
    ]
    assert not difference.layout_only
