"""Where names stand that are not inside their figure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from workflows.layout.parts import Part, label_size
from workflows.plane.diagram import Box, Point


def figure_label(part: Part, box: Box) -> Box:
    """Above a gateway, whose corners lines leave by; below an event or a sheet."""
    wide, high = label_size(part.name)
    wide = max(wide + 2, 60.0)
    left = box.middle[0] - wide / 2
    top = box.y - high if part.gateway else box.y + box.height + 4
    return Box(left, top, wide, high)


def event_label(name: str, box: Box) -> Box:
    """Right of the line that leaves an event on an edge."""
    wide, high = label_size(name)
    return Box(box.middle[0] + 6, box.y + box.height + 1, max(wide, 60.0), high)


def edge_label(name: str, points: Sequence[Point]) -> Box:
    """Above the first level stretch that is long enough, else above the longest, else by the middle."""
    wide, high = label_size(name)
    level = [(a, b) for a, b in pairwise(points) if a[1] == b[1]]
    if not level:
        (x, y), (_, end) = points[0], points[-1]
        return Box(x + 4, (y + end - high) / 2, wide + 2, high)
    long = [stretch for stretch in level if abs(stretch[1][0] - stretch[0][0]) >= wide + 12]
    (x, y), (end, _) = long[0] if long else max(level, key=lambda s: abs(s[1][0] - s[0][0]))
    at = min(x, end) if end > x else max(x, end) - wide - 12
    return Box(at + 5, y - high - 2, wide + 2, high)
