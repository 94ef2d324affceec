"""The drawing: all that is placed is seen, every word is escaped, no strict page is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import bpmn
from workflows.drawing import draw
from workflows.errors import ModelRefused
from workflows.plane.lettering import width, wrap

COMPLAINT = (Path(bpmn.__file__).parent / "complaint" / "model.bpmn").read_bytes()
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:i="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:c="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:d="http://www.omg.org/spec/DD/20100524/DI">'
)
SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = frozenset({
    "svg", "title", "desc", "defs", "marker", "g", "path", "rect", "circle", "text", "tspan",
})  # fmt: skip


def a_shape(element: str, x: object = 100, y: object = 100, width: object = 100) -> str:
    bounds = f'<c:Bounds x="{x}" y="{y}" width="{width}" height="80"/>'
    return f'<i:BPMNShape bpmnElement="{element}">{bounds}</i:BPMNShape>'


def a_model(elements: str, drawn: str) -> bytes:
    plane = f"<i:BPMNDiagram><i:BPMNPlane>{drawn}</i:BPMNPlane></i:BPMNDiagram>"
    return f'{_HEAD}<process id="p">{elements}</process>{plane}</definitions>'.encode()


def a_task(name: str) -> bytes:
    task = etree.Element("userTask", id="t", name=name)
    return a_model(etree.tostring(task, encoding="unicode"), a_shape("t"))


def parsed(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode("utf-8"))


def group(svg: str, element: str) -> etree._Element:
    [found] = [g for g in parsed(svg).iter(f"{SVG}g") if g.get("data-id") == element]
    return found


def words(svg: str) -> list[str]:
    return [" ".join(text.itertext()) for text in parsed(svg).iter(f"{SVG}text")]


def test_the_drawing_says_what_it_is_and_where_the_case_is():
    svg = draw(COMPLAINT, done=["arrived", "assess"], now=["answer"], title="Synpunkt & svar")
    root = parsed(svg)
    assert root.get("role") == "img" and root.get("aria-label") == "Synpunkt & svar"
    assert root.findtext(f"{SVG}title") == "Synpunkt & svar"
    assert root.findtext(f"{SVG}desc") == "Nu: Besvara inlägget. Klart: Inlägget har kommit in, " \
        "Bedöm inlägget."  # fmt: skip
    assert group(svg, "answer").get("class") == "now"
    assert group(svg, "assess").get("class") == "done"
    assert group(svg, "refer").get("class") is None
    assert group(svg, "answer").findtext(f"{SVG}title") == "Besvara inlägget (här är ärendet nu)"
    assert words(svg).count("Här är vi") == 1


def test_where_the_case_is_wins_over_where_it_has_been():
    svg = draw(COMPLAINT, done=["answer"], now=["answer"], title="x", here="Du är här")
    assert group(svg, "answer").get("class") == "now" and "Du är här" in words(svg)


def test_the_way_the_case_went_is_drawn_heavier():
    plain, taken = (draw(COMPLAINT, done=d, title="x") for d in ([], ["removal_no"]))
    assert "url(#ordna-taken)" not in plain and taken.count("url(#ordna-taken)") == 1


def test_after_a_gateway_that_chooses_only_the_named_way_was_taken():
    for done, taken in ((["assess"], 1), (["both"], 3), (["removal"], 0), (["open_case"], 1)):
        assert draw(COMPLAINT, done=done, title="x").count("url(#ordna-taken)") == taken


def test_ids_that_are_not_drawn_are_passed_over():
    assert draw(COMPLAINT, done=["borta"], now=["<x>"], title="x") == draw(COMPLAINT, title="x")


def test_nothing_that_a_strict_page_forbids_is_in_the_drawing():
    svg = draw(COMPLAINT, done=["assess"], now=["answer"], title="x")
    for element in parsed(svg).iter():
        assert etree.QName(element).localname in ALLOWED
        assert not [a for a in element.attrib if a == "style" or a.startswith("on") or "href" in a]


@pytest.mark.parametrize("name", [
    "</text></svg><script>alert(1)</script>",
    "\"><image href='//ond.se/x' onload=alert(1)>",
    "' style='x",
    "]]><x>&lt;script&gt;",
    "javascript:alert(1)",
    "{name} {path} %s",
])  # fmt: skip
def test_a_hostile_label_is_only_ever_letters(name):
    labelled, flagged = a_task(name), draw(COMPLAINT, now=["answer"], title=name, here=name)
    for svg in (draw(labelled, title="x"), flagged):
        elements = list(parsed(svg).iter())
        assert {etree.QName(element).localname for element in elements} <= ALLOWED
        assert not [a for e in elements for a in e.attrib if a.startswith(("on", "style"))]
    assert group(draw(a_task(name), title="x"), "t").findtext(f"{SVG}title") == name


@given(st.text(max_size=400), st.text(max_size=60))
def test_any_title_and_flag_give_well_formed_xml(title, here):
    parsed(draw(COMPLAINT, now=["answer"], title=title, here=here))


@pytest.mark.parametrize("place", ["NaN", "inf", "-1e300", "1e9", "hundra", ""])
def test_a_figure_at_an_impossible_place_is_laid_out_anew(place):
    model = a_model('<userTask id="t"/><userTask id="u"/>', a_shape("t", place) + a_shape("u"))
    svg = draw(model, title="x")
    assert 'data-id="u"' in svg and 'data-id="t"' in svg and "nan" not in svg.lower()


def test_a_model_without_a_drawing_is_drawn_all_the_same():
    assert group(draw(a_model('<userTask id="t"/>', ""), title="x"), "t") is not None


def test_a_model_with_nothing_to_draw_is_refused_with_a_sentence():
    with pytest.raises(ModelRefused, match="inget att rita"):
        draw(a_model("", ""), title="x")


def test_a_drawing_that_is_too_large_is_refused():
    with pytest.raises(ModelRefused, match="för stor"):
        draw(a_model('<userTask id="t"/>', a_shape("t") * 2_001), title="x")


def test_a_document_type_is_refused_before_anything_is_drawn():
    with pytest.raises(ModelRefused, match="DOCTYPE"):
        draw(b'<!DOCTYPE x [<!ENTITY a "b">]><x/>', title="x")


@pytest.mark.parametrize("kind", [
    "task", "userTask", "serviceTask", "scriptTask", "sendTask", "receiveTask", "manualTask",
    "businessRuleTask", "callActivity", "subProcess", "transaction", "adHocSubProcess",
    "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway",
    "complexGateway", "dataObjectReference", "dataStoreReference", "group", "lane", "participant",
])  # fmt: skip
def test_every_kind_of_figure_can_be_drawn(kind):
    timer = "<timerEventDefinition/>" if kind.endswith("Event") else ""
    svg = draw(a_model(f'<{kind} id="t" name="Namn">{timer}</{kind}>', a_shape("t")), title="x")
    assert group(svg, "t") is not None and "Namn" in words(svg)


def test_an_annotation_shows_its_text():
    svg = draw(a_model('<textAnnotation id="t"><text>Obs!</text></textAnnotation>', a_shape("t")),
               title="x")  # fmt: skip
    assert "Obs!" in words(svg)


@given(st.text(max_size=600), st.floats(1, 400), st.integers(1, 6))
def test_words_are_broken_into_lines_that_fit(text, room, lines):
    broken = wrap(text, room, 12, lines)
    assert len(broken) <= lines
    assert all(width(line, 12) <= room + 12 or len(line) <= 3 for line in broken)


def test_a_word_wider_than_its_figure_is_hyphenated_and_a_long_name_is_cut():
    assert wrap("Informationshanteringsplan", 86, 12)[0].endswith("-")
    assert wrap("ord " * 60, 86, 12, 2)[-1].endswith("…")
