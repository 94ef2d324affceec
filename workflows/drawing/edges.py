"""Connections: the line, its arrow, the mark of a default flow, and its label."""

from __future__ import annotations

import math

from workflows.drawing.shapes import EDGE, INK, Tone
from workflows.plane.diagram import Edge
from workflows.plane.lettering import label, number

TAKEN = "#2f7d46"
_STYLE = {
    "sequenceFlow": ' marker-end="url(#ordna-arrow)"',
    "messageFlow": ' stroke-dasharray="8 6" marker-end="url(#ordna-open)"',
    "association": ' stroke-dasharray="2 4"',
    "dataInputAssociation": ' stroke-dasharray="2 4" marker-end="url(#ordna-open)"',
    "dataOutputAssociation": ' stroke-dasharray="2 4" marker-end="url(#ordna-open)"',
}


def _marker(name: str, path: str) -> str:
    size = 'refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse"'
    return f'<marker id="ordna-{name}" viewBox="0 0 10 10" {size} orient="auto">{path}</marker>'


MARKERS = "".join(
    (
        "<defs>",
        _marker("arrow", f'<path d="M0 0L10 5L0 10z" fill="{INK}"/>'),
        _marker("taken", f'<path d="M0 0L10 5L0 10z" fill="{TAKEN}"/>'),
        _marker("open", f'<path d="M1 1L9 5L1 9" fill="none" stroke="{INK}"/>'),
        "</defs>",
    )
)


def line(edge: Edge, taken: bool, tone: Tone = "") -> str:
    """The connection itself; heavier and green when the case went that way, and heavier in the colour of
    its `tone`."""
    path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in edge.points)
    style = _STYLE.get(edge.kind, "")
    colour, weight = INK, 1.4
    if taken:
        colour, weight, style = TAKEN, 2.4, style.replace("ordna-arrow", "ordna-taken")
    elif tone:
        colour, weight = EDGE[tone], 3.2
    drawn = f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{weight:g}"'
    return f'{drawn} stroke-linejoin="round"{style}/>' + (_default_mark(edge) if edge.default else "")


def _default_mark(edge: Edge) -> str:
    """The short stroke across the beginning of a default flow."""
    (x0, y0), (x1, y1) = edge.points[:2]
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    x, y = x0 + ux * 11, y0 + uy * 11
    ends = ((x - uy * 5 - ux * 3, y + ux * 5 - uy * 3), (x + uy * 5 + ux * 3, y - ux * 5 + uy * 3))
    path = "M" + "L".join(f"{number(px)} {number(py)}" for px, py in ends)
    return f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="1.6"/>'


def edge_label(edge: Edge) -> str:
    """The flow's name: where the owner put it, else above the middle of the line."""
    if edge.label is not None:
        return label(edge.name, edge.label.middle[0], edge.label.y + 7, max(edge.label.width, 40))
    at = (len(edge.points) - 1) // 2
    (x0, y0), (x1, y1) = edge.points[at], edge.points[at + 1]
    return label(edge.name, (x0 + x1) / 2, (y0 + y1) / 2 - 9, 96)
