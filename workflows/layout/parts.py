"""What is to be placed: the figures and lines of one scope, with their sizes, before any place is known."""

from __future__ import annotations

from dataclasses import dataclass, field

from workflows.plane.lettering import LABEL_SIZE, LINE, width, wrap

LABEL_ROOM = 96.0
"""Pixels that a label outside its figure may be wide."""
EVENT = 36.0
EVENT_PITCH = 96.0
"""Pixels between events on one edge: room for their labels."""


@dataclass(slots=True)
class Part:
    """One figure. `above` and `below` are pixels that its label and edge events need outside it.
    `events` sit on its lower edge. `inside` is the scope that an open subprocess holds."""

    id: str
    kind: str
    name: str
    wide: float
    high: float
    band: int = 0
    above: float = 0.0
    below: float = 0.0
    events: list[Part] = field(default_factory=list)
    inside: Scope | None = None
    beside: str = ""
    """For notes and data: the figure that it belongs to."""

    @property
    def gateway(self) -> bool:
        return self.kind.endswith("Gateway")


@dataclass(frozen=True, slots=True)
class Line:
    """A sequence flow. Its ends are figures, or events on their edges."""

    id: str
    source: str
    target: str
    name: str


@dataclass(slots=True)
class Scope:
    """One level: figures by id (without events on edges), lines between them, and how many bands."""

    parts: dict[str, Part]
    lines: list[Line]
    bands: int = 1

    def hosts(self) -> dict[str, str]:
        """Every end of a line → the figure that it is, or sits on."""
        found = {name: name for name in self.parts}
        found.update({e.id: p.id for p in self.parts.values() for e in p.events})
        return found


def label_size(name: str) -> tuple[float, float]:
    """Width and height in pixels of a name outside its figure; nothing for no name."""
    if not name:
        return 0.0, 0.0
    lines = wrap(name, LABEL_ROOM, LABEL_SIZE)
    return max(width(line, LABEL_SIZE) for line in lines), len(lines) * LABEL_SIZE * LINE + 4


def sized(part: Part) -> None:
    """Give a figure room for its label and for the events on its lower edge."""
    high = label_size(part.name)[1]
    if part.gateway:
        part.above = high
    elif part.high < 60:
        part.below = high + 4 if high else 0.0
    if part.events:
        part.wide = max(part.wide, EVENT_PITCH * len(part.events) + 4)
        part.below = EVENT / 2 + max(label_size(e.name)[1] for e in part.events) + 4
