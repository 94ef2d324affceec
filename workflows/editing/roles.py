"""Who does a step: the lanes, and what lies in them."""

from __future__ import annotations

from lxml import etree

from workflows.editing.sheet import MAX_NAME, Sheet, refuse, stored
from workflows.editing.values import SetRole
from workflows.lanes import tops
from workflows.normalise.vocabulary import (
    CONTAINERS,
    DC,
    DI,
    attribute,
    child,
    children,
    local,
    q,
    text_of,
)

_HIGH = 120


def role(sheet: Sheet, edit: SetRole) -> str:
    """Move the step, with what sits on its edge, to the lane of the role."""
    step = sheet.step(edit.element)
    if local(step) == "boundaryEvent":
        refuse(
            "edit-edge",
            edit.element,
            f"{sheet.called(step)} sitter på ett annat steg och följer med det.",
            "Byt roll på det steget i stället.",
        )
    around = sheet.top(step)
    if around is not None:
        refuse(
            "edit-inside",
            edit.element,
            f"{sheet.called(step)} ligger i delprocessen {sheet.called(around)} och görs av den som gör den.",
            "Byt roll på delprocessen i stället.",
        )
    name = " ".join(stored(edit.role, edit.element, MAX_NAME).split())
    if not name:
        refuse("edit-empty", edit.element, f"Ingen gör {sheet.called(step)}.", "Välj en roll.")
    moving = [step, *sheet.edges(step)]
    here = lane_of(sheet, step)
    if here is not None and attribute(here, "name") == name:
        return edit.element
    put_in(sheet, lane_for(sheet, sheet.scope(step), name), moving)
    return edit.element


def lane_of(sheet: Sheet, step: etree._Element) -> etree._Element | None:
    """The innermost lane that lists the step."""
    name = attribute(step, "id")
    holding = [
        lane
        for lane in sheet.root.iter(q("lane"))
        if any(text_of(e).rsplit(":", 1)[-1] == name for e in children(lane, "flowNodeRef"))
    ]
    return max(holding, key=lambda lane: len(list(lane.iterancestors(q("lane")))), default=None)


def lane_for(sheet: Sheet, process: etree._Element, role: str) -> etree._Element:
    """The lane of the role in that process; made below the others where there is none."""
    found = [
        lane
        for lane_set in children(process, "laneSet")
        for lane in lane_set.iter(q("lane"))
        if attribute(lane, "name") == role and lane.get("id")
    ]
    inner = [lane for lane in found if child(lane, "childLaneSet") is None]
    if found:
        return (inner or found)[0]
    lane_set = child(process, "laneSet")
    if lane_set is None:
        lane_set = sheet.make("laneSet", sheet.fresh(f"{attribute(process, 'id')} lanes", "lanes"))
        sheet.insert(process, lane_set, sheet.after_first(process))
    lane = sheet.make("lane", sheet.fresh(f"lane {role}", "lane"), name=role)
    sheet.insert(lane_set, lane)
    _drawn_below(sheet, attribute(lane, "id"))
    return lane


def put_in(sheet: Sheet, lane: etree._Element, steps: list[etree._Element]) -> None:
    """Let the lane list the steps, after what it holds, and no other lane list them but those around it."""
    names = [attribute(step, "id") for step in steps]
    for entry in list(sheet.root.iter(q("flowNodeRef"))):
        if text_of(entry).rsplit(":", 1)[-1] in names:
            sheet.remove(entry)
    for around in (lane, *lane.iterancestors(q("lane"))):
        for name in names:
            entry = sheet.make("flowNodeRef")
            entry.text = name
            last = sum(1 for e in around if local(e) != "childLaneSet")
            sheet.insert(around, entry, last)


def joins(sheet: Sheet, step: etree._Element, role: str, beside: etree._Element) -> None:
    """Put a new step in the lane of the role, or in that of the step beside it. In a subprocess there are no
    lanes: what is there is done by whoever does the subprocess."""
    if local(sheet.scope(step)) in CONTAINERS:
        return
    name = " ".join(stored(role, None, MAX_NAME).split())
    lane = lane_for(sheet, sheet.scope(step), name) if name else lane_of(sheet, beside)
    if lane is not None:
        put_in(sheet, lane, [step])


def _drawn_below(sheet: Sheet, lane: str) -> None:
    """Where lanes are drawn, their order is told by their height: the new one is the lowest."""
    heights = tops(sheet.root)
    plane = next(sheet.root.iter(q("BPMNPlane", DI)), None)
    if plane is None or not heights:
        return
    shape = etree.SubElement(
        plane, q("BPMNShape", DI), id=f"{lane}_di", bpmnElement=lane, isHorizontal="true"
    )
    etree.SubElement(
        shape, q("Bounds", DC), x="0", y=str(max(heights.values()) + _HIGH), width="600", height=str(_HIGH)
    )
