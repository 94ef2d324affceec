"""An expression read once and run many times; the only way in to the evaluator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import cast

from workflows.errors import BudgetExceeded, ExpressionError
from workflows.expressions.budget import FUEL, MAX_SOURCE, MAX_SOURCE_EVER, Meter
from workflows.expressions.evaluator import Evaluation
from workflows.expressions.reading import Dialect, free_names, read, read_unary
from workflows.expressions.refusals import shown
from workflows.expressions.temporal import write
from workflows.expressions.tree import Node
from workflows.expressions.values import (
    Inner,
    Range,
    YearMonthDuration,
    admit,
    is_context,
    is_list,
    released,
)
from workflows.steps import Value


@dataclass(frozen=True, slots=True)
class Compiled:
    """A checked expression. `names` are the variables it reads; `filter_names` stand inside a
    filter, `list[…]`, and are either variables or entries of the filtered items."""

    source: str
    root: Node = field(repr=False)
    names: frozenset[str]
    filter_names: frozenset[str]

    def evaluate(
        self, variables: Mapping[str, object], *, fuel: int = FUEL, now: datetime | None = None
    ) -> Value:
        """The value: fresh JSON types, or a date, aware datetime, time, timedelta,
        YearMonthDuration or Range; `to_value` writes those as text.

        A variable that does not exist is null. `now` is aware. Raises ExpressionError and
        BudgetExceeded and nothing else, whatever the variables hold.
        """
        return cast(Value, released(self.run(variables, Meter(fuel, now))))

    def run(self, variables: Mapping[str, object], meter: Meter) -> Inner:
        """The raw value, on a meter that several expressions may share. It may hold what
        `variables` holds: not to be changed, and not to be let out."""
        try:
            return Evaluation(variables, meter).value(self.root)
        except (RecursionError, MemoryError):
            # The tree is 50 deep at most, but the caller may have come deep already.
            raise BudgetExceeded("Uttrycket kräver mer minne eller djup än det får.") from None

    def holds(
        self, variables: Mapping[str, object], *, fuel: int = FUEL, now: datetime | None = None
    ) -> bool:
        """The expression as a condition: null counts as false, as in FEEL.

        Raises ExpressionError when the value is neither true, false nor null.
        """
        answer = self.run(variables, Meter(fuel, now))
        if answer is None or isinstance(answer, bool):
            return answer is True
        raise ExpressionError(
            f"Villkoret «{shown(self.source)}» ger varken sant eller falskt. "
            "Jämför värdet med något, till exempel antal > 3."
        )


def compile(source: str, *, dialect: Dialect = "auto", limit: int = MAX_SOURCE) -> Compiled:
    """Reads and checks an expression; the last few thousand are kept.

    `auto` reads FEEL, and Python-like text where FEEL will not do. `limit` is the most characters,
    never above 20,000. Raises ExpressionError with a Swedish sentence that says where and what.
    """
    _text(source)
    return _compiled(source, dialect, limit)


def compile_unary(source: str, *, limit: int = MAX_SOURCE) -> Compiled:
    """Reads a cell of a decision table (`< 10`, `"a","b"`, `[1..5]`, `not(…)`, `-`).

    It is evaluated with the input value as the variable `?`, to true, false or null.
    Raises ExpressionError.
    """
    _text(source)
    return _compiled_unary(source, limit)


def evaluate(
    source: str,
    variables: Mapping[str, object],
    *,
    dialect: Dialect = "auto",
    fuel: int = FUEL,
    now: datetime | None = None,
) -> Value:
    """`compile(source).evaluate(variables)` in one."""
    return compile(source, dialect=dialect).evaluate(variables, fuel=fuel, now=now)


def to_value(value: object) -> Value:
    """A result as JSON: dates, times and durations as ISO 8601 text, a range as it is written."""
    return _plain(released(value))


def _plain(value: Inner) -> Value:
    if is_list(value):
        return [_plain(item) for item in value]
    if is_context(value):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Range):
        low, high = _plain(value.low), _plain(value.high)
        return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"
    if isinstance(value, date | time | timedelta | YearMonthDuration):
        return write(value)
    return cast(Value, admit(value))


def _text(source: object) -> None:
    # Before the cache: it keeps what it is asked for, and hashes it first.
    if not isinstance(source, str):
        raise ExpressionError("Uttrycket måste vara text.")
    if len(source) > MAX_SOURCE_EVER:
        raise ExpressionError(f"Uttrycket är för långt: högst {MAX_SOURCE_EVER} tecken.")


@lru_cache(maxsize=4096)
def _compiled(source: str, dialect: Dialect, limit: int) -> Compiled:
    root = read(source, dialect, limit)
    return Compiled(source, root, *free_names(root))


@lru_cache(maxsize=4096)
def _compiled_unary(source: str, limit: int) -> Compiled:
    root = read_unary(source, limit)
    return Compiled(source, root, *free_names(root))
