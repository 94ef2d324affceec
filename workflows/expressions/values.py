"""The values an expression works on, how foreign data is let in, and how a result is let out.

Inside the evaluator a value is exactly one of: None, bool, int, float, str, list, dict,
`datetime.date`, aware `datetime.datetime`, naive `datetime.time`, `datetime.timedelta`,
`YearMonthDuration` or `Range`. No subclass passes `admit`, so no stranger's method runs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import NoneType
from typing import Final, TypeAlias, TypeGuard
from zoneinfo import ZoneInfo

from workflows.errors import BudgetExceeded, ExpressionError
from workflows.expressions.budget import (
    MAX_INT,
    MAX_LENGTH,
    MAX_NESTING,
    MAX_RESULT,
    Meter,
    too_deep,
    too_large_number,
    too_long,
)

Inner: TypeAlias = object
"""One of the types in the module's docstring; the rules look at the type before they use it."""

ZONE: Final = ZoneInfo("Europe/Stockholm")
"""The zone of a date-time written without an offset, and of `today()`."""


@dataclass(frozen=True, slots=True)
class YearMonthDuration:
    """A duration of whole months, such as P1Y6M. Negative when `months` is."""

    months: int


@dataclass(frozen=True, slots=True)
class Range:
    """The values from `low` to `high`; the ends belong to it when closed."""

    low: Inner
    high: Inner
    low_closed: bool = True
    high_closed: bool = True


KINDS: Final[Mapping[type, str]] = {
    NoneType: "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "list",
    dict: "context",
    date: "date",
    datetime: "date and time",
    time: "time",
    timedelta: "days and time duration",
    YearMonthDuration: "years and months duration",
    Range: "range",
}


def kind(value: Inner) -> str:
    """FEEL's name for the type of a value that has been admitted."""
    return KINDS[type(value)]


def is_number(value: Inner) -> TypeGuard[int | float]:
    """True of int and float; a boolean is not a number in FEEL."""
    return type(value) is int or type(value) is float


def is_list(value: Inner) -> TypeGuard[list[Inner]]:
    return type(value) is list


def is_context(value: Inner) -> TypeGuard[dict[str, Inner]]:
    return type(value) is dict


def admit(value: object) -> Inner:
    """The value as the evaluator knows it, one level deep: what it holds is admitted when touched.

    Raises BudgetExceeded on numbers outside the bounds, ExpressionError on types that JSON and
    FEEL do not have.
    """
    match value:
        case None | bool():
            return value
        case str():
            return value if type(value) is str else str.__str__(value)
        case int():
            return number(int(value))
        case float():
            return number(float(value))
        case datetime() if type(value) is datetime:
            return value if value.utcoffset() is not None else value.replace(tzinfo=ZONE)
        case time() if type(value) is time:
            return value.replace(tzinfo=None)
        case date() | timedelta() | YearMonthDuration() | Range() | list() | dict():
            if type(value) in KINDS:
                return value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return list(value)
    raise ExpressionError(f"Uttryck kan inte använda värden av typen {type(value).__name__}.")


def number(value: int | float) -> int | float:
    """The number, when it is within the bounds; BudgetExceeded otherwise."""
    if type(value) is int:
        if not -MAX_INT < value < MAX_INT:
            raise too_large_number()
    elif not math.isfinite(value):
        raise too_large_number()
    return value


def bounded(value: Inner) -> Inner:
    """What an operation made, when it is not longer than the bounds allow."""
    if type(value) is int or type(value) is float:
        return number(value)
    if isinstance(value, str | list | dict) and len(value) > MAX_LENGTH:
        raise too_long()
    return value


def released(value: Inner) -> Inner:
    """A result as fresh, plain values: nothing the caller holds is shared with it."""
    try:
        return _copy(value, Meter(MAX_RESULT), 0)
    except BudgetExceeded as error:
        raise BudgetExceeded(f"Resultatet är för stort. {error}") from None


def _copy(value: object, meter: Meter, depth: int) -> Inner:
    meter.spend()
    if depth > MAX_NESTING:
        raise too_deep()
    inner = bounded(admit(value))
    if is_list(inner):
        return [_copy(item, meter, depth + 1) for item in inner]
    if is_context(inner):
        if not all(isinstance(key, str) for key in inner):
            raise ExpressionError("Namnen i en uppgift måste vara text.")
        return {str(key): _copy(item, meter, depth + 1) for key, item in inner.items()}
    if isinstance(inner, Range):
        low, high = _copy(inner.low, meter, depth + 1), _copy(inner.high, meter, depth + 1)
        return Range(low, high, inner.low_closed, inner.high_closed)
    return inner
