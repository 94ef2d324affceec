"""Tracks: parallel stretches in one channel or gap get places side by side, as few as possible."""

from __future__ import annotations

from workflows.layout.ways import Way

Place = tuple[int, str]
"""(channel or gap, key): corners with the same key share one track."""
Spans = dict[Place, tuple[int, int]]


def spans(ways: dict[str, Way], column_of: dict[str, int]) -> tuple[Spans, Spans]:
    """How far each track of a channel reaches from the top down, and of a gap from left to right, as
    ranks: row r is 4r+2 and the gap above it 4r; column c is 2c+1 and the channel before it 2c."""
    channels: Spans = {}
    gaps: Spans = {}
    for way in ways.values():
        for across, down in way:
            if across.side == "track":
                number = down.number
                rank = 4 * number + 2
                if down.side == "track":
                    rank = 2 * number if number % 2 == 0 else 2 * number + 1
                _reach(channels, (across.channel, across.figure), rank)
            if down.side == "track":
                right = 2 * across.channel if across.side == "track" else 2 * column_of[across.figure] + 1
                _reach(gaps, (down.number, down.figure), right)
    return channels, gaps


def assigned(spans: Spans) -> tuple[dict[Place, int], dict[int, int]]:
    """Each track's number in its channel or gap, and how many tracks each has."""
    ends: dict[int, list[int]] = {}
    numbers: dict[Place, int] = {}
    for place, (low, high) in sorted(spans.items(), key=lambda item: (item[1], item[0])):
        lanes = ends.setdefault(place[0], [])
        free = next((n for n, end in enumerate(lanes) if end < low), len(lanes))
        if free == len(lanes):
            lanes.append(high)
        lanes[free] = high
        numbers[place] = free
    return numbers, {number: len(lanes) for number, lanes in ends.items()}


def _reach(spans: Spans, place: Place, rank: int) -> None:
    low, high = spans.get(place, (rank, rank))
    spans[place] = min(low, rank), max(high, rank)
