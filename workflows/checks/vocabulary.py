"""Which words of BPMN a model may use. What the engine would take for something else is refused by
name, and what nobody here knows is refused too: silence is how a model comes to lie."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from workflows.checks.unused import foreign, unused
from workflows.errors import Finding
from workflows.normalise.vocabulary import (
    BPMN,
    NODES,
    SPIFF,
    attribute,
    child,
    event_definitions,
    identifier,
    in_use,
    is_scope,
    local,
    q,
    reference,
)

_ID = re.compile(r"[^\W\d][\w.-]{0,199}")
_MAX_NAME = 500

_REFUSED_ELEMENTS = {
    "scriptTask": (
        "script-task",
        "Skriptuppgifter körs inte.",
        "Använd en tjänsteuppgift eller en beslutstabell.",
    ),
    "sendTask": (
        "send-task",
        "En sänduppgift utan åtgärd gör ingenting.",
        "Använd en tjänsteuppgift med en åtgärd som skickar.",
    ),
    "complexGateway": (
        "complex-gateway",
        "Komplexa grindar stöds inte.",
        "Använd exklusiva, inkluderande eller parallella grindar.",
    ),
    "adHocSubProcess": (
        "ad-hoc",
        "Ad hoc-delprocesser stöds inte.",
        "Rita uppgifterna parallellt eller som ett val.",
    ),
    "transaction": (
        "transaction",
        "Transaktioner som kan avbrytas stöds inte.",
        "Använd en vanlig delprocess.",
    ),
    "standardLoopCharacteristics": (
        "standard-loop",
        "Slingmarkering på en aktivitet stöds inte.",
        "Rita slingan med en exklusiv grind och ett flöde tillbaka.",
    ),
    "globalScriptTask": ("global-task", "Globala uppgifter stöds inte.", ""),
    "globalBusinessRuleTask": ("global-task", "Globala uppgifter stöds inte.", ""),
    "choreography": ("choreography", "Koreografier stöds inte.", "Rita en process."),
}
_REFUSED_EVENTS = {
    "signalEventDefinition": ("signal", "Signalhändelser stöds inte.", "Använd ett meddelande."),
    "escalationEventDefinition": (
        "escalation",
        "Eskaleringshändelser stöds inte.",
        "Använd en tidsgräns som inte avbryter.",
    ),
    "compensateEventDefinition": (
        "compensation",
        "Kompensationshändelser stöds inte.",
        "Rita det som ska göras ogjort som egna uppgifter.",
    ),
    "conditionalEventDefinition": (
        "conditional",
        "Villkorshändelser stöds inte.",
        "Använd ett meddelande eller en exklusiv grind.",
    ),
    "linkEventDefinition": (
        "link",
        "Länken saknar sin andra hälft.",
        "Ge båda länkhändelserna samma namn, eller dra ett flöde.",
    ),
    "cancelEventDefinition": ("cancel", "Avbrytshändelser stöds inte.", "Använd en felhändelse."),
}
_ALLOWED_EVENTS = {
    "startEvent": set(),
    "endEvent": {"terminateEventDefinition", "errorEventDefinition"},
    "intermediateThrowEvent": set(),
    "intermediateCatchEvent": {"timerEventDefinition", "messageEventDefinition"},
    "boundaryEvent": {"timerEventDefinition", "messageEventDefinition", "errorEventDefinition"},
}
_IN_SCOPES = NODES | {
    "sequenceFlow",
    "laneSet",
    "lane",
    "documentation",
    "extensionElements",
    "incoming",
    "outgoing",
    "textAnnotation",
    "association",
    "group",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "ioSpecification",
    "property",
    "dataInputAssociation",
    "auditing",
    "dataOutputAssociation",
    "multiInstanceLoopCharacteristics",
    "supportedInterfaceRef",
    "monitoring",
    "supports",
    "ioBinding",
    "resourceRole",
    "performer",
    "humanPerformer",
    "potentialOwner",
    "correlationSubscription",
}
_NAMED_BY_ID = {"inputDataItem", "outputDataItem"}
"""Whose id is a variable's name, as SpiffWorkflow has it: two may have the same."""
_EXTENSIONS = {"properties", "serviceTaskOperator", "calledDecisionId", "messageVariable"}
_SHOWN_ELSEWHERE = {"instructionsForEndUser", "allowGuest", "guestConfirmation", "signalButtonLabel"}
"""SpiffWorkflow's words for its own web pages: they change nothing in the flow."""


def vocabulary(root: etree._Element) -> Iterator[Finding]:
    """Findings on the normalised tree."""
    yield from _identified(root)
    yield from unused(root)
    yield from foreign(root)
    for element in in_use(root):
        name = local(element)
        if not name:
            continue
        if name in _REFUSED_ELEMENTS:
            rule, text, hint = _REFUSED_ELEMENTS[name]
            yield Finding(rule, _nearest(element), text, hint)
        elif name in _ALLOWED_EVENTS:
            yield from _event(element, name)
        elif name == "extensionElements":
            yield from _extensions(element)
        if name in NODES:
            yield from _node(element, name)
        if is_scope(element):
            for inner in element:
                if local(inner) not in _IN_SCOPES and not _refused(local(inner)):
                    yield Finding(
                        "unknown-element",
                        _nearest(inner),
                        f"”{str(inner.tag).rsplit('}', 1)[-1][:60]}” hör inte hemma i en process.",
                        "Ta bort symbolen.",
                    )
        if child(element, "script") is not None and name != "scriptTask":
            yield Finding("script", _nearest(element), "Skript körs inte.", "Ta bort skriptet.")


def _identified(root: etree._Element) -> Iterator[Finding]:
    seen: set[str] = set()
    for element in root.iter(f"{{{BPMN}}}*"):
        ident = identifier(element)
        if ident is None:
            if local(element) in NODES:
                yield Finding("no-id", None, "En symbol saknar id.", "Spara om från ett BPMN-verktyg.")
            continue
        if local(element) in _NAMED_BY_ID:
            continue
        if ident in seen:
            yield Finding("duplicate-id", ident[:200], f"Id ”{ident[:80]}” används två gånger.")
        seen.add(ident)
        if not _ID.fullmatch(ident):
            yield Finding("bad-id", None, f"Id ”{ident[:80]}” innehåller tecken som inte får användas.")
        if len(attribute(element, "name")) > _MAX_NAME:
            yield Finding("long-name", ident, f"Namnet är för långt: högst {_MAX_NAME} tecken.")


def _event(element: etree._Element, name: str) -> Iterator[Finding]:
    definitions = [local(d) for d in event_definitions(element)]
    label = attribute(element, "name") or attribute(element, "id")
    for definition in definitions:
        if definition in _REFUSED_EVENTS:
            rule, text, hint = _REFUSED_EVENTS[definition]
            yield Finding(rule, identifier(element), text, hint)
        elif definition not in _ALLOWED_EVENTS[name]:
            rule, text, hint = (
                (
                    "message-throw",
                    "Händelser som skickar meddelanden stöds inte.",
                    "Använd en tjänsteuppgift med en åtgärd som skickar.",
                )
                if definition == "messageEventDefinition" and name != "startEvent"
                else ("event-kind", f"Händelsen ”{label}” har en utlösare som den inte kan ha.", "")
            )
            yield Finding(rule, identifier(element), text, hint)
    if child(element, "eventDefinitionRef") is not None:
        yield Finding("event-ref", identifier(element), "Delade händelsedefinitioner stöds inte.")
    if name in {"intermediateCatchEvent", "boundaryEvent"} and len(definitions) != 1:
        yield Finding(
            "event-count",
            identifier(element),
            f"Händelsen ”{label}” ska ha en enda utlösare, men har {len(definitions)}.",
            "Välj tid, meddelande eller (på en aktivitets kant) fel.",
        )
    elif len(definitions) > 1:
        yield Finding("event-count", identifier(element), f"Händelsen ”{label}” har flera utlösare.")


def _node(element: etree._Element, name: str) -> Iterator[Finding]:
    ident = identifier(element)
    if attribute(element, "triggeredByEvent") == "true":
        yield Finding(
            "event-subprocess",
            ident,
            "Händelsedelprocesser stöds inte.",
            "Sätt händelsen på kanten av en delprocess.",
        )
    if attribute(element, "isForCompensation") == "true":
        yield Finding("compensation", ident, "Kompensationsuppgifter stöds inte.")
    if name == "callActivity" and not reference(element, "calledElement"):
        yield Finding("call", ident, "Anropsaktiviteten säger inte vilken process den anropar.")
    foreign = sorted({str(key).rsplit("}", 1)[-1] for key in element.attrib if str(key).startswith("{")})
    if foreign:
        yield Finding(
            "foreign-attribute",
            ident,
            f"Inställningar från ett annat verktyg används inte: {', '.join(foreign)[:200]}.",
            "Ange formulär och åtgärd med den här modellens egna inställningar.",
            "warning",
        )


def _extensions(element: etree._Element) -> Iterator[Finding]:
    for extension in element:
        space, _, name = str(extension.tag)[1:].partition("}")
        where = _nearest(element)
        if space == SPIFF and name in {"preScript", "postScript"}:
            yield Finding(
                "script",
                where,
                "Skript före eller efter en uppgift körs inte.",
                "Ta bort skriptet.",
            )
        elif space not in (SPIFF, BPMN, "") or (space == SPIFF and name in _SHOWN_ELSEWHERE):
            continue  # another tool's: `foreign` has told of it, and nothing here reads it
        elif space != SPIFF or name not in _EXTENSIONS:
            yield Finding(
                "unknown-extension",
                where,
                f"Tillägget ”{name[:60]}” är inte känt.",
                "Ta bort tillägget, eller använd den här modellens egna inställningar.",
            )
        elif name == "properties" and any(str(p.tag) != q("property", SPIFF) for p in extension):
            yield Finding("unknown-extension", where, "Egenskaperna innehåller något okänt.")


def _nearest(element: etree._Element) -> str | None:
    while identifier(element) is None:
        parent = element.getparent()
        if parent is None:
            return None
        element = parent
    return identifier(element)


def _refused(name: str) -> bool:
    return name in _REFUSED_ELEMENTS
