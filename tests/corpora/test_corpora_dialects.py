"""What editors save is refused with a reason or run to its end, as the list says."""

import pytest

from tests.corpora.dialects import every
from tests.corpora.play import play
from tests.workflows import models as m
from tests.workflows.driving import Case
from workflows import MessageAwaited, OperationRequested, StepRefused, check, drawing, read
from workflows.plane import diagram

MODELS = every()


def test_there_are_enough_dialects() -> None:
    assert len(MODELS) >= 60


@pytest.mark.parametrize("name", MODELS)
def test_each_is_refused_by_its_rule_or_comes_to_its_end(name: str) -> None:
    expected, model = MODELS[name]
    played = play({"model.bpmn": model})
    if played.result == "refused":
        assert expected in played.rules
    else:
        assert (played.result, played.why) == (expected, "")


@pytest.mark.parametrize("name", [n for n, (expected, _) in MODELS.items() if expected == "ended"])
def test_what_is_accepted_is_read_the_same_again_and_can_be_drawn(name: str) -> None:
    first = read({"model.bpmn": MODELS[name][1]})
    assert drawing.draw(first.model, title=name).startswith("<svg")
    again = read({"model.bpmn": first.model})
    assert not [f for f in check(again) if f.level == "error"]
    assert again.elements.keys() >= first.elements.keys()  # what was added is now part of it


def test_a_gateway_that_asks_is_still_drawn_as_a_gateway() -> None:
    definition = read({"model.bpmn": MODELS["signavio-choice-after-join"][1]})
    assert definition.elements["g"].kind == "userTask"
    assert {s.id: s.kind for s in diagram.read(definition.model).shapes}["g"] == "exclusiveGateway"


def test_a_gateway_that_asks_cannot_be_passed_without_an_answer() -> None:
    case = Case(MODELS["signavio-choice-after-join"][1])
    case.done("a")
    choice = case.definition.choices["g"]
    assert [label for _, label in choice.options] == ["B", "C"]
    with pytest.raises(StepRefused, match="B, C"):
        case.done("g")
    case.done("g", **{choice.variable: choice.options[1][0]})
    assert case.tasks() == ["c"]


def test_what_only_another_start_leads_to_is_set_aside_with_a_warning() -> None:
    definition = read({"model.bpmn": MODELS["signavio-starts"][1]})
    assert set(definition.elements) == {"s1", "a", "b", "end"}
    assert [f.level for f in definition.findings if f.rule == "several-starts"] == ["warning"]


def test_the_other_pool_is_shown_and_does_not_run() -> None:
    definition = read({"model.bpmn": MODELS["visio-script-in-the-other-pool"][1]})
    assert set(definition.elements) == {"start", "a", "end"}
    assert b"scriptTask" in definition.model
    assert {"other-processes"} == {f.rule for f in definition.findings if f.level == "warning"}


def test_a_file_cannot_set_its_own_nodes_aside() -> None:
    script = m.node(
        "scriptTask", "a", m.properties(aside="true", drawn="userTask", role="chef") + "<script>1</script>"
    )
    model = m.process(m.start(), script, m.end(), "start -> a -> end")
    assert "script-task" in {f.rule for f in check(read({"model.bpmn": model}))}


def test_groups_of_other_engines_are_roles_where_there_is_no_lane() -> None:
    definition = read({"model.bpmn": MODELS["c7-groups"][1]})
    assert (definition.elements["a"].role, definition.roles) == ("handläggare", ("handläggare",))


def test_the_key_of_another_engines_message_is_the_correlation() -> None:
    case = Case(MODELS["c8-message"][1], {"ärende": "2026-17"})
    awaited = case.open["a"]
    assert isinstance(awaited, MessageAwaited)
    assert (awaited.name, awaited.correlation) == ("Svar", "2026-17")


def test_an_external_task_asks_for_the_operation_of_its_topic_with_its_inputs() -> None:
    for name in ("c7-external-task", "c8-job"):
        asked = Case(MODELS[name][1], {"titel": "Bygglov"}).open["a"]
        assert isinstance(asked, OperationRequested)
        assert (asked.operation, asked.inputs) == ("registrera", {"titel": "Bygglov", "typ": "post"})
