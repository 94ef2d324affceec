"""Steps in a simple sequence that change places."""

from __future__ import annotations

from lxml import etree

from workflows.editing.sheet import Sheet, refuse
from workflows.editing.values import Direction, MoveStep
from workflows.normalise.vocabulary import ACTIVITIES, attribute, child, local

_PASSED = ACTIVITIES | {"intermediateCatchEvent", "intermediateThrowEvent"}
"""What may change places with its neighbour."""


def move(sheet: Sheet, edit: MoveStep) -> str:
    """Change places with the step before or after, where both have one way in and one way out."""
    step = sheet.step(edit.element)
    other = _neighbour(sheet, step, edit.direction)
    first, second = (other, step) if edit.direction is Direction.UP else (step, other)
    into, between, out = sheet.into(first)[0], sheet.out(first)[0], sheet.out(second)[0]
    onward = sheet.target(out)
    sheet.lead(into, target=second)
    sheet.lead(between, source=second, target=first)
    sheet.lead(out, source=first, target=onward)
    return edit.element


def _neighbour(sheet: Sheet, step: etree._Element, direction: Direction) -> etree._Element:
    up = direction is Direction.UP
    word = "före" if up else "efter"
    ways = sheet.into(step) if up else sheet.out(step)
    other: etree._Element | None = None
    if len(ways) == 1:
        other = sheet.source(ways[0]) if up else sheet.target(ways[0])
    pair = [one for one in (step, other) if one is not None]
    simple = len(pair) == 2 and all(
        local(one) in _PASSED and len(sheet.into(one)) == 1 and len(sheet.out(one)) == 1 for one in pair
    )
    bare = simple and all(child(sheet.out(one)[0], "conditionExpression") is None for one in pair)
    if other is None or not bare or other is step:
        refuse(
            "edit-order",
            attribute(step, "id"),
            f"{sheet.called(step)} kan inte byta plats med det som kommer {word}: "
            "bara steg i en enkel följd kan det.",
            "Ta bort steget och lägg till det på det nya stället.",
        )
    first = sheet.source(sheet.into(other if up else step)[0])
    last = sheet.target(sheet.out(step if up else other)[0])
    if local(first) == "eventBasedGateway" or not {step, other}.isdisjoint((first, last)):
        refuse("edit-order", attribute(step, "id"), f"{sheet.called(step)} kan inte flyttas dit.")
    return other
