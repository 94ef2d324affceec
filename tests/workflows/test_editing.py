"""Edits of a model: what each does to the file, what stays as it was, and which words refuse it."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from lxml import etree

import bpmn
from tests.workflows import models as m
from tests.workflows.test_layout import holds as is_drawn
from workflows import ModelRefused, editing, read
from workflows.definition import model as model_of
from workflows.editing import Direction, Edit, StepKind, Way
from workflows.model import Kind, TimerKind
from workflows.plane.diagram import read as drawing_of

FOLDER = Path(bpmn.__file__).parent / "complaint"
COMPLAINT = (FOLDER / "model.bpmn").read_bytes()


def changed_lines(before: bytes, after: bytes) -> list[str]:
    found = difflib.unified_diff(before.decode().splitlines(), after.decode().splitlines(), n=0)
    return [line for line in found if line[0] in "+-" and line[:3] not in ("+++", "---")]


def why_not(model: bytes, *edits: Edit) -> str:
    with pytest.raises(ModelRefused) as refused:
        editing.apply(model, *edits)
    (finding,) = refused.value.findings
    return f"{finding.text} {finding.hint}".strip()


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        (editing.Rename("assess", "Läs inlägget"), 2),
        (editing.SetForm("assess", "hide"), 2),
        (editing.SetForm("assess", None), 1),
        (editing.SetDeadline("hide", None), 1),
        (editing.SetWhy("secrecy", "sla.answer"), 5),
        (editing.SetCondition("removal_yes", 'remove = "yes"'), 2),
        (editing.SetTimer("answer_time_out", TimerKind.DURATION, "P2D"), 2),
        (editing.SetInterrupting("answer_time_out", True), 2),
        (editing.SetOperation("seal", "seal_evidence", (("a", "1"),), "bundle"), 6),
        (editing.SetDocumentation("assess", "Så här."), 1),
    ],
)
def test_a_setting_changes_its_own_lines_of_the_file_and_no_others(edit: Edit, lines: int) -> None:
    made = editing.apply(COMPLAINT, edit)
    assert len(changed_lines(COMPLAINT, made)) == lines, changed_lines(COMPLAINT, made)


def test_namespaces_prefixes_declaration_and_drawing_of_a_file_stay() -> None:
    made = editing.apply(COMPLAINT, editing.Rename("assess", "Läs & bedöm <allt>"))
    begin = COMPLAINT.index(b"<bpmn:process")
    assert made[:begin] == COMPLAINT[:begin]
    at = COMPLAINT.index(b"<bpmndi:BPMNDiagram")
    assert made.endswith(COMPLAINT[at:])


def test_a_file_without_our_namespace_or_any_prefix_gets_what_it_needs() -> None:
    space = b"http://www.omg.org/spec/BPMN/20100524/MODEL"
    bare = b'<definitions xmlns="%s"><process id="p">%s</process></definitions>'
    inner = m.body(m.node("startEvent", "s"), m.node("userTask", "a"), m.node("endEvent", "e"), "s -> a -> e")
    inner = inner.replace(' xsi:type="tFormalExpression"', "")
    model = bare % (space, inner.encode())
    made = editing.apply(model, editing.SetForm("a", "f"), editing.SetCondition("s_a", "x = 1"))
    nodes = {node.id: node for node in model_of(read({"model.bpmn": made})).nodes()}
    assert nodes["a"].form == "f" and b"ns0:" not in made


def test_a_new_step_has_a_readable_id_a_lane_a_place_and_the_way_on() -> None:
    add = editing.AddStep("assess", StepKind.USER, "Ring upp Åsa, 3 gånger!", "Handläggare", "hide", "answer")
    made = editing.applied(COMPLAINT, [add])
    model = model_of(read({"model.bpmn": made.model}))
    node = next(node for node in model.nodes() if node.id == "ring_upp_asa_3_ganger")
    assert made.element == node.id
    assert (node.kind, node.role, node.form, node.properties["due"]) == (
        Kind.USER, "Handläggare", "hide", "answer",
    )  # fmt: skip
    scope = model.scopes["complaint"]
    assert [flow.id for flow in scope.incoming(node.id)] == ["f_assess_secrecy"]
    assert [flow.target for flow in scope.outgoing(node.id)] == ["secrecy"]
    root = etree.fromstring(made.model)
    is_drawn(root, drawing_of(made.model))
    again = editing.applied(made.model, [add])
    assert again.element == "ring_upp_asa_3_ganger_2"


def test_pools_and_lanes_stay_in_their_order_and_a_new_role_gets_the_lowest_lane() -> None:
    made = editing.apply(COMPLAINT, editing.SetRole("hide", "Arkivarie"))
    old, new = read({"model.bpmn": COMPLAINT}), read({"model.bpmn": made})
    assert new.roles == (*old.roles, "Arkivarie")
    shapes = {shape.id: shape for shape in drawing_of(made).shapes}
    lane, pool = shapes["lane_arkivarie"].box, shapes["complaint_pool"].box
    assert lane.y > max(s.box.y for s in shapes.values() if s.kind == "lane" and s.id != "lane_arkivarie")
    assert pool.y + pool.height == pytest.approx(lane.y + lane.height)
    is_drawn(etree.fromstring(made), drawing_of(made))


def test_what_sits_on_a_step_moves_to_its_new_lane_with_it() -> None:
    made = editing.apply(COMPLAINT, editing.SetRole("assess", "Registrator"))
    roles = {node.id: node.role for node in model_of(read({"model.bpmn": made})).nodes()}
    assert {roles["assess"], roles["answer_time_out"], roles["head_time_out"]} == {"Registrator"}


def test_a_process_that_nobody_has_drawn_stays_undrawn() -> None:
    model = m.process(
        m.lanes(Handläggare="start a end"), m.start(), m.user("a"), m.end(), "start -> a -> end"
    )
    made = editing.apply(
        model, editing.AddStep("a", StepKind.USER, "Ring"), editing.SetRole("a", "Registrator")
    )
    assert b"BPMNDiagram" not in made
    assert read({"model.bpmn": made}).roles == ("Handläggare", "Registrator")


def test_a_removed_step_leaves_nothing_of_itself_behind() -> None:
    made = editing.apply(COMPLAINT, editing.RemoveStep("forward_report"))
    assert b'"forward_report"' not in made and b">forward_report<" not in made
    assert b"f_forward_report_tell_reporter" not in made


def test_an_edge_event_goes_with_what_only_it_led_to() -> None:
    made = read({"model.bpmn": editing.apply(COMPLAINT, editing.RemoveStep("answer_time_out"))})
    gone = read({"model.bpmn": COMPLAINT}).elements.keys() - made.elements.keys()
    assert gone == {"answer_time_out", "overdue", "overdue_handled"}


def test_a_question_for_a_person_needs_no_conditions() -> None:
    edit = editing.AddChoice("assess", "Är det bråttom?", (Way("Ja"), Way("Nej", None, "secrecy")))
    made = read({"model.bpmn": editing.apply(COMPLAINT, edit)})
    assert [label for _, label in made.choices["assess"].options] == ["Ja", "Nej"]
    more = editing.AddWay("ar_det_brattom", "Vet inte", "removal")
    again = read({"model.bpmn": editing.apply(COMPLAINT, edit, more)})
    assert [label for _, label in again.choices["assess"].options] == ["Ja", "Nej", "Vet inte"]


def test_neighbours_change_places_and_back() -> None:
    down = editing.apply(COMPLAINT, editing.MoveStep("forward_report", Direction.DOWN))
    scope = model_of(read({"model.bpmn": down})).scopes["complaint"]
    assert [flow.target for flow in scope.outgoing("tell_reporter")] == ["forward_report"]
    back = editing.apply(down, editing.MoveStep("forward_report", Direction.UP))
    assert read({"model.bpmn": back}).elements == read({"model.bpmn": COMPLAINT}).elements


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (editing.Rename("finns_inte", "x"), "Det finns inget med id ”finns_inte” i modellen."),
        (editing.Rename("assess", "x" * 501), "Texten är för lång: högst 500 tecken."),
        (editing.Rename("assess", "a\x00b"), "Texten har tecken som inte kan sparas."),
        (editing.Rename("assess", "Bedöm inlägget"), "Ändringen ändrar ingenting."),
        (editing.Rename("lane_head", ""), "Namnet saknas."),
        (editing.SetForm("secrecy", "x"), "bara uppgifter som en person gör"),
        (editing.SetRole("answer_time_out", "Registrator"), "sitter på ett annat steg och följer med det."),
        (editing.SetRole("assess", " "), "Ingen gör ”Bedöm inlägget”."),
        (editing.SetSetting("assess", "synthetic", "true"), "Inställningen finns inte"),
        (editing.SetCondition("removal_no", "x"), "tas när inget annat villkor stämmer"),
        (editing.SetDefault("removal", None), "saknar villkor, och tas när inget annat stämmer."),
        (editing.SetTarget("removal_no", "arrived"), "Ingen väg kan leda till ”Inlägget har kommit in”."),
        (editing.SetTarget("removal_no", "removal_yes"), "är inget steg."),
        (editing.SetTimer("assess", TimerKind.DURATION, "P1D"), "väntar inte på en tid."),
        (editing.AddStep("closed", StepKind.USER, "x"), "Efter ett slut kan inget komma."),
        (editing.AddStep("removal", StepKind.USER, "x"), "Från ”Ska inlägget bort?” går 2 vägar."),
        (editing.AddStep("assess", StepKind.USER, " "), "Steget saknar namn."),
        (editing.AddChoice("assess", "?", (Way("Ja", "a"), Way("Nej", "b"))), "ska sakna villkor"),
        (editing.AddChoice("assess", "?", (Way("Ja"),)), "mellan två och 20 vägar"),
        (editing.RemoveStep("arrived"), "Starten kan inte tas bort"),
        (editing.RemoveStep("closed"), "skulle inte leda någonstans."),
        (editing.RemoveStep("removal"), "går 2 vägar, och alla utom en skulle försvinna."),
        (editing.RemoveStep("assess"), "På ”Bedöm inlägget” sitter ”Svarstiden har gått ut”"),
        (editing.RemoveWay("f_arrived_assess"), "Det är den enda vägen"),
        (editing.RemoveWay("removal_no"), "Välj en annan väg som standardväg först."),
        (editing.MoveStep("assess", Direction.DOWN), "bara steg i en enkel följd kan det."),
    ],
)
def test_what_cannot_be_done_is_refused_in_words_that_say_what_to_do(edit: Edit, words: str) -> None:
    assert words in why_not(COMPLAINT, edit)


def test_a_step_in_a_subprocess_is_done_by_whoever_does_the_subprocess() -> None:
    inside = m.subprocess("sub", m.start("s"), m.user("u"), m.end("e"), "s -> u -> e")
    model = m.process(m.lanes(Handläggare="start sub end"), m.start(), inside, m.end(), "start -> sub -> end")
    assert "Byt roll på delprocessen i stället." in why_not(model, editing.SetRole("u", "Registrator"))
    made = read({"model.bpmn": editing.apply(model, editing.AddStep("u", StepKind.USER, "Ring"))})
    assert made.elements["ring"].role == "Handläggare"


@pytest.mark.parametrize(
    "model",
    [
        b"",
        b"<a/>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><definitions/>',
        b"<definitions>" * 200,
        b"\x00" * 100,
        b"x" * 2_000_001,
    ],
    ids=["empty", "another root", "doctype", "unclosed", "zeros", "too large"],
)
def test_a_file_that_is_no_model_is_refused_by_the_one_door(model: bytes) -> None:
    assert why_not(model, editing.Rename("a", "b"))


def test_a_model_does_not_grow_past_what_may_be_read() -> None:
    names = [f"n{i}" for i in range(398)]
    flows = " -> ".join(["start", *names, "end"])
    model = m.process(m.start(), *(m.user(name) for name in names), m.end(), flows)
    assert "högst 400 symboler" in why_not(model, editing.AddStep("n5", StepKind.USER, "En till"))
