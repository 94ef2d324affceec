"""Three versions of a folder become one, by file and in the drawing by element; what both changed is told."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

import workflows
from service import definitions, processes
from service.drafts.elements import Side
from service.drafts.merging import Merged, merge

FOLDER = definitions.folder(Path(str(resources.files("bpmn"))) / "complaint")
NEW_STEP = (
    ("<bpmn:flowNodeRef>arrived</bpmn:flowNodeRef>", "<bpmn:flowNodeRef>arrived</bpmn:flowNodeRef>"
     "<bpmn:flowNodeRef>ny</bpmn:flowNodeRef>"),
    ("</bpmn:process>", '<bpmn:userTask id="ny" name="Titta"/></bpmn:process>'),
)  # fmt: skip
ASSESS = 'name="Bedöm inlägget"'
STEP = '<bpmn:userTask id="extra" name="Extra"/>'
FLOW = '<bpmn:sequenceFlow id="f_extra" sourceRef="extra" targetRef="assess"/>'


def changed(*pairs: tuple[str, str], base: dict[str, bytes] = FOLDER) -> dict[str, bytes]:
    model = base["model.bpmn"].decode()
    for old, new in pairs:
        assert model.count(old) >= 1, old
        model = model.replace(old, new, 1)
    return {**base, "model.bpmn": model.encode()}


def with_extra() -> dict[str, bytes]:
    """A folder where one more step stands alone."""
    return changed(("</bpmn:process>", f"{STEP}</bpmn:process>"))


def said(old: dict[str, bytes], merged: Merged) -> list[str]:
    """What the merge says differs from these files."""
    difference = processes.compared(workflows.read(old), workflows.read(merged.files))
    return [sentence.text for sentence in difference.sentences]


def test_what_two_did_to_different_elements_both_stands() -> None:
    theirs, mine = changed((ASSESS, 'name="Läs inlägget"')), changed(*NEW_STEP)
    merged = merge(FOLDER, theirs, mine)
    assert merged.settled and not merged.clashes
    assert said(theirs, merged) == ["Uppgiften ”Titta” läggs till hos Kanaladministratör."]
    assert said(mine, merged) == ["Uppgiften ”Bedöm inlägget” heter nu ”Läs inlägget”."]


def test_steps_that_two_put_in_the_same_lane_both_lie_there() -> None:
    theirs = changed(*((a, b.replace("ny", "deras").replace("Titta", "Läs")) for a, b in NEW_STEP))
    merged = merge(FOLDER, theirs, changed(*NEW_STEP))
    assert sorted(said(FOLDER, merged)) == [
        "Uppgiften ”Läs” läggs till hos Kanaladministratör.",
        "Uppgiften ”Titta” läggs till hos Kanaladministratör.",
    ]


def test_a_side_that_changed_nothing_gives_the_other_side_to_the_byte() -> None:
    other = changed((ASSESS, 'name="Läs inlägget"'))
    for merged in (merge(FOLDER, FOLDER, other), merge(FOLDER, other, FOLDER), merge(FOLDER, other, other)):
        assert dict(merged.files) == other and not merged.clashes


@pytest.mark.parametrize(("side", "name"), [("theirs", "Läs inlägget"), ("mine", "Se inlägget")])
def test_an_element_that_both_changed_is_named_and_chosen_between(side: Side, name: str) -> None:
    theirs, mine = changed((ASSESS, 'name="Läs inlägget"')), changed((ASSESS, 'name="Se inlägget"'))
    (clash,) = merge(FOLDER, theirs, mine).clashes
    assert (clash.element, clash.choice) == ("assess", None) and "ändrats på båda håll" in clash.text
    merged = merge(FOLDER, theirs, mine, {clash.key: side})
    assert merged.settled and said(FOLDER, merged) == [f"Uppgiften ”Bedöm inlägget” heter nu ”{name}”."]


def test_what_one_changed_and_the_other_took_away_is_a_clash() -> None:
    base = with_extra()
    theirs, mine = changed(('name="Extra"', 'name="Mer"'), base=base), changed((STEP, ""), base=base)
    (clash,) = merge(base, theirs, mine).clashes
    assert (clash.element, clash.gone) == ("extra", "mine")
    assert "extra" not in workflows.read(merge(base, theirs, mine, {clash.key: "mine"}).files).elements
    assert "extra" in workflows.read(merge(base, theirs, mine, {clash.key: "theirs"}).files).elements


def test_a_way_that_leads_to_a_step_which_has_gone_makes_the_whole_drawing_a_choice() -> None:
    base = with_extra()
    theirs = changed((STEP, ""), base=base)
    mine = changed(("</bpmn:process>", f"{FLOW}</bpmn:process>"), base=base)
    (clash,) = merge(base, theirs, mine).clashes
    assert clash.key == "model.bpmn" and "Välj en av dem hel." in clash.text and "Extra" in clash.text
    assert merge(base, theirs, mine, {clash.key: "mine"}).files == mine


def test_looks_are_no_quarrel_and_go_with_what_they_show() -> None:
    at = '<dc:Bounds x="'
    theirs, mine = changed((at, at + "1")), changed((at, at + "2"))
    merged = merge(FOLDER, theirs, mine)
    assert not merged.clashes and merged.files["model.bpmn"].count(b"BPMNShape") == FOLDER[
        "model.bpmn"
    ].count(b"BPMNShape")


def test_every_other_file_is_taken_whole_and_both_changes_of_one_are_a_clash() -> None:
    theirs = {**FOLDER, "texts/assess.md": b"deras", "texts/ny.md": b"ny"}
    mine = {name: content for name, content in FOLDER.items() if name != "texts/answer.md"}
    merged = merge(FOLDER, theirs, {**mine, "forms/assess.json": b"{}"})
    assert dict(merged.files) == {
        **mine,
        "texts/assess.md": b"deras",
        "texts/ny.md": b"ny",
        "forms/assess.json": b"{}",
    }
    (clash,) = merge(FOLDER, theirs, {**mine, "texts/assess.md": b"min"}).clashes
    assert clash.text == "Texten assess.md har ändrats på båda håll."


def test_drawings_without_anything_known_in_common_are_chosen_between_whole() -> None:
    (clash,) = merge({}, changed((ASSESS, 'name="Läs"')), FOLDER).clashes
    assert clash.key == "model.bpmn"


def test_the_merged_drawing_says_all_that_the_drawing_said() -> None:
    """Taken apart and put together, nothing is lost: every element, its order, and that it may go live."""
    theirs, mine = changed((ASSESS, 'name="Läs inlägget"')), changed(*NEW_STEP)
    without = changed((ASSESS, 'name="Bedöm inlägget "'))
    merged = merge(without, theirs, without)
    assert merged.files == theirs
    whole = workflows.read(merge(FOLDER, theirs, mine).files)
    assert set(whole.elements) == set(workflows.read(FOLDER).elements) | {"ny"}
