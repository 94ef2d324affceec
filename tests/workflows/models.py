"""Small BPMN models for tests, written as nodes and flows instead of XML by hand.

    process(start(), user("a", lane="Handläggare"), end(), "start -> a -> end")

Every helper returns XML text; arrows draw sequence flows, `a -> b : antal > 3` with a condition.
"""

from __future__ import annotations

import re
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
)


def node(tag: str, id: str, inner: str = "", **attributes: str) -> str:
    text = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{tag} id={quoteattr(id)}{text}>{inner}</{tag}>"


def extensions(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


def properties(**values: str) -> str:
    entries = "".join(
        f"<spiffworkflow:property name={quoteattr(n)} value={quoteattr(v)}/>" for n, v in values.items()
    )
    return extensions(f"<spiffworkflow:properties>{entries}</spiffworkflow:properties>")


def start(id: str = "start") -> str:
    return node("startEvent", id)


def end(id: str = "end", inner: str = "") -> str:
    return node("endEvent", id, inner)


def user(id: str, inner: str = "", **values: str) -> str:
    return node("userTask", id, (properties(**values) if values else "") + inner, name=id.upper())


def service(id: str, operation: str = "register", result: str = "", inner: str = "", **given: str) -> str:
    parameters = "".join(
        f'<spiffworkflow:parameter id="{n}" type="any" value={quoteattr(v)}/>' for n, v in given.items()
    )
    variable = f" resultVariable={quoteattr(result)}" if result else ""
    operator = (
        f'<spiffworkflow:serviceTaskOperator id="{operation}"{variable}>'
        f"<spiffworkflow:parameters>{parameters}</spiffworkflow:parameters>"
        "</spiffworkflow:serviceTaskOperator>"
    )
    return node("serviceTask", id, extensions(operator) + inner, name=id.upper())


def decide(id: str, decision: str) -> str:
    called = f"<spiffworkflow:calledDecisionId>{decision}</spiffworkflow:calledDecisionId>"
    return node("businessRuleTask", id, extensions(called), name=id.upper())


def exclusive(id: str, default: str = "") -> str:
    return node("exclusiveGateway", id, **({"default": default} if default else {}))


def inclusive(id: str, default: str = "") -> str:
    return node("inclusiveGateway", id, **({"default": default} if default else {}))


def parallel(id: str) -> str:
    return node("parallelGateway", id)


def event_gateway(id: str) -> str:
    return node("eventBasedGateway", id)


def timer(text: str, kind: str = "timeDuration") -> str:
    return f"<timerEventDefinition><{kind}>{escape(text)}</{kind}></timerEventDefinition>"


def message(ref: str) -> str:
    return f'<messageEventDefinition messageRef="{ref}"/>'


def error(ref: str = "") -> str:
    return f"<errorEventDefinition{f' errorRef={quoteattr(ref)}' if ref else ''}/>"


def catch(id: str, definition: str, **values: str) -> str:
    return node("intermediateCatchEvent", id, (properties(**values) if values else "") + definition)


def boundary(id: str, on: str, definition: str, interrupting: bool = True) -> str:
    return node("boundaryEvent", id, definition, attachedToRef=on, cancelActivity=str(interrupting).lower())


def instances(inner: str, sequential: bool = False) -> str:
    order = ' isSequential="true"' if sequential else ""
    return f"<multiInstanceLoopCharacteristics{order}>{inner}</multiInstanceLoopCharacteristics>"


def subprocess(id: str, *parts: str, inner: str = "", tag: str = "subProcess", **attributes: str) -> str:
    return node(tag, id, inner + body(*parts), name=id.upper(), **attributes)


def body(*parts: str) -> str:
    return "".join(part if part.lstrip().startswith("<") else _flows(part) for part in parts)


def _flows(text: str) -> str:
    drawn = []
    for line in filter(None, (part.strip() for part in re.split(r"[;\n]", text))):
        path, _, condition = line.partition(" : ")
        ends = [name.strip() for name in path.split("->")]
        for source, target in pairwise(ends):
            inner = (
                f'<conditionExpression xsi:type="tFormalExpression">{escape(condition)}</conditionExpression>'
                if condition
                else ""
            )
            drawn.append(
                f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
                f"{inner}</sequenceFlow>"
            )
    return "".join(drawn)


def lanes(**members: str) -> str:
    """`Handläggare="a b"`: one lane for each role."""
    drawn = "".join(
        f"<lane id={quoteattr('lane_' + name)} name={quoteattr(name)}>"
        + "".join(f"<flowNodeRef>{ref}</flowNodeRef>" for ref in listed.split())
        + "</lane>"
        for name, listed in members.items()
    )
    return f'<laneSet id="lanes">{drawn}</laneSet>'


def definitions(*parts: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions {NAMESPACES}>{"".join(parts)}</definitions>'
    ).encode()


def messages(*names: str) -> str:
    return "".join(f'<message id="{name}" name="{name}"/>' for name in names)


def errors(*codes: str) -> str:
    return "".join(f'<error id="{code}" name="{code}" errorCode="{code}"/>' for code in codes)


def process(*parts: str, beside: str = "", id: str = "p") -> bytes:
    """A whole file with one process; `beside` goes next to the process (messages, errors)."""
    return definitions(beside, f'<process id="{id}" isExecutable="true">{body(*parts)}</process>')
