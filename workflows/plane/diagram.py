"""Reads what is drawn, and where: a model's diagram interchange as bounded, finite values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from workflows.errors import Finding, ModelRefused
from workflows.extensions import properties_of
from workflows.normalise.vocabulary import (
    DC,
    DI,
    DRAWN,
    attribute,
    child,
    event_definitions,
    local,
    q,
    reference,
    text_of,
)
from workflows.normalise.xml import parse_xml

MAX_SHAPES = 2_000
MAX_EDGES = 4_000
MAX_POINTS = 100
MAX_NAME = 300
MAX_PLACE = 50_000.0
"""How far from the origin anything may stand, in pixels; a real drawing is a few thousand wide."""

_WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"

_CHOOSING = frozenset({
    "exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway",
})  # fmt: skip

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, y growing downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Shape:
    """One drawn element. `kind` is its BPMN element name, `event` its event definition's or ""."""

    id: str
    kind: str
    name: str
    box: Box
    label: Box | None = None
    event: str = ""
    horizontal: bool = True
    expanded: bool = True
    interrupting: bool = True
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """One drawn connection, from its first point to its last. `follows` is the element whose
    passing means that this way was taken; "" after a gateway that chooses."""

    id: str
    kind: str
    name: str
    points: tuple[Point, ...]
    label: Box | None = None
    default: bool = False
    follows: str = ""


@dataclass(frozen=True, slots=True)
class Diagram:
    """Everything that is drawn, in document order."""

    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]


def read(model: bytes) -> Diagram:
    """The drawing in `model`. Raises ModelRefused: not readable XML, nothing drawn, or too much."""
    return read_tree(parse_xml(model))


def read_tree(root: etree._Element) -> Diagram:
    """As `read`, of a model that is already parsed."""
    elements = {attribute(e, "id"): e for e in root.iter() if local(e) and e.get("id")}
    shapes = tuple(_shapes(root, elements))
    edges = tuple(_edges(root, elements))
    if not shapes:
        raise _refused("drawing-missing", "Modellen saknar ritning.", "Rita den i ett BPMN-verktyg.")
    if len(shapes) > MAX_SHAPES or len(edges) > MAX_EDGES:
        raise _refused("drawing-size", f"Ritningen är för stor: högst {MAX_SHAPES} figurer visas.")
    return Diagram(shapes, edges)


def placed(root: etree._Element) -> tuple[set[str], set[str], set[str]]:
    """The ids of elements with a figure that can be shown, of those with a line, and of those whose
    figure is drawn closed."""
    figures = [s for s in root.iter(q("BPMNShape", DI)) if _box(s) is not None]
    return (
        {attribute(s, "bpmnElement") for s in figures},
        {attribute(e, "bpmnElement") for e in root.iter(q("BPMNEdge", DI)) if len(list(_points(e))) > 1},
        {attribute(s, "bpmnElement") for s in figures if attribute(s, "isExpanded") == "false"},
    )


def _shapes(root: etree._Element, elements: dict[str, etree._Element]) -> Iterator[Shape]:
    for drawn in root.iter(q("BPMNShape", DI)):
        element = elements.get(attribute(drawn, "bpmnElement"))
        box = _box(drawn)
        if element is None or box is None:
            continue
        events = [local(definition) for definition in event_definitions(element)]
        before = properties_of(element)  # what the owner drew, where the normaliser made it another
        yield Shape(
            id=attribute(element, "id"),
            kind=before.get(DRAWN, local(element)),
            name=_name(element),
            box=box,
            label=_label(drawn),
            event=before.get(f"{DRAWN}-event", events[0] if events else ""),
            horizontal=attribute(drawn, "isHorizontal") != "false",
            expanded=attribute(drawn, "isExpanded") != "false",
            interrupting=attribute(element, "cancelActivity") != "false",
            repeated=child(element, "multiInstanceLoopCharacteristics") is not None,
        )


def _edges(root: etree._Element, elements: dict[str, etree._Element]) -> Iterator[Edge]:
    defaults = {d for e in elements.values() if (d := attribute(e, "default"))}
    for drawn in root.iter(q("BPMNEdge", DI)):
        element = elements.get(attribute(drawn, "bpmnElement"))
        points = tuple(_points(drawn))
        if element is None or len(points) < 2:
            continue
        name = attribute(element, "id")
        source = elements.get(reference(element, "sourceRef"))
        surely = source is not None and local(source) not in _CHOOSING
        yield Edge(
            id=name,
            kind=local(element),
            name=_name(element),
            points=points,
            label=_label(drawn),
            default=name in defaults,
            follows=reference(element, "sourceRef") if surely else "",
        )


def _points(drawn: etree._Element) -> Iterator[Point]:
    for number, waypoint in enumerate(drawn.iterchildren(_WAYPOINT)):
        x, y = _place(waypoint, "x"), _place(waypoint, "y")
        if number < MAX_POINTS and x is not None and y is not None:
            yield x, y


def _label(drawn: etree._Element) -> Box | None:
    label = next(drawn.iterchildren(q("BPMNLabel", DI)), None)
    return None if label is None else _box(label)


def _box(drawn: etree._Element) -> Box | None:
    bounds = next(drawn.iterchildren(q("Bounds", DC)), None)
    if bounds is None:
        return None
    x, y, width, height = (_place(bounds, key) for key in ("x", "y", "width", "height"))
    if x is None or y is None or width is None or height is None or width < 0 or height < 0:
        return None
    return Box(x, y, width, height)


def _place(element: etree._Element, key: str) -> float | None:
    """A coordinate, or None when it is no number or out of all reason."""
    try:
        value = float(attribute(element, key))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= MAX_PLACE else None


def _name(element: etree._Element) -> str:
    text = attribute(element, "name")
    if local(element) == "textAnnotation":
        text = text_of(child(element, "text"))
    return " ".join(text[: MAX_NAME + 1].split())[:MAX_NAME]


def _refused(rule: str, text: str, hint: str = "") -> ModelRefused:
    return ModelRefused([Finding(rule, None, text, hint)])
