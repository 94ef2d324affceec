"""+ - * / on numbers, texts, dates and durations; what does not fit together gives null."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from workflows.expressions.budget import MAX_LENGTH, too_large_number, too_long
from workflows.expressions.temporal import add_months, add_span
from workflows.expressions.values import Inner, YearMonthDuration, is_number, number


def apply(operator: str, left: Inner, right: Inner) -> Inner:
    """The result, or null when the operands do not fit. Raises BudgetExceeded past the bounds."""
    if is_number(left) and is_number(right):
        return _numbers(operator, left, right)
    try:
        match operator:
            case "+":
                return _plus(left, right)
            case "-":
                return _minus(left, right)
            case "*":
                return _times(left, right)
            case _:
                return _over(left, right)
    except (OverflowError, ValueError):  # the calendar or the longest duration ended first
        return None


def _numbers(operator: str, left: int | float, right: int | float) -> int | float | None:
    try:
        match operator:
            case "+":
                return _decimal(left + right)
            case "-":
                return _decimal(left - right)
            case "*":
                return _decimal(left * right)
            case _:
                return _decimal(_divide(left, right)) if right else None
    except OverflowError:
        raise too_large_number() from None


def _decimal(result: int | float) -> int | float:
    # FEEL counts in decimals. Fifteen digits of a float are exact decimals, so that 0.1 + 0.2
    # is 0.3 here too, and a limit in a table means what it says.
    return number(float(f"{number(result):.15g}")) if type(result) is float else number(result)


def _divide(left: int | float, right: int | float) -> int | float:
    # FEEL has one kind of number: six over two is 3, not 3.0, wherever it is shown.
    whole = type(left) is int and type(right) is int and left % right == 0
    return left // right if whole else left / right


def _plus(left: Inner, right: Inner) -> Inner:
    match left, right:
        case (str(), str()):
            if len(left) + len(right) > MAX_LENGTH:
                raise too_long()
            return left + right
        case (timedelta(), timedelta()):
            return left + right
        case (YearMonthDuration(), YearMonthDuration()):
            return _months(left.months + right.months)
        case (date() | time(), timedelta()):
            return add_span(left, right)
        case (date(), YearMonthDuration()):
            return add_months(left, right.months)
        case (timedelta() | YearMonthDuration(), date() | time()):
            return _plus(right, left)
    return None


def _minus(left: Inner, right: Inner) -> Inner:
    match left, right:
        case (datetime(), datetime()):
            return left.astimezone(UTC) - right.astimezone(UTC)
        case (datetime(), date()) | (date(), datetime()):
            return None
        case (date(), date()):
            return left - right
        case (time(), time()):
            anchor = date(2000, 1, 1)
            return datetime.combine(anchor, left) - datetime.combine(anchor, right)
        case (_, timedelta()):
            return _plus(left, -right)
        case (_, YearMonthDuration()):
            return _plus(left, YearMonthDuration(-right.months))
    return None


def _times(left: Inner, right: Inner) -> Inner:
    if is_number(left):
        left, right = right, left
    if is_number(right):
        if isinstance(left, timedelta):
            return left * right
        if isinstance(left, YearMonthDuration):
            return _months(int(left.months * right))
    return None


def _over(left: Inner, right: Inner) -> Inner:
    match left, right:
        case (timedelta(), timedelta()):
            return left / right if right else None
        case (YearMonthDuration(), YearMonthDuration()):
            return _divide(left.months, right.months) if right.months else None
        case (timedelta(), int() | float()) if is_number(right):
            return left / right if right else None
        case (YearMonthDuration(), int() | float()) if is_number(right):
            return _months(int(left.months / right)) if right else None
    return None


def _months(months: int) -> YearMonthDuration | None:
    # A duration longer than the calendar would only be null one step later.
    return YearMonthDuration(months) if abs(months) <= 12 * 9_999 else None


def minus(value: Inner) -> Inner:
    """The value with its sign changed; null when it has none."""
    if is_number(value):
        return -value
    if isinstance(value, timedelta):
        return apply("*", value, -1)
    if isinstance(value, YearMonthDuration):
        return YearMonthDuration(-value.months)
    return None
