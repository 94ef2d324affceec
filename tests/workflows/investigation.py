"""A process folder with everything our subset of BPMN has, for tests that must meet all of it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.workflows import models as m
from workflows import Definition, read


def flow(source: str, target: str, name: str = "", condition: str = "") -> str:
    inner = f"<conditionExpression>{m.escape(condition)}</conditionExpression>" if condition else ""
    more = {"name": name} if name else {}
    return m.node("sequenceFlow", f"{source}_{target}", inner, sourceRef=source, targetRef=target, **more)


def named(tag: str, id: str, name: str, inner: str = "", **attributes: str) -> str:
    return m.node(tag, id, inner, name=name, **attributes)


def operator(name: str, result: str, **given: str) -> str:
    parameters = "".join(
        f'<spiffworkflow:parameter id="{n}" type="any" value={m.quoteattr(v)}/>' for n, v in given.items()
    )
    return m.extensions(
        f'<spiffworkflow:serviceTaskOperator id="{name}" resultVariable="{result}">'
        f"<spiffworkflow:parameters>{parameters}</spiffworkflow:parameters>"
        "</spiffworkflow:serviceTaskOperator>"
    )


def calls(decision: str) -> str:
    return m.extensions(f"<spiffworkflow:calledDecisionId>{decision}</spiffworkflow:calledDecisionId>")


def investigation() -> str:
    """The subprocess, with a choice whose ways are told by their conditions."""
    each = m.instances(
        "<loopDataInputRef>questions</loopDataInputRef>"
        '<inputDataItem id="item_in" name="question"/>'
        "<loopDataOutputRef>results</loopDataOutputRef>"
        '<outputDataItem id="item_out" name="result"/>'
        "<completionCondition>enough = true</completionCondition>",
        sequential=True,
    )
    return named(
        "subProcess",
        "investigate",
        "Utredning",
        m.node("startEvent", "begun")
        + named("userTask", "inquire", "Utred frågan")
        + m.node("exclusiveGateway", "enough_known", default="enough_known_done")
        + named("endEvent", "impossible", "Går inte att utreda", m.error("no_answer"))
        + m.node("endEvent", "done")
        + flow("begun", "inquire")
        + flow("inquire", "enough_known")
        + flow("enough_known", "impossible", condition='outcome = "none" and attempts >= 3')
        + flow("enough_known", "done")
        + each,
    )


def process() -> str:
    return (
        m.lanes(
            Handläggare="arrived assess secrecy mask masked ready both waiting answered lapsed seen "
            "joined informing tell_press tell_board informed investigate archive christmas told "
            "receipt closed withdrawn_end remind_end by_hand registered unsolved",
            Registrator="priority register denied",
            Enhetschef="remind",
        )
        + named("startEvent", "arrived", "Synpunkt har kommit in")
        + named(
            "userTask", "assess", "Bedöm synpunkten", m.properties(form="assess", text="assess", due="answer")
        )
        + named(
            "boundaryEvent",
            "late",
            "Ingen har svarat",
            m.timer("PT24H"),
            attachedToRef="assess",
            cancelActivity="false",
        )
        + named("userTask", "remind", "Påminn handläggaren")
        + m.node("endEvent", "remind_end")
        + named("boundaryEvent", "withdrawn", "", m.message("withdrawal"), attachedToRef="assess")
        + named("endEvent", "withdrawn_end", "Synpunkten är återkallad")
        + named("exclusiveGateway", "secrecy", "Är det sekretess?", default="secrecy_ready")
        + named("userTask", "mask", "Maska uppgifterna", m.properties(form="mask"))
        + named("exclusiveGateway", "masked", "Räcker maskningen?", default="masked_ready")
        + m.node("exclusiveGateway", "ready")
        + m.node("parallelGateway", "both")
        + named("businessRuleTask", "priority", "Fastställ prioritet", calls("priority"))
        + named(
            "serviceTask",
            "register",
            "Registrera ärendet",
            operator("register_case", "receipt", subject="subject", urgent="priority > 1"),
        )
        + named("boundaryEvent", "denied", "Diariet nekar", m.error("refused"), attachedToRef="register")
        + named("userTask", "by_hand", "Registrera för hand")
        + m.node("exclusiveGateway", "registered")
        + m.node("eventBasedGateway", "waiting")
        + named(
            "intermediateCatchEvent",
            "answered",
            "Svar från avsändaren",
            m.properties(correlation="sender") + m.message("reply"),
        )
        + m.node("intermediateCatchEvent", "lapsed", m.timer("P14D"))
        + m.node("exclusiveGateway", "seen")
        + m.node("parallelGateway", "joined")
        + named("inclusiveGateway", "informing", "Vilka ska få veta?", default="informing_informed")
        + named("userTask", "tell_press", "Ring pressen")
        + named("userTask", "tell_board", "Nämndens ordförande")
        + m.node("inclusiveGateway", "informed")
        + investigation()
        + named("boundaryEvent", "failed", "", m.error("no_answer"), attachedToRef="investigate")
        + named("endEvent", "unsolved", "Utan svar")
        + named("callActivity", "archive", "Arkivering", calledElement="archiving")
        + m.node("intermediateCatchEvent", "christmas", m.timer("2026-12-24T15:00", "timeDate"))
        + named("intermediateThrowEvent", "told", "Julafton har passerat")
        + named("receiveTask", "receipt", "Kvitto från arkivet", messageRef="archived")
        + named("endEvent", "closed", "Ärendet är avslutat", "<terminateEventDefinition/>")
        + flow("arrived", "assess")
        + flow("assess", "secrecy")
        + flow("late", "remind")
        + flow("remind", "remind_end")
        + flow("withdrawn", "withdrawn_end")
        + flow("secrecy", "mask", "Ja", "secret = true")
        + flow("secrecy", "ready", "Nej")
        + flow("mask", "masked")
        + flow("masked", "assess", "Nej", "enough = false")
        + flow("masked", "ready")
        + flow("ready", "both")
        + flow("both", "priority")
        + flow("both", "waiting")
        + flow("priority", "register")
        + flow("register", "registered")
        + flow("denied", "by_hand")
        + flow("by_hand", "registered")
        + flow("registered", "joined")
        + flow("waiting", "answered")
        + flow("waiting", "lapsed")
        + flow("answered", "seen")
        + flow("lapsed", "seen")
        + flow("seen", "joined")
        + flow("joined", "informing")
        + flow("informing", "tell_press", condition='kind_of_item in ("press", "rumour")')
        + flow("informing", "tell_board", "När ordföranden bett om det", "board")
        + flow("informing", "informed")
        + flow("tell_press", "informed")
        + flow("tell_board", "informed")
        + flow("informed", "investigate")
        + flow("investigate", "archive")
        + flow("failed", "unsolved")
        + flow("archive", "christmas")
        + flow("christmas", "told")
        + flow("told", "receipt")
        + flow("receipt", "closed")
    )


ARCHIVING = (
    m.node("startEvent", "archiving_start")
    + named("userTask", "pack", "Packa handlingarna")
    + named("userTask", "stamp", "Stämpla")
    + named("userTask", "seal", "Försegla")
    + flow("archiving_start", "pack")
    + flow("pack", "stamp")
    + flow("pack", "seal")
)
"""Drawn without gateways and ends, as people do."""

ASSESS = {
    "title": "Bedöm synpunkten",
    "type": "object",
    "properties": {
        "secret": {"type": "boolean", "title": "Innehåller den sekretess?"},
        "kind_of_item": {
            "type": "string",
            "title": "Vad är det?",
            "oneOf": [
                {"const": "question", "title": "Fråga"},
                {"const": "press", "title": "Fråga från pressen"},
                {"const": "rumour", "title": "Rykte"},
            ],
            "x-widget": "radio",
        },
        "summary": {"type": "string", "title": "Sammanfattning", "maxLength": 500},
    },
    "required": ["secret"],
}
MASK = {
    "title": "Maska",
    "type": "object",
    "properties": {"enough": {"type": "boolean", "title": "Räcker det?"}},
    "required": ["enough"],
}


def rule(id: str, test: str, age: str, answer: str) -> str:
    return (
        f'<rule id="{id}"><inputEntry id="{id}_1"><text>{m.escape(test)}</text></inputEntry>'
        f'<inputEntry id="{id}_2"><text>{m.escape(age)}</text></inputEntry>'
        f'<outputEntry id="{id}_3"><text>{answer}</text></outputEntry></rule>'
    )


PRIORITY = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
    '<decision id="priority" name="Prioritet"><decisionTable id="t" hitPolicy="FIRST">'
    '<input id="i1" label="Slag"><inputExpression typeRef="string"><text>kind_of_item</text>'
    "</inputExpression></input>"
    '<input id="i2" label="Ålder"><inputExpression typeRef="number"><text>age</text>'
    "</inputExpression></input>"
    '<output id="o1" label="Prioritet" name="priority" typeRef="number"/>'
    + rule("r1", '"press", "rumour"', "-", "3")
    + rule("r2", "-", "> 14", "2")
    + rule("r3", "-", "-", "1")
    + "</decisionTable></decision></definitions>"
)

SCENARIOS = "- name: Vanlig fråga\n  path: [arrived, assess]\n"


def files(model: bytes | None = None) -> dict[str, bytes]:
    """The folder, with another model in it when one is given."""
    whole = m.definitions(
        named("message", "withdrawal", "Återkallelse"),
        named("message", "reply", "Svar"),
        named("message", "archived", "Arkiverat"),
        m.errors("refused", "no_answer"),
        named("process", "handling", "Utreda synpunkt", process(), isExecutable="true"),
        named("process", "archiving", "Arkivera", ARCHIVING, isExecutable="true"),
    )
    return {
        "model.bpmn": model or whole,
        "forms/assess.json": json.dumps(ASSESS).encode(),
        "forms/mask.json": json.dumps(MASK).encode(),
        "decisions/priority.dmn": PRIORITY.encode(),
        "texts/assess.md": b"Bedom lugnt.\n\nSvara inte i affekt.\n",
        "scenarios.yaml": SCENARIOS.encode(),
    }


def definition(given: Mapping[str, bytes] | None = None) -> Definition:
    return read(files() if given is None else given)
