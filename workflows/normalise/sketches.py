"""A process that nobody has marked executable is a drawing: what it leaves to a machine that was
never named is done, sent, chosen or told by a person instead, and each such thing is a warning.

In a process that is marked executable the same things are mistakes, and the checks refuse them.
"""

from __future__ import annotations

from lxml import etree

from workflows.extensions import operation_of, spiff_text
from workflows.normalise import choices
from workflows.normalise.flows import conditioned
from workflows.normalise.scope import Drawing, Level, mark
from workflows.normalise.vocabulary import (
    DRAWN,
    TIMES,
    attribute,
    child,
    event_definitions,
    identifier,
    local,
    q,
    reference,
    text_of,
)

_WHAT = {
    "serviceTask": "Tjänsteuppgiften",
    "sendTask": "Sänduppgiften",
    "scriptTask": "Skriptuppgiften",
    "businessRuleTask": "Regeluppgiften",
    "callActivity": "Anropet",
    "intermediateThrowEvent": "Meddelandet",
    "endEvent": "Meddelandet",
}


def by_hand(drawing: Drawing, scope: etree._Element, processes: set[str]) -> None:
    """Nodes without a setting become user tasks, and events without one wait to be told."""
    failing = {
        attribute(event, "attachedToRef")
        for event in scope
        if local(event) == "boundaryEvent" and child(event, "errorEventDefinition") is not None
    }
    for element in list(scope):
        if _unset(element, processes) and identifier(element) not in failing:
            _person(drawing, element)
        elif local(element) in {"receiveTask", "intermediateCatchEvent", "boundaryEvent"}:
            _told(drawing, element)


def asked(level: Level) -> None:
    """An exclusive gateway without conditions asks: a user task in its place, and the ways after it."""
    for ident, element in level.of("exclusiveGateway"):
        out = level.outgoing(ident)
        if len(out) < 2 or any(conditioned(flow) for flow in out):
            continue
        gateway = level.add("exclusiveGateway", f"{ident}_choice")
        question = attribute(element, "name") or "Välj väg"
        level.nodes[gateway].set("name", question)
        element.attrib.pop("default", "")
        element.tag = q("userTask")
        element.set("name", question)
        mark(element, DRAWN, "exclusiveGateway")
        for flow in out:
            level.reroute(flow, gateway)
        level.connect(ident, gateway)
        choices.answered(level, gateway, element)
        level.drawing.note(
            "question",
            ident,
            f"Grinden ”{question}” saknar villkor. En person får välja väg.",
            "Skriv villkor på vägarna om systemet ska välja.",
            "warning",
        )


def _unset(element: etree._Element, processes: set[str]) -> bool:
    match local(element):
        case "serviceTask" | "sendTask":
            operation = operation_of(element)
            return operation is None or not operation.name
        case "scriptTask":
            return not text_of(child(element, "script"))
        case "businessRuleTask":
            return spiff_text(element, "calledDecisionId") is None
        case "callActivity":
            return reference(element, "calledElement") not in processes
        case "intermediateThrowEvent" | "endEvent":
            return [local(d) for d in event_definitions(element)] == ["messageEventDefinition"]
    return False


def _person(drawing: Drawing, element: etree._Element) -> None:
    kind = local(element)
    element.tag = q("userTask")
    mark(element, DRAWN, kind)
    for definition in event_definitions(element):
        mark(element, f"{DRAWN}-event", local(definition))
        element.remove(definition)
    for script in [c for c in element if local(c) == "script"]:
        element.remove(script)
    drawing.note(
        "by-hand",
        identifier(element),
        f"{_WHAT[kind]} ”{_label(element)}” har ingen åtgärd i den här ritningen. "
        "En person får göra det och säga till när det är klart.",
        "Markera processen som körbar och välj en åtgärd, om systemet ska göra det.",
        "warning",
    )


def _told(drawing: Drawing, element: etree._Element) -> None:
    definitions = event_definitions(element)
    holder = element
    if local(element) != "receiveTask":
        if len(definitions) > 1 or (definitions and not _silent(definitions[0])):
            return
        holder = etree.Element(q("messageEventDefinition"))
        if definitions:
            mark(element, f"{DRAWN}-event", local(definitions[0]))
    if reference(definitions[0] if definitions else element, "messageRef") in drawing.messages:
        return
    for definition in definitions:
        element.remove(definition)
    name = attribute(element, "name") or attribute(element, "id")
    message = etree.Element(q("message"), id=drawing.fresh("message"), name=name[:500])
    drawing.root.insert(0, message)
    holder.set("messageRef", str(message.get("id")))
    if holder is not element:
        element.append(holder)
    drawing.note(
        "told",
        identifier(element),
        f"”{name}” säger inte vad som väntas. Flödet väntar tills någon meddelar ”{name}”.",
        "Ange en tid eller ett meddelande.",
        "warning",
    )


def _silent(definition: etree._Element) -> bool:
    """Whether the trigger says nothing of what it waits for. A message may; it is looked up later."""
    match local(definition):
        case "messageEventDefinition":
            return True
        case "timerEventDefinition":
            return not any(text_of(child(definition, name)) for name in TIMES)
        case "conditionalEventDefinition":
            return not text_of(child(definition, "condition"))
    return False


def _label(element: etree._Element) -> str:
    return attribute(element, "name") or attribute(element, "id")
