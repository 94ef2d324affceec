"""Finds combinations of parts that no rule hits, by splitting column for column, within bounds."""

from __future__ import annotations

from typing import Final

_MOST_STEPS: Final = 50_000
_EXAMPLES: Final = 3


def uncovered(columns: list[tuple[int, list[int]]], rules: int) -> tuple[list[tuple[int, ...]], bool]:
    """Up to three uncovered combinations, each a part a column as far as it matters; and whether
    the search was finished.

    `columns` holds for each column its number of parts and, for each part, the rules that hit it
    as bits.
    """
    everything = (1 << rules) - 1
    # The rules that hit whatever the columns from here on say: one of them settles the rest.
    open_from = [everything]
    for _, hits in reversed(columns):
        whole = everything
        for bits in hits:
            whole &= bits
        open_from.append(open_from[-1] & whole)
    open_from.reverse()

    examples: list[tuple[int, ...]] = []
    covered: set[tuple[int, int]] = set()
    waiting: list[tuple[tuple[int, ...], int]] = [((), everything)]
    steps = 0
    while waiting and len(examples) < _EXAMPLES:
        steps += 1
        if steps > _MOST_STEPS:
            return examples, False
        path, alive = waiting.pop()
        at = len(path)
        if not alive:
            examples.append(path)
            continue
        if alive & open_from[at] or (at, alive) in covered:
            continue
        # Once entered, it is either settled or reported below: no second look is needed.
        covered.add((at, alive))
        parts, hits = columns[at]
        waiting.extend(((*path, part), alive & hits[part]) for part in reversed(range(parts)))
    return examples, True
