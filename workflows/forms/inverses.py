"""The edit that takes an edit back, where there is one."""

from __future__ import annotations

from workflows.forms.editing import read
from workflows.forms.edits import (
    AddField,
    Describe,
    Edit,
    Introduce,
    MoveField,
    RemoveField,
    Rename,
    Retitle,
    SetCheck,
    SetChoices,
    SetFills,
    SetKind,
    SetLength,
    SetMust,
    SetRange,
    SetRequired,
    SetShowIf,
    SetSuggestion,
)


def inverse(schema: bytes, edit: Edit) -> Edit | None:
    """The edit that takes `edit`, done to `schema`, back. None where the old is not to be had from the new:
    a question that is gone, an answer of another kind. Raises ModelRefused when `schema` is no form."""
    made, form = read(schema)
    fields = {field.name: field for field in form.fields}
    match edit:
        case Retitle():
            return Retitle(form.title)
        case Introduce():
            return Introduce(form.description)
        case AddField(name):
            return RemoveField(name)
    old = fields.get(edit.name)
    if old is None:
        return None
    match edit:
        case RemoveField() | SetKind():
            return None
        case MoveField(name, up):
            return MoveField(name, not up)
        case Rename(name):
            return Rename(name, old.title)
        case Describe(name):
            return Describe(name, old.description)
        case SetRequired(name):
            return SetRequired(name, old.required)
        case SetChoices(name):
            return SetChoices(name, old.choices)
        case SetShowIf(name):
            condition = made["properties"][name].get("x-show-if")
            return SetShowIf(name, (condition["field"], condition["equals"]) if condition else None)
        case SetMust(name):
            return SetMust(name, old.must)
        case SetCheck(name):
            return SetCheck(name, old.check)
        case SetFills(name):
            return SetFills(name, old.fills)
        case SetLength(name):
            return SetLength(name, old.max_length)
        case SetRange(name):
            return SetRange(name, old.minimum, old.maximum)
        case SetSuggestion(name):
            return SetSuggestion(name, old.autocomplete)
