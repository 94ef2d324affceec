"""Every kind of single change, at every place in our own models where it fits: one right Swedish sentence,
and a text twin that changes in the lines that are about it and in no other.

`python -m tests.workflows.test_diff_mutations` tries every place and prints the kinds with the number of
places of each. It takes a quarter of an hour; the tests take some of each.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.workflows.changes import (
    answers,
    calls,
    carried,
    edges,
    forms,
    names,
    rows,
    steps,
    tables,
    texts,
    times,
    ways,
)
from tests.workflows.changes.places import KINDS, Place
from tests.workflows.owned import Owned, Told, owned, told
from workflows import Definition, read
from workflows.diff import diff

SAMPLE, LONG_SAMPLE = 3, 15
"""Places of each kind in the ordinary run, and in the long one."""

CHAPTERS = (names, carried, steps, edges, times, ways, calls, forms, answers, rows, tables, texts)
"""The modules that tell of kinds."""


@cache
def models() -> tuple[Owned, ...]:
    return tuple(owned())


@cache
def places(kind: str) -> tuple[tuple[Owned, Place], ...]:
    return tuple((own, place) for own in models() for place in KINDS[kind](own))


def chosen(kind: str, most: int) -> Iterator[tuple[Owned, Place]]:
    """At most so many places, the same every time, from as many models as can be."""
    left = list(places(kind))
    random.Random(kind).shuffle(left)  # a sample, not a secret
    seen: Counter[str] = Counter()
    ranked = []
    for own, place in left:
        ranked.append((seen[own.name], own, place))
        seen[own.name] += 1
    yield from ((own, place) for _, own, place in sorted(ranked, key=lambda entry: entry[0])[:most])


def wrong(own: Owned, place: Place) -> list[str]:
    """What is not as it must be, in words; empty when all is."""
    new = read(place.files())
    found = [said.text for said in diff(own.definition, new).sentences]
    wanted = [place.said] if place.said else []
    faults = [] if found == wanted else [f"skulle säga {wanted}, men säger {found}"]
    back = diff(new, own.definition).sentences
    faults += [] if len(back) == len(wanted) else [f"åt andra hållet: {[s.text for s in back]}"]
    return faults + list(_lines(own, place, new))


def _lines(own: Owned, place: Place, definition: Definition) -> Iterator[str]:
    before, after = own.told, told(definition)
    changed = {e for e in before.keys() | after.keys() if before.get(e) != after.get(e)}
    by_word = {e for e in changed if _same_but_words(before.get(e), after.get(e), place)}
    for element, holds in place.lines.items():
        line = after.get(element)
        if holds is None and line is None and element in changed:
            continue
        if element not in changed or line is None or holds is None or holds not in str(line):
            yield f"raden om {element} skulle bli ”{holds}”, men är {line} (förut {before.get(element)})"
    for element in changed - place.lines.keys() - place.may - by_word:
        yield f"raden om {element} ändras också: {before.get(element)} → {after.get(element)}"


def _same_but_words(before: Told | None, after: Told | None, place: Place) -> bool:
    """Whether the lines differ only in what a variable or an answer is called."""
    if before is None or after is None:
        return False
    one, other = str(before), str(after)
    for at, words in enumerate(place.swaps):
        for word in sorted(words, key=len, reverse=True):
            one, other = one.replace(word, f"⟨{at}⟩"), other.replace(word, f"⟨{at}⟩")
    return one == other


def told_wrong(entries: Iterator[tuple[Owned, Place]]) -> list[str]:
    return [f"{own.name} {place.where}: {fault}" for own, place in entries for fault in wrong(own, place)]


def test_there_are_kinds_enough_and_each_has_a_place() -> None:
    written = {path.stem for path in (Path(__file__).parent / "changes").glob("*.py")}
    assert written == {"places", *(chapter.__name__.split(".")[-1] for chapter in CHAPTERS)}
    assert len(KINDS) >= 40
    assert [kind for kind in KINDS if not places(kind)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_change_gives_one_right_sentence_and_the_right_lines(kind: str) -> None:
    assert told_wrong(chosen(kind, SAMPLE)) == []


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_a_single_change_elsewhere_gives_one_right_sentence_and_the_right_lines(kind: str) -> None:
    assert told_wrong(chosen(kind, LONG_SAMPLE)) == []


def _table() -> str:
    names = [own.name for own in models()]
    rows = [(kind, Counter(own.name for own, _ in places(kind))) for kind in KINDS]
    head = f"| change | {' | '.join(names)} | all |\n| --- |{' ---: |' * (len(names) + 1)}\n"
    body = "".join(
        f"| {kind} | {' | '.join(str(count[name]) for name in names)} | {count.total()} |\n"
        for kind, count in rows
    )
    return f"{head}{body}\n{len(rows)} kinds, {sum(count.total() for _, count in rows)} places"


if __name__ == "__main__":
    found = {kind: faults for kind in KINDS if (faults := told_wrong(iter(places(kind))))}
    print(_table())
    for kind, faults in found.items():
        print(f"\n{kind}: {len(faults)} wrong, the first: {faults[0]}")
    raise SystemExit(bool(found))
