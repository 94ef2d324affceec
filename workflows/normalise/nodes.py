"""Nodes that the normaliser gives a type, a beginning or an end."""

from __future__ import annotations

from lxml import etree

from workflows import timers
from workflows.normalise.scope import Drawing, Level, mark
from workflows.normalise.vocabulary import (
    ACTIVITIES,
    GATEWAYS,
    NODES,
    SCHEDULE,
    SPIFF,
    TIMES,
    attribute,
    children,
    event_definitions,
    identifier,
    local,
    q,
    reference,
)

_MARKED = "true"


def typed(drawing: Drawing, scope: etree._Element) -> None:
    """Tasks without a type become user tasks; a send task that names an operation is a service
    task; an empty subprocess is a user task."""
    for element in list(scope):
        name, ident = local(element), identifier(element)
        if name in {"task", "manualTask"}:
            element.tag = q("userTask")
            drawing.note(
                "untyped-task",
                ident,
                f"Uppgiften ”{_label(element)}” har ingen typ och blir en användaruppgift.",
            )
        elif name == "sendTask" and _has_operator(element):
            element.tag = q("serviceTask")
            drawing.note(
                "send-task",
                ident,
                f"Sänduppgiften ”{_label(element)}” har en åtgärd och blir en tjänsteuppgift.",
            )
        elif name == "callActivity" and reference(element, "calledElement") in drawing.people:
            element.tag = q("userTask")
            drawing.note(
                "global-task",
                ident,
                f"”{_label(element)}” anropar en global uppgift och blir en användaruppgift.",
            )
        elif name == "transaction" and not _undone(scope, element):
            element.tag = q("subProcess")
            drawing.note(
                "transaction",
                ident,
                f"Transaktionen ”{_label(element)}” kan inte avbrytas och blir en delprocess.",
            )
        elif (
            name == "subProcess"
            and attribute(element, "triggeredByEvent") != _MARKED
            and not any(local(c) in NODES for c in element)
        ):
            element.tag = q("userTask")
            drawing.note(
                "empty-subprocess",
                ident,
                f"Delprocessen ”{_label(element)}” är tom och blir en användaruppgift.",
            )


def plain_starts(level: Level) -> None:
    """At the top a process is started by the system around it, whatever its start event shows."""
    if local(level.scope) != "process":
        return
    for ident, element in level.of("startEvent"):
        for definition in event_definitions(element):
            element.remove(definition)
            text = schedule_of(definition)
            if text is not None:
                schedule(element, text)
                level.drawing.note(
                    "scheduled-start",
                    ident,
                    f"Starthändelsen ”{_label(element)}” är ett schema ({text}). Systemet öppnar ett ärende "
                    "varje gång; gånger som har missats blir ett enda ärende.",
                )
                continue
            level.drawing.note(
                "typed-start",
                ident,
                f"Starthändelsen ”{_label(element)}” har en utlösare. Systemet startar processen; "
                "utlösaren används inte.",
            )


def schedule(element: etree._Element, text: str) -> None:
    """Give the start event one more time at which a case begins."""
    for had in element.iter(q("property", SPIFF)):
        if attribute(had, "name") == SCHEDULE:
            had.set("value", f"{attribute(had, 'value')}\n{text}")
            return
    mark(element, SCHEDULE, text)


def schedule_of(definition: etree._Element) -> str | None:
    """The time of a timer's event definition when it stands there in full: a date, a duration, a cycle or
    cron. What has to be evaluated first has no case yet to be evaluated in."""
    if local(definition) != "timerEventDefinition":
        return None
    text = next((child.text or "" for child in children(definition, *TIMES)), "")
    return timers.literal(text) if timers.is_literal(text) else None


def links(level: Level) -> None:
    """A pair of link events is a sequence flow drawn in two places."""
    catches = {
        _link(element): (ident, element)
        for ident, element in level.of("intermediateCatchEvent")
        if _link(element)
    }
    met: set[str] = set()
    for ident, element in level.of("intermediateThrowEvent"):
        name = _link(element)
        if not name or name not in catches or level.outgoing(ident):
            continue
        target, catch = catches[name]
        level.connect(ident, target)
        for definition in event_definitions(element):
            element.remove(definition)
        met.add(name)
        level.drawing.note("link", ident, f"Länken ”{name}” ersätts med ett flöde till ”{_label(catch)}”.")
    for name in met:
        _, catch = catches[name]
        for definition in event_definitions(catch):
            catch.remove(definition)
        catch.tag = q("intermediateThrowEvent")


def begun(level: Level) -> None:
    """A scope without a start event begins at every node that nothing leads to."""
    if any(True for _ in level.of("startEvent")):
        return
    first = [
        ident
        for ident, element in level.nodes.items()
        if not level.has_incoming(ident)
        and local(element) != "boundaryEvent"
        and attribute(element, "triggeredByEvent") != _MARKED
    ]
    if not first:
        return
    scope = identifier(level.scope)
    start = level.add("startEvent", f"{scope}_start")
    level.drawing.note(
        "implicit-start",
        scope,
        f"”{_label(level.scope)}” saknar starthändelse. Den börjar där inget flöde leder in.",
    )
    if len(first) > 1:
        gateway = level.add("parallelGateway", f"{scope}_split")
        level.connect(start, gateway)
        start = gateway
    for ident in first:
        level.connect(start, ident)


def ended(level: Level) -> None:
    """A node that nothing leaves is followed by an end."""
    for ident, element in level.of(
        *(ACTIVITIES | GATEWAYS),
        "startEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    ):
        if level.outgoing(ident) or attribute(element, "triggeredByEvent") == _MARKED:
            continue
        if attribute(element, "isForCompensation") == _MARKED:
            continue
        level.connect(ident, level.add("endEvent", f"{ident}_end"))
        level.drawing.note(
            "implicit-end", ident, f"Inget flöde lämnar ”{_label(element)}”. Flödet slutar där."
        )


def _link(element: etree._Element) -> str:
    for definition in children(element, "linkEventDefinition"):
        return attribute(definition, "name") or attribute(element, "name")
    return ""


def _has_operator(element: etree._Element) -> bool:
    path = f"{q('extensionElements')}/{q('serviceTaskOperator', SPIFF)}"
    return element.find(path) is not None


def _undone(scope: etree._Element, transaction: etree._Element) -> bool:
    """Whether the transaction can be cancelled, or what is done in it be undone."""
    ident = identifier(transaction)
    parts = [transaction, *(e for e in scope if attribute(e, "attachedToRef") == ident)]
    undoing = {"cancelEventDefinition", "compensateEventDefinition"}
    return any(local(e) in undoing for part in parts for e in part.iter())


def _label(element: etree._Element) -> str:
    return attribute(element, "name") or attribute(element, "id")
