"""Models without a drawing get one: nothing overlaps, all lies where it belongs, every line is joined."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import bpmn
import workflows
from tests.workflows import models as m
from workflows.definition import model as model_of
from workflows.drawing import draw
from workflows.errors import ModelRefused
from workflows.layout import laid, layout
from workflows.outline import as_text, outline
from workflows.plane.diagram import Box, Diagram, read

COMPLAINT = (Path(bpmn.__file__).parent / "complaint" / "model.bpmn").read_bytes()
_DI = re.compile(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", re.DOTALL)
UNDRAWN = _DI.sub(b"", COMPLAINT)
_BANDS = ("participant", "lane")


def definition(model: bytes) -> workflows.Definition:
    return workflows.read({"model.bpmn": model})


def drawn(model: bytes) -> tuple[etree._Element, Diagram]:
    made = layout(definition(model))
    return etree.fromstring(made), read(made)


def inside(inner: Box, outer: Box) -> bool:
    return (
        inner.x >= outer.x - 0.1
        and inner.y >= outer.y - 0.1
        and inner.x + inner.width <= outer.x + outer.width + 0.1
        and inner.y + inner.height <= outer.y + outer.height + 0.1
    )


def apart(one: Box, other: Box) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


def on_border(point: tuple[float, float], box: Box) -> bool:
    x, y = point
    level = min(abs(y - box.y), abs(y - box.y - box.height)) < 0.1
    upright = min(abs(x - box.x), abs(x - box.x - box.width)) < 0.1
    between_x, between_y = (
        box.x - 0.1 <= x <= box.x + box.width + 0.1,
        box.y - 0.1 <= y <= box.y + box.height + 0.1,
    )
    return (level and between_x) or (upright and between_y)


def holds(root: etree._Element, diagram: Diagram) -> None:
    """Everything that must be true of a drawing made here."""
    boxes = {shape.id: shape.box for shape in diagram.shapes}
    lines = {edge.id: edge.points for edge in diagram.edges}
    elements = {e.get("id"): e for e in root.iter() if e.get("id")}
    for scope in root.iter("{*}process", "{*}subProcess", "{*}transaction"):
        here = {e.get("id"): e for e in scope if e.get("id") in boxes}
        solid = [boxes[name] for name, e in here.items() if not e.get("attachedToRef")]
        assert all(apart(one, other) for one, other in combinations(solid, 2))
        for name, element in here.items():
            if host := element.get("attachedToRef"):
                assert abs(boxes[name].middle[1] - boxes[host].y - boxes[host].height) < 0.1
            if scope.get("id") in boxes:
                assert inside(boxes[name], boxes[scope.get("id", "")])
        for flow in scope.iterchildren("{*}sequenceFlow"):
            if flow.get("id") in lines:
                points = lines[flow.get("id", "")]
                assert on_border(points[-1], boxes[flow.get("targetRef", "")])
                assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points))
                if flow.get("sourceRef") in boxes:
                    assert on_border(points[0], boxes[flow.get("sourceRef", "")])
                for (x0, y0), (x1, y1) in pairwise(points):
                    stretch = Box(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))
                    for name, element in here.items():
                        if not element.get("attachedToRef") and name != flow.get("sourceRef"):
                            box = boxes[name]
                            shrunk = Box(box.x + 1, box.y + 1, box.width - 2, box.height - 2)
                            assert apart(stretch, shrunk), (flow.get("id"), name)
    processes = list(root.iter("{*}process"))
    for lane in root.iter("{*}lane"):
        for entry in lane.iterchildren("{*}flowNodeRef"):
            node = elements.get(entry.text)
            if entry.text in boxes and node.getparent() in processes and not node.get("attachedToRef"):
                assert inside(boxes[entry.text], boxes[lane.get("id", "")])
    for pool in root.iter("{*}participant"):
        for name, element in elements.items():
            owner = element.getparent()
            if name in boxes and owner is not None and owner.get("id") == pool.get("processRef"):
                assert inside(boxes[name], boxes[pool.get("id", "")])
    bands = [shape.box for shape in diagram.shapes if shape.kind == "participant"]
    assert all(apart(one, other) for one, other in combinations(bands, 2))


def test_the_complaint_without_its_drawing_is_drawn_whole():
    root, diagram = drawn(UNDRAWN)
    holds(root, diagram)
    owners = read(definition(COMPLAINT).model)
    assert {s.id for s in diagram.shapes} == {s.id for s in owners.shapes}
    assert {e.id for e in diagram.edges} == {e.id for e in owners.edges}


def test_lanes_are_bands_in_the_order_of_the_file_and_roles_keep_theirs():
    _, diagram = drawn(UNDRAWN)
    lanes = [shape for shape in diagram.shapes if shape.kind == "lane"]
    assert [lane.name for lane in sorted(lanes, key=lambda s: s.box.y)] == list(definition(UNDRAWN).roles)
    for above, below in pairwise(sorted(lanes, key=lambda s: s.box.y)):
        assert above.box.y + above.box.height == pytest.approx(below.box.y, abs=0.1)


def test_a_whole_drawing_is_kept_to_the_byte():
    model = definition(COMPLAINT).model
    assert laid(model).model is model and laid(model).note is None


def test_a_drawing_that_lacks_a_figure_is_made_anew_and_that_is_told():
    partial = re.sub(rb'<bpmndi:BPMNShape[^>]*bpmnElement="answer".*?</bpmndi:BPMNShape>', b"", COMPLAINT,
                     count=1, flags=re.DOTALL)  # fmt: skip
    assert partial != COMPLAINT
    made = laid(definition(partial))
    assert made.note is not None and made.note.rule == "drawing-remade" and made.note.level == "note"
    holds(etree.fromstring(made.model), read(made.model))


def test_the_same_model_gives_the_same_drawing_and_a_made_one_is_whole():
    once, again = (layout(definition(UNDRAWN)) for _ in range(2))
    assert once == again and layout(once) is once


def test_a_made_drawing_changes_nothing_of_what_the_model_means():
    before = definition(UNDRAWN)
    after = definition(layout(before))
    assert before.elements == after.elements and before.roles == after.roles
    assert model_of(before) == model_of(after)
    assert "besvarar inlägget" in as_text(outline(after))


def test_what_the_normaliser_adds_is_not_drawn():
    model = m.process(m.user("a"), m.user("b"), m.user("c"), "a -> b; a -> c")
    root, diagram = drawn(model)
    holds(root, diagram)
    assert {shape.id for shape in diagram.shapes} == {"a", "b", "c"}
    assert {edge.id for edge in diagram.edges} == {"a_b", "a_c"}
    assert all(
        edge.points[0] in [(s.box.x + s.box.width, s.box.middle[1]) for s in diagram.shapes]
        for edge in diagram.edges
    )


def test_subprocesses_are_as_large_as_what_they_hold():
    innermost = m.subprocess("deep", m.start("s3"), m.user("i3"), m.end("e3"), "s3 -> i3 -> e3")
    middle = m.subprocess(
        "mid", m.start("s2"), innermost, m.user("i2"), m.end("e2"), "s2 -> deep -> i2 -> e2"
    )
    model = m.process(
        m.start(), middle, m.boundary("late", "mid", m.timer("P1D")), m.user("u"), m.end(),
        "start -> mid -> end; late -> u -> end",
    )  # fmt: skip
    holds(*drawn(model))


_PARTS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60)


@settings(max_examples=150, deadline=None)
@given(_PARTS, st.lists(st.sampled_from("ugxpbs"), min_size=1, max_size=30), st.integers(1, 4), st.booleans())
def test_no_two_figures_overlap_and_no_line_crosses_one(pairs, kinds, bands, pool):
    holds(*drawn(a_model(pairs, kinds, bands, pool)))


def a_model(pairs: list[tuple[int, int]], kinds: list[str], bands: int, pool: bool) -> bytes:
    """Any graph at all: loops, loose parts, edge events; what a person may draw, and worse."""
    parts, names, rows = [m.start()], ["start"], [["start"]] + [[] for _ in range(bands - 1)]
    for number, kind in enumerate(kinds):
        name = f"n{number}"
        match kind:
            case "g":
                parts.append(m.exclusive(name))
            case "x":
                parts.append(m.parallel(name))
            case "p":
                parts.append(m.subprocess(name, m.start(f"{name}s"), m.user(f"{name}u"), m.end(f"{name}e"),
                                          f"{name}s -> {name}u -> {name}e; {name}u -> {name}u"))  # fmt: skip
            case _:
                parts.append(m.user(name))
        if kind == "b":
            parts += [m.boundary(f"{name}b{k}", name, m.timer("P1D"), bool(k)) for k in range(number % 3 + 1)]
            names += [f"{name}b{k}" for k in range(number % 3 + 1)]
        names.append(name)
        if kind != "s":
            rows[number % bands].append(name)
    flows = []
    for one, other in dict.fromkeys((names[a % len(names)], names[b % len(names)]) for a, b in pairs):
        flows.append(
            f'<sequenceFlow id="{one}_{other}" name="Väg {one}" sourceRef="{one}" targetRef="{other}"/>'
        )
    listed = m.lanes(**{f"Roll{n}": " ".join(row) for n, row in enumerate(rows)}) if bands > 1 else ""
    parts = ([listed] if listed else []) + parts + flows
    frame = '<collaboration id="c"><participant id="pool" name="Pool" processRef="p"/></collaboration>'
    return m.process(*parts, beside=frame if pool else "")


def test_pools_messages_notes_and_data_are_drawn_too():
    inner = m.body(
        m.start(), m.user("a"), m.end(), "start -> a -> end",
        "<dataObjectReference id='d' name='Ansökan'/>",
        "<textAnnotation id='t'><text>Obs!</text></textAnnotation>",
        "<association id='as' sourceRef='a' targetRef='t'/>",
    )  # fmt: skip
    other = m.body(m.start("ks"), m.user("ka"), m.end("ke"), "ks -> ka -> ke")
    model = m.definitions(
        "<collaboration id='c'><participant id='P1' name='Kommunen' processRef='p'/>"
        "<participant id='P2' name='Sökande' processRef='k'/><participant id='P3' name='Tingsrätten'/>"
        "<messageFlow id='mf' sourceRef='a' targetRef='ka'/>"
        "<messageFlow id='m2' sourceRef='P3' targetRef='ka'/></collaboration>"
        f"<process id='p' isExecutable='true'>{inner}</process><process id='k'>{other}</process>"
    )
    root, diagram = drawn(model)
    holds(root, diagram)
    assert {"d", "t", "P1", "P2", "P3", "ka"} <= {shape.id for shape in diagram.shapes}
    assert {"mf", "m2", "as"} <= {edge.id for edge in diagram.edges}


@pytest.mark.parametrize("shape", ["chain", "star", "dense"])
def test_the_largest_model_is_laid_out(shape):
    names = [f"n{i}" for i in range(396)]
    match shape:
        case "chain":
            flows = " -> ".join(["start", *names, "end"])
        case "star":
            flows = "start -> n0; " + "; ".join(f"n0 -> {n} -> end" for n in names[1:])
        case _:
            flows = "start -> n0; n395 -> end; " + "; ".join(
                f"n{i} -> n{i + step}" for i in range(395) for step in (1, 7) if i + step < 396
            )
    made = definition(m.process(m.start(), *(m.exclusive(n) for n in names), m.end(), flows))
    result = layout(made)
    diagram = read(result)
    assert len(diagram.shapes) == 398
    if shape != "dense":
        holds(etree.fromstring(result), diagram)


def test_too_many_figures_are_refused_before_anything_is_placed():
    notes = "".join(f"<textAnnotation id='t{i}'/>" for i in range(2_001))
    with pytest.raises(ModelRefused, match="för stor"):
        layout(m.process(m.start(), m.end(), "start -> end", notes))


def test_a_case_page_and_the_command_line_draw_an_undrawn_model():
    svg = draw(definition(UNDRAWN).model, now=["answer"], title="x")
    assert 'data-id="answer" class="now"' in svg
