"""Writes a picture into a model as diagram interchange, in place of what was there."""

from __future__ import annotations

from lxml import etree

from workflows.layout.arranging import Picture
from workflows.normalise.vocabulary import CONTAINERS, DC, DI, attribute, local, q
from workflows.plane.diagram import Box

_DD = "http://www.omg.org/spec/DD/20100524/DI"
_BANDS = frozenset({"participant", "lane"})
_WIDEST = 45_000.0
"""A picture larger than this is made smaller as a whole: what reads drawings has an end."""


def write(root: etree._Element, picture: Picture) -> None:
    for old in list(root.iterchildren(q("BPMNDiagram", DI))):
        root.remove(old)
    elements = {attribute(e, "id"): e for e in root.iter() if local(e) and e.get("id")}
    names = _Names(set(elements))
    diagram = etree.SubElement(
        root, q("BPMNDiagram", DI), id=names.fresh("diagram"), nsmap={"bpmndi": DI, "dc": DC, "di": _DD}
    )
    plane = etree.SubElement(diagram, q("BPMNPlane", DI), id=names.fresh("plane"))
    plane.set("bpmnElement", _shown(root))
    scale = _scale(picture)
    for name, box in picture.boxes.items():
        shape = etree.SubElement(plane, q("BPMNShape", DI), id=names.fresh(name))
        shape.set("bpmnElement", name)
        if local(elements[name]) in _BANDS:
            shape.set("isHorizontal", "true")
        elif local(elements[name]) in CONTAINERS:
            shape.set("isExpanded", "true")
        _bounds(shape, box, scale)
        _label(shape, picture.labels.get(name), scale)
    for name, points in picture.lines.items():
        edge = etree.SubElement(plane, q("BPMNEdge", DI), id=names.fresh(name))
        edge.set("bpmnElement", name)
        for x, y in points:
            etree.SubElement(edge, q("waypoint", _DD), x=_number(x * scale), y=_number(y * scale))
        _label(edge, picture.labels.get(name), scale)


class _Names:
    """Ids for the drawing's own elements that nothing in the file has."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken

    def fresh(self, base: str) -> str:
        name = f"{base}_di"
        number = 1
        while name in self._taken:
            number += 1
            name = f"{base}_di{number}"
        self._taken.add(name)
        return name


def _shown(root: etree._Element) -> str:
    for kind in ("collaboration", "process"):
        for element in root.iter(q(kind)):
            if element.get("id"):
                return attribute(element, "id")
    return ""


def _scale(picture: Picture) -> float:
    right = max((b.x + b.width for b in picture.boxes.values()), default=0.0)
    low = max((b.y + b.height for b in picture.boxes.values()), default=0.0)
    return min(1.0, _WIDEST / max(right, low, 1.0))


def _bounds(parent: etree._Element, box: Box, scale: float) -> None:
    values = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    etree.SubElement(parent, q("Bounds", DC), {k: _number(v * scale) for k, v in values.items()})


def _label(parent: etree._Element, box: Box | None, scale: float) -> None:
    if box is not None:
        _bounds(etree.SubElement(parent, q("BPMNLabel", DI)), box, scale)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
