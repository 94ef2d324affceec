"""A form: its fields in order, and what is done with it: reading and checking answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflows.forms import browser, validation
from workflows.forms.fields import Field, Validated
from workflows.steps import Value


@dataclass(frozen=True, slots=True)
class Form:
    """A form whose schema has been accepted; fields in the order they are shown."""

    id: str
    title: str
    fields: tuple[Field, ...]
    description: str = ""

    def parse(self, fields: Mapping[str, str | Sequence[str]]) -> dict[str, Value]:
        """A browser's strings as typed answers; unknown names are kept for `validate` to refuse."""
        return browser.parse(self.fields, fields)

    def validate(self, answers: Mapping[str, object]) -> Validated:
        """Answers checked and sorted. Never raises: whatever was sent, the answer is `errors`."""
        return validation.validate(self.fields, answers)
