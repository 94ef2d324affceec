"""The token game: tasks, operations, gateways, subprocesses, instances, errors."""

import pytest

from tests.workflows import models as m
from tests.workflows.driving import Case
from workflows import (
    Ended,
    ExpressionError,
    NotOpen,
    OperationRequested,
    Passed,
    StepRefused,
    TaskClosed,
    TaskOpened,
)


def test_a_user_task_opens_with_role_form_and_text_and_closes_when_completed() -> None:
    case = Case(
        m.process(
            m.lanes(Handläggare="a"),
            m.start(),
            m.user("a", form="beslut", text="hjalp", due="svar"),
            m.end(),
            "start -> a -> end",
        )
    )
    opened = case.events[-1]
    assert isinstance(opened, TaskOpened)
    assert (opened.element, opened.name, opened.role) == ("a", "A", "Handläggare")
    assert (opened.form, opened.text, opened.due) == ("beslut", "hjalp", "svar")
    case.done("a", godkand=True)
    assert case.events == (
        TaskClosed(opened.task, "a"),
        Passed("a", "A"),
        Passed("end", ""),
        Ended("end", "", {"godkand": True}),
    )
    assert case.ended


def test_a_service_task_asks_with_evaluated_inputs_and_waits_for_the_answer() -> None:
    case = Case(
        m.process(
            m.start(),
            m.service("s", "register_case", "svar", antal="1 + 1"),
            m.end(),
            "start -> s -> end",
        ),
    )
    asked = case.events[-1]
    assert isinstance(asked, OperationRequested)
    assert (asked.operation, asked.inputs) == ("register_case", {"antal": 2})
    case.answered("s", nummer="KS 2026/1")
    assert case.events[-1] == Ended("end", "", {"svar": {"nummer": "KS 2026/1"}})


def test_outputs_without_a_result_variable_become_variables() -> None:
    case = Case(m.process(m.start(), m.service("s"), m.end(), "start -> s -> end"))
    case.answered("s", nummer=1)
    assert case.events[-1] == Ended("end", "", {"nummer": 1})


def test_an_exclusive_gateway_takes_the_first_flow_of_the_file_that_holds() -> None:
    model = m.process(
        m.start(),
        m.exclusive("g", default="g_c"),
        m.user("a"),
        m.user("b"),
        m.user("c"),
        m.end(),
        "start -> g; g -> a : n > 1; g -> b : n > 0; g -> c; a -> end; b -> end; c -> end",
    )
    for n, taken in ((2, "a"), (1, "b"), (0, "c")):
        case = Case(model, {"n": n})
        assert case.tasks() == [taken]
        assert Passed("g", "", f"g_{taken}") in case.events


def test_a_gateway_where_nothing_holds_says_so_and_changes_nothing() -> None:
    model = m.process(
        m.start(),
        m.user("x"),
        m.exclusive("g"),
        m.user("a"),
        m.user("b"),
        m.end(),
        "start -> x -> g; g -> a : n = 1; g -> b : n = 2; a -> end; b -> end",
    )
    case = Case(model)
    before = case.state
    with pytest.raises(ExpressionError, match="Inget villkor"):
        case.done("x", n=3)
    assert case.state == before
    case.done("x", n=2)
    assert case.tasks() == ["b"]


def test_a_parallel_join_waits_for_every_branch_and_keeps_what_each_wrote() -> None:
    model = m.process(
        m.start(),
        m.parallel("f"),
        m.user("a"),
        m.user("b"),
        m.parallel("j"),
        m.end(),
        "start -> f; f -> a -> j; f -> b -> j; j -> end",
    )
    case = Case(model, {"x": 0, "y": 0})
    case.done("a", x=1)
    assert not case.ended
    case.done("b", y=2)
    assert case.events[-1] == Ended("end", "", {"x": 1, "y": 2})


def test_an_inclusive_join_in_a_loop_waits_for_the_chosen_branches_each_time() -> None:
    model = m.process(
        m.start(),
        m.exclusive("m"),
        m.inclusive("f", default="f_c"),
        m.user("a"),
        m.user("b"),
        m.user("c"),
        m.inclusive("j"),
        m.user("after"),
        m.exclusive("g", default="g_end"),
        m.end(),
        """start -> m -> f; f -> a : va; f -> b : vb; f -> c
           a -> j; b -> j; c -> j; j -> after -> g; g -> m : igen; g -> end""",
    )
    case = Case(model, {"va": True, "vb": True})
    for _ in range(3):
        case.done("a")
        assert case.tasks() == ["b"]
        case.done("b")
        assert case.tasks() == ["after"]
        case.done("after", igen=True)
    case.done("a", vb=False)
    case.done("b")
    case.done("after", igen=True)
    assert case.tasks() == ["a"]
    case.done("a")
    assert case.tasks() == ["after"]


def test_a_subprocess_shares_its_variables_and_a_called_process_returns_them() -> None:
    called = (
        '<process id="q" isExecutable="false">'
        + m.body(m.start("qs"), m.user("inne"), m.end("qe"), "qs -> inne -> qe")
        + "</process>"
    )
    case = Case(
        m.process(
            m.start(),
            m.subprocess("sub", m.start("ss"), m.user("a"), m.end("se"), "ss -> a -> se"),
            m.node("callActivity", "call", calledElement="q"),
            m.end(),
            "start -> sub -> call -> end",
            beside=called,
        )
    )
    case.done("a", x=1)
    case.done("inne", y=2)
    assert case.events[-1] == Ended("end", "", {"x": 1, "y": 2})
    assert case.path == ["start", "ss", "a", "se", "sub", "qs", "inne", "qe", "call", "end"]


def test_parallel_instances_collect_their_answers_in_the_order_of_the_items() -> None:
    loop = m.instances(
        "<loopDataInputRef>namn</loopDataInputRef><loopDataOutputRef>svar</loopDataOutputRef>"
        '<inputDataItem id="person"/><outputDataItem id="ja"/>'
    )
    case = Case(
        m.process(m.start(), m.user("a", loop), m.end(), "start -> a -> end"),
        {"namn": ["x", "y", "z"]},
    )
    tasks = [event.task for event in case.events if isinstance(event, TaskOpened)]
    assert len(tasks) == 3
    for number in (2, 0, 1):
        case.open["a"] = type("T", (), {"task": tasks[number]})
        case.done("a", ja=number)
    assert case.events[-1] == Ended("end", "", {"namn": ["x", "y", "z"], "svar": [0, 1, 2]})
    assert case.path.count("a") == 1


def test_sequential_instances_open_one_at_a_time() -> None:
    loop = m.instances("<loopCardinality>3</loopCardinality>", sequential=True)
    case = Case(m.process(m.start(), m.user("a", loop), m.end(), "start -> a -> end"))
    for _ in range(3):
        assert case.tasks() == ["a"]
        case.done("a")
    assert case.ended


def test_no_items_means_no_instances() -> None:
    loop = m.instances("<loopCardinality>0</loopCardinality>")
    assert Case(m.process(m.start(), m.user("a", loop), m.end(), "start -> a -> end")).ended


def test_a_completion_condition_withdraws_the_rest() -> None:
    loop = m.instances("<loopCardinality>3</loopCardinality><completionCondition>klart</completionCondition>")
    case = Case(m.process(m.start(), m.user("a", loop), m.end(), "start -> a -> end"))
    case.done("a", klart=True)
    assert case.ended
    assert sum(isinstance(e, TaskClosed) and e.withdrawn for e in case.events) == 2


def test_a_failed_operation_goes_the_way_of_its_error_event() -> None:
    model = m.process(
        m.start(),
        m.service("s"),
        m.boundary("b", "s", m.error("NEKAD")),
        m.boundary("alla", "s", m.error()),
        m.user("rätta"),
        m.user("annat"),
        m.end(),
        "start -> s -> end; b -> rätta -> end; alla -> annat -> end",
        beside=m.errors("NEKAD"),
    )
    case = Case(model)
    case.failed("s", "NEKAD")
    assert case.tasks() == ["rätta"]
    case = Case(model)
    case.failed("s", "ANNAT")
    assert case.tasks() == ["annat"]


def test_a_failed_operation_that_nothing_catches_is_refused_and_still_waits() -> None:
    case = Case(m.process(m.start(), m.service("s"), m.end(), "start -> s -> end"))
    with pytest.raises(StepRefused, match="misslyckas"):
        case.failed("s", "X")
    case.answered("s")
    assert case.ended


def test_an_error_end_reaches_its_own_subprocess_and_never_a_sibling() -> None:
    def sub(name: str) -> str:
        return (
            m.subprocess(
                name,
                m.start(name + "s"),
                m.user(name + "u"),
                m.end(name + "e", m.error("FEL")),
                f"{name}s -> {name}u -> {name}e",
            )
            + m.boundary(name + "b", name, m.error("FEL"))
            + m.user(name + "after")
        )

    case = Case(
        m.process(
            m.start(),
            m.parallel("f"),
            sub("x"),
            sub("y"),
            m.end(),
            "start -> f; f -> x -> end; f -> y -> end; xb -> xafter -> end; yb -> yafter -> end",
            beside=m.errors("FEL"),
        )
    )
    case.done("xu")
    assert set(case.tasks()) == {"xafter", "yu"}
    case.done("yu")
    assert set(case.tasks()) == {"xafter", "yafter"}


def test_terminate_ends_the_process_and_withdraws_what_is_open() -> None:
    case = Case(
        m.process(
            m.start(),
            m.parallel("f"),
            m.user("a"),
            m.service("b"),
            m.end(),
            m.end("stop", "<terminateEventDefinition/>"),
            "start -> f; f -> a -> stop; f -> b -> end",
        )
    )
    case.done("a")
    assert case.ended
    assert {type(e).__name__ for e in case.events} >= {"OperationWithdrawn", "Ended"}
    assert case.events[-1] == Ended("stop", "", {})


def test_a_task_that_is_not_open_is_refused() -> None:
    case = Case(m.process(m.start(), m.user("a"), m.user("b"), m.end(), "start -> a -> b -> end"))
    first = case.task("a")
    case.done("a")
    for task in (first, "skräp", "00000000-0000-0000-0000-000000000000"):
        case.open["x"] = type("T", (), {"task": task})
        with pytest.raises(NotOpen):
            case.done("x")


def test_a_step_of_the_wrong_kind_is_refused() -> None:
    case = Case(m.process(m.start(), m.user("a"), m.end(), "start -> a -> end"))
    for wrong in (case.answered, case.arrived, case.due):
        with pytest.raises(NotOpen):
            wrong("a")


@pytest.mark.parametrize("ident", ["End", "Start", "Root", "EndJoin", "__class__"])
def test_a_node_may_be_called_what_the_engine_calls_its_own(ident: str) -> None:
    case = Case(m.process(m.start(), m.user(ident), m.user("b"), m.end(), f"start -> {ident} -> b -> end"))
    case.done(ident)
    assert case.tasks() == ["b"]


def test_names_in_data_mean_nothing_to_the_engine() -> None:
    model = m.process(
        m.start(),
        m.user("a"),
        m.exclusive("g", default="g_y"),
        m.user("x"),
        m.user("y"),
        m.end(),
        "start -> a -> g; g -> x : n > 1; g -> y; x -> end; y -> end",
    )
    case = Case(model)
    hostile = {
        "len": 1,
        "__class__": "x",
        "__builtins__": {},
        "self": 2,
        "data_objects": 3,
        "typename": "UUID",
        "v": {"typename": "UUID", "value": "x"},
        "n": 2,
    }
    case.done("a", **hostile)
    assert case.tasks() == ["x"]
    case.done("x")
    assert case.events[-1] == Ended("end", "", hostile)


DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
 id="d" name="d" namespace="x">
<decision id="nivå" name="Nivå"><decisionTable id="t" hitPolicy="FIRST">
<input id="i" label="belopp">
<inputExpression typeRef="number"><text>belopp</text></inputExpression></input>
<output id="o" label="nivå" name="nivå" typeRef="string"/>
<rule id="r1"><inputEntry id="a"><text>&lt; 100</text></inputEntry>
<outputEntry id="b"><text>"låg"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="c"><text>[100..200]</text></inputEntry>
<outputEntry id="e"><text>"hög"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def test_a_business_rule_task_decides_and_its_outputs_become_variables() -> None:
    files = {
        "model.bpmn": m.process(
            m.start(), m.decide("a", "nivå"), m.user("b"), m.end(), "start -> a -> b -> end"
        ),
        "decisions/belopp.dmn": DMN.encode(),
    }
    case = Case(files, {"belopp": 150})
    case.done("b")
    assert case.events[-1] == Ended("end", "", {"belopp": 150, "nivå": "hög"})
    with pytest.raises(ExpressionError, match="ingen rad"):
        Case(files, {"belopp": 300})


def test_a_decision_right_after_many_instances_runs_in_the_same_step() -> None:
    loop = m.instances(
        "<loopCardinality>2</loopCardinality><loopDataOutputRef>svar</loopDataOutputRef>"
        '<outputDataItem id="belopp"/>'
    )
    case = Case(
        {
            "model.bpmn": m.process(
                m.start(),
                m.user("u", loop),
                m.decide("a", "nivå"),
                m.end(),
                "start -> u -> a -> end",
            ),
            "decisions/belopp.dmn": DMN.encode(),
        },
        {"belopp": 1},
    )
    for event in [e for e in case.events if isinstance(e, TaskOpened)]:
        case.open["u"] = event
        case.done("u", belopp=5)
    assert case.events[-1] == Ended("end", "", {"belopp": 1, "svar": [5, 5], "nivå": "låg"})


def test_terminate_inside_a_subprocess_ends_only_the_subprocess() -> None:
    sub = m.subprocess(
        "sub",
        m.start("ss"),
        m.parallel("f"),
        m.user("a"),
        m.user("b"),
        m.end("stop", "<terminateEventDefinition/>"),
        m.end("se"),
        "ss -> f; f -> a -> stop; f -> b -> se",
    )
    case = Case(m.process(m.start(), sub, m.user("efter"), m.end(), "start -> sub -> efter -> end"))
    case.done("a")
    assert case.tasks() == ["efter"]
    case.done("efter")
    assert case.ended


def test_an_error_goes_outwards_until_an_activity_catches_it() -> None:
    inner = m.subprocess("inre", m.start("is"), m.service("s"), m.end("ie"), "is -> s -> ie")
    outer = m.subprocess("yttre", m.start("ys"), inner, m.end("ye"), "ys -> inre -> ye")
    case = Case(
        m.process(
            m.start(),
            outer,
            m.boundary("b", "yttre", m.error("FEL")),
            m.user("rätta"),
            m.end(),
            "start -> yttre -> end; b -> rätta -> end",
            beside=m.errors("FEL"),
        )
    )
    with pytest.raises(StepRefused):
        case.failed("s", "ANNAT")
    case.failed("s", "FEL")
    assert case.tasks() == ["rätta"]
    assert len(case.state) < 200


def test_a_parameter_may_have_the_name_of_a_node() -> None:
    case = Case(
        m.process(
            m.start(),
            m.service("s", titel="1"),
            m.user("titel"),
            m.end(),
            "start -> s -> titel -> end",
        )
    )
    case.answered("s")
    assert case.tasks() == ["titel"]


def test_an_instance_that_fails_ends_the_others_when_the_error_is_caught() -> None:
    body = m.service("s", inner=m.instances("<loopCardinality>3</loopCardinality>"))
    case = Case(
        m.process(
            m.start(),
            body,
            m.boundary("b", "s", m.error()),
            m.user("efter"),
            m.end(),
            "start -> s -> end; b -> efter -> end",
        )
    )
    case.failed("s", "X")
    assert case.tasks() == ["efter"]
    assert sum(type(e).__name__ == "OperationWithdrawn" for e in case.events) == 2


def test_instances_of_a_subprocess_have_variables_of_their_own() -> None:
    loop = m.instances(
        "<loopDataInputRef>lista</loopDataInputRef><loopDataOutputRef>svar</loopDataOutputRef>"
        '<inputDataItem id="sak"/><outputDataItem id="ut"/>'
    )
    sub = m.subprocess("d", m.start("ss"), m.user("a"), m.end("se"), "ss -> a -> se", inner=loop)
    case = Case(m.process(m.start(), sub, m.end(), "start -> d -> end"), {"lista": ["x", "y"]})
    first, second = [e for e in case.events if isinstance(e, TaskOpened)]
    for event, answer in ((second, 2), (first, 1)):
        case.open["a"] = event
        case.done("a", ut=answer)
    assert case.events[-1] == Ended("end", "", {"lista": ["x", "y"], "svar": [1, 2]})
