"""Finds in a model what is to be placed: scopes with their figures, lines and bands."""

from __future__ import annotations

from lxml import etree

from workflows.extensions import properties_of
from workflows.layout.parts import EVENT, Line, Part, Scope
from workflows.normalise.vocabulary import (
    CONTAINERS,
    DRAWN,
    EVENTS,
    GATEWAYS,
    NODES,
    attribute,
    child,
    children,
    local,
    reference,
    text_of,
)

SHEETS = frozenset({"dataObjectReference", "dataStoreReference"})
ASIDES = SHEETS | {"textAnnotation"}
DATA_LINES = ("dataInputAssociation", "dataOutputAssociation")
_LANES_DEEP = 8


def synthetic(element: etree._Element) -> bool:
    """Whether the normaliser added the node: it is not shown."""
    return properties_of(element).get("synthetic") == "true"


def gathered(element: etree._Element, bands: dict[str, int] | None = None, count: int = 1) -> Scope:
    """The scope that `element` (a process or subprocess) holds. `bands` tells nodes' lanes by number."""
    where = {} if bands is None else bands
    shown = {attribute(e, "id"): e for e in element if local(e) in NODES and e.get("id") and not synthetic(e)}
    scope = Scope({}, lines_of(element, set(shown)), count)
    events = []
    for name, node in shown.items():
        host = shown.get(reference(node, "attachedToRef")) if local(node) == "boundaryEvent" else None
        if host is not None and local(host) != "boundaryEvent":
            events.append((attribute(host, "id"), _part(name, node)))
        else:
            scope.parts[name] = _part(name, node, where.get(name, count - 1))
    for host_name, event in events:
        scope.parts[host_name].events.append(event)
    _asides(element, scope)
    return scope


def lines_of(scope: etree._Element, shown: set[str]) -> list[Line]:
    """The flows as drawn: what leaves a node that is not shown leaves the one before it."""
    flows = [f for f in children(scope, "sequenceFlow") if f.get("id")]
    before = {reference(f, "targetRef"): reference(f, "sourceRef") for f in flows}
    found = []
    for flow in flows:
        source, target = reference(flow, "sourceRef"), reference(flow, "targetRef")
        for _ in range(3):  # at most a start and a split stand before a node
            if source not in shown:
                source = before.get(source, "")
        if source in shown and target in shown:
            found.append(Line(attribute(flow, "id"), source, target, attribute(flow, "name")))
    return found


def drawn_kind(element: etree._Element) -> str:
    """What the element is in the picture."""
    return properties_of(element).get(DRAWN, local(element))


def _part(name: str, element: etree._Element, band: int = 0) -> Part:
    kind, title = drawn_kind(element), " ".join(attribute(element, "name")[:300].split())
    if kind in EVENTS:
        return Part(name, kind, title, EVENT, EVENT, band)
    if kind in GATEWAYS:
        return Part(name, kind, title, 50.0, 50.0, band)
    part = Part(name, kind, title, 100.0, 80.0, band)
    if local(element) in CONTAINERS:
        inside = gathered(element)
        part.inside = inside if inside.parts else None
    return part


def _asides(element: etree._Element, scope: Scope) -> None:
    """Notes and data, each beside the first figure that it is joined to."""
    hosts = scope.hosts()
    beside: dict[str, str] = {}
    for line in element.iter("{*}association", *(f"{{*}}{name}" for name in DATA_LINES)):
        ends = joined(line)
        for one, other in (ends, ends[::-1]):
            if other in hosts:
                beside.setdefault(one, hosts[other])
    for aside in element:
        name = attribute(aside, "id")
        if local(aside) not in ASIDES or not name or name in hosts:
            continue
        host = beside.get(name, "")
        band = scope.parts[host].band if host else 0
        if local(aside) in SHEETS:
            part = Part(name, local(aside), attribute(aside, "name")[:300], 36.0, 50.0, band, beside=host)
        else:
            words = text_of(child(aside, "text"))
            high = 20.0 + 14 * min(8, 1 + len(words) // 18)
            part = Part(name, local(aside), "", 120.0, high, band, beside=host)
        scope.parts[name] = part


def joined(line: etree._Element) -> tuple[str, str]:
    """The two ends of an association; a data association stands in the node that is its other end."""
    owner = line.getparent()
    inside = attribute(owner, "id") if owner is not None else ""
    ends = [
        reference(line, key) or text_of(child(line, key)).rsplit(":", 1)[-1]
        for key in ("sourceRef", "targetRef")
    ]
    if local(line) == DATA_LINES[0]:
        ends[1] = inside
    elif local(line) == DATA_LINES[1]:
        ends[0] = inside
    return ends[0], ends[1]
