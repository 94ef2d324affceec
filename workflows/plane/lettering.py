"""Words in a drawing: how wide they are, where lines break, their SVG. Every text is escaped."""

from __future__ import annotations

import re
from html import escape
from itertools import islice

TASK_SIZE = 12.0
LABEL_SIZE = 11.0
LINE = 1.2
"""Height of a line as a part of the letter size."""

_NARROW = frozenset("iíìljtfrI.,:;!|'’()[]/ ")
_WIDE = frozenset("mwMWÅÄÖ@%—")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """Escaped for element content and for quoted attributes, without what XML cannot carry."""
    return escape(_UNSTORABLE.sub("", text), quote=True)


def number(value: float) -> str:
    """At most one decimal: a tenth of a pixel is more than anybody sees."""
    return f"{round(value, 1):g}" if abs(value) < 1e5 else "0"


def width(text: str, size: float) -> float:
    """Roughly, in pixels, in Arial; the server has no letters to measure."""
    return size * sum(
        0.3 if c in _NARROW else 0.86 if c in _WIDE else 0.68 if c.isupper() else 0.55 for c in text
    )


def wrap(text: str, room: float, size: float, lines: int = 4) -> list[str]:
    """Broken into at most `lines` lines that fit `room` pixels; the last ends with … when cut."""
    broken: list[str] = []
    line = ""
    for word in islice(text.split(), 60):
        while word and len(broken) <= lines:
            longer = f"{line} {word}".strip()
            if width(longer, size) <= room:
                line, word = longer, ""
            elif line:
                broken.append(line)
                line = ""
            else:
                head = _head(word, room, size)
                broken.append(head + "-")
                word = word[len(head) :]
    if line:
        broken.append(line)
    if len(broken) > lines:
        broken = broken[:lines]
        broken[-1] = broken[-1][:-1].rstrip() + "…"
    return broken


def _head(word: str, room: float, size: float) -> str:
    """As much of a word that is wider than the room as fits with a hyphen; at least one letter."""
    end = 1
    while end < len(word) - 1 and width(word[: end + 1] + "-", size) <= room:
        end += 1
    return word[:end]


def text(lines: list[str], x: float, y: float, size: float, *, anchor: str = "middle", more: str = "") -> str:
    """Lines around the height `y`, as one element. `more` is attributes of ours."""
    top = y - (len(lines) - 1) * size * LINE / 2 + size * 0.35
    spans = "".join(
        f'<tspan x="{number(x)}" y="{number(top + i * size * LINE)}">{plain(line)}</tspan>'
        for i, line in enumerate(lines)
    )
    return f'<text text-anchor="{anchor}" font-size="{size:g}"{more}>{spans}</text>'


def label(name: str, x: float, y: float, room: float) -> str:
    """A name outside its figure, first line at `y`, with a halo against lines behind it."""
    lines = wrap(name, room, LABEL_SIZE)
    middle = y + (len(lines) - 1) * LABEL_SIZE * LINE / 2
    halo = ' paint-order="stroke" stroke="#fff" stroke-width="4" stroke-linejoin="round"'
    return text(lines, x, middle, LABEL_SIZE, more=halo)
