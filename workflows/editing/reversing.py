"""The edits that take an edit back, where that is more than putting the old file in its place."""

from __future__ import annotations

from typing import assert_never

from lxml import etree

from workflows.editing.applying import applied
from workflows.editing.roles import lane_of
from workflows.editing.sheet import Sheet
from workflows.editing.values import (
    AddChoice,
    AddStep,
    AddTimeLimit,
    AddWay,
    Direction,
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
from workflows.extensions import operation_of, properties_of, spiff_text
from workflows.model import TimerKind
from workflows.normalise.vocabulary import attribute, child, local, q, reference, text_of


def reverse(model: bytes, edit: Edit) -> tuple[Edit, ...] | None:
    """What undoes the edit when it is applied to `apply(model, edit)`; None where no edits do, and only the
    file as it was will. Raises ModelRefused as `apply` does."""
    made = applied(model, (edit,)).element
    sheet = Sheet(model)
    match edit:
        case Rename(element):
            return (Rename(element, attribute(sheet.find(element), "name")),)
        case SetRole(element):
            return _role(sheet, edit)
        case SetForm(element):
            return (SetForm(element, _property(sheet, element, "form")),)
        case SetDeadline(element):
            return (SetDeadline(element, _property(sheet, element, "due")),)
        case SetGuidance(element):
            return (SetGuidance(element, _property(sheet, element, "text")),)
        case SetWhy(element):
            return (SetWhy(element, _property(sheet, element, "why") or ""),)
        case SetSetting(element, name):
            return (SetSetting(element, name, _property(sheet, element, name)),)
        case SetOperation(element):
            return _operation(sheet, element)
        case SetDecision(element):
            return (SetDecision(element, spiff_text(sheet.step(element), "calledDecisionId")),)
        case SetCondition(flow):
            return (SetCondition(flow, _condition(sheet.way(flow))),)
        case SetDefault():
            return _default(sheet, edit)
        case SetTarget(flow):
            return (SetTarget(flow, reference(sheet.way(flow), "targetRef")),)
        case SetTimer(element):
            return _timer(sheet, element)
        case SetMessage(element):
            return _message(sheet, element)
        case SetInterrupting(element, interrupting):
            return (SetInterrupting(element, not interrupting),)
        case SetDocumentation(element):
            return (SetDocumentation(element, text_of(child(sheet.find(element), "documentation"))),)
        case AddStep(after):
            followed = local(sheet.find(after)) == "sequenceFlow" or sheet.out(sheet.step(after))
            return (RemoveStep(made),) if followed and not _lane_made(sheet, edit.role) else None
        case AddTimeLimit():
            return None if _lane_made(sheet, edit.role) else (RemoveStep(made),)
        case AddChoice():
            return _choice(model, edit, made)
        case AddWay():
            return (RemoveWay(made),)
        case MoveStep(element, direction):
            up = direction is Direction.UP
            return (MoveStep(element, Direction.DOWN if up else Direction.UP),)
        case RemoveStep() | RemoveWay():
            return None
    assert_never(edit)


def _property(sheet: Sheet, element: str, name: str) -> str | None:
    return properties_of(sheet.step(element)).get(name)


def _condition(flow: etree._Element) -> str | None:
    return text_of(child(flow, "conditionExpression")) or None


def _lane_made(sheet: Sheet, role: str) -> bool:
    """Whether a lane has to be made for the role: no edit takes it away again."""
    return bool(role) and role not in {attribute(lane, "name") for lane in sheet.root.iter(q("lane"))}


def _role(sheet: Sheet, edit: SetRole) -> tuple[Edit, ...] | None:
    here = lane_of(sheet, sheet.step(edit.element))
    if here is None or _lane_made(sheet, edit.role):
        return None
    return (SetRole(edit.element, attribute(here, "name")),)


def _operation(sheet: Sheet, element: str) -> tuple[Edit, ...] | None:
    old = operation_of(sheet.step(element))
    if old is None or not old.name:
        return None
    return (SetOperation(element, old.name, tuple(old.parameters.items()), old.result),)


def _default(sheet: Sheet, edit: SetDefault) -> tuple[Edit, ...]:
    back = SetDefault(edit.gateway, reference(sheet.step(edit.gateway), "default") or None)
    condition = None if edit.flow is None else _condition(sheet.way(edit.flow))
    return (back,) if condition is None or edit.flow is None else (back, SetCondition(edit.flow, condition))


def _timer(sheet: Sheet, element: str) -> tuple[Edit, ...] | None:
    definition = child(sheet.step(element), "timerEventDefinition")
    for kind in TimerKind:
        if definition is not None and (text := text_of(child(definition, kind.value))):
            return (SetTimer(element, kind, text),)
    return None


def _message(sheet: Sheet, element: str) -> tuple[Edit, ...] | None:
    event = sheet.step(element)
    holder = event if local(event) == "receiveTask" else child(event, "messageEventDefinition")
    wanted = "" if holder is None else reference(holder, "messageRef")
    names = [attribute(m, "name") for m in sheet.root.iter(q("message")) if attribute(m, "id") == wanted]
    return (SetMessage(element, names[0]),) if names and names[0] else None


def _choice(model: bytes, edit: AddChoice, made: str) -> tuple[Edit, ...] | None:
    """The ways but the one that is taken when no other is, and then the gateway; that way must lead on."""
    if any(way.target is not None and not (way.condition or "").strip() for way in edit.ways):
        return None
    after = Sheet(applied(model, (edit,)).model)
    gateway = after.step(made)
    ways = [attribute(flow, "id") for flow in after.out(gateway)]
    kept = reference(gateway, "default") or ways[-1]
    return (*(RemoveWay(way) for way in ways if way != kept), RemoveStep(made))
