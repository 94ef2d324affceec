"""Help texts and scenarios, compared line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from workflows.diff.sides import Pair, Side
from workflows.diff.values import Change, Sentence, sentence
from workflows.wording import many, quoted


def text_changes(both: Pair) -> Iterator[Sentence]:
    a, b = both.a.definition.texts, both.b.definition.texts
    for name in sorted(a.keys() | b.keys()):
        side = both.b if name in b else both.a
        users = [node.id for node in side.nodes.values() if node.text == name]
        whose = f" för {side.series(users)}" if users else f" {quoted(name)}"
        if how := _how(a.get(name), b.get(name)):
            element = users[0] if users else None
            yield sentence(Change.TEXT, element, f"Hjälptexten{whose} {how}.")


def scenario_changes(both: Pair) -> Iterator[Sentence]:
    if how := _how(_text(both.a), _text(both.b)):
        yield sentence(Change.SCENARIO, None, f"Scenarierna {how}.")


def _text(side: Side) -> str | None:
    data = side.definition.scenarios
    return None if data is None else data.decode("utf-8", "replace")


def _how(old: str | None, new: str | None) -> str:
    """What has happened to the text; "" when nothing but blanks at line ends."""
    if old is None or new is None:
        return "" if old is new else "läggs till" if old is None else "tas bort"
    before, now = ([line.rstrip() for line in text.strip().splitlines()] for text in (old, new))
    if before == now:
        return ""
    # Counted, not aligned: aligning two hostile texts takes time that grows with the cube.
    came, went = Counter(now) - Counter(before), Counter(before) - Counter(now)
    parts = [
        f"{many(lines.total(), 'rad', 'rader')} {how}"
        for lines, how in ((came, "tillkommer"), (went, "tas bort"))
        if lines
    ]
    return f"ändras: {' och '.join(parts) or 'raderna byter ordning'}"
