"""Help texts, compared line by line; scenarios, by name where both files can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from workflows.diff.sides import Pair, Side
from workflows.diff.values import Change, Sentence, sentence
from workflows.errors import ModelRefused
from workflows.scenarios.reading import read
from workflows.wording import many, quoted

_NAMED = 10
"""Scenarios that came, went or changed which are told by name."""


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
    a, b = both.a.definition.scenarios, both.b.definition.scenarios
    if a == b:
        return
    if a is not None and b is not None and (told := list(_stories(a, b))):
        yield from told
    elif how := _how(_text(both.a), _text(both.b)):
        yield sentence(Change.SCENARIO, None, f"Scenarierna {how}.")


def _stories(old: bytes, new: bytes) -> Iterator[Sentence]:
    """Nothing when a file cannot be read, or when they say the same in other words."""
    try:
        before, now = ({s.name: s for s in read(data)} for data in (old, new))
    except ModelRefused:
        return
    gone, come = [n for n in before if n not in now], [n for n in now if n not in before]
    if len(gone) == len(come) == 1 and replace(before[gone[0]], name=come[0]) == now[come[0]]:
        yield _said(f"Scenariot {quoted(gone[0])} heter nu {quoted(come[0])}.")
        return
    for name in come[:_NAMED]:
        yield _said(f"Scenariot {quoted(name)} läggs till.")
    for name in gone[:_NAMED]:
        yield _said(f"Scenariot {quoted(name)} tas bort.")
    changed = [n for n in before if n in now and before[n] != now[n]]
    for name in changed[:_NAMED]:
        yield _said(f"Scenariot {quoted(name)} ändras.")
    if more := sum(max(0, len(names) - _NAMED) for names in (come, gone, changed)):
        yield _said(f"Ytterligare {many(more, 'scenario', 'scenarier')} ändras, läggs till eller tas bort.")
    if not (gone or come or changed) and list(before) != list(now):
        yield _said("Scenarierna byter ordning.")


def _said(text: str) -> Sentence:
    return sentence(Change.SCENARIO, None, text)


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
