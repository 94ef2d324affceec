"""Scenarios: how they are read, and what is said when the model does something else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import Definition, ModelRefused
from workflows import read as read_definition
from workflows.scenarios import Result, read, run_all
from workflows.scenarios.plain_yaml import NotPlain
from workflows.scenarios.plain_yaml import read as read_yaml

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="x">
 <message id="m" name="Svar"/>
 <process id="p" isExecutable="true">
  <startEvent id="start" name="Kommit in"/>
  <userTask id="judge" name="Bedöm" default=""><extensionElements><s:properties>
    <s:property name="form" value="judge"/></s:properties></extensionElements></userTask>
  <boundaryEvent id="late" name="För sent" attachedToRef="judge" cancelActivity="true">
    <timerEventDefinition><timeDate>due</timeDate></timerEventDefinition></boundaryEvent>
  <exclusiveGateway id="good" name="Bra?" default="f_no"/>
  <serviceTask id="send" name="Skicka"><extensionElements>
    <s:serviceTaskOperator id="post" resultVariable="sent"/></extensionElements></serviceTask>
  <intermediateCatchEvent id="reply" name="Svar har kommit">
    <messageEventDefinition messageRef="m"/></intermediateCatchEvent>
  <endEvent id="yes" name="Skickat"/><endEvent id="no" name="Avslaget"/>
  <endEvent id="over" name="Förfallet"/>
  <sequenceFlow id="f1" sourceRef="start" targetRef="judge"/>
  <sequenceFlow id="f2" sourceRef="judge" targetRef="good"/>
  <sequenceFlow id="f3" sourceRef="late" targetRef="over"/>
  <sequenceFlow id="f_yes" sourceRef="good" targetRef="send">
    <conditionExpression>ok = "yes"</conditionExpression></sequenceFlow>
  <sequenceFlow id="f_no" sourceRef="good" targetRef="no"/>
  <sequenceFlow id="f4" sourceRef="send" targetRef="reply"/>
  <sequenceFlow id="f5" sourceRef="reply" targetRef="yes"/>
 </process></definitions>""".replace(' default=""', "")
FORM = {
    "title": "Bedöm", "type": "object", "required": ["ok"],
    "properties": {
        "ok": {"type": "string", "title": "Bra?",
               "oneOf": [{"const": "yes", "title": "Ja"}, {"const": "no", "title": "Nej"}]},
        "words": {"type": "string", "title": "Ord"},
    },
}  # fmt: skip
GIVEN = 'given: {due: "2026-11-24T09:00:00+01:00"}'
JUDGED = "{task: Bedöm, answers: {ok: yes, words: hemligt}}"


def a_process(scenarios: str) -> Definition:
    return read_definition({
        "model.bpmn": MODEL.encode(),
        "forms/judge.json": json.dumps(FORM).encode(),
        "scenarios.yaml": scenarios.encode(),
    })  # fmt: skip


def outcome(steps: str, expect: str) -> Result:
    text = f"- name: Ett\n  {GIVEN}\n  steps: [{steps}]\n  expect: {{{expect}}}\n"
    [result] = run_all(a_process(text))
    return result


def test_a_scenario_that_holds_tells_the_way_it_went():
    steps = f"{JUDGED}, {{operation: post, outputs: {{id: 7}}}}, {{message: Svar har kommit}}"
    result = outcome(steps, "path: [Kommit in, Bedöm, Skicka, Svar har kommit, Skickat], "
                            "end: Skickat, variables: {ok: yes, sent: {id: 7}}")  # fmt: skip
    assert result.difference is None and result.held
    assert result.flows == {"f_yes"} and {"good", "send"} <= result.elements


def test_free_text_does_not_enter_the_workflow():
    steps = f"{JUDGED}, {{operation: post}}, {{message: reply}}"
    assert "”words” skulle bli" in str(outcome(steps, "variables: {words: hemligt}").difference)


def test_a_timer_step_moves_the_clock_to_when_it_is_due():
    path = "[Kommit in, För sent, Förfallet]"
    assert outcome("{timer: För sent}", f"end: Förfallet, path: {path}").held


def test_an_element_may_be_named_by_its_id():
    assert outcome("{task: judge, answers: {ok: no}}", "end: no").held


@pytest.mark.parametrize(("steps", "expect", "says"), [
    ("{task: Bedöm, answers: {ok: no}}", "path: [Kommit in, Bedöm, Skicka]",
     "efter ”Bedöm”: den skulle gå till ”Skicka”, men gick till ”Avslaget”"),
    ("{task: Bedöm, answers: {ok: no}}", "path: [Kommit in, Bedöm]",
     "den skulle sluta där, men gick vidare till ”Avslaget”"),
    ("", "path: [Kommit in, Bedöm]",
     "efter ”Kommit in”: den skulle gå vidare till ”Bedöm”, men slutade där"),
    ("{task: Bedöm, answers: {ok: no}}", "end: Skickat",
     "skulle sluta i ”Skickat”, men slutade i ”Avslaget”"),
    (JUDGED, "end: Skickat", "skulle ha nått ”Skickat”, men väntar på ”post”"),
    (JUDGED, "open: [Bedöm]", "öppet skulle vara ”Bedöm”, men det är ”post”"),
    (JUDGED, "variables: {ok: yes}", "först när processen har nått sitt slut"),
    ("{task: Bedöm, answers: {ok: no}}", "variables: {ok: yes}", "skulle bli 'yes', men blev 'no'"),
    ("{task: Bedömm}", "", "steg 1: uppgiften ”Bedömm” väntar inte. Det som väntar är ”Bedöm”"),
    ("{operation: post}", "", "operationen ”post” väntar inte. Det som väntar är ingenting"),
    ("{task: Bedöm}", "", "svaret ”ok” i ”Bedöm” godtas inte: Välj ett alternativ"),
    ("{task: Bedöm, answers: {ok: yes, approved: true}}", "", "Fältet finns inte i formuläret"),
    (f"{JUDGED}, {JUDGED}", "", "steg 2: uppgiften ”Bedöm” väntar inte"),
    (f"{JUDGED}, {{operation: post, fails: nej}}", "", "steg 2: Modellen säger inte"),
])  # fmt: skip
def test_the_first_difference_is_told_in_a_sentence(steps, expect, says):
    difference = outcome(steps, expect).difference
    assert difference is not None and says in difference
    assert difference.startswith("Scenariot ”Ett”: ")


def test_a_form_that_must_say_no_does_and_the_task_stays_open():
    steps = "{task: Bedöm, answers: {ok: kanske}, refused: ok}, {task: Bedöm, answers: {ok: no}}"
    assert outcome(steps, "end: no").held


@pytest.mark.parametrize(("step", "says"), [
    ("{task: Bedöm, answers: {ok: no}, refused: ok}", "svaret ”ok” i ”Bedöm” skulle inte godtas"),
    ("{task: Bedöm, answers: {}, refused: words}", "Det som inte godtas är ”ok”"),
])  # fmt: skip
def test_a_form_that_takes_what_it_must_not_is_told(step, says):
    assert says in str(outcome(step, "").difference)


@pytest.mark.parametrize("until", ["2026-11-24T09:00:00+01:00", "P1D", "P1DT1H"])
def test_the_clock_lets_out_every_timer_that_comes_due(until):
    assert outcome(f"{{clock: {until}}}", "end: Förfallet").held


def test_a_clock_that_stops_short_of_the_timer_lets_nothing_out():
    assert outcome("{clock: 2026-11-24T08:59:59+01:00}", "open: [Bedöm]").held


def test_the_clock_does_not_go_back():
    assert "klockan kan inte gå bakåt" in str(outcome("{clock: 2026-11-01T09:00:00+01:00}", "").difference)


def test_timers_go_off_in_the_order_that_they_come_due():
    model = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">
      <process id="p" isExecutable="true"><startEvent id="s"/><userTask id="t" name="Vänta"/>
      <boundaryEvent id="late" name="Sen" attachedToRef="t" cancelActivity="false">
        <timerEventDefinition><timeDuration>PT3H</timeDuration></timerEventDefinition></boundaryEvent>
      <boundaryEvent id="often" name="Påminnelse" attachedToRef="t" cancelActivity="false">
        <timerEventDefinition><timeCycle>R/PT2H</timeCycle></timerEventDefinition></boundaryEvent>
      <endEvent id="e1" name="Sent"/><endEvent id="e2" name="Påmind"/><endEvent id="e"/>
      <sequenceFlow id="a" sourceRef="s" targetRef="t"/><sequenceFlow id="b" sourceRef="t" targetRef="e"/>
      <sequenceFlow id="c" sourceRef="late" targetRef="e1"/>
      <sequenceFlow id="d" sourceRef="often" targetRef="e2"/></process></definitions>"""
    path = "[s, Påminnelse, Påmind, Sen, Sent, Påminnelse, Påmind]"
    for clock, expect in (("PT5H", f"path: {path}, open: [Vänta]"), ("P1Y", "")):
        text = f"- {{name: Ett, steps: [{{clock: {clock}}}], expect: {{{expect}}}}}"
        files = {"model.bpmn": model.encode(), "scenarios.yaml": text.encode()}
        [result] = run_all(read_definition(files))
        assert result.held if expect else "fler än 200 tidsgränser" in str(result.difference)


def test_what_only_the_whole_house_can_play_is_passed_over():
    steps = (
        "{see: {as: visitor, page: /sociala-medier, holds: [Facebook], lacks: [Anna]}}, "
        '{post: {as: registrar, page: "/arenden/{case}", fields: {reason: x}}}, '
        "{diarium: {subject: Klagomål}}, {due: {task: Bedöm, at: 2026-11-24T15:00:00+01:00}}, "
        "{task: Bedöm, answers: {ok: no}}"
    )
    assert outcome(steps, "end: no").held


def test_a_case_starts_with_the_variables_of_the_profile_that_its_model_reads():
    profiles = {
        None: {"due": "2026-11-24T09:00:00+01:00", "ok": "no", "other": 1},
        "sater": {"due": "aldrig"},
    }
    text = (
        "- name: Ett\n  expect: {open: [Bedöm]}\n- name: Två\n  profile: sater\n- name: Tre\n  profile: oz\n"
    )
    definition = a_process(text + f"- name: Fyra\n  profile: sater\n  {GIVEN}\n")
    assert definition.reads == {"due"}
    first, second, third, fourth = run_all(definition, variables_of=lambda name: profiles[name])
    assert first.held and fourth.held, "what the story says goes before the profile"
    assert "inte går att tolka" in str(second.difference) or "går inte att tolka" in str(second.difference)
    assert "profilen ”oz” finns inte" in str(third.difference)


def test_a_way_that_the_drawing_leaves_to_the_person_is_chosen_by_its_name():
    model = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">
      <process id="p" isExecutable="true"><startEvent id="s"/><userTask id="t" name="Bedöm"/>
      <exclusiveGateway id="g" name="Bra?"/><endEvent id="e1" name="Klart"/><endEvent id="e2" name="Om"/>
      <sequenceFlow id="a" sourceRef="s" targetRef="t"/><sequenceFlow id="b" sourceRef="t" targetRef="g"/>
      <sequenceFlow id="c" name="Ja" sourceRef="g" targetRef="e1"/>
      <sequenceFlow id="d" name="Nej" sourceRef="g" targetRef="e2"/></process></definitions>"""
    said = {'{"Bra?": Ja}': "Klart", "{val_g: d}": "Om", "{}": None, '{"Bra?": Kanske}': None}
    for answers, end in said.items():
        text = (
            f"- {{name: Ett, steps: [{{task: Bedöm, answers: {answers}}}], expect: {{end: {end or 'Om'}}}}}"
        )
        files = {"model.bpmn": model.encode(), "scenarios.yaml": text.encode()}
        [result] = run_all(read_definition(files))
        assert result.held if end else "kräver ett val: ”Ja”, ”Nej”" in str(result.difference)


def test_a_start_that_fails_is_told_too():
    [result] = run_all(a_process("- {name: Ett, given: {due: aldrig}}"))
    assert "starten: Tiden vid ”För sent” går inte att tolka" in str(result.difference)


def test_a_scenario_at_the_end_of_time_fails_with_a_sentence():
    steps = "{task: Bedöm, answers: {ok: no}}"
    text = f"- {{name: Ett, at: 9999-12-31T23:59:59+00:00, {GIVEN}, steps: [{steps}]}}"
    [result] = run_all(a_process(text))
    assert "för långt fram" in str(result.difference)


def test_a_process_without_scenarios_has_no_results():
    assert run_all(read_definition({"model.bpmn": MODEL.encode()})) == ()


@pytest.mark.parametrize(("text", "says"), [
    ("name: Ett", "ska vara en lista"),
    ("- {}", "Scenario 1: name saknar text"),
    ("- {name: A}\n- {name: A}", "Två scenarier heter ”A”"),
    ("- {name: A, stpes: []}", "”stpes” kan inte stå i scenariot"),
    ("- {name: A, rules: [SAT31]}", "”SAT31” är ingen regel"),
    ("- {name: A, at: 2026-11-23}", "datum, tid och tidszon"),
    ("- {name: A, steps: [{}]}", "steg 1 ska ha en av nycklarna"),
    ("- {name: A, steps: [{task: X, outputs: {}}]}", "”outputs” kan inte stå i steg 1"),
    ("- {name: A, rules: [SAT-1, SAT-2, SAT-3, SAT-4, SAT-5, SAT-6]}", "högst 5 regler"),
    ("- {name: A, rules: SAT-1}", "rules ska vara en lista"),
    ("- {name: A, profile: ../sater}", "”../sater” är ingen profil"),
    ("- {name: A, channels: {name: B}}", "channels ska vara en lista"),
    ("- {name: A, channels: [B]}", "channels ska vara namn och värden"),
    ("- {name: A, steps: [{clock: snart}]}", "datum, tid och tidszon"),
    ("- {name: A, steps: [{clock: 2026-11-23T09:00}]}", "datum, tid och tidszon"),
    ("- {name: A, steps: [{see: {page: /a}}]}", "as i steg 1 saknar text"),
    ("- {name: A, steps: [{see: {as: visitor, page: 'https://x.se'}}]}", "ska vara en sida i Ordna"),
    ("- {name: A, steps: [{see: {as: visitor, page: //x.se/}}]}", "ska vara en sida i Ordna"),
    ("- {name: A, steps: [{see: {as: visitor, page: /a, fields: {}}}]}", "”fields” kan inte stå"),
    ("- {name: A, steps: [{see: {as: visitor, page: /a, holds: A}}]}", "ska vara en lista"),
    ("- {name: A, steps: [{post: {as: visitor, page: /a, status: true}}]}", "mellan 200 och 599"),
    ("- {name: A, steps: [{post: {as: visitor, page: /a, fields: []}}]}", "namn och värden"),
    ("- {name: A, steps: [{diarium: KS}]}", "namn och värden"),
    ("- {name: A, steps: [{due: {task: B}}]}", "at saknar text"),
    ("- {name: A, steps: [{due: {task: B, at: 2026-11-23T09:00+01:00}, task: B}]}", "en av nycklarna"),
    ("- {name: A, steps: [{operation: X, refused: ok}]}", "”refused” kan inte stå i steg 1"),
    ("- {name: A, steps: [{task: X, answers: []}]}", "steg 1 ska vara namn och värden"),
    ("- {name: A, expect: {way: []}}", "”way” kan inte stå i expect"),
    ("- &a {name: A}\n- *a", "hänvisningar"),
    ("- !!python/object/apply:os.system [id]", "taggar"),
    ("- {name: A, name: B}", "står två gånger"),
    ("- {[1]: A}", "en nyckel måste vara ett ord"),
    ("- {name: A", "inte giltig YAML"),
    ("[" * 5000, "för djupt nästlat"),
    ("- {name: A, given: {a: " + "9" * 5000 + "}, steps: 3}", "steps ska vara en lista"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_what_to_change(text, says):
    with pytest.raises(ModelRefused) as caught:
        read(text.encode())
    assert says in str(caught.value)


def test_yes_and_dates_are_texts_as_their_writer_meant():
    text = b"{a: yes, b: 2026-11-24, c: 10:30, d: 0123, e: true, f: 2, g: 2.5, h: null, i: }"
    assert read_yaml(text) == {
        "a": "yes", "b": "2026-11-24", "c": "10:30", "d": "0123", "e": True, "f": 2, "g": 2.5,
        "h": None, "i": None,
    }  # fmt: skip


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(data):
    try:
        read(data)
    except ModelRefused as refusal:
        assert refusal.findings


def test_a_large_file_is_refused_unread():
    with pytest.raises(NotPlain, match="för stor"):
        read_yaml(b"#" * 500_001)
