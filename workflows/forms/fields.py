"""What a field is once its schema has been accepted, and what checked answers are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workflows.steps import Value

FieldType = Literal["string", "boolean", "integer", "number", "array"]
Format = Literal["date", "date-time", "email", "uri"]
Widget = Literal["textarea", "select", "radio"]
Fills = Literal["subject", "registration_number", "sender_public", "outcome"]
Check = Literal["public_subject", "no_personal_number"]

MAX_TEXT = 10_000
"""Characters in an answer whose field sets no limit of its own."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One closed choice. `value` is what is stored and compared, `title` what people read."""

    value: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `show_if` is (name of an earlier field, the value it must have).

    `fills` names the column of the case that the answer is also written to.
    """

    name: str
    title: str
    description: str = ""
    type: FieldType = "string"
    format: Format | None = None
    choices: tuple[Choice, ...] = ()
    required: bool = False
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    widget: Widget | None = None
    show_if: tuple[str, Value] | None = None
    fills: Fills | None = None
    autocomplete: str | None = None
    check: Check | None = None
    """A rule for what the text may say, beyond its format."""
    must: tuple[str, ...] = ()
    """Of a list's choices, those that have to be chosen."""

    @property
    def free_text(self) -> bool:
        """Whether a person's own words may stand here: such an answer never enters a workflow."""
        closed = self.choices or self.format in ("date", "date-time")
        return self.type == "string" and not closed


@dataclass(frozen=True, slots=True)
class Validated:
    """Answers sorted by where they may go.

    `values` is all of them. `variables` (closed choices, booleans, numbers, dates) may enter the
    workflow, `texts` never may. `fills` repeats those that also belong in the case's columns.
    `errors` maps a field's name to a Swedish sentence that says what to change.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    variables: Mapping[str, Value] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    fills: Mapping[str, Value] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
