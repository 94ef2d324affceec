"""Replay: a draft of the shipped flows beside what was done. Ten harmful edits are found, ten harmless ones
are not; a case is judged alike whether or not others were played before it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.workflows import recordings
from workflows import Definition, ModelRefused, read
from workflows.normalise.vocabulary import q
from workflows.replay import Happened, Recorded, Replay, Verdict

Files = dict[str, bytes]
Edit = Callable[[Files], Files]


def model(*changes: Callable[[etree._Element], None]) -> Edit:
    def edited(files: Files) -> Files:
        root = etree.fromstring(files["model.bpmn"])  # our own text, not a stranger's
        for change in changes:
            change(root)
        return files | {"model.bpmn": etree.tostring(root)}

    return edited


def get(root: etree._Element, id: str) -> etree._Element:
    found = next((element for element in root.iter() if element.get("id") == id), None)
    assert found is not None, id
    return found


def drop(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


def unlaned(root: etree._Element, *ids: str) -> None:
    for entry in list(root.iter(q("flowNodeRef"))):
        if entry.text in ids:
            drop(entry)


def redirected(flow: str, target: str) -> Callable[[etree._Element], None]:
    return lambda root: get(root, flow).set("targetRef", target)


def without(*ids: str) -> Callable[[etree._Element], None]:
    """Elements gone with every flow that touches them."""

    def change(root: etree._Element) -> None:
        for id in ids:
            drop(get(root, id))
        for flow in list(root.iter(q("sequenceFlow"))):
            if {flow.get("sourceRef"), flow.get("targetRef")} & set(ids):
                drop(flow)
        unlaned(root, *ids)

    return change


def attribute(id: str, name: str, value: str) -> Callable[[etree._Element], None]:
    return lambda root: get(root, id).set(name, value)


def condition(flow: str, text: str) -> Callable[[etree._Element], None]:
    def change(root: etree._Element) -> None:
        found = next(get(root, flow).iter(q("conditionExpression")))
        found.text = text

    return change


def moved(id: str, lane: str) -> Callable[[etree._Element], None]:
    def change(root: etree._Element) -> None:
        unlaned(root, id)
        etree.SubElement(get(root, lane), q("flowNodeRef")).text = id

    return change


def inserted(flow: str, lane: str) -> Callable[[etree._Element], None]:
    """A user task without a form in the middle of a flow."""

    def change(root: etree._Element) -> None:
        old = get(root, flow)
        process = old.getparent()
        assert process is not None
        etree.SubElement(process, q("userTask"), id="extra", name="Låt chefen läsa")
        etree.SubElement(
            process, q("sequenceFlow"), id="onward", sourceRef="extra", targetRef=old.get("targetRef") or ""
        )
        old.set("targetRef", "extra")
        etree.SubElement(get(root, lane), q("flowNodeRef")).text = "extra"

    return change


def form(name: str, change: Callable[[Any], None]) -> Edit:
    def edited(files: Files) -> Files:
        path = f"forms/{name}.json"
        schema = json.loads(files[path])
        change(schema)
        return files | {path: json.dumps(schema).encode()}

    return edited


def swap(path: str, old: str, new: str) -> Edit:
    def edited(files: Files) -> Files:
        text = files[path].decode()
        assert old in text, old
        return files | {path: text.replace(old, new).encode()}

    return edited


def required(name: str) -> Callable[[Any], None]:
    return lambda schema: schema["required"].append(name)


def optional(schema: Any) -> None:
    schema["properties"]["extra_note"] = {"type": "string", "title": "Anteckning till", "maxLength": 100}


def titled(schema: Any) -> None:
    schema["title"] = "En annan rubrik"
    for field in schema["properties"].values():
        field["title"] += " (ny text)"


def renamed_code(schema: Any) -> None:
    for choice in schema["properties"]["response"]["oneOf"]:
        if choice["const"] == "answer":
            choice["const"] = "reply"


HARMFUL: Mapping[str, tuple[str, Edit, str, str]] = {
    "a registration step is gone": (
        "complaint",
        model(redirected("which_case_new", "case_known"), without("open_case", "case_cancelled")),
        "other",
        "Öppna ärende i diariet",
    ),
    "a condition is reversed": (
        "complaint",
        model(condition("registering_yes", 'not(registration in ("register_new", "register_existing"))')),
        "other",
        "Registrera i diariet",
    ),
    "the copy is not sealed before the post goes": (
        "complaint",
        model(redirected("f_preserved_seal", "hide"), without("seal", "not_preserved")),
        "other",
        "Försegla kopian",
    ),
    "the guard of the removal is gone": (
        "secret-content",
        swap("model.bpmn", '<spiffworkflow:property name="guard" value="sealed"/>', ""),
        "other",
        "spärr",
    ),
    "nobody reports to the police": (
        "complaint",
        model(
            redirected("crime_required", "crime_done"),
            redirected("considered_yes", "crime_done"),
            without("police"),
        ),
        "other",
        "Polisanmäl",
    ),
    "another flow is the default": (
        "complaint",
        swap(
            "model.bpmn",
            'remove = "yes" or report_stays = "remove_after"</bpmn:conditionExpression>',
            'remove = "no"</bpmn:conditionExpression>',
        ),
        "other",
        "",
    ),
    "a code of the form has another name": (
        "complaint",
        form("assess", renamed_code),
        "fails",
        "godtas inte",
    ),
    "the code of an outcome has another name": (
        "complaint",
        swap("decisions/outcome.dmn", '"registered_and_answered"', '"done"'),
        "other",
        "Utfallet var registered_and_answered, men blir done.",
    ),
    "the reminder is gone": (
        "complaint",
        model(without("answer_time_out", "overdue", "overdue_handled")),
        "other",
        "Svarstiden har gått ut",
    ),
    "a field must be answered": ("complaint", form("assess", required("handled_by")), "fails", "godtas inte"),
    "another role does the work": (
        "complaint",
        model(moved("answer", "lane_registrar")),
        "other",
        "Registrator",
    ),
    "somebody more must read": (
        "complaint",
        model(inserted("f_registered_all_done", "lane_head")),
        "stops",
        "aldrig gavs",
    ),
    "the reminder comes at once": (
        "complaint",
        swap(
            "model.bpmn",
            ">answer_due</bpmn:timeDate>",
            '>if true then "PT1S" else answer_due</bpmn:timeDate>',
        ),
        "other",
        "Svarstiden har gått ut",
    ),
    "the wrong operation is asked for": (
        "complaint",
        swap(
            "model.bpmn",
            'serviceTaskOperator id="register_case"',
            'serviceTaskOperator id="register_document"',
        ),
        "other",
        "register_document",
    ),
}
"""What was done → the process, the edit, a verdict that some case must get, and words of its sentence."""


def reordered(root: etree._Element) -> None:
    lanes = next(root.iter(q("laneSet")))
    for lane in list(lanes)[::-1]:
        lanes.append(lane)


def reversed_flows(root: etree._Element) -> None:
    """All but the ways out with conditions, which are tried in the order that they come in."""
    process = next(root.iter(q("process")))
    for flow in list(process.iter(q("sequenceFlow")))[::-1]:
        if flow.find(q("conditionExpression")) is None:
            process.append(flow)


def renumbered(root: etree._Element) -> None:
    """The answer drawn anew: another id, the same name, role and place."""
    for element in root.iter():
        for key in ("id", "sourceRef", "targetRef", "attachedToRef"):
            if element.get(key) == "refer":
                element.set(key, "refer_anew")
        if element.text == "refer":
            element.text = "refer_anew"


def documented(root: etree._Element) -> None:
    note = etree.Element(q("documentation"))
    note.text = "Gjort efter samtal med enheten."
    get(root, "assess").insert(0, note)


def passed_through(root: etree._Element) -> None:
    """A gateway that joins nothing, as editors leave behind."""
    old = get(root, "f_reviewed_closed")
    process = old.getparent()
    assert process is not None
    etree.SubElement(process, q("exclusiveGateway"), id="extra")
    etree.SubElement(process, q("sequenceFlow"), id="onward", sourceRef="extra", targetRef="closed")
    old.set("targetRef", "extra")
    etree.SubElement(get(root, "lane_channel"), q("flowNodeRef")).text = "extra"


def shifted(root: etree._Element) -> None:
    for bounds in root.iter("{http://www.omg.org/spec/DD/20100524/DC}Bounds"):
        bounds.set("x", str(float(bounds.get("x") or 0) + 40))


def labelled(root: etree._Element) -> None:
    for flow in root.iter(q("sequenceFlow")):
        if flow.get("name"):
            flow.set("name", f"{flow.get('name')}!")


HARMLESS: Mapping[str, Edit] = {
    "a task has another name": model(attribute("assess", "name", "Läs och bedöm")),
    "the drawing is moved": model(shifted),
    "the help text is another": swap("texts/assess.md", " ", "  "),
    "an optional field is added": form("assess", optional),
    "the fields have other words": form("assess", titled),
    "the lanes come in another order": model(reordered),
    "the flows come in another order": model(reversed_flows),
    "the flows are labelled otherwise": model(labelled),
    "a task is drawn anew": model(renumbered),
    "a note is added": model(documented),
    "a gateway that does nothing": model(passed_through),
    "a condition is put in another way": model(condition("considered_yes", '"yes" = police_wanted')),
    "an optional field is gone": form("answer_late", lambda schema: schema["properties"].pop("late_note")),
    "the scenarios are gone": lambda files: {n: d for n, d in files.items() if n != "scenarios.yaml"},
}


@cache
def edited(process: str, edit: Edit) -> Definition:
    return read(edit(recordings.folder(process)))


def judged(process: str, draft: Definition) -> list[tuple[str, Verdict]]:
    old, cases = recordings.of(process)
    replay = Replay(old, draft)
    return [(name, replay.judge(case)) for name, case in cases]


@pytest.mark.parametrize("process", ["complaint", "secret-content", "channel-application", "mandate"])
def test_an_unchanged_version_sends_every_case_the_same_way(process: str) -> None:
    found = judged(process, recordings.of(process)[0])
    assert len(found) > 5
    assert [one for one in found if one[1].kind != "same"] == []


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_edit_is_found_and_said_in_words(name: str) -> None:
    process, edit, kind, words = HARMFUL[name]
    found = judged(process, edited(process, edit))
    told = [verdict for _, verdict in found if verdict.kind == kind and words in verdict.text]
    assert told, Counter((verdict.kind, verdict.text) for _, verdict in found)
    assert all(verdict.text.endswith(".") and "\0" not in verdict.text for verdict in told)
    assert "unclear" not in {verdict.kind for _, verdict in found}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_edit_passes(name: str) -> None:
    found = judged("complaint", edited("complaint", HARMLESS[name]))
    assert [one for one in found if one[1].kind != "same"] == []


def test_cases_in_other_company_are_judged_alike() -> None:
    """Cases that go alike are played once; played alone each must come to the same verdict."""
    old, cases = recordings.of("complaint")
    draft = edited("complaint", HARMFUL["the reminder comes at once"][1])
    together = Replay(old, draft)
    assert [together.judge(case) for _, case in cases[::2]] == [
        Replay(old, draft).judge(case) for _, case in cases[::2]
    ]


def small(timer: str = "due", extra: str = "", wanted: str = "yes") -> Definition:
    """A question with a reminder: `wanted` leads to a second question, anything else to the end."""
    tag = "timeDuration" if timer.startswith("PT") else "timeDate"
    time = f"<{tag}>{timer}</{tag}>"
    process = f"""
      <process id="p" name="Prov" isExecutable="true">
        <startEvent id="start" name="Börjar"/>
        <userTask id="ask" name="Fråga"><extensionElements><s:properties>
          <s:property name="form" value="ask"/></s:properties></extensionElements></userTask>
        <boundaryEvent id="late" name="Dröjer" attachedToRef="ask" cancelActivity="false">
          <timerEventDefinition id="time">{time}</timerEventDefinition></boundaryEvent>
        <endEvent id="told" name="Påmind"/>
        <exclusiveGateway id="which" name="Mer?" default="no"/>
        <userTask id="more" name="Mer"/>
        <endEvent id="done" name="Klart"/>
        <sequenceFlow id="f1" sourceRef="start" targetRef="ask"/>
        <sequenceFlow id="f2" sourceRef="late" targetRef="told"/>
        <sequenceFlow id="f3" sourceRef="ask" targetRef="which"/>
        <sequenceFlow id="yes" sourceRef="which" targetRef="more">
          <conditionExpression>answer = "{wanted}"</conditionExpression></sequenceFlow>
        <sequenceFlow id="no" sourceRef="which" targetRef="done"/>
        <sequenceFlow id="f4" sourceRef="more" targetRef="done"/>{extra}
      </process>"""
    text = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:p" '
        f'xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core">{process}</definitions>'
    )
    choices = [{"const": one, "title": one} for one in ("yes", "no")]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fråga",
        "type": "object",
        "properties": {"answer": {"type": "string", "title": "Svar", "oneOf": choices}},
        "additionalProperties": False,
    }
    return read({"model.bpmn": text.encode(), "forms/ask.json": json.dumps(schema).encode()})


BEGAN = datetime(2026, 3, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def asked(after: timedelta, answer: str = "no", *, late: timedelta | None = None) -> Recorded:
    """A case whose question was answered after so long, with its reminder due after 24 hours."""
    due = BEGAN + 24 * HOUR
    steps = [Happened("task", "ask", BEGAN + after, {"answer": answer})]
    passed = [("start",), ("ask", "which", "done")]
    if late is not None:
        steps.insert(0, Happened("timer", "late", BEGAN + late))
        passed.insert(1, ("late", "told"))
    return Recorded(
        given={"due": due.isoformat()},
        began=BEGAN,
        until=BEGAN + after,
        closed=True,
        steps=tuple(steps),
        passed=tuple(passed),
        set_timers=frozenset({("late", due)}),
    )


def test_a_shorter_time_reaches_those_who_answered_after_it_and_nobody_else() -> None:
    replay = Replay(small(), small("PT12H"))
    quick, slow = replay.judge(asked(3 * HOUR)), replay.judge(asked(18 * HOUR))
    assert (quick.kind, slow.kind) == ("same", "other")
    assert slow.text == "Efter ”Börjar” gick ärendet till ”Fråga”, men går i utkastet till ”Dröjer”."
    assert (slow.was, slow.becomes[:3]) == (("Börjar", "Fråga", "Klart"), ("Börjar", "Dröjer", "Påmind"))


def test_a_reminder_that_went_off_late_in_the_recording_is_not_a_change() -> None:
    replay = Replay(small(), small())
    assert replay.judge(asked(30 * HOUR, late=29 * HOUR)).kind == "same"
    assert replay.judge(asked(24 * HOUR + timedelta(minutes=2))).kind == "same"


def test_an_open_case_is_compared_with_what_it_waits_for() -> None:
    waits = replace(
        asked(3 * HOUR, "yes"),
        closed=False,
        passed=(("start",), ("ask", "which")),
        waiting=(("task", "more"),),
    )
    assert Replay(small(), small()).judge(waits).kind == "same"
    verdict = Replay(small(), small(wanted="no")).judge(waits)
    assert verdict.kind == "other"
    assert verdict.text == "Efter ”Fråga” gick ärendet inte vidare, men går i utkastet till ”Klart”."


def test_what_the_recording_cannot_tell_is_unclear_and_never_guessed() -> None:
    lost = replace(asked(3 * HOUR), steps=())
    verdict = Replay(small(), small("PT1H")).judge(lost)
    assert (verdict.kind, verdict.text) == (
        "unclear",
        "Det som är inspelat räcker inte för att spela upp ärendet.",
    )


def test_a_draft_that_may_not_run_is_refused_before_any_case() -> None:
    dead = small(extra='<userTask id="alone" name="Ensam"/>')
    with pytest.raises(ModelRefused):
        Replay(small(), dead)


@given(
    st.lists(
        st.tuples(st.integers(1, 60), st.sampled_from(["yes", "no", ""]), st.sampled_from([None, 24, 30])),
        max_size=6,
    ),
    st.sampled_from(["due", "PT5H", "2026-03-04T12:00:00Z"]),
)
def test_whatever_came_before_a_case_is_judged_as_if_it_came_alone(
    cases: list[tuple[int, str, int | None]], timer: str
) -> None:
    old, draft = small(), small(timer)
    together = Replay(old, draft)
    for hours, answer, late in cases:
        case = asked(hours * HOUR, answer, late=late * HOUR if late is not None and late < hours else None)
        assert together.judge(case) == Replay(old, draft).judge(case)
