"""BPMN's namespaces and element names, and the few questions that are asked of an element."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

TASKS = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
    }
)
CONTAINERS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
EVENTS = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    }
)
GATEWAYS = frozenset(
    {
        "exclusiveGateway",
        "inclusiveGateway",
        "parallelGateway",
        "eventBasedGateway",
        "complexGateway",
    }
)
ACTIVITIES = TASKS | CONTAINERS | {"callActivity"}
NODES = ACTIVITIES | EVENTS | GATEWAYS
TIMES = ("timeDate", "timeDuration", "timeCycle")

ASIDE = "aside"
"""The property that marks what is shown but does not run."""
DRAWN = "drawn"
"""The property that tells what a node is in the picture, when the normaliser made it another."""
SCHEDULE = "schedule"
"""The property of a start event that tells when the system around begins a case by itself, one ISO 8601 or
cron text a line."""
ROLE = "role"
"""The property that tells who does a task that lies in no lane."""


def q(name: str, namespace: str = BPMN) -> str:
    """The name in lxml's {namespace}name form."""
    return f"{{{namespace}}}{name}"


def local(element: etree._Element) -> str:
    """The element's BPMN name; "" for an element of another namespace."""
    tag = str(element.tag)
    return tag[len(BPMN) + 2 :] if tag.startswith(f"{{{BPMN}}}") else ""


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The BPMN children with one of these names, in document order."""
    return (child for child in element if local(child) in names)


def child(element: etree._Element, name: str) -> etree._Element | None:
    return next(children(element, name), None)


def text_of(element: etree._Element | None) -> str:
    """The element's own text without surrounding blanks; "" for None."""
    return "" if element is None or element.text is None else str(element.text).strip()


def attribute(element: etree._Element, name: str) -> str:
    value = element.get(name)
    return "" if value is None else str(value).strip()


def identifier(element: etree._Element) -> str | None:
    return attribute(element, "id") or None


def reference(element: etree._Element, name: str) -> str:
    """An attribute that refers to an id, without a namespace prefix (`tns:Message_1`)."""
    return attribute(element, name).rsplit(":", 1)[-1]


def event_definitions(element: etree._Element) -> list[etree._Element]:
    return [c for c in element if local(c).endswith("EventDefinition")]


def aside(element: etree._Element) -> bool:
    """Whether a process or node is only shown."""
    path = f"{q('extensionElements')}/{q('properties', SPIFF)}/{q('property', SPIFF)}[@name='{ASIDE}']"
    return element.find(path) is not None


def in_use(element: etree._Element) -> Iterator[etree._Element]:
    """The element and what is in it, in document order, but for what is only shown."""
    if (is_scope(element) or local(element) in NODES) and aside(element):
        return
    yield element
    for inner in element:
        yield from in_use(inner)


def is_scope(element: etree._Element) -> bool:
    return local(element) == "process" or local(element) in CONTAINERS
