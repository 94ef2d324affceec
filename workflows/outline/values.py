"""What a text twin is made of: sections of numbered lines, whose text leads on to other lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflows.model import Kind


@dataclass(frozen=True, slots=True)
class Link:
    """The number of another line, and the element it is about."""

    text: str
    element: str

    @property
    def anchor(self) -> str:
        """The `id` of that line on a page; made of the number, never of what a stranger wrote."""
        return anchor(self.text)


Phrase = tuple[str | Link, ...]
"""Text with links in it, to be put after each other without blanks between."""


@dataclass(frozen=True, slots=True)
class Line:
    """One element. `exits` are its ways out where there is a choice, one phrase each."""

    number: str
    element: str
    kind: Kind
    sentence: Phrase
    exits: tuple[Phrase, ...] = ()

    @property
    def text(self) -> str:
        """The whole line on one line, without its number."""
        return " ".join(written(phrase) for phrase in (self.sentence, *self.exits))

    @property
    def links(self) -> tuple[Link, ...]:
        phrases = (self.sentence, *self.exits)
        return tuple(piece for phrase in phrases for piece in phrase if isinstance(piece, Link))

    @property
    def anchor(self) -> str:
        return anchor(self.number)


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that one role has in a row. `depth` is 0 in the process, 1 in a subprocess of it, and so
    on; `scope` is the id of the process or subprocess."""

    heading: str
    role: str
    scope: str
    depth: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    title: str
    sections: tuple[Section, ...]

    def lines(self) -> Iterator[Line]:
        for section in self.sections:
            yield from section.lines

    def find(self, element: str) -> Line | None:
        """The line about this element; None when the diagram does not show it."""
        return next((line for line in self.lines() if line.element == element), None)


def written(phrase: Phrase) -> str:
    return "".join(piece.text if isinstance(piece, Link) else piece for piece in phrase)


def anchor(number: str) -> str:
    return "steg-" + number.replace(".", "-")
