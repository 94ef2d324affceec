"""The functions on numbers. Each answers null when an argument is of the wrong kind."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from workflows.expressions.arithmetic import minus
from workflows.expressions.budget import Meter
from workflows.expressions.values import Inner, YearMonthDuration, is_number, number

_FINEST: Final = 12


def absolute(meter: Meter, value: Inner) -> Inner:
    if is_number(value) or isinstance(value, timedelta):
        return abs(value)
    if isinstance(value, YearMonthDuration):
        return minus(value) if value.months < 0 else value
    return None


def _rounded(mode: str) -> Callable[..., Inner]:
    def rounded(meter: Meter, value: Inner, scale: Inner = 0) -> Inner:
        if not is_number(value) or type(scale) is not int or not 0 <= scale <= _FINEST:
            return None
        number(value)
        if float(value).is_integer():
            return int(value)
        try:
            # By way of the number as written: 2.345 to two places is 2.35, whatever its bits say.
            result = Decimal(repr(value)).quantize(Decimal(1).scaleb(-scale), rounding=mode)
        except InvalidOperation:  # more digits than there are: nothing to round
            return value
        return number(int(result)) if result == result.to_integral_value() else float(result)

    return rounded


floor = _rounded(ROUND_FLOOR)
ceiling = _rounded(ROUND_CEILING)
round_half_up = _rounded(ROUND_HALF_UP)


def modulo(meter: Meter, value: Inner, divisor: Inner) -> Inner:
    if not is_number(value) or not is_number(divisor) or divisor == 0:
        return None
    return value % divisor


def whole_division(meter: Meter, value: Inner, divisor: Inner) -> Inner:
    if not is_number(value) or not is_number(divisor) or divisor == 0:
        return None
    result = value // divisor
    return int(number(result)) if math.isfinite(result) else number(result)
