"""One edit done: bytes in, bytes out, and what it is about afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from workflows.editing import adding, ordering, removing, roles, settings
from workflows.editing.redrawing import redraw
from workflows.editing.sheet import Sheet, refuse
from workflows.editing.values import (
    AddChoice,
    AddStep,
    AddTimeLimit,
    AddWay,
    Edit,
    MoveStep,
    RemoveStep,
    RemoveWay,
    Rename,
    SetCondition,
    SetDeadline,
    SetDecision,
    SetDefault,
    SetDocumentation,
    SetForm,
    SetGuidance,
    SetInterrupting,
    SetMessage,
    SetOperation,
    SetRole,
    SetSetting,
    SetTarget,
    SetTimer,
    SetWhy,
)

_MOVES = SetRole | SetTarget | AddStep | AddTimeLimit | AddChoice | AddWay | RemoveStep | RemoveWay | MoveStep
"""What changes where something stands in the drawing."""


@dataclass(frozen=True, slots=True)
class Applied:
    """`element` is the id of what to look at: what was changed or added, or what stands where something was
    removed; "" where nothing does."""

    model: bytes
    element: str


def apply(model: bytes, *edits: Edit) -> bytes:
    """The model after the edits, one after the other. Everything else in the file stays as it was, but for
    comments, which the XML door lets nobody bring in. Where a step or a way comes, goes or moves, the drawing
    is laid out anew.

    Raises ModelRefused with one finding: the edit does not fit, or changes nothing.
    """
    return applied(model, edits).model


def applied(model: bytes, edits: Iterable[Edit]) -> Applied:
    """As `apply`, with what the last edit is about."""
    sheet = Sheet(model)
    element, moved = "", False
    for edit in edits:
        before = sheet.written()
        element = _done(sheet, edit)
        if sheet.written() == before:
            refuse("edit-same", element or None, "Ändringen ändrar ingenting.", "Skriv det som ska bli nytt.")
        moved = moved or isinstance(edit, _MOVES)
    if moved:
        redraw(sheet.root)
    return Applied(sheet.written(), element)


def _done(sheet: Sheet, edit: Edit) -> str:
    match edit:
        case Rename():
            return settings.rename(sheet, edit)
        case SetRole():
            return roles.role(sheet, edit)
        case SetForm(element, form):
            return settings.setting(sheet, element, "form", form, settings.USER)
        case SetDeadline(element, rule):
            return settings.setting(sheet, element, "due", rule, settings.USER | settings.SERVICE)
        case SetGuidance(element, text):
            return settings.setting(sheet, element, "text", text)
        case SetWhy(element, rules):
            return settings.setting(sheet, element, "why", rules)
        case SetSetting():
            return settings.own_setting(sheet, edit)
        case SetOperation():
            return settings.operation(sheet, edit)
        case SetDecision():
            return settings.decision(sheet, edit)
        case SetCondition():
            return settings.condition(sheet, edit)
        case SetDefault():
            return settings.default(sheet, edit)
        case SetTarget():
            return adding.lead(sheet, edit)
        case SetTimer():
            return settings.timer(sheet, edit)
        case SetMessage():
            return settings.message(sheet, edit)
        case SetInterrupting():
            return settings.interrupting(sheet, edit)
        case SetDocumentation():
            return settings.documentation(sheet, edit)
        case AddStep():
            return adding.add_step(sheet, edit)
        case AddTimeLimit():
            return adding.add_limit(sheet, edit)
        case AddChoice():
            return adding.add_choice(sheet, edit)
        case AddWay():
            return adding.add_way(sheet, edit)
        case RemoveStep():
            return removing.remove_step(sheet, edit)
        case RemoveWay():
            return removing.remove_way(sheet, edit)
        case MoveStep():
            return ordering.move(sheet, edit)
    assert_never(edit)
