"""What the mutator takes away is gone, and what is left still runs."""

from __future__ import annotations

import json

import pytest

import workflows
from service.proving import Changed, NoSuch, shipped, without
from workflows.checks import structure

_FOLDERS = shipped()


def complaint(**what: str) -> dict[str, bytes]:
    [files] = without({"process": "complaint", **what}, _FOLDERS).folders.values()
    return dict(files)


def drawn(files: dict[str, bytes]) -> set[str]:
    definition = workflows.read(files)
    assert [f for f in structure(definition) if f.level == "error"] == []
    return set(definition.elements)


def test_a_step_is_gone_with_what_only_it_led_to_and_the_rest_still_runs():
    before = drawn(dict(_FOLDERS["complaint"]))
    after = drawn(complaint(element="assess"))
    assert "assess" not in after and after < before
    assert {"answer_time_out", "overdue", "overdue_handled"}.isdisjoint(after), "they sat on the step's edge"


def test_every_step_of_the_flow_can_be_taken_away_or_is_said_to_be_needed():
    for name in drawn(dict(_FOLDERS["complaint"])):
        try:
            assert name not in drawn(complaint(element=name))
        except NoSuch as needed:
            assert "går" in str(needed)


def test_a_question_is_gone_and_what_hung_on_its_answer_is_always_asked():
    form = json.loads(complaint(form="assess", field="remove")["forms/assess.json"])
    assert "remove" not in form["properties"] and "remove" not in form["required"]
    assert all(asked.get("x-show-if", {}).get("field") != "remove" for asked in form["properties"].values())


def test_a_text_is_empty():
    assert complaint(text="assess")["texts/assess.md"].strip() == b""


@pytest.mark.parametrize("what", [
    {"process": "nowhere", "element": "assess"}, {"process": "complaint", "element": "nothing"},
    {"process": "complaint", "form": "assess", "field": "nothing"},
    {"process": "complaint", "form": "nothing", "field": "remove"},
    {"process": "complaint", "text": "nothing"}, {"duty": "nothing"}, {"page": "nothing"},
])  # fmt: skip
def test_what_is_not_there_cannot_be_taken_away(what):
    with pytest.raises(NoSuch):
        without(what, _FOLDERS)


def test_a_duty_is_gone():
    kinds = without({"duty": "capture"}, _FOLDERS).duties
    assert kinds is not None and "capture" not in kinds and len(kinds) > 3


def test_a_page_is_gone():
    assert without({"page": "public.listing"}, _FOLDERS).pages == {"public.listing"}


def test_a_value_of_the_profile_is_another_and_the_rest_is_as_it_was():
    plain, other = Changed().profile("sater"), Changed(values={"capture.interval": 7}).profile("sater")
    assert (plain.variables()["capture_interval"], other.variables()["capture_interval"]) == (12, 7)
    assert {**other.variables(), "capture_interval": 12} == dict(plain.variables())


def test_a_value_that_the_key_cannot_have_is_refused():
    with pytest.raises(NoSuch):
        Changed(values={"capture.interval": "often"}).profile("sater")
