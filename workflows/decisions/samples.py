"""Cuts a column into the values that its cells can tell apart: one sample stands for each part.

A column whose cells compare with 18 and 65 has five parts: below 18, 18, between, 65, above 65.
Null is a part of its own only where a cell names it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.decisions.model import InputColumn
from workflows.expressions import Compiled
from workflows.expressions.budget import MAX_INT
from workflows.expressions.reading import constant
from workflows.expressions.refusals import shown
from workflows.expressions.temporal import write
from workflows.expressions.tree import (
    INPUT,
    Against,
    Among,
    Call,
    Holds,
    ListOf,
    Literal,
    Name,
    Negation,
    Part,
    RangeOf,
)
from workflows.expressions.values import Inner, is_number

_WHOLE = ("integer", "long", "int")


@dataclass(frozen=True, slots=True)
class Sample:
    """`value` stands for a part of the column; `text` says in Swedish which, after the label."""

    value: Inner
    text: str


def constants(cell: Compiled) -> list[Inner] | None:
    """The values a cell compares its input with, or None when it does more than compare."""
    found: list[Inner] = []
    return found if _collect(cell.root, found) else None


def _collect(part: Part, found: list[Inner]) -> bool:
    match part:
        case Literal(True):
            return True
        case Negation(Among() as inner) | (Among() as inner):
            if inner.value != Name(INPUT):
                return False
            return all(_collect_test(test, found) for test in inner.tests)
    return False


def _collect_test(test: Part, found: list[Inner]) -> bool:
    match test:
        case Literal() | Call():
            return _keep([test], found, ordered=False)
        case Against(operator, operand):
            return _keep([operand], found, ordered=operator not in ("=", "!="))
        case RangeOf(low, high):
            return _keep([low, high], found, ordered=True)
        case ListOf(items):
            return all(_collect_test(item, found) for item in items)
        case Holds(Among() as inner) | (Among() as inner):
            return _collect(inner, found)
    return False


def _keep(parts: Sequence[Part], found: list[Inner], ordered: bool) -> bool:
    for part in parts:
        value = constant(part)
        if value is None and not isinstance(part, Literal):
            return False
        kinds = (int, float, date) if ordered else (int, float, date, str, bool, type(None))
        if type(value) not in kinds:
            return False
        found.append(value)
    return True


def samples(column: InputColumn, values: Iterable[Inner]) -> list[Sample]:
    """One sample for each part of the column that its cells' constants cut out, and that the
    column's listed values allow."""
    known = [*values, *((constants(column.allowed) or []) if column.allowed else [])]
    numbers = sorted({value for value in known if is_number(value)})
    days = sorted({value for value in known if type(value) is date})
    found: list[Sample] = []
    if numbers:
        cut = _numbers(numbers, whole=column.type in _WHOLE)
        # Just past the largest number there may be, there is nothing to ask about.
        found += [one for one in cut if is_number(one.value) and abs(one.value) < MAX_INT]
    if days:
        found += _days(days)
    if any(isinstance(value, bool) for value in known) or column.type == "boolean":
        found += [Sample(True, "är sant"), Sample(False, "är falskt")]
    texts = sorted({value for value in known if isinstance(value, str)})
    if texts:
        found += [Sample(text, f'är "{shown(text)}"') for text in texts]
        found.append(Sample("".join(texts)[:5_000] + "\x00", "är något annat"))
    if None in known:
        found.append(Sample(None, "saknas"))
    allowed = column.allowed
    if allowed and constants(allowed) is not None:
        found = [one for one in found if allowed.evaluate({INPUT: one.value}) is True]
    return found or [Sample(None, "är vad som helst")]


def _numbers(points: list[int | float], whole: bool) -> list[Sample]:
    first, last = points[0], points[-1]
    found = [Sample(math.floor(first) - 1, f"är under {first}")]
    for at, point in enumerate(points):
        found.append(Sample(point, f"är {point}"))
        if at + 1 == len(points):
            break
        after = points[at + 1]
        middle = math.floor(point) + 1 if whole else (point + after) / 2
        if point < middle < after:
            found.append(Sample(middle, f"är mellan {point} och {after}"))
    found.append(Sample(math.ceil(last) + 1, f"är över {last}"))
    return found


def _days(points: list[date]) -> list[Sample]:
    one = timedelta(days=1)
    found = [Sample(points[0] - one, f"är före {write(points[0])}")] if points[0] > date.min else []
    for at, point in enumerate(points):
        found.append(Sample(point, f"är {write(point)}"))
        if at + 1 < len(points) and point + one < points[at + 1]:
            text = f"är mellan {write(point)} och {write(points[at + 1])}"
            found.append(Sample(point + one, text))
    if points[-1] < date.max:
        found.append(Sample(points[-1] + one, f"är efter {write(points[-1])}"))
    return found
