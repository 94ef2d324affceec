"""Lines that are no sequence flows: messages between pools, notes and data beside their figures."""

from __future__ import annotations

from lxml import etree

from workflows.layout.arranging import Picture
from workflows.layout.gathering import DATA_LINES, joined
from workflows.layout.labels import edge_label
from workflows.normalise.vocabulary import attribute, q, reference
from workflows.plane.diagram import Box, Point

_TURN = 30.0


def join(root: etree._Element, picture: Picture) -> None:
    """Add the lines whose two ends are figures."""
    for flow in root.iter(q("messageFlow")):
        ends = reference(flow, "sourceRef"), reference(flow, "targetRef")
        _add(picture, flow, ends, message=True)
        name = attribute(flow, "name")[:300]
        if name and attribute(flow, "id") in picture.lines:
            points = picture.lines[attribute(flow, "id")]
            picture.labels[attribute(flow, "id")] = edge_label(name, points)
    for line in root.iter(q("association"), *(q(name) for name in DATA_LINES)):
        _add(picture, line, joined(line), message=False)


def _add(picture: Picture, element: etree._Element, ends: tuple[str, str], *, message: bool) -> None:
    name = attribute(element, "id")
    one, other = (picture.boxes.get(end) for end in ends)
    if name and one is not None and other is not None and ends[0] != ends[1]:
        picture.lines[name] = _message(one, other) if message else _short(one, other)


def _message(one: Box, other: Box) -> tuple[Point, ...]:
    """From edge to edge, with a turn close to where it comes; straight down to a whole pool."""
    down = one.middle[1] < other.middle[1]
    start = one.y + one.height if down else one.y
    end = other.y if down else other.y + other.height
    x, to = one.middle[0], other.middle[0]
    if other.x <= x <= other.x + other.width and other.width > one.width * 2:
        to = x
    elif one.x <= to <= one.x + one.width and one.width > other.width * 2:
        x = to
    if x == to:
        return (x, start), (x, end)
    turn = end - _TURN if down else end + _TURN
    return (x, start), (x, turn), (to, turn), (to, end)


def _short(one: Box, other: Box) -> tuple[Point, ...]:
    """Straight between the edges that face each other."""
    (x, y), (to, end) = one.middle, other.middle
    if one.y + one.height <= other.y:
        return (x, one.y + one.height), (to, other.y)
    if other.y + other.height <= one.y:
        return (x, one.y), (to, other.y + other.height)
    if x <= to:
        return (one.x + one.width, y), (other.x, end)
    return (one.x, y), (other.x + other.width, end)
