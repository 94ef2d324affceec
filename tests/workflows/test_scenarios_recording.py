"""Scenarios in the making: written back to their file, walked, told again from a case, and their coverage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from service.definitions import variables_of
from tests.workflows.owned import FOLDERS
from workflows import Definition, ModelRefused, read, scenarios
from workflows.replay.record import Happened
from workflows.scenarios import Clock, Difference, Expectation, Scenario, Timed

FOLDER = next(folder for folder in FOLDERS if folder.name == "complaint")
FILES = {
    path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()
}
DATA = FILES["scenarios.yaml"]
BEGAN = datetime(2025, 5, 14, 7, 41, 13, tzinfo=UTC)  # a Wednesday
CANARY = "kanariefågel Karin Bo"
PRAISE = {"kind_of_item": "praise", "remove": "no", "response": "monitor", "belongs_to": "none"}


def complaint() -> Definition:
    return read(FILES)


def recording(*steps: Timed | Clock, **given: Any) -> Scenario:
    known = {"answer_due": "2026-11-24T09:00:00+01:00", **given}
    return Scenario("Ny", (), scenarios.BEGINS, known, steps, Expectation())


def walked(*steps: Timed | Clock) -> scenarios.Walk:
    return scenarios.walk(complaint(), recording(*steps), variables_of=variables_of)


# ── the file ──


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_scenario_of_ours_says_the_same_when_it_is_written_anew(folder: Any) -> None:
    there = scenarios.read((folder / "scenarios.yaml").read_bytes())
    assert scenarios.read("".join(map(scenarios.as_yaml, there)).encode()) == there


def test_one_more_stands_last_and_everything_before_is_letter_by_letter() -> None:
    after = scenarios.appended(DATA, recording(Timed("task", "Bedöm inlägget", PRAISE)))
    assert after.startswith(DATA.rstrip())
    assert scenarios.read(after)[:-1] == scenarios.read(DATA) and scenarios.read(after)[-1].name == "Ny"


def test_the_first_one_makes_the_file_and_the_last_one_takes_it_away() -> None:
    made = scenarios.appended(None, recording())
    assert len(scenarios.read(made)) == 1
    assert scenarios.removed(made, "Ny") is None


def test_one_that_goes_takes_its_lines_and_no_comment_of_another() -> None:
    there = scenarios.read(DATA)
    for at in (0, 1, len(there) - 1):
        after = scenarios.removed(DATA, there[at].name)
        assert after is not None and scenarios.read(after) == (*there[:at], *there[at + 1 :])
        comments = [line for line in DATA.splitlines() if line.startswith(b"#")]
        assert [line for line in after.splitlines() if line.startswith(b"#")] == comments


@pytest.mark.parametrize("new", ["Enkelt", 'Ett: #annat "namn"', "ja", "- 1", "12", "null", "é ” ’"])
def test_a_name_is_changed_in_its_place(new: str) -> None:
    there = scenarios.read(DATA)
    after = scenarios.renamed(DATA, there[3].name, new)
    assert scenarios.read(after) == (*there[:3], replace(there[3], name=new), *there[4:])
    assert abs(len(after.splitlines()) - len(DATA.splitlines())) == 0


def test_a_file_in_one_line_is_written_anew_and_says_the_same() -> None:
    data = b"[{name: A, steps: []}, {name: B, steps: []}]"
    assert [one.name for one in scenarios.read(scenarios.appended(data, recording()))] == ["A", "B", "Ny"]
    assert scenarios.read(scenarios.removed(data, "A") or b"")[0].name == "B"


def test_a_name_that_is_there_or_is_not_there_is_refused() -> None:
    for attempt in (
        lambda: scenarios.appended(scenarios.appended(None, recording()), recording()),
        lambda: scenarios.removed(DATA, "Finns inte"),
        lambda: scenarios.renamed(DATA, "Finns inte", "Ny"),
        lambda: scenarios.renamed(DATA, *[one.name for one in scenarios.read(DATA)[:2]]),
    ):
        with pytest.raises(ModelRefused):
            attempt()


# ── walking ──


def test_a_walk_stops_before_the_first_step_that_cannot_be_taken_and_says_why() -> None:
    found = walked(Clock("PT1H"), Timed("task", "Finns inte"), Timed("task", "Bedöm inlägget", PRAISE))
    assert found.scenario.steps == (Clock("PT1H"),)
    assert found.problem is not None and "”Finns inte” väntar inte" in found.problem
    assert found.case.now == scenarios.BEGINS + timedelta(hours=1)


def test_a_refused_answer_leaves_the_task_waiting() -> None:
    found = walked(Timed("task", "Bedöm inlägget", {**PRAISE, "remove": "kanske"}))
    assert found.scenario.steps == () and "assess" in {wait.element for wait in found.waiting}


def test_what_is_recorded_holds_when_it_is_run_and_expects_what_was_seen() -> None:
    found = walked(Timed("task", "Bedöm inlägget", PRAISE))
    made = scenarios.finished(complaint(), found, " Beröm   avslutas ", ["SAT-31"])
    assert (made.name, made.expect.end, made.expect.open) == ("Beröm avslutas", "Ärendet är avslutat", None)
    assert made.expect.variables["outcome"] == "monitored"
    assert scenarios.run(complaint(), made, variables_of=variables_of).held


def test_a_recording_of_a_case_that_goes_on_expects_what_is_open() -> None:
    made = scenarios.finished(complaint(), walked(), "Öppet", [])
    assert (made.expect.end, made.expect.open) == (None, ("Bedöm inlägget",))
    assert scenarios.run(complaint(), made, variables_of=variables_of).held


def test_a_recording_has_a_bounded_number_of_steps_and_a_name() -> None:
    full = replace(recording(), steps=(Clock("PT1H"),) * scenarios.MAX_STEPS)
    with pytest.raises(ModelRefused, match="högst 200 steg"):
        scenarios.another(full, Clock("PT1H"))
    for name in ("", " ", "x" * 201):
        with pytest.raises(ModelRefused):
            scenarios.finished(complaint(), walked(), name, [])


def test_a_profile_that_is_not_there_is_said() -> None:
    with pytest.raises(Difference, match="profilen ”atlantis” finns inte"):
        scenarios.walk(complaint(), replace(recording(), profile="atlantis"), variables_of=variables_of)


# ── told again ──


def told(*steps: Happened, **given: object) -> scenarios.Retold:
    known = {"answer_due": (BEGAN + timedelta(days=1)).isoformat(), **given}
    return scenarios.retold(
        complaint(), known, BEGAN, steps, profile="lagens-minimum", variables_of=variables_of
    )


def happened(kind: Any, element: str, values: Mapping[str, object] | None = None, **more: Any) -> Happened:
    return Happened(kind, element, BEGAN, values or {}, **more)


def test_choices_stay_words_go_dates_move_by_whole_weeks_and_unknown_things_are_left_out() -> None:
    made = told(
        happened("task", "assess", {"kind_of_item": "complaint", "remove": "no", "response": "answer",
                                    "belongs_to": "new_case", "private_message": True, "hittat_på": CANARY}),
        happened("task", "answer", {"answer_text": CANARY, "answered_how": "public_reply"}),
        happened("task", "register", {"register_in": "new", "case_subject": CANARY}),
        happened("operation", "open_case", {"number": CANARY}),
        complaint_reads=CANARY,
    ).scenario  # fmt: skip
    text = scenarios.as_yaml(made)
    assert CANARY not in text and "hittat_på" not in text
    assert made.at.weekday() == BEGAN.weekday() and (made.at.hour, made.at.second) == (7, 0)
    assert made.at.date() == date(2026, 11, 25)
    assert str(made.given["answer_due"]).startswith("2026-11-26T07:41")
    answers = [dict(step.values) for step in made.steps if isinstance(step, Timed)]
    assert answers[0] == {
        "kind_of_item": "complaint", "remove": "no", "response": "answer", "belongs_to": "new_case",
        "private_message": True,
    }  # fmt: skip
    assert "public_reply" in answers[1].values()


def test_a_word_among_the_choices_stays_only_where_it_is_offered() -> None:
    made = told(happened("task", "assess", {**PRAISE, "category": CANARY})).scenario
    (step,) = (s for s in made.steps if isinstance(s, Timed))
    assert dict(step.values) == PRAISE


def test_a_number_is_kept_only_where_it_steers_and_a_text_of_an_operation_only_where_the_draft_has_it() -> (
    None
):
    made = told(
        happened("task", "assess", {**PRAISE, "remove": "yes", "category": "insult"}),
        happened("task", "preserve", {"preserved_as": "both", "crime_suspected": False}),
        happened(
            "operation", "seal", {"evidence_sealed": True, "who": CANARY, "size": 4711, "when": "2025-05-15"}
        ),
    )
    outputs = [s.values for s in made.scenario.steps if isinstance(s, Timed) and s.kind == "operation"]
    for given in outputs:
        assert given["evidence_sealed"] is True
        assert (given["who"], given["size"], given["when"]) == ("exempel", 1, "2026-11-26")


def test_where_the_draft_goes_another_way_the_telling_stops_and_says_where() -> None:
    made = told(
        happened("task", "assess", PRAISE),
        happened("task", "answer", {"answer_text": CANARY}),
        happened("task", "finns_inte", {}),
    )
    assert len(made.scenario.steps) == 1
    assert made.notes == (
        "Vid ”Besvara inlägget” går utkastet en annan väg än ärendet gjorde, eller frågar efter annat. "
        "Spela in resten själv.",
    )


def test_a_case_that_went_on_elsewhere_is_told_up_to_there_and_a_new_reckoning_is_mentioned() -> None:
    made = told(
        happened("reckoned", ""), happened("left", "continue_secret"), happened("task", "assess", PRAISE)
    )
    assert made.scenario.steps == () and "räknades om" in made.notes[0]


# ── coverage ──


def test_nothing_is_tried_when_nothing_is_run_and_everything_by_all_of_ours() -> None:
    definition = complaint()
    none = scenarios.coverage(definition, ())
    assert (none.steps_tried, none.ways_tried) == (0, 0)
    assert len(none.untried_steps) == none.steps and len(none.untried_ways) == none.ways
    all_of_it = scenarios.coverage(definition, scenarios.run_all(definition, variables_of=variables_of))
    assert (all_of_it.steps_tried, all_of_it.ways_tried) == (all_of_it.steps, all_of_it.ways)


def test_one_walk_tries_its_own_steps_and_ways() -> None:
    definition = complaint()
    first = scenarios.read(DATA)[0]
    found = scenarios.coverage(definition, (scenarios.run(definition, first, variables_of=variables_of),))
    assert found.steps_tried == len(set(first.expect.path or ()))
    assert "assess" in found.walked and "forward" in {node.id for node in found.untried_steps}
    assert ("secrecy", "continue_secret") in {(a.id, b.id) for _, a, b in found.untried_ways}
