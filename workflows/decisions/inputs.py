"""Holds the values that come in to a table against the type and the listed values of their column.

A value of the wrong type would hit no comparison and fall through to the last row: a secrecy
question answered "true" as text would pass for not answered. So it is stopped instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from workflows.decisions.model import InputColumn
from workflows.errors import ExpressionError
from workflows.expressions.budget import Meter
from workflows.expressions.refusals import shown
from workflows.expressions.temporal import parse_date, parse_duration, parse_moment, parse_time
from workflows.expressions.tree import INPUT
from workflows.expressions.values import Inner, kind

KINDS: Final[Mapping[str, str]] = {
    "string": "string", "boolean": "boolean", "number": "number", "integer": "number",
    "long": "number", "double": "number", "date": "date", "dateTime": "date and time",
    "time": "time", "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}  # fmt: skip
"""What a column's type is called in DMN files, to what FEEL calls its values."""
_READ: Final[Mapping[str, Callable[[str], Inner]]] = {
    "date": parse_date,
    "date and time": parse_moment,
    "time": parse_time,
    "days and time duration": parse_duration,
    "years and months duration": parse_duration,
}
_CALLED: Final[Mapping[str, str]] = {
    "string": "en text", "boolean": "sant eller falskt", "number": "ett tal", "date": "en dag",
    "date and time": "en tidpunkt", "time": "ett klockslag",
    "days and time duration": "en tidslängd", "years and months duration": "en tidslängd",
}  # fmt: skip


def subject(column: InputColumn, variables: Mapping[str, object], meter: Meter) -> Inner:
    """The value that the column's cells test. Null passes: an answer may be missing.

    Variables come as JSON, so in a column of days a text is read as one. Raises ExpressionError
    when the value is of another type than the column's, or not among its listed values.
    """
    value = column.expression.run(variables, meter)
    if value is None:
        return None
    expected = KINDS.get(column.type)
    if expected and isinstance(value, str) and expected in _READ:
        value = _READ[expected](value)
    if expected and (value is None or kind(value) != expected):
        raise ExpressionError(
            f"I beslutstabellen ska {column.label} vara {_CALLED[expected]}, men är något annat. "
            "Ändra kolumnens typ eller formuläret som lämnar värdet."
        )
    if column.allowed and column.allowed.run({**variables, INPUT: value}, meter) is not True:
        raise ExpressionError(
            f"Värdet av {column.label} finns inte bland de värden som beslutstabellen räknar med "
            f"({shown(column.allowed.source)}). Lägg till det i listan."
        )
    return value
