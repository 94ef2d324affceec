"""Attack text in every place where a model may hold text: refused or inert, never run."""

from pathlib import Path

import pytest

from tests.workflows import models as m
from tests.workflows.driving import KEY, NOW, Case
from workflows import Value, WorkflowError, check, read, start

S, E = m.start(), m.end()
PAYLOADS = [
    "__import__('os').system('touch {canary}')",
    "open('{canary}', 'w')",
    "().__class__.__mro__[1].__subclasses__()",
    "[x for x in ().__class__.__base__.__subclasses__()][0]",
    "'{{0.__class__}}'.format(1)",
    "f'{{x.__class__}}'",
    "(lambda: 1)()",
    "eval('1')",
    "exec('x=1')",
    "globals()",
    "getattr(x, 'y')",
    "9**9**9",
    "10**10**10",
    "'a' * 10**10",
    "[0] * 10**9",
    "sum(range(10**11))",
    "1 << 10**9",
    "x := 1",
    "import os",
    "${{x}}",
    "{{{{7*7}}}}",
    "=" * 30000,
    "(" * 5000,
    "-" * 19000 + "1",
    "not " * 5000 + "x",
    "a.b" * 3000,
    "\x85\u2028",
    "x if x else (yield)",
    "for i in 1..10**12 return i",
    "some i in 1..10**9 satisfies i < 0",
    "function() external",
]


def sinks(text: str) -> dict[str, bytes]:
    """One model for each place where the engine may come to evaluate text."""
    line = "start -> a -> end"
    quoted = m.quoteattr(text)[1:-1]
    return {
        "condition": m.process(
            S,
            m.exclusive("g", default="g_y"),
            m.user("x"),
            m.user("y"),
            E,
            "start -> g; g -> y; x -> end; y -> end",
            '<sequenceFlow id="f" sourceRef="g" targetRef="x"><conditionExpression>'
            f"{m.escape(text)}</conditionExpression></sequenceFlow>",
        ),
        "duration": m.process(S, m.catch("a", m.timer(text)), E, line),
        "date": m.process(S, m.catch("a", m.timer(text, "timeDate")), E, line),
        "cycle": m.process(
            S,
            m.user("a"),
            m.boundary("b", "a", m.timer(text, "timeCycle"), interrupting=False),
            E,
            line + "; b -> end",
        ),
        "parameter": m.process(S, m.service("a", x=text), E, line),
        "correlation": m.process(
            S, m.catch("a", m.message("M"), correlation=text), E, line, beside=m.messages("M")
        ),
        "items": m.process(
            S,
            m.user("a", m.instances(f"<loopDataInputRef>{m.escape(text)}</loopDataInputRef>")),
            E,
            line,
        ),
        "count": m.process(
            S,
            m.user("a", m.instances(f"<loopCardinality>{m.escape(text)}</loopCardinality>")),
            E,
            line,
        ),
        "completion": m.process(
            S,
            m.user(
                "a",
                m.instances(
                    "<loopCardinality>2</loopCardinality>"
                    f"<completionCondition>{m.escape(text)}</completionCondition>"
                ),
            ),
            E,
            line,
        ),
        "item": m.process(
            S,
            m.user(
                "a",
                m.instances(
                    f'<loopDataInputRef>lista</loopDataInputRef><inputDataItem id="i" name="{quoted}"/>'
                ),
            ),
            E,
            line,
        ),
        "name": m.process(S, m.node("userTask", "a", name=text), E, line),
        "form": m.process(S, m.user("a", form=text), E, line),
        "result": m.process(S, m.service("a", result=text), E, line),
        "script": m.process(S, m.node("scriptTask", "a", f"<script>{m.escape(text)}</script>"), E, line),
        "prescript": m.process(
            S,
            m.node(
                "userTask",
                "a",
                m.extensions(f"<spiffworkflow:preScript>{m.escape(text)}</spiffworkflow:preScript>"),
            ),
            E,
            line,
        ),
        "lane": m.process(
            f'<laneSet id="l"><lane id="l1" name="{quoted}"><flowNodeRef>a</flowNodeRef></lane></laneSet>',
            S,
            m.user("a"),
            E,
            line,
        ),
    }


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_no_payload_does_anything_in_any_place(number: int, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    text = PAYLOADS[number].format(canary=canary) if "{" in PAYLOADS[number] else PAYLOADS[number]
    given: dict[str, Value] = {"x": {"y": 1}, "lista": [1, 2]}
    for model in sinks(text).values():
        try:
            definition = read({"model.bpmn": model})
            check(definition)
            case = Case(model, given)
            for task in list(case.tasks()):
                case.done(task)
        except WorkflowError as refusal:
            assert str(refusal)
    assert not canary.exists()


def test_payloads_in_data_are_only_text(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    model = m.process(
        S,
        m.user("a"),
        m.catch("t", m.timer("frist")),
        m.exclusive("g", default="g_y"),
        m.user("x"),
        m.user("y"),
        E,
        "start -> a -> t -> g; g -> x : svar = 1; g -> y; x -> end; y -> end",
    )
    for payload in PAYLOADS[:20]:
        text = payload.format(canary=canary) if "{" in payload else payload
        case = Case(model)
        case.done("a", frist="PT1H", svar=text)
        case.due("t")
        assert case.tasks() == ["y"]
    assert not canary.exists()


@pytest.mark.parametrize("name", ["a b", "", "1x", "a-b", "x" * 101, "a.b", "\ud800", "{{x}}", "a\x00"])
def test_variables_with_other_than_plain_names_are_refused(name: str) -> None:
    definition = read({"model.bpmn": m.process(S, m.user("a"), E, "start -> a -> end")})
    with pytest.raises(WorkflowError):
        start(definition, {name: 1}, case="c", key=KEY, now=NOW)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        2**60,
        "\ud800",
        b"x",
        object(),
        {1: 2},
        {"x"},
        "x" * 70_000,
        [[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]],
        10**400,
    ],
)
def test_values_that_json_cannot_hold_are_refused(value: object) -> None:
    definition = read({"model.bpmn": m.process(S, m.user("a"), E, "start -> a -> end")})
    with pytest.raises(WorkflowError):
        start(definition, {"x": value}, case="c", key=KEY, now=NOW)  # type: ignore[dict-item]


def test_spiffworkflows_own_evaluator_is_closed() -> None:
    from workflows.engine.context import SafeScriptEngine

    engine = SafeScriptEngine(environment=object())
    for call in (engine.evaluate, engine.execute):
        with pytest.raises(WorkflowError):
            call(None, "1")
    with pytest.raises(WorkflowError):
        engine.validate("1")
    with pytest.raises(WorkflowError):
        engine.call_service(None, operation_name="x")


def test_no_file_of_the_engine_evaluates_or_reads_the_clock() -> None:
    import re

    import workflows

    forbidden = re.compile(r"(?<![\w.])(eval|exec)\(|pickle|datetime\.now|utcnow|time\.time\(|date\.today")
    root = Path(workflows.__file__).parent
    for room in ("engine", "state", "checks", "normalise"):
        for path in (root / room).glob("*.py"):
            assert not forbidden.search(path.read_text()), path
