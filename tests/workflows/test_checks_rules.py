"""One small model for each thing refused: the finding names rule and element, in Swedish."""

import pytest

from tests.workflows import models as m
from tests.workflows.driving import KEY, NOW
from workflows import ModelRefused, check, read, require, start

S, E = m.start(), m.end()
LINE = "start -> a -> end"


def found(model: bytes, **files: bytes) -> dict[str, str | None]:
    """Errors as rule → element."""
    definition = read({"model.bpmn": model, **files})
    return {f.rule: f.element for f in check(definition) if f.level == "error"}


def event_task(definition: str) -> bytes:
    return m.process(S, m.catch("a", definition), E, LINE)


def bordered(definition: str, **attributes: str) -> bytes:
    return m.process(
        S,
        m.user("u"),
        m.node("boundaryEvent", "a", definition, attachedToRef="u", **attributes),
        E,
        "start -> u -> end; a -> end",
        beside=m.errors("F"),
    )


def sub(*parts: str, **attributes: str) -> bytes:
    return m.process(S, m.subprocess("a", *parts, **attributes), E, LINE)


def split(kind: str, join: str) -> bytes:
    return m.process(
        S,
        m.node(kind, "f", default="f_y") if kind != "parallelGateway" else m.parallel("f"),
        m.user("x"),
        m.user("y"),
        m.node(join, "a"),
        E,
        "start -> f; f -> x : true; f -> y; x -> a; y -> a; a -> end"
        if kind != "parallelGateway"
        else "start -> f -> x -> a; f -> y -> a; a -> end",
    )


FLOW = ("ss -> i -> se", m.start("ss"), m.user("i"), m.end("se"))
RULES = [
    # engine.md: silently wrong
    ("signal", "end", m.process(S, m.user("a"), m.end("end", "<signalEventDefinition/>"), LINE)),
    (
        "compensation",
        "end",
        m.process(S, m.user("a"), m.end("end", "<compensateEventDefinition/>"), LINE),
    ),
    (
        "compensation",
        "a",
        m.process(S, m.node("intermediateThrowEvent", "a", "<compensateEventDefinition/>"), E, LINE),
    ),
    (
        "link",
        "a",
        m.process(
            S,
            m.node("intermediateThrowEvent", "a", '<linkEventDefinition name="x"/>'),
            E,
            "start -> a; a -> end",
        ),
    ),
    ("condition-ignored", "a_end", m.process(S, m.user("a"), E, "start -> a; a -> end : x > 1")),
    ("no-message", "a", m.process(S, m.node("receiveTask", "a"), E, LINE)),
    (
        "event-subprocess",
        "a",
        m.process(
            S,
            m.user("u"),
            E,
            "start -> u -> end",
            m.subprocess(
                "a",
                m.node("startEvent", "es", m.error()),
                m.user("i"),
                m.end("ee"),
                "es -> i -> ee",
                triggeredByEvent="true",
            ),
        ),
    ),
    (
        "uncaught-error",
        "end",
        m.process(S, m.user("a"), m.end("end", m.error("F")), LINE, beside=m.errors("F")),
    ),
    (
        "uncaught-error",
        "se",
        m.process(
            S,
            m.subprocess("a", m.start("ss"), m.user("i"), m.end("se", m.error("F")), "ss -> i -> se"),
            m.boundary("b", "a", m.error("G")),
            E,
            "start -> a -> end; b -> end",
            beside=m.errors("F", "G"),
        ),
    ),
    ("unreachable", "u", m.process(S, m.user("a"), m.user("u"), E, LINE, "u -> u")),
    (
        "unknown-element",
        "a",
        m.process(S, m.node("flurpTask", "a"), m.user("u"), E, "start -> u -> end"),
    ),
    ("unknown-element", "p", m.process(S, "<camunda:thing/>", m.user("u"), E, "start -> u -> end")),
    (
        "one-start",
        "a",
        sub(m.start("ss"), m.start("s2"), m.user("i"), m.end("se"), "ss -> i; s2 -> i; i -> se"),
    ),
    ("ad-hoc", "a", sub(m.user("i"), tag="adHocSubProcess")),
    ("conditional", "a", event_task("<conditionalEventDefinition/>")),
    ("conditional", "a", bordered("<conditionalEventDefinition/>")),
    ("escalation", "a", bordered("<escalationEventDefinition/>")),
    ("signal", "a", bordered("<signalEventDefinition/>")),
    ("duplicate-id", "a", m.process(S, m.user("a"), m.user("a"), E, LINE)),
    # engine.md: parse error
    ("complex-gateway", "a", m.process(S, m.node("complexGateway", "a"), E, LINE)),
    ("global-task", "g", m.process(S, m.user("a"), E, LINE, beside='<globalScriptTask id="g"/>')),
    ("no-decision", "a", m.process(S, m.node("businessRuleTask", "a"), E, LINE)),
    ("unknown-decision", "a", m.process(S, m.decide("a", "finns-inte"), E, LINE)),
    (
        "no-condition",
        "a",
        m.process(
            S,
            m.user("u"),
            m.exclusive("a"),
            m.service("x"),
            m.service("y"),
            E,
            "start -> a; a -> x; a -> y; x -> u -> end; y -> end",
        ),
    ),
    ("standard-loop", "a", m.process(S, m.user("a", "<standardLoopCharacteristics/>"), E, LINE)),
    ("instances", "a", m.process(S, m.user("a", m.instances("")), E, LINE)),
    (
        "instances",
        "a",
        m.process(S, m.user("a", m.instances("<loopCardinality>1001</loopCardinality>")), E, LINE),
    ),
    ("no-trigger", "a", event_task("<timerEventDefinition/>")),
    (
        "transaction",
        "a",
        m.process(
            S,
            m.subprocess("a", *FLOW[1:], FLOW[0], tag="transaction"),
            m.boundary("b", "a", "<cancelEventDefinition/>"),
            E,
            "start -> a -> end; b -> end",
        ),
    ),
    ("cancel", "se", sub(m.start("ss"), m.end("se", "<cancelEventDefinition/>"), "ss -> se")),
    # scripts and what nobody knows
    (
        "script-task",
        "a",
        m.process(S, m.node("scriptTask", "a", "<script>x = 1</script>"), E, LINE),
    ),
    (
        "script",
        "a",
        m.process(
            S,
            m.node(
                "userTask",
                "a",
                m.extensions("<spiffworkflow:preScript>x</spiffworkflow:preScript>"),
            ),
            E,
            LINE,
        ),
    ),
    (
        "script",
        "a",
        m.process(
            S,
            m.node(
                "userTask",
                "a",
                m.extensions("<spiffworkflow:postScript>x</spiffworkflow:postScript>"),
            ),
            E,
            LINE,
        ),
    ),
    (
        "unknown-extension",
        "a",
        m.process(S, m.node("userTask", "a", m.extensions("<spiffworkflow:unitTests/>")), E, LINE),
    ),
    ("send-task", "a", m.process(S, m.node("sendTask", "a"), E, LINE)),
    (
        "message-throw",
        "end",
        m.process(S, m.user("a"), m.end("end", m.message("M")), LINE, beside=m.messages("M")),
    ),
    # what each node needs
    ("no-operation", "a", m.process(S, m.node("serviceTask", "a"), E, LINE)),
    ("call", "a", m.process(S, m.node("callActivity", "a", calledElement="borta"), E, LINE)),
    (
        "recursive-call",
        "p",
        m.process(
            S,
            m.node("callActivity", "a", calledElement="q"),
            E,
            LINE,
            beside='<process id="q" isExecutable="false">'
            + m.body(
                m.start("qs"),
                m.node("callActivity", "qc", calledElement="q"),
                m.end("qe"),
                "qs -> qc -> qe",
            )
            + "</process>",
        ),
    ),
    ("event-count", "a", event_task(m.timer("PT1H") + m.message("M"))),
    ("boundary", "a", bordered(m.error("F"), cancelActivity="false")),
    ("cycle", "a", event_task(m.timer("R3/PT1H", "timeCycle"))),
    ("timer", "a", bordered(m.timer("R3/PT1S", "timeCycle"), cancelActivity="false")),
    ("timer", "a", bordered(m.timer("varje dag kl 8", "timeCycle"), cancelActivity="false")),
    ("timer", "a", event_task(m.timer("R3/PT1H"))),
    (
        "event-gateway",
        "a",
        m.process(
            S,
            m.event_gateway("a"),
            m.user("x"),
            m.user("y"),
            E,
            "start -> a; a -> x -> end; a -> y -> end",
        ),
    ),
    ("into-start", "start", m.process(S, m.user("a"), E, "start -> a -> end; a -> start")),
    (
        "default",
        "a",
        m.process(
            S,
            m.exclusive("a", default="fel"),
            m.user("x"),
            m.user("y"),
            E,
            "start -> a; a -> x : true; a -> y : true; x -> end; y -> end",
        ),
    ),
    ("bad-id", None, m.process(S, m.user("a b"), E, "start -> a b -> end")),
    ("long-name", "a", m.process(S, m.node("userTask", "a", name="x" * 501), E, LINE)),
    # expressions
    (
        "expression",
        "g_x",
        m.process(
            S,
            m.exclusive("g", default="g_y"),
            m.user("x"),
            m.user("y"),
            E,
            "start -> g; g -> x : __import__('os'); g -> y; x -> end; y -> end",
        ),
    ),
    ("expression", "a", m.process(S, m.service("a", x="((("), E, LINE)),
    ("expression", "a", event_task(m.timer("om en vecka +"))),
    # soundness
    ("dead-end", "a", m.process(S, m.user("a"), E, "start -> a -> a", m.user("c"), "c -> end")),
    (
        "busy-loop",
        "m",
        m.process(
            S,
            m.exclusive("m"),
            m.service("a"),
            m.exclusive("g", default="g_end"),
            E,
            "start -> m -> a -> g; g -> m : true; g -> end",
        ),
    ),
    ("starved-join", "a", split("exclusiveGateway", "parallelGateway")),
    (
        "starved-join",
        "j",
        m.process(
            S,
            m.user("a"),
            m.boundary("b", "a", m.timer("P1D")),
            m.parallel("j"),
            E,
            "start -> a -> j; b -> j; j -> end",
        ),
    ),
    (
        "flood",
        "b",
        m.process(
            S,
            m.exclusive("m"),
            m.parallel("f"),
            m.user("a"),
            m.user("b"),
            E,
            "start -> m -> f; f -> a -> m; f -> b -> end",
        ),
    ),
]


@pytest.mark.parametrize(("rule", "element", "model"), RULES, ids=[f"{r}-{e}" for r, e, _ in RULES])
def test_each_rule_refuses_its_model(rule: str, element: str | None, model: bytes) -> None:
    try:
        findings = found(model)
    except ModelRefused as refusal:
        findings = {f.rule: f.element for f in refusal.findings}
    assert rule in findings
    assert findings[rule] == element or element is None


@pytest.mark.parametrize(("rule", "element", "model"), RULES, ids=[f"{r}-{e}" for r, e, _ in RULES])
def test_what_is_refused_cannot_be_started_either(rule: str, element: str | None, model: bytes) -> None:
    with pytest.raises(ModelRefused):
        start(read({"model.bpmn": model}), {}, case="c", key=KEY, now=NOW)


@pytest.mark.parametrize("kind", ["parallelGateway", "inclusiveGateway"])
@pytest.mark.parametrize("join", ["inclusiveGateway", "parallelGateway"])
def test_joins_that_fit_their_split_are_accepted(kind: str, join: str) -> None:
    assert ("starved-join" in found(split(kind, join))) == (
        (kind, join) == ("inclusiveGateway", "parallelGateway")
    )


def test_what_people_need_must_be_in_the_folder() -> None:
    model = m.process(S, m.user("a", form="f", text="t"), E, LINE)
    assert set(found(model, **{"texts/x.md": b"#"})) == {"unknown-form", "unknown-text"}
    assert not found(model, **{"forms/f.json": b"{}", "texts/t.md": b"# Hej"})


def test_a_lone_model_is_told_what_its_folder_shall_hold() -> None:
    definition = read({"model.bpmn": m.process(S, m.user("a", form="f", text="t"), E, LINE)})
    said = {f.rule: f.level for f in check(definition) if f.rule.startswith("unknown-")}
    assert said == {"unknown-form": "warning", "unknown-text": "warning"}
    with pytest.raises(ModelRefused):
        require(definition, operations=(), roles=())


def test_operations_and_roles_must_exist_where_the_process_shall_run() -> None:
    definition = read(
        {
            "model.bpmn": m.process(
                m.lanes(Registrator="a", Chef="b"),
                S,
                m.user("a"),
                m.user("b"),
                m.service("s", "register"),
                E,
                "start -> a -> b -> s -> end",
            )
        }
    )
    assert not [f for f in check(definition) if f.level == "error"]
    findings = check(definition, operations={"annat"}, roles={"Chef"})
    assert {f.rule: f.element for f in findings} == {"unknown-operation": "s", "unknown-role": "a"}
    with pytest.raises(ModelRefused):
        require(definition, operations=(), roles=())


def test_every_finding_is_a_sentence() -> None:
    for _, _, model in RULES:
        try:
            findings = check(read({"model.bpmn": model}))
        except ModelRefused as refusal:
            findings = refusal.findings
        for finding in findings:
            assert finding.text[0].isupper() or not finding.text[0].isalpha()
            assert finding.text.endswith((".", "”"))


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        ("data-unused", m.node("dataObjectReference", "d", dataObjectRef="x")),
        ("performer-unused", m.user("u", "<potentialOwner/>")),
        ("foreign-extension", m.user("u", m.extensions("<camunda:taskListener/>"))),
        ("foreign-attribute", '<userTask id="u" camunda:assignee="demo"/>'),
    ],
)
def test_what_is_shown_but_not_obeyed_is_said(rule: str, part: str) -> None:
    line = "start -> u -> a -> end" if "<userTask" in part else LINE
    definition = read({"model.bpmn": m.process(S, m.user("a"), part, E, line)})
    assert rule in {f.rule for f in check(definition) if f.level != "error"}
    assert not [f for f in check(definition) if f.level == "error"]
