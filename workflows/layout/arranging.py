"""From grid to pixels: one scope with everything in it, its upper left corner at (0, 0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.layout.columns import columns
from workflows.layout.labels import edge_label, event_label, figure_label
from workflows.layout.parts import EVENT, EVENT_PITCH, Scope, label_size, sized
from workflows.layout.rows import Grid, placed
from workflows.layout.tracks import assigned, spans
from workflows.layout.ways import Across, Down, Way, ways
from workflows.plane.diagram import Box, Point

_PITCH = 10.0
_CHANNEL = 40.0
_GAP, _ABOVE_TRACK = 30.0, 18.0
_HEAD, _PADDING = 30.0, 12.0
BAND = 120.0
"""The least height of a lane, in pixels: room for its name."""


@dataclass(slots=True)
class Picture:
    """Boxes and labels by id, lines as points, and the height of each band from the top down."""

    wide: float = 0.0
    high: float = 0.0
    boxes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    bands: list[float] = field(default_factory=list)

    def add(self, other: Picture, x: float, y: float) -> None:
        """Everything of the other one, moved there."""
        for mine, theirs in ((self.boxes, other.boxes), (self.labels, other.labels)):
            mine.update({name: Box(b.x + x, b.y + y, b.width, b.height) for name, b in theirs.items()})
        for name, points in other.lines.items():
            self.lines[name] = tuple((px + x, py + y) for px, py in points)


def arranged(scope: Scope) -> Picture:
    """The scope as a picture; subprocesses are arranged first and are as large as what they hold."""
    picture = Picture()
    inner: dict[str, Picture] = {}
    for part in scope.parts.values():
        if part.inside is not None:
            inner[part.id] = arranged(part.inside)
            part.wide = max(part.wide, inner[part.id].wide + 2 * _PADDING)
            part.high = max(BAND, inner[part.id].high + _HEAD + _PADDING)
        sized(part)
    found = columns(scope)
    grid = placed(scope, found)
    routes = ways(scope, found, grid)
    column_of = {end: grid.cells[host][0] for end, host in scope.hosts().items()}
    reach = spans(routes, column_of)
    channels, gaps = assigned(reach[0]), assigned(reach[1])
    across = _Across(scope, grid, channels[1], routes)
    down = _Down(scope, grid, gaps[1])
    picture.wide, picture.high, picture.bands = across.wide, down.high, down.bands
    _boxes(scope, grid, across, down, picture, inner)
    upward = {d.figure for way in routes.values() for _, d in way if d.side == "top"}
    for name in upward & picture.labels.keys():  # clear of the line that goes up
        box = picture.labels[name]
        picture.labels[name] = Box(box.x - box.width / 2 - 4, box.y, box.width, box.height)

    def x(place: Across) -> float:
        if place.side == "track":
            at = channels[0][place.channel, place.figure]
            return across.channel_end[place.channel] - 18 - _PITCH * at
        box = picture.boxes[place.figure]
        return {"left": box.x, "right": box.x + box.width, "middle": box.middle[0]}[place.side]

    def y(place: Down) -> float:
        if place.side == "track":
            return down.gap[place.number] + _ABOVE_TRACK + _PITCH * gaps[0][place.number, place.figure]
        if place.side == "row":
            return down.middle[place.number]
        box = picture.boxes[place.figure]
        return box.y if place.side == "top" else box.y + box.height

    for line in scope.lines:
        points = [(x(one), y(other)) for one, other in routes[line.id]]
        picture.lines[line.id] = tuple(_without_doubles(points))
        if line.name:
            picture.labels[line.id] = edge_label(line.name, picture.lines[line.id])
    return picture


class _Across:
    """Where columns stand and channels end, from left to right."""

    def __init__(
        self, scope: Scope, grid: Grid, tracks: Mapping[int, int], routes: Mapping[str, Way]
    ) -> None:
        count = 1 + max((column for column, _ in grid.cells.values()), default=0)
        widths = [EVENT] * count
        for name, part in scope.parts.items():
            column = grid.cells[name][0]
            label = label_size(part.name)[0] if part.high < 60 else 0.0
            widths[column] = max(widths[column], part.wide, label)
        room = [0.0] * (count + 1)
        for line in scope.lines:
            source = scope.parts.get(line.source)
            if source is not None and line.name and routes[line.id][0][0].side == "right":
                column = grid.cells[source.id][0]
                needed = label_size(line.name)[0] + 14 - (widths[column] - source.wide) / 2
                room[column + 1] = max(room[column + 1], needed)
        self.channel_end: list[float] = []
        self.middle: list[float] = []
        at = 0.0
        for column in range(count + 1):
            count_here = tracks.get(column, 0)
            at += max(_CHANNEL, room[column] + 24, 26 + _PITCH * count_here + room[column])
            self.channel_end.append(at)
            if column < count:
                self.middle.append(at + widths[column] / 2)
                at += widths[column]
        self.wide = at


class _Down:
    """Where gaps begin, rows have their middle, and bands end, from the top down."""

    def __init__(self, scope: Scope, grid: Grid, tracks: Mapping[int, int]) -> None:
        rows = len(grid.band_of)
        up, low = [EVENT / 2] * rows, [EVENT / 2] * rows
        for name, part in scope.parts.items():
            row = grid.cells[name][1]
            up[row] = max(up[row], part.high / 2 + part.above)
            low[row] = max(low[row], part.high / 2 + part.below)
        self.gap: dict[int, float] = {}
        self.middle: list[float] = []
        self.bands: list[float] = []
        at = begun = 0.0
        for row, band in enumerate(grid.band_of):
            self.gap[2 * row] = at
            at += _GAP + _PITCH * max(0, tracks.get(2 * row, 0) - 1) + up[row]
            self.middle.append(at)
            at += low[row]
            if row + 1 == rows or grid.band_of[row + 1] != band:
                self.gap[2 * row + 1] = at
                at = max(at + _GAP + _PITCH * max(0, tracks.get(2 * row + 1, 0) - 1), begun + BAND)
                self.bands.append(at - begun)
                begun = at
        self.high = at


def _boxes(
    scope: Scope, grid: Grid, across: _Across, down: _Down, picture: Picture, inner: dict[str, Picture]
) -> None:
    for name, part in scope.parts.items():
        column, row = grid.cells[name]
        x, y = across.middle[column] - part.wide / 2, down.middle[row] - part.high / 2
        picture.boxes[name] = Box(x, y, part.wide, part.high)
        if part.name and part.high < 60:
            picture.labels[name] = figure_label(part, picture.boxes[name])
        for number, event in enumerate(part.events):
            left = x + 12 + EVENT_PITCH * number
            picture.boxes[event.id] = Box(left, y + part.high - EVENT / 2, EVENT, EVENT)
            if event.name:
                picture.labels[event.id] = event_label(event.name, picture.boxes[event.id])
        if name in inner:
            shift = (part.wide - inner[name].wide) / 2
            picture.add(inner[name], x + shift, y + _HEAD)


def _without_doubles(points: list[Point]) -> list[Point]:
    """Without corners that are none: the same point again, or one on a straight stretch."""
    kept: list[Point] = []
    for point in points:
        while len(kept) > 1 and (
            kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]
        ):
            kept.pop()
        if not kept or kept[-1] != point:
            kept.append(point)
    return kept if len(kept) > 1 else points[:1] + points[-1:]
