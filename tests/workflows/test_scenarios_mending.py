"""Scenarios that a changed drawing has left behind: what is wrong is found, and mended in all at once."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from service.definitions import variables_of
from tests.workflows.test_scenarios_recording import DATA, FILES, complaint
from workflows import Definition, editing, read, scenarios
from workflows.editing import Edit, StepKind
from workflows.scenarios import Damage, Mended, Result, Scenario
from workflows.steps import Value

NEW = "Ring upp den som skrev"
STEP = "ring_upp_den_som_skrev"
ANSWER = {"answer_text": "Tack för samtalet.", "answered_how": "public_reply"}


def changed(*edits: Edit) -> Definition:
    return read({**FILES, "model.bpmn": editing.apply(FILES["model.bpmn"], *edits)})


def ran(definition: Definition, data: bytes = DATA) -> tuple[Result, ...]:
    return tuple(
        scenarios.run(definition, scenario, variables_of=variables_of) for scenario in scenarios.read(data)
    )


def found(definition: Definition, data: bytes = DATA) -> Damage:
    return scenarios.damage(definition, ran(definition, data), before=complaint(), variables_of=variables_of)


def mended(
    definition: Definition, values: Mapping[str, Value], data: bytes = DATA
) -> tuple[bytes, tuple[Mended, ...]]:
    (group,) = found(definition, data).unanswered
    return scenarios.mend(definition, data, group.element, values, group.stories, variables_of=variables_of)


def entries(data: bytes) -> dict[str, str]:
    """The text of each scenario, by its name."""
    texts = data.decode().split("\n- name: ")[1:]
    return dict(zip([one.name for one in scenarios.read(data)], texts, strict=True))


def added(before: str, after: str) -> list[str] | None:
    """The lines that came, when everything before is there in its order; else None."""
    left = before.splitlines()
    came = []
    for line in after.splitlines():
        if left and line == left[0]:
            left.pop(0)
        else:
            came.append(line.strip())
    return None if left else came


@pytest.mark.parametrize("form", [None, "answer"])
def test_every_scenario_that_comes_to_a_new_step_holds_again_and_no_other_is_touched(
    form: str | None,
) -> None:
    definition = changed(editing.AddStep("assess", StepKind.USER, NEW, "Handläggare", form, "answer"))
    failed = [result.scenario.name for result in ran(definition) if not result.held]
    assert len(failed) == 52
    (group,) = found(definition).unanswered
    assert (group.element, group.name, group.kind) == (STEP, NEW, "task")
    assert list(group.stories) == failed

    after, told = mended(definition, ANSWER if form else {})
    assert [one.name for one in told] == failed
    assert [one.difference for one in told if not one.held] == []
    assert [result.difference for result in ran(definition, after) if not result.held] == []
    assert not found(definition, after)
    was, now = entries(DATA), entries(after)
    for name in was:
        if name in failed:
            came = added(was[name], now[name])
            assert came is not None and came[0].endswith((NEW, "}")) and set(came) <= set(_new_lines(form))
        else:
            assert now[name] == was[name]
    assert added(DATA.decode(), after.decode()) is not None  # comments and order too


def _new_lines(form: str | None) -> list[str]:
    if form is None:
        return [f"- {{task: {NEW}}}", f"- {NEW}"]
    answers = "answers: {answer_text: Tack för samtalet., answered_how: public_reply}"
    return [f"- task: {NEW}", answers, f"- {NEW}"]


def test_a_new_operation_gets_its_answer_and_a_new_rule_is_expected() -> None:
    definition = changed(editing.AddStep("assess", StepKind.SERVICE, "Spara", operation="keep_metadata_only"))
    assert found(definition).unanswered[0].kind == "operation"
    after, _ = mended(definition, {})
    assert all(result.held for result in ran(definition, after))

    definition = changed(editing.AddStep("assess", StepKind.DECISION, "Avgör", decision="outcome"))
    assert found(definition).unanswered[0].kind == "passed"
    after, _ = mended(definition, {})
    assert all(result.held for result in ran(definition, after))


def test_two_new_steps_are_mended_one_after_the_other() -> None:
    definition = changed(
        editing.AddStep("assess", StepKind.USER, NEW, "Handläggare"),
        editing.AddStep(STEP, StepKind.USER, "Ring en gång till", "Handläggare"),
    )
    once, told = mended(definition, {})
    assert [one for one in told if one.held] == []
    assert found(definition, once).unanswered[0].name == "Ring en gång till"
    twice, told = mended(definition, {}, once)
    assert all(one.held for one in told) and all(result.held for result in ran(definition, twice))


def test_an_answer_that_the_form_refuses_changes_no_scenario() -> None:
    definition = changed(editing.AddStep("assess", StepKind.USER, NEW, "Handläggare", "answer"))
    assert mended(definition, {"answered_how": "brevduva"}) == (DATA, ())


def test_what_else_is_wrong_with_a_scenario_stays_wrong_and_is_said() -> None:
    first = scenarios.read(DATA)[0]
    data = scenarios.as_yaml(first).replace("end: Ärendet är avslutat", "end: Någon annanstans").encode()
    definition = changed(editing.AddStep("assess", StepKind.USER, NEW, "Handläggare"))
    after, (told,) = mended(definition, {}, data)
    assert not told.held and "Någon annanstans" in (told.difference or "")
    assert NEW in (scenarios.read(after)[0].expect.path or ())


def test_a_step_that_leads_back_to_itself_is_not_answered_for_ever() -> None:
    definition = changed(
        editing.AddStep("assess", StepKind.USER, NEW, "Handläggare"),
        editing.AddChoice(
            STEP, "Svarade någon?", (editing.Way("Nej", 'remove = "no"', STEP), editing.Way("Ja"))
        ),
    )
    after, _ = mended(definition, {})
    assert scenarios.read(after)  # and it came to an end


def test_a_step_by_another_name_is_called_so_wherever_it_is_named() -> None:
    definition = changed(editing.Rename("assess", "Läs inlägget"), editing.Rename("closed", "Klart"))
    data, names = DATA, {group.was: group for group in found(definition).renamed}
    assert {was: group.name for was, group in names.items()} == {
        "Bedöm inlägget": "Läs inlägget",
        "Ärendet är avslutat": "Klart",
    }
    for was, group in names.items():
        data, _ = scenarios.rename(
            definition, data, was, group.name, group.stories, variables_of=variables_of
        )
    assert all(result.held for result in ran(definition, data))
    assert not found(definition, data)


def test_a_step_that_is_gone_is_no_longer_answered() -> None:
    definition = changed(editing.RemoveStep("forward_report"))
    (group,) = found(definition).gone
    assert (group.kind, len(group.stories)) == ("task", 2)
    after, told = scenarios.forget(
        definition, DATA, group.kind, group.name, group.stories, variables_of=variables_of
    )
    assert len(told) == 2 and all(result.held for result in ran(definition, after))
    assert added(after.decode(), DATA.decode()) is not None
    assert group.name not in after.decode()


def test_what_holds_has_no_damage_and_a_wrong_expectation_is_none_of_ours() -> None:
    assert not found(complaint())
    first = scenarios.read(DATA)[0]
    data = scenarios.as_yaml(first).replace("end: Ärendet är avslutat", "end: Någon annanstans").encode()
    assert not found(complaint(), data)


@pytest.mark.parametrize("written", ["one line", "flow", "windows", "no break at the end"])
def test_a_file_written_in_another_way_is_mended_too(written: str) -> None:
    first: Scenario = scenarios.read(DATA)[0]
    text = scenarios.as_yaml(first)
    match written:
        case "one line":
            text = json.dumps([scenarios.as_mapping(first)], ensure_ascii=False)
        case "flow":
            text = f"- {_flow(first)}\n"
        case "windows":
            text = text.replace("\n", "\r\n")
        case _:
            text = text.rstrip()
    definition = changed(editing.AddStep("assess", StepKind.USER, NEW, "Handläggare"))
    after, (told,) = mended(definition, {}, text.encode())
    assert told.held and ran(definition, after)[0].held


def _flow(scenario: Scenario) -> str:
    return json.dumps(scenarios.as_mapping(scenario), ensure_ascii=False)
