"""Steps and ways that go: nothing is left hanging, and no way is lost unseen."""

from __future__ import annotations

from lxml import etree

from workflows.editing.sheet import Sheet, refuse
from workflows.editing.values import RemoveStep, RemoveWay
from workflows.normalise.vocabulary import GATEWAYS, attribute, child, local, reference


def remove_step(sheet: Sheet, edit: RemoveStep) -> str:
    """Join what led to the step with what came after it. Returns what stands in its place."""
    step = sheet.step(edit.element)
    if local(step) == "boundaryEvent":
        return _remove_event(sheet, step)
    into, out = sheet.into(step), sheet.out(step)
    called = sheet.called(step)
    if local(step) == "startEvent":
        refuse(
            "edit-start", edit.element, "Starten kan inte tas bort: där börjar ärendet.", "Byt namn på den."
        )
    if events := sheet.edges(step):
        first = sheet.called(events[0])
        refuse(
            "edit-edges",
            edit.element,
            f"På {called} sitter {first}, vars väg skulle försvinna.",
            f"Ta bort {first} först.",
        )
    if len(out) > 1:
        refuse(
            "edit-ways",
            edit.element,
            f"Från {called} går {len(out)} vägar, och alla utom en skulle försvinna.",
            "Ta bort de andra vägarna först.",
        )
    if into and not out:
        refuse(
            "edit-nowhere",
            edit.element,
            f"Efter {called} kommer inget, så vägen dit skulle inte leda någonstans.",
            "Led vägen till ett annat steg först.",
        )
    onward = sheet.target(out[0]) if out else None
    if onward is not None:
        _joined(sheet, step, into, out[0], onward)
    for flow in out:
        sheet.cut(flow)
    for flow in into:
        if onward is not None:
            sheet.lead(flow, target=onward)
    sheet.drop(step)
    return attribute(onward, "id") if onward is not None else ""


def _joined(
    sheet: Sheet,
    step: etree._Element,
    into: list[etree._Element],
    out: etree._Element,
    onward: etree._Element,
) -> None:
    """Raises ModelRefused where what led to the step cannot lead on to what came after it."""
    called, ident = sheet.called(step), attribute(step, "id")
    if onward is step:
        refuse("edit-loop", ident, f"{called} leder bara till sig själv.", "Led vägen till ett annat steg.")
    if child(out, "conditionExpression") is not None:
        refuse("edit-ways", ident, f"Vägen från {called} har ett villkor, som skulle försvinna.")
    joins_more = local(step) in GATEWAYS and len(into) > 1
    if joins_more and local(step) != "exclusiveGateway":
        refuse(
            "edit-join",
            ident,
            f"I {called} väntar vägarna in varandra; utan den gör de inte det.",
            "Ta bort alla vägar dit utom en först.",
        )
    for flow in into:
        source = sheet.source(flow)
        if local(source) == "eventBasedGateway" and local(onward) != "intermediateCatchEvent":
            refuse("edit-into", ident, f"Efter {sheet.called(source)} måste en väntan komma.")
        twice = any(sheet.target(other) is onward for other in sheet.out(source) if other is not flow)
        if twice and local(source) != "exclusiveGateway":
            refuse(
                "edit-twice",
                ident,
                f"Från {sheet.called(source)} skulle två vägar leda till {sheet.called(onward)}.",
                "Ta bort vägen dit först.",
            )
        if source is onward:
            refuse(
                "edit-loop",
                ident,
                f"{sheet.called(onward)} skulle leda till sig själv.",
                "Led vägen till ett annat steg först.",
            )


def _remove_event(sheet: Sheet, event: etree._Element) -> str:
    host = reference(event, "attachedToRef")
    before = _reached(sheet, sheet.scope(event))
    scope = sheet.scope(event)
    for flow in sheet.out(event):
        sheet.cut(flow)
    sheet.drop(event)
    _sweep(sheet, scope, before)
    return host


def remove_way(sheet: Sheet, edit: RemoveWay) -> str:
    """Take the way away with what only it led to. Returns where it came from."""
    flow = sheet.way(edit.flow)
    source, scope = sheet.source(flow), sheet.scope(flow)
    if len(sheet.out(source)) < 2:
        refuse(
            "edit-nowhere",
            edit.flow,
            f"Det är den enda vägen från {sheet.called(source)}.",
            "Led den till ett annat steg i stället.",
        )
    if reference(source, "default") == edit.flow:
        refuse(
            "edit-default",
            edit.flow,
            "Den här vägen tas när inget annat villkor stämmer.",
            "Välj en annan väg som standardväg först.",
        )
    before = _reached(sheet, scope)
    sheet.cut(flow)
    _sweep(sheet, scope, before)
    return attribute(source, "id")


def _sweep(sheet: Sheet, scope: etree._Element, before: set[str]) -> None:
    """Take away what was reached before and is not now. Raises ModelRefused when no end would be left."""
    nodes = sheet.nodes(scope)
    gone = (before & nodes.keys()) - _reached(sheet, scope)
    ends = {name for name, node in nodes.items() if local(node) == "endEvent"}
    if ends and ends <= gone:
        refuse("edit-end", None, "Då finns inget slut kvar: ärendet skulle aldrig bli klart.")
    for name in gone:
        for flow in [*sheet.out(nodes[name]), *sheet.into(nodes[name])]:
            if flow.getparent() is not None:
                sheet.cut(flow)
    for name in gone:
        sheet.drop(nodes[name])


def _reached(sheet: Sheet, scope: etree._Element) -> set[str]:
    """The nodes that something leads to from where the scope begins."""
    nodes = sheet.nodes(scope)
    after: dict[str, list[str]] = {}
    entered = set()
    for flow in sheet.flows(scope):
        after.setdefault(reference(flow, "sourceRef"), []).append(reference(flow, "targetRef"))
        entered.add(reference(flow, "targetRef"))
    for name, node in nodes.items():
        if local(node) == "boundaryEvent":
            after.setdefault(reference(node, "attachedToRef"), []).append(name)
    starts = [name for name, node in nodes.items() if local(node) == "startEvent"]
    waiting = starts or [n for n, e in nodes.items() if n not in entered and local(e) != "boundaryEvent"]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in found:
            found.add(name)
            waiting += after.get(name, ())
    return found
