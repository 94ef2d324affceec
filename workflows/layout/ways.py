"""Which way each line takes through the grid: along rows that are free, else between rows and columns.

A way is a list of corners whose places are still names: of a figure's side, a row, or a track in the
channel before a column or in the gap between two rows. No figure stands in a channel or a gap.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal, NamedTuple

from workflows.layout.columns import Columns
from workflows.layout.parts import Line, Part, Scope
from workflows.layout.rows import Grid

Cell = tuple[int, int]


class Across(NamedTuple):
    """A place from left to right: a side or the middle of a figure, or a track of channel `channel`."""

    side: Literal["left", "right", "middle", "track"]
    figure: str
    channel: int = 0


class Down(NamedTuple):
    """A place from the top down: the top or bottom of a figure, a row's middle, or a track of gap
    `number`."""

    side: Literal["top", "bottom", "row", "track"]
    figure: str
    number: int = 0


Way = list[tuple[Across, Down]]


def ways(scope: Scope, columns: Columns, grid: Grid) -> dict[str, Way]:
    """The way of every line, by its id."""
    finder = _Finder(scope, columns, grid)
    ordered = sorted(scope.lines, key=lambda line: (line.id not in grid.straight, finder.distance(line)))
    return {line.id: finder.way(line) for line in ordered}


class _Finder:
    def __init__(self, scope: Scope, columns: Columns, grid: Grid) -> None:
        self.parts, self.hosts, self.grid = scope.parts, scope.hosts(), grid
        self.along: dict[Cell, str] = {}
        self.through: dict[Cell, str] = {}
        self.leaves_right: set[str] = set()
        self.leaving = Counter(line.source for line in scope.lines)

    def distance(self, line: Line) -> int:
        (c1, r1), (c2, r2) = self._ends(line)
        return abs(c2 - c1) + abs(r2 - r1)

    def way(self, line: Line) -> Way:
        source, target = self.parts[self.hosts[line.source]], self.parts[self.hosts[line.target]]
        (c1, _), (c2, _) = self._ends(line)
        edge = line.source != source.id
        if line.target != target.id:
            return self._into_edge(line, source)
        if c2 <= c1:
            return self._back(line, source, target, edge)
        if not edge:
            if found := self._ahead(line, source, target):
                return found
            if not source.gateway:
                return self._over(line, source, target)
        elif found := self._leaving_down(line, source, target):
            return found
        return self._under(line, target)

    def _ends(self, line: Line) -> tuple[Cell, Cell]:
        return self.grid.cells[self.hosts[line.source]], self.grid.cells[self.hosts[line.target]]

    def _ahead(self, line: Line, source: Part, target: Part) -> Way | None:
        """With no gap needed: straight, or with one or two corners."""
        (c1, r1), (c2, r2) = self._ends(line)
        right, left = _right(source, r1), _left(target, r2)
        if r1 == r2:
            free = line.id in self.grid.straight or self._row_free(r1, c1 + 1, c2 - 1, target.id)
            return self._kept([(r1, c1 + 1, c2 - 1)], target.id, [right, left], source) if free else None
        if source.gateway and (found := self._leaving_down(line, source, target)):
            return found
        if source.gateway and source.id in self.leaves_right:
            return None
        if target.gateway and self._row_free(r1, c1 + 1, c2, target.id):
            between = range(min(r1, r2) + 1, max(r1, r2))
            if self._column_free(c2, [r1, *between], target.id):
                self.through.update(dict.fromkeys(((c2, r) for r in [r1, *between]), target.id))
                middle = Across("middle", target.id)
                entry = Down("top" if r1 < r2 else "bottom", target.id)
                way = [right, (middle, Down("row", "", r1)), (middle, entry)]
                return self._kept([(r1, c1 + 1, c2)], target.id, way, source)
        for row, channel in ((r1, c2), (r2, c1 + 1)):
            if self._row_free(row, c1 + 1, c2 - 1, target.id):
                track = Across("track", target.id if channel == c2 else line.id, channel)
                way = [right, (track, right[1]), (track, left[1]), left]
                return self._kept([(row, c1 + 1, c2 - 1)], target.id, way, source)
        return None

    def _leaving_down(self, line: Line, source: Part, target: Part) -> Way | None:
        """Out through the lower (or a gateway's upper) corner, then along the target's row."""
        (c1, r1), (c2, r2) = self._ends(line)
        edge = line.source != source.id
        if r1 == r2 or (edge and r2 < r1):
            return None
        column = [r for r in range(min(r1, r2), max(r1, r2) + 1) if r != r1]
        if not (self._column_free(c1, column, source.id) and self._row_free(r2, c1, c2 - 1, target.id)):
            return None
        self.through.update(dict.fromkeys(((c1, r) for r in column), source.id))
        self.along.update(dict.fromkeys(((c, r2) for c in range(c1, c2)), target.id))
        middle, left = Across("middle", line.source), _left(target, r2)
        return [(middle, Down("bottom" if r2 > r1 else "top", line.source)), (middle, left[1]), left]

    def _over(self, line: Line, source: Part, target: Part) -> Way:
        """To the right, along the gap above the target's row, and in from the left."""
        (c1, r1), (c2, r2) = self._ends(line)
        right, left = _right(source, r1), _left(target, r2)
        gap = Down("track", line.id, 2 * r2)
        first, last = Across("track", line.id, c1 + 1), Across("track", target.id, c2)
        return [right, (first, right[1]), (first, gap), (last, gap), (last, left[1]), left]

    def _under(self, line: Line, target: Part) -> Way:
        """Down (or up) from a corner or an edge event, along the nearest gap, and in from the left."""
        (_, r1), (c2, r2) = self._ends(line)
        up = r2 < r1 and line.source == self.hosts[line.source]
        gap = Down("track", line.id, 2 * r1 if up else self._below(r1))
        middle, last, left = Across("middle", line.source), Across("track", target.id, c2), _left(target, r2)
        start = (middle, Down("top" if up else "bottom", line.source))
        if target.gateway and gap.number == self._below(r2) and self.leaving[target.id] < 2:
            up_into = Across("middle", target.id)
            return [start, (middle, gap), (up_into, gap), (up_into, Down("bottom", target.id))]
        return [start, (middle, gap), (last, gap), (last, left[1]), left]

    def _back(self, line: Line, source: Part, target: Part, edge: bool) -> Way:
        (c1, r1), (c2, r2) = self._ends(line)
        if edge or (source.gateway and r1 != r2):
            return self._under(line, target)
        gap = Down("track", target.id, 2 * r2)
        end = Across("middle", target.id)
        way = [(end, gap), (end, Down("top", target.id))]
        if r1 == r2 and c2 < c1:
            start = Across("middle", source.id)
            return [(start, Down("top", source.id)), (start, gap), *way]
        right, first = _right(source, r1), Across("track", line.id, c1 + 1)
        return [right, (first, right[1]), (first, gap), *way]

    def _into_edge(self, line: Line, source: Part) -> Way:
        """To an event on an edge, which nothing should lead to: in from below."""
        (c1, r1), (c2, r2) = self._ends(line)
        end, gap = Across("middle", line.target), Down("track", line.id, self._below(r2))
        way = [(end, gap), (end, Down("bottom", line.target))]
        if line.source == source.id:
            right, first = _right(source, r1), Across("track", line.id, c1 + 1)
            return [right, (first, right[1]), (first, gap), *way]
        start, leaving = Across("middle", line.source), Down("track", line.id, self._below(r1))
        first = Across("track", line.id, c2)
        return [(start, Down("bottom", line.source)), (start, leaving), (first, leaving), (first, gap), *way]

    def _below(self, row: int) -> int:
        """The gap below a row: the next row's, or a band's last, which has a number of its own."""
        bands = self.grid.band_of
        last = row + 1 == len(bands) or bands[row + 1] != bands[row]
        return 2 * row + 1 if last else 2 * (row + 1)

    def _kept(self, runs: list[tuple[int, int, int]], target: str, way: Way, source: Part) -> Way:
        for row, low, high in runs:
            self.along.update(dict.fromkeys(((c, row) for c in range(low, high + 1)), target))
        self.leaves_right.add(source.id)
        return way

    def _row_free(self, row: int, low: int, high: int, key: str) -> bool:
        cells = ((column, row) for column in range(low, high + 1))
        return all(c not in self.grid.taken and self.along.get(c, key) == key for c in cells)

    def _column_free(self, column: int, rows: list[int], key: str) -> bool:
        cells = ((column, row) for row in rows)
        return all(c not in self.grid.taken and self.through.get(c, key) == key for c in cells)


def _right(part: Part, row: int) -> tuple[Across, Down]:
    return Across("right", part.id), Down("row", "", row)


def _left(part: Part, row: int) -> tuple[Across, Down]:
    return Across("left", part.id), Down("row", "", row)
