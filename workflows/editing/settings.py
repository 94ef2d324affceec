"""What a step, a way or an event says of itself: names, forms, deadlines, operations, conditions, times."""

from __future__ import annotations

from lxml import etree

from workflows.editing.sheet import MAX_NAME, Sheet, refuse, stored
from workflows.editing.values import (
    Rename,
    SetCondition,
    SetDecision,
    SetDefault,
    SetDocumentation,
    SetInterrupting,
    SetMessage,
    SetOperation,
    SetSetting,
    SetTimer,
)
from workflows.normalise.vocabulary import (
    NODES,
    SPIFF,
    TIMES,
    attribute,
    child,
    event_definitions,
    identifier,
    local,
    q,
    reference,
    text_of,
)

USER = frozenset({"userTask", "task", "manualTask"})
"""What a person does: the normaliser makes user tasks of them all."""
SERVICE = frozenset({"serviceTask", "sendTask"})
CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})
_NAMED = NODES | {"sequenceFlow", "lane", "process"}
_OWN = frozenset({"correlation", "four_eyes", "guard", "starts", "starts_with"})
MAX_INPUTS = 50


def rename(sheet: Sheet, edit: Rename) -> str:
    element = sheet.find(edit.element)
    if local(element) not in _NAMED:
        refuse("edit-kind", edit.element, f"{sheet.called(element)} kan inte få ett namn här.")
    name = " ".join(stored(edit.name, edit.element, MAX_NAME).split())
    if name:
        element.set("name", name)
    elif local(element) in ("lane", "process"):
        refuse("edit-empty", edit.element, "Namnet saknas.", "Skriv ett namn.")
    else:
        element.attrib.pop("name", "")
    return edit.element


def setting(sheet: Sheet, step: str, name: str, value: str | None, only: frozenset[str] = NODES) -> str:
    """Write one of the settings that stand among the step's properties, or take it away."""
    element = sheet.step(step)
    if local(element) not in only:
        refuse(
            "edit-kind",
            step,
            f"{sheet.called(element)} kan inte ha det: bara uppgifter som en person gör kan det.",
            "Välj en uppgift.",
        )
    put(sheet, element, name, stored(value or "", step))
    return step


def put(sheet: Sheet, element: etree._Element, name: str, value: str) -> None:
    block = sheet.extension(element, "properties")
    entries = [] if block is None else list(block.iterchildren(q("property", SPIFF)))
    had = [entry for entry in entries if attribute(entry, "name") == name]
    if had and value:
        had[0].set("value", value)
    elif value:
        if block is None:
            block = sheet.make("properties", space=SPIFF)
            sheet.extend(element, block)
        sheet.insert(block, sheet.make("property", space=SPIFF, name=name, value=value))
    for entry in had[1:] if value else had:
        sheet.unextend(entry)


def own_setting(sheet: Sheet, edit: SetSetting) -> str:
    if edit.name not in _OWN:
        refuse(
            "edit-setting",
            edit.element,
            "Inställningen finns inte, eller ändras på ett annat sätt.",
            f"Välj en av {', '.join(sorted(_OWN))}.",
        )
    return setting(sheet, edit.element, edit.name, edit.value)


def operation(sheet: Sheet, edit: SetOperation) -> str:
    element = sheet.step(edit.element)
    if local(element) not in SERVICE:
        refuse("edit-kind", edit.element, f"{sheet.called(element)} är ingen åtgärd som systemet gör.")
    operate(sheet, element, edit.operation, edit.inputs, edit.result)
    return edit.element


def operate(
    sheet: Sheet,
    element: etree._Element,
    name: str,
    inputs: tuple[tuple[str, str], ...],
    result: str | None,
) -> None:
    """Write the operation. An input that was there keeps its declared type."""
    step = identifier(element)
    wanted = stored(name, step, MAX_NAME)
    if not wanted:
        refuse("edit-empty", step, f"{sheet.called(element)} saknar åtgärd.", "Välj en åtgärd.")
    if len(inputs) > MAX_INPUTS or len({key for key, _ in inputs}) != len(inputs):
        refuse("edit-inputs", step, f"Uppgifterna till åtgärden ska vara olika, och högst {MAX_INPUTS}.")
    operator = sheet.extension(element, "serviceTaskOperator")
    if operator is None:
        operator = sheet.make("serviceTaskOperator", wanted, SPIFF)
        sheet.extend(element, operator, first=True)
    operator.set("id", wanted)
    if result := stored(result or "", step, MAX_NAME):
        operator.set("resultVariable", result)
    else:
        operator.attrib.pop("resultVariable", "")
    given = {key: text for key, value in inputs if (text := stored(value, step))}
    _inputs(sheet, operator, given)


def _inputs(sheet: Sheet, operator: etree._Element, given: dict[str, str]) -> None:
    block = next(operator.iterchildren(q("parameters", SPIFF)), None)
    had = {} if block is None else {attribute(p, "id"): p for p in block.iterchildren(q("parameter", SPIFF))}
    for name, parameter in had.items():
        if name not in given:
            sheet.remove(parameter)
    if given and block is None:
        block = sheet.make("parameters", space=SPIFF)
        sheet.insert(operator, block)
    for name, value in given.items():
        if name in had:
            had[name].set("value", value)
        elif block is not None:
            key = stored(name, None, MAX_NAME)
            sheet.insert(block, sheet.make("parameter", key, SPIFF, type="any", value=value))
    if block is not None and not len(block):
        sheet.remove(block)


def decision(sheet: Sheet, edit: SetDecision) -> str:
    element = sheet.step(edit.element)
    if local(element) != "businessRuleTask":
        refuse("edit-kind", edit.element, f"{sheet.called(element)} följer ingen beslutstabell.")
    decide(sheet, element, stored(edit.decision or "", edit.element, MAX_NAME))
    return edit.element


def decide(sheet: Sheet, element: etree._Element, name: str) -> None:
    called = sheet.extension(element, "calledDecisionId")
    if called is None:
        called = next(element.iterchildren(q("calledDecisionId", SPIFF)), None)
    if called is None and name:
        called = sheet.make("calledDecisionId", space=SPIFF)
        called.text = name
        sheet.extend(element, called, first=True)
    elif called is not None and name:
        called.text = name
    elif called is not None:
        sheet.unextend(called)


def condition(sheet: Sheet, edit: SetCondition) -> str:
    flow = sheet.way(edit.flow)
    text = stored(edit.text or "", edit.flow)
    source = sheet.source(flow)
    if text and local(source) == "eventBasedGateway":
        refuse("edit-kind", edit.flow, "Efter en väntan på det som händer först finns inga villkor.")
    if text and reference(source, "default") == edit.flow:
        refuse(
            "edit-default",
            edit.flow,
            "Den här vägen tas när inget annat villkor stämmer, och kan inte ha ett eget.",
            "Välj en annan väg som standardväg först.",
        )
    conditional(sheet, flow, text)
    return edit.flow


def conditional(sheet: Sheet, flow: etree._Element, text: str) -> None:
    had = child(flow, "conditionExpression")
    if had is not None and text:
        had.text = text
    elif had is not None:
        sheet.remove(had)
    elif text:
        sheet.insert(flow, sheet.expression("conditionExpression", text), sheet.after_first(flow))


def default(sheet: Sheet, edit: SetDefault) -> str:
    gateway = sheet.step(edit.gateway)
    if local(gateway) not in CHOOSING:
        refuse("edit-kind", edit.gateway, f"{sheet.called(gateway)} är inget vägval.", "Välj ett vägval.")
    bare = [flow for flow in sheet.out(gateway) if child(flow, "conditionExpression") is None]
    if edit.flow is None:
        if len(bare) == 1 and local(gateway) == "exclusiveGateway":
            refuse(
                "edit-default",
                edit.gateway,
                f"En väg från {sheet.called(gateway)} saknar villkor, och tas när inget annat stämmer.",
                "Skriv ett villkor på den först.",
            )
        gateway.attrib.pop("default", "")
        return edit.gateway
    flow = sheet.way(edit.flow)
    if flow not in sheet.out(gateway):
        refuse(
            "edit-kind", edit.flow, f"Vägen går inte från {sheet.called(gateway)}.", "Välj en väg därifrån."
        )
    if bare == [flow] and not reference(gateway, "default"):
        return edit.gateway  # it is, without being said
    gateway.set("default", edit.flow)
    conditional(sheet, flow, "")
    return edit.gateway


def timer(sheet: Sheet, edit: SetTimer) -> str:
    event = sheet.step(edit.element)
    definition = child(event, "timerEventDefinition")
    if definition is None:
        refuse("edit-kind", edit.element, f"{sheet.called(event)} väntar inte på en tid.")
    clock(sheet, definition, edit.kind.value, _needed(edit.text, edit.element, "Tiden saknas."))
    return edit.element


def clock(sheet: Sheet, definition: etree._Element, kind: str, text: str) -> None:
    """Write the time of a timer's event definition."""
    had = [time for time in definition if local(time) in TIMES]
    if had and local(had[0]) == kind:
        had[0].text = text
        had = had[1:]
    else:
        sheet.insert(definition, sheet.expression(kind, text))
    for time in had:
        sheet.remove(time)


def message(sheet: Sheet, edit: SetMessage) -> str:
    """Wait for the message with that name; it is made where no message has the name yet."""
    event = sheet.step(edit.element)
    holder = event if local(event) == "receiveTask" else child(event, "messageEventDefinition")
    if holder is None:
        refuse("edit-kind", edit.element, f"{sheet.called(event)} väntar inte på ett meddelande.")
    name = _needed(edit.name, edit.element, "Meddelandet saknar namn.", MAX_NAME)
    known = [m for m in sheet.root.iter(q("message")) if attribute(m, "name") == name and m.get("id")]
    if not known:
        known = [sheet.make("message", sheet.fresh(name, "message"), name=name)]
        before = [at for at, e in enumerate(sheet.root) if local(e) == "process"]
        sheet.insert(sheet.root, known[0], before[0] if before else None)
    holder.set("messageRef", attribute(known[0], "id"))
    return edit.element


def interrupting(sheet: Sheet, edit: SetInterrupting) -> str:
    event = sheet.step(edit.element)
    if local(event) != "boundaryEvent":
        refuse("edit-kind", edit.element, f"{sheet.called(event)} sitter inte på ett steg.")
    if not edit.interrupting and any(local(d) == "errorEventDefinition" for d in event_definitions(event)):
        refuse("edit-kind", edit.element, "Ett fel avbryter alltid steget.", "Låt det avbryta.")
    if edit.interrupting:
        event.attrib.pop("cancelActivity", "")
    else:
        event.set("cancelActivity", "false")
    return edit.element


def documentation(sheet: Sheet, edit: SetDocumentation) -> str:
    element = sheet.find(edit.element)
    text = stored(edit.text, edit.element)
    had = [e for e in element if local(e) == "documentation"]
    if text and had and text_of(had[0]) != text:
        had[0].text = text
    elif text and not had:
        made = sheet.make("documentation")
        made.text = text
        sheet.insert(element, made, 0)
    for extra in had[1:] if text else had:
        sheet.remove(extra)
    return edit.element


def _needed(text: str, element: str, missing: str, most: int = 4000) -> str:
    kept = stored(text, element, most)
    if not kept:
        refuse("edit-empty", element, missing, "Fyll i det.")
    return kept
