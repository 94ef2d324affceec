"""What may be a variable: plain JSON values, bounded in depth, size and number.

Names such as `typename`, `__class__` or `len` are harmless here: nothing interprets a name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from workflows.errors import BudgetExceeded, StepRefused
from workflows.steps import Value

MAX_DEPTH = 20
MAX_BYTES = 64 * 1024
MAX_NAME = 100
MAX_INTEGER = 2**53


def variables(given: Mapping[str, object]) -> dict[str, Value]:
    """A copy of `given` that holds plain values only. Raises StepRefused: a name that is not an
    identifier, a value that JSON cannot hold, deeper than 20, larger than 64 KB in all."""
    budget = [MAX_BYTES]
    result: dict[str, Value] = {}
    for name, value in given.items():
        if not isinstance(name, str) or not name.isidentifier() or len(name) > MAX_NAME:
            raise StepRefused("En variabel har ett namn som inte kan användas.")
        _spend(budget, _encoded(name))
        result[name] = _plain(value, budget, 0)
    return result


def plain(value: object) -> Value:
    """One value, bounded in the same way; dates become ISO text. Raises like `variables`."""
    return _plain(value, [MAX_BYTES], 0)


def size(value: Value) -> int:
    """About how many bytes the value takes as JSON. Raises BudgetExceeded beyond 64 KB."""
    budget = [MAX_BYTES]
    try:
        _plain(value, budget, 0)
    except StepRefused as refusal:
        raise BudgetExceeded(str(refusal)) from None
    return MAX_BYTES - budget[0]


def _plain(value: object, budget: list[int], depth: int) -> Value:
    if depth > MAX_DEPTH:
        raise StepRefused(f"Ett värde är för djupt nästlat: högst {MAX_DEPTH} nivåer.")
    match value:
        case None | bool():
            _spend(budget, 5)
            return value
        case int():
            if abs(value) > MAX_INTEGER:
                raise StepRefused("Ett tal är för stort.")
            _spend(budget, 8)
            return int(value)
        case float():
            if not math.isfinite(value):
                raise StepRefused("Ett tal är inte ett vanligt tal.")
            _spend(budget, 8)
            return float(value)
        case str():
            _spend(budget, _encoded(value))
            return str(value)
        case datetime() | date():
            return _plain(value.isoformat(), budget, depth)
        case Mapping():
            _spend(budget, 2)
            inner: dict[str, Value] = {}
            for name, entry in value.items():
                if not isinstance(name, str):
                    raise StepRefused("Ett värde har en nyckel som inte är text.")
                _spend(budget, _encoded(name))
                inner[name] = _plain(entry, budget, depth + 1)
            return inner
        case bytes() | bytearray():
            raise StepRefused("Ett värde är av en typ som inte kan sparas.")
        case Sequence():
            _spend(budget, 2)
            return [_plain(entry, budget, depth + 1) for entry in value]
        case _:
            raise StepRefused("Ett värde är av en typ som inte kan sparas.")


def _encoded(text: str) -> int:
    try:
        return len(text.encode("utf-8")) + 3
    except UnicodeEncodeError:
        raise StepRefused("En text innehåller tecken som inte kan sparas.") from None


def _spend(budget: list[int], amount: int) -> None:
    budget[0] -= amount
    if budget[0] < 0:
        raise StepRefused("Värdena är för stora: högst 64 kB får sparas.")
