"""Comparing versions: layout folded away, weight, several changes at once, hostile and broken files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.workflows import models as m
from tests.workflows.investigation import definition, files
from tests.workflows.mutations import Files, attribute, get, setting, taken_out, text
from tests.workflows.test_diff_contents import CHANGES as CONTENTS
from tests.workflows.test_diff_diagram import CHANGES as DIAGRAM
from workflows import Definition, read
from workflows.diff import Change, diff
from workflows.normalise.vocabulary import DC, DI, q
from workflows.outline import as_text, outline

CHANGES = DIAGRAM | CONTENTS


def complaint() -> dict[str, bytes]:
    folder = Path(__file__).parents[2] / "bpmn" / "complaint"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def redrawn(given: Mapping[str, bytes]) -> Files:
    """Every figure somewhere else, the labels gone, the file written in another way."""
    root = etree.fromstring(given["model.bpmn"])  # our own text
    for bounds in root.iter(q("Bounds", DC)):
        bounds.set("x", str(float(bounds.get("x") or 0) + 17))
    for label in list(root.iter(q("BPMNLabel", DI))):
        parent = label.getparent()
        assert parent is not None
        parent.remove(label)
    return {**given, "model.bpmn": etree.tostring(root, pretty_print=True, encoding="utf-16")}


def test_a_version_does_not_differ_from_itself() -> None:
    difference = diff(definition(), definition())
    assert (difference.sentences, difference.layout_only) == ((), False)


def test_a_changed_drawing_changes_nothing_for_cases() -> None:
    difference = diff(read(complaint()), read(redrawn(complaint())))
    assert (difference.sentences, difference.layout_only) == ((), True)


def test_order_in_the_file_blanks_in_conditions_and_new_flow_ids_are_not_changes() -> None:
    given = files()
    root = etree.fromstring(given["model.bpmn"])
    process = get(root, "handling")
    process[:] = list(reversed(process))
    get(root, "secrecy_mask")[0].text = "  secret   =   true "
    get(root, "both_priority").set("id", "drawn_anew")
    difference = diff(definition(), read(given | {"model.bpmn": etree.tostring(root)}))
    assert (difference.sentences, difference.layout_only) == ((), True)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_taken_back_gives_one_sentence_too(name: str) -> None:
    assert len(diff(read(CHANGES[name][0]()), definition()).sentences) == 1


def test_there_are_sentences_for_all_kinds_of_change() -> None:
    assert {kind for _, kind, _, _ in CHANGES.values()} == set(Change)


def test_what_weighs_most_comes_first_and_layout_is_silent_beside_it() -> None:
    new = redrawn(taken_out("mask", into="secrecy_mask", out="mask_masked")())
    new["texts/assess.md"] = b"Nytt."
    difference = diff(definition(), read(new))
    assert [said.kind for said in difference.sentences] == [Change.REMOVED, Change.TEXT]
    weights = [said.weight for said in difference.sentences]
    assert weights == sorted(weights, reverse=True) and not difference.layout_only


@settings(max_examples=40, deadline=None)
@given(st.permutations(["form", "timer", "name", "role"]))
def test_independent_changes_give_a_sentence_each_in_any_order(order: list[str]) -> None:
    steps = {
        "form": setting("remind", "form", "mask"),
        "timer": text("late", "timeDuration", "PT12H"),
        "name": attribute("pack", "name", "Slå in"),
        "role": attribute("lane_Enhetschef", "name", "Chef"),
    }
    given, expected = files(), []
    for step in order:
        changed = steps[step]()
        expected += diff(definition(), read(changed)).sentences
        given["model.bpmn"] = merged(given["model.bpmn"], step)
    told = diff(definition(), read(given)).sentences
    assert sorted(said.text for said in told) == sorted(said.text for said in expected)


def merged(model: bytes, step: str) -> bytes:
    match step:
        case "form":
            old = b'<userTask id="remind" name="P\xc3\xa5minn handl\xc3\xa4ggaren">'
            return model.replace(old, old + m.properties(form="mask").encode())
        case "timer":
            return model.replace(b"PT24H", b"PT12H")
        case "name":
            return model.replace(b"Packa handlingarna", "Slå in".encode())
        case _:
            return model.replace(b'name="Enhetschef"', b'name="Chef"')


def lone(name: str, condition: str = "x") -> Definition:
    return read(
        {
            "model.bpmn": m.process(
                m.start(),
                m.node("userTask", "a", name=name),
                m.exclusive("g", default="g_y"),
                m.end("x"),
                m.end("y"),
                f"start -> a -> g -> y; g -> x : {condition}",
            )
        }
    )


@pytest.mark.parametrize(
    "name",
    [
        "<b>fet</b>",
        "A\u202egnilleps",
        "x" * 10_000,
        "rad\nrad",
        "”. Allt är bra. ”",
    ],
)
def test_hostile_names_stay_bounded_and_visible(name: str) -> None:
    (renamed,) = diff(lone("Granska"), lone(name)).sentences
    assert len(renamed.text) < 300 and "\n" not in renamed.text and "\u202e" not in renamed.text
    assert renamed.text.count("”") == 4


def test_a_condition_that_cannot_be_read_is_shown_as_it_is_written() -> None:
    (said,) = diff(lone("a", "x"), lone("a", "x ~~ y")).sentences
    assert "«x ~~ y»" in said.text


def test_two_models_that_have_nothing_in_common_are_compared_in_bounded_time() -> None:
    one = m.process(*(m.user(f"a{n}") for n in range(390)), " -> ".join(f"a{n}" for n in range(390)))
    other = m.process(*(m.user(f"b{n}") for n in range(390)), " -> ".join(f"b{n}" for n in range(390)))
    told = diff(read({"model.bpmn": one}), read({"model.bpmn": other})).sentences
    assert len(told) == 780


def test_a_subprocess_that_seems_to_lie_in_itself_is_compared_and_told_all_the_same() -> None:
    twice = m.subprocess("s", m.start("a"), m.subprocess("s", m.start("b"), m.user("c"), "b -> c"))
    made = read({"model.bpmn": m.process(m.start(), twice, "start -> s")})
    assert diff(definition(), made).sentences and diff(made, definition()).sentences
    assert as_text(outline(made))
