"""Equality, order and membership with FEEL's null rules: what cannot be compared gives null."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from workflows.expressions.budget import MAX_NESTING, Meter, too_deep
from workflows.expressions.values import (
    Inner,
    Range,
    YearMonthDuration,
    admit,
    is_context,
    is_list,
    kind,
)

_ORDERED: Final = frozenset(
    ("number", "string", "date", "date and time", "time",
     "days and time duration", "years and months duration")
)  # fmt: skip


def negate(truth: Inner) -> bool | None:
    """FEEL's three-valued not: anything but true and false gives null."""
    return (not truth) if isinstance(truth, bool) else None


def same(left: Inner, right: Inner, meter: Meter, depth: int = 0) -> bool | None:
    """Null equals only null; values of different kinds give null, as do boolean and number."""
    meter.spend()
    if depth > MAX_NESTING:
        raise too_deep()
    left, right = admit(left), admit(right)
    if left is None or right is None:
        return left is right
    if kind(left) != kind(right):
        return None
    if is_list(left) and is_list(right):
        if len(left) != len(right):
            return False
        pairs = zip(left, right, strict=True)
        return every(same(a, b, meter, depth + 1) for a, b in pairs)
    if is_context(left) and is_context(right):
        if left.keys() != right.keys():
            return False
        meter.spend(len(left))
        return every(same(left[key], right[key], meter, depth + 1) for key in left)
    if isinstance(left, str):
        meter.spend(len(left) // 64)
    # Moments are compared as moments: two wall clocks in one zone may show the same hour twice.
    return bool(order_key(left) == order_key(right))


def before(left: Inner, right: Inner, meter: Meter) -> bool | None:
    """left < right, or null when the two have no order."""
    meter.spend()
    if kind(left) != kind(right) or kind(left) not in _ORDERED:
        return None
    if isinstance(left, str):
        meter.spend(len(left) // 64)
    return bool(order_key(left) < order_key(right))


def order_key(value: Inner) -> Any:
    """A key that sorts values of one kind; `Any` because the kinds share no protocol."""
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, YearMonthDuration):
        return value.months
    return value


def _instant(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first or last day of the calendar, east or west of Greenwich
        return moment.replace(tzinfo=UTC)


def sortable(values: list[Inner]) -> bool:
    """True when all the values are of one kind that has an order."""
    kinds = {kind(value) for value in values}
    return len(kinds) <= 1 and kinds <= _ORDERED


def compare(operator: str, left: Inner, right: Inner, meter: Meter) -> bool | None:
    """One of = != < <= > >= with FEEL's null rules."""
    match operator:
        case "=":
            return same(left, right, meter)
        case "!=":
            return negate(same(left, right, meter))
        case "<":
            return before(left, right, meter)
        case ">":
            return before(right, left, meter)
        case "<=":
            return negate(before(right, left, meter))
        case _:
            return negate(before(left, right, meter))


def within(value: Inner, span: Range, meter: Meter) -> bool | None:
    """Whether the range holds the value; null when either end cannot be compared with it."""
    low = compare("<=" if span.low_closed else "<", span.low, value, meter)
    high = compare("<=" if span.high_closed else "<", value, span.high, meter)
    return every((low, high))


def member(value: Inner, test: Inner, meter: Meter) -> bool | None:
    """FEEL's `in`: equal to the test, inside it when it is a range, among it when it is a list."""
    if isinstance(test, Range):
        return within(value, test, meter)
    if is_list(test):
        if is_list(value) and same(value, test, meter):
            return True
        return some(_element(value, admit(item), meter) for item in test)
    return same(value, test, meter)


def _element(value: Inner, item: Inner, meter: Meter) -> bool | None:
    return within(value, item, meter) if isinstance(item, Range) else same(value, item, meter)


def every(truths: Iterable[Inner]) -> bool | None:
    """Three-valued `and` over any number of truths."""
    answer: bool | None = True
    for truth in truths:
        if truth is False:
            return False
        if truth is not True:
            answer = None
    return answer


def some(truths: Iterable[Inner]) -> bool | None:
    """Three-valued `or` over any number of truths."""
    answer: bool | None = False
    for truth in truths:
        if truth is True:
            return True
        if truth is not False:
            answer = None
    return answer
