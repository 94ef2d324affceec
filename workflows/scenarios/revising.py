"""Scenarios changed in their file: the lines of the steps that came, went or were changed, and no others.

Where an entry is written so that its lines cannot be told apart it is written anew, whole; where entries
cannot, the file is. What comes out is read again before it is given away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

import yaml

from workflows.errors import ModelRefused
from workflows.scenarios import plain_yaml
from workflows.scenarios.plan import Scenario
from workflows.scenarios.reading import read
from workflows.scenarios.writing import as_entry, as_yaml, spans, step_of, sure, text_of

_Edit = tuple[int, int, str]
"""Where in the text something else shall stand, from and to, and what."""


class _Entangled(Exception):
    """The entry's lines cannot be told apart."""


def revised(data: bytes, after: Iterable[Scenario]) -> bytes:
    """The file with these scenarios as they are now, in the places of those by the same names. Raises
    ModelRefused when the file would not say that."""
    changed = {one.name: one for one in after}
    there = read(data)
    wanted = tuple(changed.get(one.name, one) for one in there)
    if wanted == there:
        return data
    text = text_of(data)
    text = text if text.endswith("\n") else text + "\n"
    node = plain_yaml.composed(text.encode())
    lines = spans(text.encode())
    if lines is None:
        return sure("\n".join(map(as_yaml, wanted)), wanted)
    rows = _Rows(text)
    whole: list[_Edit] = []
    fine: list[_Edit] = []
    for entry, (begin, end), old, new in zip(node.value, lines, there, wanted, strict=True):
        if old == new:
            continue
        anew = (rows.begins[begin], rows.begins[end], as_yaml(new))
        whole.append(anew)
        try:
            fine += _fine(rows, entry, old, new)
        except _Entangled:
            fine.append(anew)
    made = _applied(text, fine)
    if _says(made, wanted):
        return made.encode()
    return sure(_applied(text, whole), wanted)


def _says(text: str, wanted: tuple[Scenario, ...]) -> bool:
    try:
        return read(text.encode()) == wanted
    except ModelRefused:
        return False


def _applied(text: str, edits: Iterable[_Edit]) -> str:
    for begin, end, instead in sorted(edits, reverse=True):
        text = text[:begin] + instead + text[end:]
    return text


class _Rows:
    """The text's lines, and where each begins in it."""

    def __init__(self, text: str) -> None:
        self.texts = text.splitlines(keepends=True)
        self.begins = [0]
        for line in self.texts:
            self.begins.append(self.begins[-1] + len(line))

    def empty(self, at: int) -> bool:
        """Nothing, or a comment."""
        return not self.texts[at].strip() or self.texts[at].lstrip().startswith("#")


def _fine(rows: _Rows, entry: Any, old: Scenario, new: Scenario) -> list[_Edit]:
    expect = replace(old.expect, path=new.expect.path, open=new.expect.open)
    if replace(old, steps=new.steps, expect=expect) != new:
        raise _Entangled
    parts = _parts(entry)
    expected = _parts(parts.get("expect"))
    edits = _listed(rows, parts.get("steps"), old.steps, new.steps, step_of)
    for name, was, now in (
        ("path", old.expect.path, new.expect.path),
        ("open", old.expect.open, new.expect.open),
    ):
        if was != now:
            edits += _listed(rows, expected.get(name), was or (), now or (), str)
    return edits


def _parts(node: Any) -> Mapping[str, Any]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value for key, value in node.value}


def _listed(
    rows: _Rows, node: Any, was: Sequence[Any], now: Sequence[Any], told: Callable[[Any], Any]
) -> list[_Edit]:
    if was == now:
        return []
    if not isinstance(node, yaml.SequenceNode) or node.flow_style or len(node.value) != len(was) or not was:
        raise _Entangled
    begins = [item.start_mark.line for item in node.value]
    if len(set(begins)) < len(begins) or any(not rows.texts[at].lstrip().startswith("-") for at in begins):
        raise _Entangled
    margin = rows.texts[begins[0]].partition("-")[0]
    ends = []
    last = min(node.end_mark.line, len(rows.texts))
    for begin, next_begins in zip(begins, [*begins[1:], last], strict=True):
        end = max(next_begins, begin + 1)
        while end > begin + 1 and rows.empty(end - 1):
            end -= 1
        ends.append(end)
    found: list[_Edit] = []
    match = SequenceMatcher(None, [repr(one) for one in was], [repr(one) for one in now], autojunk=False)
    for tag, first, end, begin_now, end_now in match.get_opcodes():
        if tag == "equal":
            continue
        instead = "".join(as_entry(told(one), margin) for one in now[begin_now:end_now])
        if first < end:
            found.append((rows.begins[begins[first]], rows.begins[ends[end - 1]], instead))
        else:
            at = rows.begins[ends[first - 1] if first else begins[0]]
            found.append((at, at, instead))
    return found
