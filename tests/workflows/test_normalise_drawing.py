"""What a drawing leaves out is drawn for it, with a note; what would be a guess is left alone."""

import pytest
from lxml import etree

from tests.workflows import models as m
from tests.workflows.driving import Case
from workflows import Choice, Definition, Schedule, StepRefused, check, read


def notes(definition: Definition) -> dict[str, str | None]:
    assert all(f.level == "note" for f in definition.findings)
    return {f.rule: f.element for f in definition.findings}


def accepted(model: bytes) -> Definition:
    definition = read({"model.bpmn": model})
    assert not [f for f in check(definition) if f.level == "error"]
    return definition


def test_a_drawing_without_start_and_end_gets_both() -> None:
    model = m.process(m.user("a"), m.user("b"), "a -> b")
    assert notes(accepted(model)) == {"implicit-start": "p", "implicit-end": "b"}
    case = Case(model)
    case.done("a")
    case.done("b")
    assert case.ended
    assert case.path == ["a", "b"]
    assert case.events[-1].element == "b"  # type: ignore[union-attr]


def test_several_first_nodes_begin_side_by_side() -> None:
    case = Case(m.process(m.user("a"), m.user("b"), m.end(), "a -> end; b -> end"))
    assert set(case.tasks()) == {"a", "b"}


def test_several_flows_out_of_a_task_run_side_by_side() -> None:
    model = m.process(
        m.start(),
        m.user("a"),
        m.user("b"),
        m.user("c"),
        m.end(),
        "start -> a; a -> b; a -> c; b -> end; c -> end",
    )
    assert notes(accepted(model)) == {"implicit-split": "a"}
    case = Case(model)
    case.done("a")
    assert set(case.tasks()) == {"b", "c"}


def test_conditions_on_flows_out_of_a_task_choose() -> None:
    task = m.node("userTask", "a", default="a_d")
    case = Case(
        m.process(
            m.start(),
            task,
            m.user("b"),
            m.user("c"),
            m.user("d"),
            m.end(),
            "start -> a; a -> b : x > 1; a -> c : x > 2; a -> d; b -> end; c -> end; d -> end",
        )
    )
    case.done("a", x=2)
    assert case.tasks() == ["b"]


def test_a_plain_task_becomes_a_user_task_and_says_so() -> None:
    model = m.process(
        m.start(),
        m.node("task", "a", name="Läs"),
        m.node("manualTask", "b"),
        m.end(),
        "start -> a -> b -> end",
    )
    definition = accepted(model)
    assert [f.text for f in definition.findings if f.element == "a"] == [
        "Uppgiften ”Läs” har ingen typ och blir en användaruppgift."
    ]
    assert Case(model).tasks() == ["a"]


def test_an_empty_subprocess_becomes_a_user_task() -> None:
    assert Case(m.process(m.start(), m.subprocess("s"), m.end(), "start -> s -> end")).tasks() == ["s"]


def test_a_pair_of_links_becomes_a_flow() -> None:
    link = '<linkEventDefinition name="A"/>'
    model = m.process(
        m.start(),
        m.user("a"),
        m.node("intermediateThrowEvent", "t", link),
        m.node("intermediateCatchEvent", "c", link),
        m.user("b"),
        m.end(),
        "start -> a -> t; c -> b -> end",
    )
    assert notes(accepted(model)) == {"link": "t"}
    case = Case(model)
    case.done("a")
    assert case.tasks() == ["b"]


def test_the_only_branch_without_a_condition_is_the_default() -> None:
    model = m.process(
        m.start(),
        m.exclusive("g"),
        m.user("a"),
        m.user("b"),
        m.end(),
        "start -> g; g -> a : x > 1; g -> b; a -> end; b -> end",
    )
    assert notes(accepted(model)) == {"default-branch": "g"}
    assert Case(model, {"x": 1}).tasks() == ["b"]


def test_a_flow_that_hangs_loose_is_left_out() -> None:
    model = m.process(m.start(), m.user("a"), m.end(), "start -> a -> end; a -> borta")
    assert notes(accepted(model)) == {"dangling-flow": "a_borta"}


def test_a_start_with_a_time_is_a_schedule() -> None:
    model = m.process(
        m.node("startEvent", "start", m.timer("R/P1D", "timeCycle")),
        m.user("a"),
        m.end(),
        "start -> a -> end",
    )
    definition = accepted(model)
    assert notes(definition) == {"scheduled-start": "start"}
    assert definition.schedules == (Schedule("start", "R/P1D"),)


def test_a_plain_start_and_a_timer_on_the_same_way_begin_by_hand_and_by_the_clock() -> None:
    model = m.process(
        m.start(),
        m.node("startEvent", "monday", m.timer("0 8 * * 1", "timeCycle")),
        m.user("a"),
        m.end(),
        "start -> a; monday -> a; a -> end",
    )
    assert accepted(model).schedules == (Schedule("start", "0 8 * * 1"),)


def test_a_start_whose_trigger_needs_a_case_first_is_started_by_the_system() -> None:
    model = m.process(
        m.node("startEvent", "start", m.timer("answer_due", "timeDate")),
        m.user("a"),
        m.end(),
        "start -> a -> end",
    )
    assert notes(accepted(model)) == {"typed-start": "start"}
    assert accepted(model).schedules == ()


def test_a_process_that_is_not_executable_is_made_so() -> None:
    model = m.process(m.start(), m.user("a"), m.end(), "start -> a -> end").replace(b'"true"', b'"false"')
    assert notes(accepted(model)) == {"not-executable": "p"}


def test_a_model_cannot_hide_its_own_nodes() -> None:
    case = Case(m.process(m.start(), m.user("a", synthetic="true"), m.end(), "start -> a -> end"))
    case.done("a")
    assert "a" in case.path


def test_the_drawing_is_kept() -> None:
    shape = (
        '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" id="d">'
        '<di:BPMNPlane id="pl">'
        '<di:BPMNShape id="a_di" bpmnElement="a"/></di:BPMNPlane></di:BPMNDiagram>'
    )
    definition = accepted(m.process(m.user("a"), beside=shape))
    assert b'bpmnElement="a"' in definition.model


def test_reading_the_normalised_model_again_changes_nothing() -> None:
    first = read({"model.bpmn": m.process(m.user("a"), m.user("b"), m.user("c"), "a -> b; a -> c")})
    root = etree.fromstring(first.model)
    assert len(root.findall(".//{*}startEvent")) == 1
    assert len(root.findall(".//{*}endEvent")) == 2
    assert len(root.findall(".//{*}parallelGateway")) == 1


def test_lanes_give_roles_from_the_top_down_and_the_innermost_wins() -> None:
    lanes = (
        '<laneSet id="ls"><lane id="yttre" name="Yttre"><flowNodeRef>a</flowNodeRef>'
        '<flowNodeRef>b</flowNodeRef><childLaneSet id="c"><lane id="l2" name="Nedre">'
        "<flowNodeRef>b</flowNodeRef></lane><lane id='l1' name='Övre'><flowNodeRef>a</flowNodeRef>"
        "</lane></childLaneSet></lane></laneSet>"
    )
    heights = "".join(
        f'<di:BPMNShape id="{n}_di" bpmnElement="{n}"><dc:Bounds x="0" y="{y}"/></di:BPMNShape>'
        for n, y in (("l1", 0), ("l2", 100))
    )
    diagram = (
        '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
        f'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d">{heights}</di:BPMNDiagram>'
    )
    sub = m.subprocess("b", m.start("s"), m.user("i"), m.end("e"), "s -> i -> e")
    definition = accepted(
        m.process(lanes, m.start(), m.user("a"), sub, m.end(), "start -> a -> b -> end", beside=diagram)
    )
    assert definition.roles == ("Övre", "Nedre")
    assert {n: e.role for n, e in definition.elements.items() if e.role} == {
        "a": "Övre",
        "b": "Nedre",
        "s": "Nedre",
        "i": "Nedre",
        "e": "Nedre",
    }


def choice() -> bytes:
    flows = "".join(
        f'<sequenceFlow id="{i}" name="{name}" sourceRef="g" targetRef="{to}"/>'
        for i, name, to in (("ja", "Ja, godkänn", "b"), ("nej", "", "c"))
    )
    gateway = m.node("exclusiveGateway", "g", name="Godkänns den?")
    return m.process(
        m.start(),
        m.user("a", form="f"),
        gateway,
        m.user("b"),
        m.user("c"),
        m.end(),
        "start -> a -> g; b -> end; c -> end",
        flows,
    )


def test_a_gateway_without_conditions_after_a_user_task_is_a_choice_for_its_doer() -> None:
    case = Case(choice())
    assert notes(case.definition) == {"choice": "g"}
    asked = case.definition.choices["a"]
    assert asked == Choice("val_g", "Godkänns den?", (("ja", "Ja, godkänn"), ("nej", "C")))
    for answer in ({}, {"val_g": "borta"}, {"val_g": ["ja"]}):
        with pytest.raises(StepRefused, match="Ja, godkänn, C"):
            case.done("a", **answer)  # type: ignore[arg-type]
    case.done("a", val_g="nej")
    assert case.tasks() == ["c"]


def test_a_gateway_without_conditions_after_anything_else_is_refused() -> None:
    model = m.process(
        m.start(),
        m.service("a"),
        m.exclusive("g"),
        m.user("b"),
        m.user("c"),
        m.end(),
        "start -> a -> g; g -> b -> end; g -> c -> end",
    )
    assert [f.rule for f in check(read({"model.bpmn": model})) if f.level == "error"] == ["no-condition"]
