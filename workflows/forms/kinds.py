"""The kinds of questions that people know by name, each one combination of type, format and x-widget."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from workflows.forms.fields import Fills

PUBLIC_LINE = 255
"""Characters of a public subject or a number, by the registers that it is sent to."""


class FieldKind(StrEnum):
    """How a question is answered."""

    SHORT = "short"
    LONG = "long"
    ONE = "one"
    LIST = "list"
    SEVERAL = "several"
    YES_NO = "yes_no"
    TICK = "tick"
    DATE = "date"
    MOMENT = "moment"
    NUMBER = "number"
    WHOLE = "whole"
    EMAIL = "email"
    WEB = "web"


CHOSEN = frozenset({FieldKind.ONE, FieldKind.LIST, FieldKind.SEVERAL})
"""Answered by closed choices."""
WRITTEN = frozenset({FieldKind.SHORT, FieldKind.LONG})
"""Answered in a person's own words, without a format."""
COUNTED = frozenset({FieldKind.NUMBER, FieldKind.WHOLE})
STEERING = frozenset({FieldKind.ONE, FieldKind.LIST, FieldKind.YES_NO, FieldKind.TICK})
"""What another question's condition may look at."""
SUGGESTED = frozenset({FieldKind.SHORT, FieldKind.EMAIL, FieldKind.WEB})
"""Where a browser may suggest what its owner has written before."""

SHAPES: Mapping[FieldKind, Mapping[str, Any]] = {
    FieldKind.SHORT: {"type": "string", "maxLength": 200},
    FieldKind.LONG: {"type": "string", "maxLength": 2_000, "x-widget": "textarea"},
    FieldKind.ONE: {"type": "string", "x-widget": "radio"},
    FieldKind.LIST: {"type": "string", "x-widget": "select"},
    FieldKind.SEVERAL: {"type": "array"},
    FieldKind.YES_NO: {"type": "boolean", "x-widget": "radio"},
    FieldKind.TICK: {"type": "boolean"},
    FieldKind.DATE: {"type": "string", "format": "date"},
    FieldKind.MOMENT: {"type": "string", "format": "date-time"},
    FieldKind.NUMBER: {"type": "number"},
    FieldKind.WHOLE: {"type": "integer"},
    FieldKind.EMAIL: {"type": "string", "format": "email"},
    FieldKind.WEB: {"type": "string", "format": "uri"},
}
"""What a new question of the kind is made of, its choices aside."""
_BY_FORMAT = {
    "date": FieldKind.DATE,
    "date-time": FieldKind.MOMENT,
    "email": FieldKind.EMAIL,
    "uri": FieldKind.WEB,
}


def kind_of(made: Mapping[str, Any]) -> FieldKind:
    """The kind of a question in an accepted schema."""
    widget = made.get("x-widget")
    match made["type"]:
        case "array":
            return FieldKind.SEVERAL
        case "boolean":
            return FieldKind.YES_NO if widget == "radio" else FieldKind.TICK
        case "integer":
            return FieldKind.WHOLE
        case "number":
            return FieldKind.NUMBER
    if "format" in made:
        return _BY_FORMAT[made["format"]]
    if "oneOf" in made:
        return FieldKind.LIST if widget == "select" else FieldKind.ONE
    return FieldKind.LONG if widget == "textarea" else FieldKind.SHORT


FILLED_BY: Mapping[Fills, frozenset[FieldKind]] = {
    "subject": frozenset({FieldKind.SHORT}),
    "registration_number": frozenset({FieldKind.SHORT}),
    "outcome": frozenset({FieldKind.SHORT, FieldKind.ONE, FieldKind.LIST}),
    "sender_public": frozenset({FieldKind.YES_NO, FieldKind.TICK}),
}
"""The kinds that may fill a column of the case."""
