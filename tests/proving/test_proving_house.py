"""The house says no: a story that tells of something else than what people, pages and diarium do falls."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from service.proving import Prover, Result
from tests.workflows import models as m
from workflows.scenarios import read

TIMER = m.timer("answer_due", "timeDate")
MODEL = m.process(
    m.lanes(Kanaladministratör="start assess late reminded", Registrator="register open end"),
    m.start(),
    m.user("assess", form="assess", due="answer"),
    m.boundary("late", "assess", TIMER, interrupting=False),
    m.end("reminded"),
    m.user("register", form="register"),
    m.service("open", "register_case", result="opened"),
    m.end(),
    "start -> assess -> register -> open -> end; late -> reminded",
    id="story",
)
ASSESSED = {
    "title": "Bedöm",
    "type": "object",
    "required": ["remove"],
    "properties": {
        "remove": {
            "type": "string",
            "title": "Ska det bort?",
            "oneOf": [{"const": "yes", "title": "Ja"}, {"const": "no", "title": "Nej"}],
        }
    },
}
REGISTERED = {
    "title": "Registrera",
    "type": "object",
    "required": ["case_subject"],
    "properties": {
        "case_subject": {"type": "string", "title": "Ärendemening", "maxLength": 255, "x-fills": "subject"}
    },
}
FOLDER = {
    "model.bpmn": MODEL,
    "forms/assess.json": json.dumps(ASSESSED).encode(),
    "forms/register.json": json.dumps(REGISTERED).encode(),
}
ASSESS = "{task: ASSESS, answers: {remove: no}}"
REGISTER = "{task: REGISTER, answers: {case_subject: Trasig gunga}}"
OPEN_CASE = "{operation: register_case}"


def story(prover: Prover, *steps: str, expect: str = "", at: str = "2026-11-23T09:00:00+01:00") -> Result:
    text = f"- {{name: Ett, at: {at}, steps: [{', '.join(steps)}], expect: {{{expect}}}}}"
    [scenario] = read(text.encode())
    return prover.prove(scenario, "story")


@pytest.fixture(scope="module")
def prover() -> Iterator[Prover]:
    with Prover(folders={"story": FOLDER}) as opened:
        yield opened


def test_a_story_that_the_house_plays_as_it_is_told_holds(prover):
    said = "{diarium: {kind: case, subject: Trasig gunga, secrecy: false, public_parties: []}}"
    path = "path: [start, ASSESS, REGISTER, OPEN, end], end: end, variables: {remove: no}"
    assert story(prover, ASSESS, REGISTER, OPEN_CASE, said, expect=path).difference is None


@pytest.mark.parametrize(("steps", "expect", "says"), [
    ([ASSESS, REGISTER, OPEN_CASE, "{diarium: {subject: Karin Exempel}}"], "", "skulle vara 'Karin Exempel'"),
    ([ASSESS, REGISTER, OPEN_CASE, "{diarium: {colour: red}}"], "", "diariet har inget som heter ”colour”"),
    (["{diarium: {subject: x}}"], "", "ingenting är registrerat"),
    ([REGISTER], "", "”REGISTER” är inte öppen. Det som är öppet är ”ASSESS”"),
    ([OPEN_CASE], "", "åtgärden ”register_case” har inte begärts"),
    (["{timer: Aldrig}"], "", "tidsgränsen ”Aldrig” väntar inte"),
    (["{message: Svar}"], "", "väntar ingen på"),
    (["{task: ASSESS, answers: {}}"], "", "remove"),
    ([ASSESS.replace("}}", "}, refused: remove}")], "", "skulle inte godtas"),
    ([ASSESS], "path: [start]", "vägen skulle vara ”start”, men är ”start”, ”ASSESS”"),
    ([ASSESS], "end: end", "skulle ha nått ”end”, men väntar på ”REGISTER”"),
    ([ASSESS], "open: [ASSESS]", "öppet skulle vara ”ASSESS”, men det är ”REGISTER”"),
    (["{due: {task: ASSESS, at: 2026-11-23T10:00:00+01:00}}"], "", "”ASSESS” ska vara klar"),
    (["{clock: 2026-11-22T10:00:00+01:00}"], "", "klockan kan inte gå bakåt"),
    (["{see: {as: nobody, page: /inkorg}}"], "", "rollen ”nobody” finns inte"),
    (["{see: {as: registrar, page: '/arenden/{channel}'}}"], "", "står inte för något"),
    (["{see: {as: visitor, page: /inkorg}}"], "", "svarade 303, inte 200"),
    (["{see: {as: channel_administrator, page: /inkorg, holds: [Månen]}}"], "", "säger inte ”Månen”"),
    (["{see: {as: channel_administrator, page: /inkorg, lacks: [ASSESS]}}"], "", "säger ”ASSESS”"),
])  # fmt: skip
def test_what_is_not_so_makes_the_story_fall(prover, steps, expect, says):
    difference = story(prover, *steps, expect=expect).difference
    assert difference is not None and says in difference and difference.startswith("Scenariot ”Ett”: ")


def test_variables_are_looked_at_where_they_are(prover):
    difference = story(prover, ASSESS, REGISTER, OPEN_CASE, expect="variables: {remove: yes}").difference
    assert "”remove” skulle bli 'yes'" in str(difference)


def test_a_form_that_must_say_no_does_in_the_house_too(prover):
    refused = "{task: ASSESS, answers: {remove: maybe}, refused: remove}"
    assert story(prover, refused, ASSESS, expect="open: [REGISTER]").difference is None


def test_somebody_signed_in_sees_the_task_and_does_it_on_the_page(prover):
    see = "{see: {as: Kanaladministratör, page: '/uppgifter/{task}', holds: [\"Ska det bort?\"]}}"
    fields = "{remove: no, action: slutfor, version: 1}"
    post = f"{{post: {{as: Kanaladministratör, page: '/uppgifter/{{task}}', fields: {fields}}}}}"
    assert story(prover, see, post, expect="open: [REGISTER]").difference is None


def test_a_page_that_says_no_is_a_page_that_the_story_may_tell_of(prover):
    fields = "{remove: maybe, action: slutfor, version: 1}"
    post = f"{{post: {{as: Kanaladministratör, page: '/uppgifter/{{task}}', fields: {fields}, status: 422}}}}"
    assert story(prover, post, expect="open: [ASSESS]").difference is None


def test_time_passes_and_each_story_begins_in_a_house_of_its_own(prover):
    for _ in range(2):
        path = "path: [start, late, reminded], open: [ASSESS]"
        assert story(prover, "{clock: 2026-12-23T09:00:00+01:00}", expect=path).difference is None
    assert story(prover, "{clock: PT1M}", expect="path: [start]").difference is None


def test_the_timer_named_goes_off_when_it_is_due(prover):
    assert story(prover, "{timer: late}", ASSESS, expect="open: [REGISTER]").difference is None


def test_a_registration_that_is_given_up_is_told_of(prover):
    difference = story(prover, ASSESS, REGISTER, "{operation: register_case, fails: x}").difference
    assert "något har gått fel" in str(difference), "the drawing does not say what happens then"


@pytest.fixture(scope="module")
def on_postgresql(postgresql_url: str) -> Iterator[Prover]:
    with Prover(folders={"story": FOLDER}, database_url=postgresql_url) as opened:
        yield opened


@pytest.mark.postgresql
def test_stories_hold_on_postgresql_too(on_postgresql):
    said = "{diarium: {kind: case, subject: Trasig gunga}}"
    for _ in range(2):
        assert story(on_postgresql, ASSESS, REGISTER, OPEN_CASE, said).difference is None
