"""Models as the world draws them, in the dialects of its editors; each with what shall become of it.

`ended` means accepted and run to its end; anything else is the rule that refuses it.
"""

from __future__ import annotations

from tests.corpora.dressing import MODELER, Dress, dressed, file
from tests.workflows import models as m

CAMUNDA7 = Dress(
    "bpmn", "Camunda Modeler", attributes={f"{{{MODELER}}}executionPlatform": "Camunda Platform"}
)
CAMUNDA8 = Dress("bpmn", "Camunda Modeler", attributes={f"{{{MODELER}}}executionPlatform": "Camunda Cloud"})
SIGNAVIO = Dress(None, "Signavio Process Editor, http://www.signavio.com", metadata=12)
BIZAGI = Dress(None, "Bizagi Modeler", declared='<?xml version="1.0"?>\n')
VISIO = Dress("bpmn2", "Microsoft Visio", declared='\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n')
BPMN_IO = Dress("bpmn", "bpmn-js (https://demo.bpmn.io)")
TRISOTECH = Dress(
    "semantic",
    "Trisotech.com",
    declared='<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>\n',
    encoding="iso-8859-1",
)
ARENA = Dress("bpmn", "SpiffArena")
FLOWABLE = Dress(None, "Flowable Open Source Modeler")

S, E = m.start(), m.end()
Models = dict[str, tuple[str, bytes]]
OPEN_GATE = "start -> a -> j -> g; g -> b; g -> c; b -> end; c -> end"


def task(id: str, inner: str = "", tag: str = "task", **attributes: str) -> str:
    return m.node(tag, id, inner, name=attributes.pop("name", id.upper()), **attributes)


def ext(inner: str) -> str:
    return m.extensions(inner)


def every() -> Models:
    """All of them, by name."""
    kinds = (camunda7, camunda8, signavio, pools, bpmn_io, trisotech, others)
    return {name: made for kind in kinds for name, made in kind().items()}


def camunda7() -> Models:
    def of(*parts: str, beside: str = "") -> bytes:
        return file(CAMUNDA7, *parts, beside=beside, executable=True)

    one = "start -> a -> end"
    external = {"camunda:type": "external", "camunda:topic": "registrera"}
    return {
        "c7-form-key": (
            "ended",
            of(S, task("a", tag="userTask", **{"camunda:formKey": "embedded:app:forms/a.html"}), E, one),
        ),
        "c7-generated-form": (
            "ended",
            of(
                S,
                task(
                    "a",
                    ext(
                        '<camunda:formData><camunda:formField id="belopp" type="long">'
                        '<camunda:validation><camunda:constraint name="min" config="0"/>'
                        "</camunda:validation></camunda:formField></camunda:formData>"
                    ),
                    "userTask",
                ),
                E,
                one,
            ),
        ),
        "c7-groups": (
            "ended",
            of(S, task("a", tag="userTask", **{"camunda:candidateGroups": "handläggare,chef"}), E, one),
        ),
        "c7-condition": (
            "ended",
            of(
                S,
                m.exclusive("g"),
                task("a", tag="userTask"),
                task("b", tag="userTask"),
                E,
                "start -> g; g -> a : ${antal > 3}; g -> b : ${antal <= 3}; a -> end; b -> end",
            ),
        ),
        "c7-juel": (
            "ended",
            of(
                S,
                m.exclusive("g", "g_b"),
                task("a", tag="userTask"),
                task("b", tag="userTask"),
                E,
                'start -> g; g -> a : ${godkänd && !hemlig || nivå == "hög"}; g -> b',
                "a -> end; b -> end",
            ),
        ),
        "c7-method-call": (
            "expression",
            of(
                S,
                m.exclusive("g", "g_b"),
                task("a", tag="userTask"),
                task("b", tag="userTask"),
                E,
                "start -> g; g -> a : ${execution.getVariable('x')}; g -> b; a -> end; b -> end",
            ),
        ),
        "c7-external-task": (
            "ended",
            of(
                S,
                task(
                    "a",
                    ext(
                        '<camunda:inputOutput><camunda:inputParameter name="titel">${titel}'
                        '</camunda:inputParameter><camunda:inputParameter name="typ">post'
                        "</camunda:inputParameter></camunda:inputOutput>"
                    ),
                    "serviceTask",
                    **external,
                ),
                E,
                one,
            ),
        ),
        "c7-send-task": ("ended", of(S, task("a", "", "sendTask", **external), E, one)),
        "c7-delegate": (
            "no-operation",
            of(S, task("a", "", "serviceTask", **{"camunda:class": "se.example.Skicka"}), E, one),
        ),
        "c7-expression": (
            "no-operation",
            of(S, task("a", "", "serviceTask", **{"camunda:expression": "${bean.run()}"}), E, one),
        ),
        "c7-listener": (
            "ended",
            of(
                S,
                task(
                    "a",
                    ext(
                        '<camunda:taskListener event="create"><camunda:script scriptFormat="groovy">'
                        "x = 1</camunda:script></camunda:taskListener>"
                    ),
                    "userTask",
                ),
                E,
                one,
            ),
        ),
        "c7-groovy": (
            "script-task",
            of(S, task("a", "<script>println 1</script>", "scriptTask", scriptFormat="groovy"), E, one),
        ),
        "c7-collection": (
            "ended",
            of(
                S,
                task(
                    "a",
                    '<multiInstanceLoopCharacteristics camunda:collection="${lista}" '
                    'camunda:elementVariable="en"/>',
                    "userTask",
                ),
                E,
                one,
            ),
        ),
        "c7-timer-edge": (
            "ended",
            of(
                S,
                task("a", tag="userTask"),
                m.boundary("t", "a", m.timer("PT24H")),
                task("b", tag="userTask"),
                E,
                "start -> a -> end; t -> b -> end",
            ),
        ),
        "c7-error-edge": (
            "ended",
            of(
                S,
                task("a", "", "serviceTask", **external),
                m.boundary("t", "a", m.error("Fel")),
                E,
                "start -> a -> end; t -> end",
                beside=m.errors("Fel"),
            ),
        ),
        "c7-rule": (
            "no-decision",
            of(S, task("a", "", "businessRuleTask", **{"camunda:decisionRef": "d"}), E, one),
        ),
        "c7-call": (
            "ended",
            dressed(
                CAMUNDA7,
                f'<process id="p" isExecutable="true">'
                f"{m.body(S, task('a', '', 'callActivity', calledElement='q'), E, one)}</process>"
                '<process id="q" isExecutable="true">'
                f"{m.body(m.start('qs'), task('qa', '', 'userTask'), m.end('qe'), 'qs -> qa -> qe')}"
                "</process>",
            ),
        ),
        "c7-message-end": (
            "message-throw",
            of(S, task("a", tag="userTask"), m.end("end", m.message("M")), one, beside=m.messages("M")),
        ),
        "c7-signal": (
            "signal",
            of(S, m.catch("a", '<signalEventDefinition signalRef="s"/>'), E, one),
        ),
    }


def camunda8() -> Models:
    def of(*parts: str, beside: str = "") -> bytes:
        return file(CAMUNDA8, *parts, beside=beside, executable=True)

    one = "start -> a -> end"
    job = '<zeebe:taskDefinition type="registrera" retries="3"/>'
    keyed = (
        '<message id="M" name="Svar"><extensionElements>'
        '<zeebe:subscription correlationKey="=ärende"/></extensionElements></message>'
    )
    return {
        "c8-user-task": (
            "ended",
            of(
                S,
                task(
                    "a",
                    ext(
                        '<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="handläggare"/>'
                        '<zeebe:formDefinition formId="f1"/>'
                    ),
                    "userTask",
                ),
                E,
                one,
            ),
        ),
        "c8-embedded-form": (
            "ended",
            of(
                ext('<zeebe:userTaskForm id="f">{"components": [{"key": "x"}]}</zeebe:userTaskForm>'),
                S,
                task("a", tag="userTask"),
                E,
                one,
            ),
        ),
        "c8-feel": (
            "ended",
            of(
                S,
                m.exclusive("g", "g_b"),
                task("a", tag="userTask"),
                task("b", tag="userTask"),
                E,
                'start -> g; g -> a : =belopp > 10 and slag in ("a", "b"); g -> b; a -> end; b -> end',
            ),
        ),
        "c8-job": (
            "ended",
            of(
                S,
                task(
                    "a",
                    ext(
                        job + '<zeebe:ioMapping><zeebe:input source="=titel" target="titel"/>'
                        '<zeebe:input source="post" target="typ"/></zeebe:ioMapping>'
                        '<zeebe:taskHeaders><zeebe:header key="k" value="v"/></zeebe:taskHeaders>'
                    ),
                    "serviceTask",
                ),
                E,
                one,
            ),
        ),
        "c8-send": ("ended", of(S, task("a", ext(job), "sendTask"), E, one)),
        "c8-script": (
            "script-task",
            of(S, task("a", ext('<zeebe:script expression="=1" resultVariable="x"/>'), "scriptTask"), E, one),
        ),
        "c8-decision": (
            "no-decision",
            of(
                S,
                task(
                    "a",
                    ext('<zeebe:calledDecision decisionId="d" resultVariable="r"/>'),
                    "businessRuleTask",
                ),
                E,
                one,
            ),
        ),
        "c8-message": ("ended", of(S, m.catch("a", m.message("M")), E, one, beside=keyed)),
        "c8-receive": (
            "ended",
            of(S, task("a", "", "receiveTask", messageRef="M"), E, one, beside=keyed),
        ),
        "c8-loop": (
            "ended",
            of(
                S,
                task(
                    "a",
                    "<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics "
                    'inputCollection="=lista" inputElement="en" outputCollection="alla" '
                    'outputElement="=svar"/></extensionElements></multiInstanceLoopCharacteristics>',
                    "userTask",
                ),
                E,
                one,
            ),
        ),
        "c8-timer": (
            "ended",
            of(
                S,
                task("a", tag="userTask"),
                m.boundary("t", "a", m.timer("=frist")),
                E,
                "start -> a -> end; t -> end",
            ),
        ),
        "c8-call-elsewhere": (
            "call",
            of(
                S,
                task("a", ext('<zeebe:calledElement processId="borta"/>'), "callActivity"),
                E,
                one,
            ),
        ),
        "c8-event-subprocess": (
            "event-subprocess",
            of(
                S,
                task("a", tag="userTask"),
                E,
                one,
                m.subprocess(
                    "s",
                    m.node("startEvent", "ss", m.message("M"), isInterrupting="false"),
                    m.user("i"),
                    m.end("se"),
                    "ss -> i -> se",
                    triggeredByEvent="true",
                ),
                beside=keyed,
            ),
        ),
    }


def signavio() -> Models:
    def of(*parts: str, beside: str = "") -> bytes:
        return file(SIGNAVIO, *parts, beside=beside)

    return {
        "signavio-plain": ("ended", of(S, task("a"), E, "start -> a -> end")),
        "signavio-choice": (
            "ended",
            of(
                S,
                task("a"),
                m.exclusive("g"),
                task("b"),
                task("c"),
                E,
                "start -> a -> g; g -> b; g -> c; b -> end; c -> end",
            ),
        ),
        "signavio-choice-after-join": (
            "ended",
            of(S, task("a"), m.exclusive("j"), m.exclusive("g"), task("b"), task("c"), E, OPEN_GATE),
        ),
        "signavio-loop": (
            "ended",
            of(
                S,
                m.exclusive("j"),
                task("a"),
                m.exclusive("g"),
                E,
                "start -> j -> a -> g; g -> j; g -> end",
            ),
        ),
        "signavio-silent-timer": (
            "ended",
            of(S, task("a"), m.catch("t", "<timerEventDefinition/>"), E, "start -> a -> t -> end"),
        ),
        "signavio-silent-edge": (
            "ended",
            of(
                S,
                task("a"),
                m.boundary("t", "a", "<timerEventDefinition/>", interrupting=False),
                task("b"),
                E,
                "start -> a -> end; t -> b -> end",
            ),
        ),
        "signavio-message-start-and-end": (
            "ended",
            of(
                m.node("startEvent", "start", "<messageEventDefinition/>"),
                task("a"),
                m.end("end", "<messageEventDefinition/>"),
                "start -> a -> end",
            ),
        ),
        "signavio-starts": (
            "ended",
            of(
                m.node("startEvent", "s1", "<messageEventDefinition/>"),
                m.node(
                    "startEvent",
                    "s2",
                    "<conditionalEventDefinition><condition/></conditionalEventDefinition>",
                ),
                task("a"),
                task("b"),
                task("c"),
                E,
                "s1 -> a -> b -> end; s2 -> c -> end",
            ),
        ),
        "signavio-event-gateway": (
            "ended",
            of(
                S,
                m.event_gateway("g"),
                m.catch("t", "<timerEventDefinition/>"),
                m.catch("c", "<messageEventDefinition/>"),
                task("a"),
                E,
                "start -> g; g -> t; g -> c; t -> a -> end; c -> end",
            ),
        ),
        "signavio-natural-condition": (
            "expression",
            of(
                S,
                task("a"),
                m.exclusive("g", "g_c"),
                task("b"),
                task("c"),
                E,
                "start -> a -> g; g -> b : summan är större än tusen; g -> c; b -> end; c -> end",
            ),
        ),
        "signavio-repeated": (
            "instances",
            of(S, task("a", "<multiInstanceLoopCharacteristics/>"), E, "start -> a -> end"),
        ),
    }


def pools() -> Models:
    inner = m.body(
        "<laneSet id='ls'><lane id='l1' name='Handläggare'><flowNodeRef>a</flowNodeRef></lane></laneSet>",
        S,
        task("a"),
        m.node("intermediateThrowEvent", "m", "<messageEventDefinition/>", name="Besked"),
        E,
        "start -> a -> m -> end",
        "<dataObjectReference id='d' name='Ansökan'/><dataStoreReference id='ds' name='Register'/>",
        "<textAnnotation id='ta'><text>Obs!</text></textAnnotation>",
        "<association id='as' sourceRef='a' targetRef='ta'/><group id='gr'/>",
    )
    other = m.body(m.start("ks"), task("ka"), m.end("ke"), "ks -> ka -> ke")

    def of(dress: Dress, first: str = "false", second: str = "false", more: str = "") -> bytes:
        return dressed(
            dress,
            "<collaboration id='c'><participant id='P1' name='Kommunen' processRef='p'/>"
            "<participant id='P2' name='Sökande' processRef='k'/><participant id='P3' name='Tingsrätten'/>"
            "<messageFlow id='mf' sourceRef='m' targetRef='ka'/>"
            f"<messageFlow id='mf2' sourceRef='P3' targetRef='a'/></collaboration>{more}"
            f"<process id='k' isExecutable='{second}'>{other}</process>"
            f"<process id='p' isExecutable='{first}'>{inner}</process>",
        )

    lone = "<collaboration id='c'><participant id='P' name='Enheten' processRef='p'/></collaboration>"
    return {
        "bizagi-pools": ("ended", of(BIZAGI)),
        "visio-pools": ("ended", of(VISIO)),
        "bizagi-one-executable": ("ended", of(BIZAGI, second="true")),
        "bizagi-two-executable": ("several-processes", of(BIZAGI, "true", "true")),
        "bizagi-conversation": (
            "ended",
            of(BIZAGI, more="<collaboration id='c2'><conversation id='cv'/></collaboration>"),
        ),
        "bizagi-choreography": (
            "choreography",
            of(BIZAGI, more="<choreography id='ch'><choreographyTask id='ct'/></choreography>"),
        ),
        "bizagi-only-choreography": (
            "no-process",
            dressed(BIZAGI, "<choreography id='ch'><choreographyTask id='ct'/></choreography>"),
        ),
        "visio-script-in-the-other-pool": (
            "ended",
            dressed(
                VISIO,
                f"<process id='p' isExecutable='true'>{m.body(S, task('a'), E, 'start -> a -> end')}"
                "</process><process id='k'>"
                + m.body(m.start("ks"), task("ka", "<script>x</script>", "scriptTask"), m.end("ke"))
                + "</process>",
            ),
        ),
        "visio-lanes": ("ended", dressed(VISIO, f"{lone}<process id='p'>{inner}</process>")),
        "visio-empty": ("no-process", dressed(VISIO, f"{lone}<process id='p'/>")),
        "bizagi-groups": (
            "ended",
            dressed(
                BIZAGI,
                "<category id='ca'><categoryValue id='cv' value='Grupp'/></category>"
                f"<dataStore id='D' name='Register'/><process id='p'>{inner}</process>",
            ),
        ),
    }


def bpmn_io() -> Models:
    def of(*parts: str, beside: str = "") -> bytes:
        return file(BPMN_IO, *parts, beside=beside)

    link = '<linkEventDefinition name="A"/>'
    return {
        "io-no-events": ("ended", of(task("a"), task("b"), "a -> b")),
        "io-two-beginnings": ("ended", of(task("a"), task("b"), task("c"), "a -> c; b -> c")),
        "io-split": ("ended", of(S, task("a"), task("b"), task("c"), "start -> a; a -> b; a -> c")),
        "io-unnamed": (
            "ended",
            of(S, m.node("task", "a"), m.node("intermediateThrowEvent", "i"), E, "start -> a -> i -> end"),
        ),
        "io-question-first": (
            "ended",
            of(S, m.exclusive("g"), task("a"), task("b"), "start -> g; g -> a; g -> b"),
        ),
        "io-typed-tasks": (
            "ended",
            of(
                S,
                *(
                    task(f"t{n}", tag=tag)
                    for n, tag in enumerate(
                        ["serviceTask", "sendTask", "scriptTask", "businessRuleTask", "receiveTask"]
                    )
                ),
                task("c", tag="callActivity"),
                E,
                "start -> t0 -> t1 -> t2 -> t3 -> t4 -> c -> end",
            ),
        ),
        "io-inclusive": (
            "ended",
            of(
                S,
                m.inclusive("g"),
                task("a"),
                task("b"),
                m.inclusive("j"),
                E,
                "start -> g; g -> a -> j; g -> b -> j; j -> end",
            ),
        ),
        "io-links": (
            "ended",
            of(
                S,
                task("a"),
                m.node("intermediateThrowEvent", "t", link),
                m.node("intermediateCatchEvent", "c", link),
                task("b"),
                E,
                "start -> a -> t; c -> b -> end",
            ),
        ),
        "io-lost-link": (
            "link",
            of(S, task("a"), m.node("intermediateThrowEvent", "t", link), "start -> a -> t"),
        ),
        "io-loose-task": ("unreachable", of(S, task("a"), task("b"), E, "start -> a -> end")),
        "io-complex": (
            "complex-gateway",
            of(S, m.node("complexGateway", "g"), task("a"), E, "start -> g -> a -> end"),
        ),
        "io-collapsed": ("ended", of(S, m.subprocess("s"), E, "start -> s -> end")),
        "io-merged-starts": (
            "ended",
            of(m.start("s1"), m.start("s2"), task("a"), E, "s1 -> a; s2 -> a; a -> end"),
        ),
        "io-deadlock": (
            "starved-join",
            of(
                S,
                m.exclusive("g"),
                task("a"),
                task("b"),
                m.parallel("j"),
                E,
                "start -> g; g -> a -> j; g -> b -> j; j -> end",
            ),
        ),
        "io-empty": ("no-process", of()),
    }


def trisotech() -> Models:
    def of(*parts: str, beside: str = "", dress: Dress = TRISOTECH) -> bytes:
        return file(dress, *parts, beside=beside)

    nested = (
        '<laneSet id="ls"><lane id="l0" name="Avdelning"><childLaneSet id="cl">'
        '<lane id="l1" name="Registrator"><flowNodeRef>a</flowNodeRef></lane>'
        '<lane id="l2" name="Chef"><flowNodeRef>b</flowNodeRef></lane></childLaneSet></lane></laneSet>'
    )
    sub = m.subprocess("s", m.start("ss"), task("i"), m.end("se"), "ss -> i -> se")
    data = (
        "<ioSpecification><dataInput id='di'/><inputSet><dataInputRefs>di</dataInputRefs></inputSet>"
        "<outputSet/></ioSpecification><dataInputAssociation id='da'><sourceRef>do</sourceRef>"
        "<targetRef>di</targetRef></dataInputAssociation>"
    )
    one = "start -> a -> b -> end"
    return {
        f"triso-{name}": made
        for name, made in {
            "lanes": ("ended", of(nested, S, task("a"), task("b", tag="userTask"), E, one)),
            "subprocess": ("ended", of(S, sub, E, "start -> s -> end")),
            "prefix-bpmn2": ("ended", of(S, sub, E, "start -> s -> end", dress=VISIO)),
            "prefix-none": ("ended", of(S, sub, E, "start -> s -> end", dress=BIZAGI)),
            "global-task": (
                "ended",
                of(
                    S,
                    task("a", tag="callActivity", calledElement="G"),
                    E,
                    "start -> a -> end",
                    beside='<globalUserTask id="G" name="Granska"/>',
                ),
            ),
            "data": (
                "ended",
                of(
                    S,
                    task("a", data),
                    '<dataObject id="do"/><dataObjectReference id="dr" dataObjectRef="do"/>',
                    E,
                    "start -> a -> end",
                ),
            ),
            "terminate": (
                "ended",
                of(
                    S,
                    m.parallel("g"),
                    task("a"),
                    task("b"),
                    m.end("e1", "<terminateEventDefinition/>"),
                    m.end("e2"),
                    "start -> g; g -> a -> e1; g -> b -> e2",
                ),
            ),
            "transaction": (
                "ended",
                of(
                    S,
                    m.subprocess(
                        "s", m.start("ss"), task("i"), m.end("se"), "ss -> i -> se", tag="transaction"
                    ),
                    E,
                    "start -> s -> end",
                ),
            ),
            "ad-hoc": (
                "ad-hoc",
                of(S, m.subprocess("s", task("i"), tag="adHocSubProcess"), E, "start -> s -> end"),
            ),
            "loop": (
                "standard-loop",
                of(S, task("a", "<standardLoopCharacteristics/>"), E, "start -> a -> end"),
            ),
            "escalation": (
                "escalation",
                of(
                    S,
                    task("a"),
                    m.boundary("b", "a", "<escalationEventDefinition/>", interrupting=False),
                    E,
                    "start -> a -> end; b -> end",
                ),
            ),
            "compensation": (
                "compensation",
                of(
                    S,
                    task("a"),
                    m.node("intermediateThrowEvent", "b", "<compensateEventDefinition/>"),
                    E,
                    "start -> a -> b -> end",
                ),
            ),
            "signal-end": (
                "signal",
                of(S, task("a"), m.end("end", "<signalEventDefinition/>"), "start -> a -> end"),
            ),
            "conditional": (
                "conditional",
                of(
                    S,
                    m.catch(
                        "a",
                        "<conditionalEventDefinition><condition>x &gt; 1</condition>"
                        "</conditionalEventDefinition>",
                    ),
                    E,
                    "start -> a -> end",
                ),
            ),
            "import": (
                "ended",
                of(
                    S,
                    task("a"),
                    E,
                    "start -> a -> end",
                    beside='<import importType="http://www.w3.org/2001/XMLSchema" location="t.xsd" '
                    'namespace="urn:t"/><itemDefinition id="it"/>',
                ),
            ),
            "error-in-subprocess": (
                "ended",
                of(
                    S,
                    m.subprocess("s", m.start("ss"), task("i"), m.end("se", m.error("F")), "ss -> i -> se"),
                    m.boundary("b", "s", m.error("F")),
                    task("c"),
                    E,
                    "start -> s -> end; b -> c -> end",
                    beside=m.errors("F"),
                ),
            ),
        }.items()
    }


def others() -> Models:
    one = "start -> a -> end"
    groups = {"flowable:candidateGroups": "handläggare", "flowable:formKey": "f"}
    return {
        "arena-instructions": (
            "ended",
            file(
                ARENA,
                S,
                task(
                    "a",
                    ext(
                        "<spiffworkflow:instructionsForEndUser># Läs</spiffworkflow:instructionsForEndUser>"
                        '<spiffworkflow:properties><spiffworkflow:property name="formJsonSchemaFilename" '
                        'value="f-schema.json"/></spiffworkflow:properties>'
                    ),
                    "userTask",
                ),
                E,
                one,
                executable=True,
            ),
        ),
        "arena-form": ("ended", file(ARENA, S, m.user("a", form="f"), E, one, executable=True)),
        "arena-prescript": (
            "script",
            file(
                ARENA,
                S,
                task("a", ext("<spiffworkflow:preScript>x = 1</spiffworkflow:preScript>"), "userTask"),
                E,
                one,
                executable=True,
            ),
        ),
        "arena-service": (
            "ended",
            file(ARENA, S, m.service("a", "http/GetRequest", url="'x'"), E, one, executable=True),
        ),
        "flowable-groups": (
            "ended",
            file(FLOWABLE, S, task("a", tag="userTask", **groups), E, one, executable=True),
        ),
        "flowable-condition": (
            "ended",
            file(
                FLOWABLE,
                S,
                m.exclusive("g", "g_b"),
                task("a", tag="userTask"),
                task("b", tag="userTask"),
                E,
                "start -> g; g -> a : ${antal gt 3 && antal lt 9}; g -> b; a -> end; b -> end",
                executable=True,
            ),
        ),
        "flowable-http": (
            "no-operation",
            file(
                FLOWABLE,
                S,
                task("a", "", "serviceTask", **{"flowable:type": "http"}),
                E,
                one,
                executable=True,
            ),
        ),
    }
