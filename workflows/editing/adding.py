"""Steps, time limits, choices and ways that come."""

from __future__ import annotations

from lxml import etree

from workflows.editing.roles import joins, lane_of, put_in
from workflows.editing.settings import CHOOSING, USER, clock, conditional, decide, operate, put
from workflows.editing.sheet import MAX_NAME, Sheet, refuse, stored
from workflows.editing.values import AddChoice, AddStep, AddTimeLimit, AddWay, SetTarget, StepKind
from workflows.normalise.vocabulary import ACTIVITIES, attribute, child, local, reference

MAX_WAYS = 20
_LATE = "Tiden har gått ut"


def add_step(sheet: Sheet, edit: AddStep) -> str:
    """A step on the way out of `after`, which goes on to where it led."""
    source, flow = _behind(sheet, edit.after)
    scope = sheet.scope(source)
    name = _named(edit.name, edit.after, "Steget saknar namn.")
    made = sheet.make(edit.kind.value, sheet.fresh(name, "steg"), name=name)
    sheet.insert(scope, made, scope.index(source) + 1)
    match edit.kind:
        case StepKind.USER:
            for key, value in (("form", edit.form), ("due", edit.deadline)):
                put(sheet, made, key, stored(value or "", edit.after))
        case StepKind.SERVICE:
            if edit.operation:
                operate(sheet, made, edit.operation, edit.inputs, edit.result)
        case StepKind.DECISION:
            decide(sheet, made, stored(edit.decision or "", edit.after, MAX_NAME))
    _onto(sheet, made, source, flow)
    joins(sheet, made, edit.role, source)
    return attribute(made, "id")


def add_limit(sheet: Sheet, edit: AddTimeLimit) -> str:
    """A timer on the edge of the step, a task after it, and an end."""
    step = sheet.step(edit.step)
    if local(step) not in ACTIVITIES:
        refuse(
            "edit-kind", edit.step, f"På {sheet.called(step)} kan ingen tidsgräns sitta.", "Välj en uppgift."
        )
    scope, name = sheet.scope(step), _named(edit.name, edit.step, "Steget saknar namn.")
    time = stored(edit.text, edit.step)
    if not time:
        refuse("edit-empty", edit.step, "Tiden saknas.", "Fyll i hur lång tid det får ta.")
    own = attribute(step, "id")
    event = sheet.make(
        "boundaryEvent", sheet.fresh(f"{own} tidsgrans", "tidsgrans"), attachedToRef=own, name=_LATE
    )
    if not edit.interrupting:
        event.set("cancelActivity", "false")
    sheet.insert(scope, event, scope.index(step) + 1)
    definition = sheet.make("timerEventDefinition", sheet.fresh(f"{attribute(event, 'id')} tid", "tid"))
    sheet.insert(event, definition)
    clock(sheet, definition, edit.kind.value, time)
    task = sheet.make("userTask", sheet.fresh(name, "steg"), name=name)
    sheet.insert(scope, task, scope.index(event) + 1)
    put(sheet, task, "form", stored(edit.form or "", edit.step))
    end = sheet.make("endEvent", sheet.fresh(f"{attribute(task, 'id')} klart", "slut"), name="Klart")
    sheet.insert(scope, end, scope.index(task) + 1)
    sheet.connect(event, task)
    sheet.connect(task, end)
    if (lane := lane_of(sheet, step)) is not None:
        put_in(sheet, lane, [event])
    joins(sheet, task, edit.role, step)
    joins(sheet, end, "", task)
    return attribute(event, "id")


def add_choice(sheet: Sheet, edit: AddChoice) -> str:
    """An exclusive gateway on the way out of `after`. At least one way leads on as before."""
    source, flow = _behind(sheet, edit.after)
    if flow is None:
        refuse(
            "edit-nowhere",
            edit.after,
            f"Efter {sheet.called(source)} kommer inget, så det finns inget att välja mellan.",
            "Lägg till ett steg efter först.",
        )
    question = _named(edit.question, edit.after, "Frågan saknas.")
    asked = local(source) in USER and len(sheet.out(source)) == 1
    _ways(sheet, edit, flow, asked=asked)
    scope = sheet.scope(source)
    gateway = sheet.make("exclusiveGateway", sheet.fresh(question, "vagval"), name=question)
    sheet.insert(scope, gateway, scope.index(source) + 1)
    onward = sheet.target(flow)
    sheet.lead(flow, target=gateway)
    joins(sheet, gateway, "", source)
    at = flow
    for way in edit.ways:
        target = onward if way.target is None else sheet.step(way.target)
        made = sheet.connect(
            gateway, target, stored(way.name, edit.after, MAX_NAME), sheet.scope(at).index(at) + 1
        )
        at = made
        condition = stored(way.condition or "", edit.after)
        conditional(sheet, made, condition)
        if not condition and any((other.condition or "").strip() for other in edit.ways):
            gateway.set("default", attribute(made, "id"))
    return attribute(gateway, "id")


def _ways(sheet: Sheet, edit: AddChoice, flow: etree._Element, *, asked: bool) -> None:
    """Raises ModelRefused unless the ways are a choice: by conditions, or by whoever has done the task before
    when it is `asked` and none has a condition."""
    if not 2 <= len(edit.ways) <= MAX_WAYS:
        refuse("edit-ways", edit.after, f"Ett vägval har mellan två och {MAX_WAYS} vägar.", "Ändra antalet.")
    bare = [way for way in edit.ways if not (way.condition or "").strip()]
    if len(bare) != 1 and not (asked and len(bare) == len(edit.ways)):
        refuse(
            "edit-ways",
            edit.after,
            "En av vägarna, och bara en, ska sakna villkor: den tas när inget annat stämmer.",
            "Skriv villkor på de andra vägarna.",
        )
    onward = reference(flow, "targetRef")
    if not any(way.target in (None, onward) for way in edit.ways):
        refuse(
            "edit-ways",
            edit.after,
            f"Ingen av vägarna leder till {sheet.called(sheet.target(flow))}, som då inte nås därifrån.",
            "Låt en av vägarna leda vidare som förut.",
        )
    for way in edit.ways:
        if way.target is not None:
            _reachable(sheet, way.target, flow)


def _reachable(sheet: Sheet, target: str, beside: etree._Element) -> etree._Element:
    """The node that a way beside another may lead to."""
    found = sheet.step(target)
    if found.getparent() is not beside.getparent():
        refuse(
            "edit-level",
            target,
            f"{sheet.called(found)} ligger i en annan del av processen, dit vägen inte kan gå.",
            "Välj ett steg på samma nivå.",
        )
    if local(found) in ("startEvent", "boundaryEvent"):
        refuse("edit-into", target, f"Ingen väg kan leda till {sheet.called(found)}.", "Välj ett annat steg.")
    return found


def add_way(sheet: Sheet, edit: AddWay) -> str:
    gateway = sheet.step(edit.gateway)
    if local(gateway) not in CHOOSING | {"parallelGateway"}:
        refuse("edit-kind", edit.gateway, f"{sheet.called(gateway)} är inget vägval.", "Välj ett vägval.")
    out = sheet.out(gateway)
    if not out:
        refuse("edit-nowhere", edit.gateway, f"Från {sheet.called(gateway)} går ingen väg.")
    if len(out) >= MAX_WAYS:
        refuse("edit-ways", edit.gateway, f"Ett vägval har högst {MAX_WAYS} vägar.", "Dela upp valet i två.")
    condition = stored(edit.condition or "", edit.gateway)
    if condition and local(gateway) == "parallelGateway":
        refuse(
            "edit-ways", edit.gateway, "Alla vägar tas härifrån, så ingen har ett villkor.", "Ta bort det."
        )
    asks = gateway.get("default") is None and all(child(f, "conditionExpression") is None for f in out)
    if not condition and local(gateway) != "parallelGateway" and not (asks and len(out) > 1):
        refuse("edit-ways", edit.gateway, "Vägen saknar villkor.", "Skriv när vägen ska tas.")
    target = _reachable(sheet, edit.target, out[0])
    name = stored(edit.name, edit.gateway, MAX_NAME)
    made = sheet.connect(gateway, target, name, sheet.scope(gateway).index(out[-1]) + 1)
    conditional(sheet, made, condition)
    return attribute(made, "id")


def lead(sheet: Sheet, edit: SetTarget) -> str:
    flow = sheet.way(edit.flow)
    target = _reachable(sheet, edit.target, flow)
    source = sheet.source(flow)
    if local(source) == "eventBasedGateway" and local(target) not in (
        "intermediateCatchEvent",
        "receiveTask",
    ):
        refuse(
            "edit-into", edit.flow, f"Efter {sheet.called(source)} måste en väntan komma.", "Välj en väntan."
        )
    sheet.lead(flow, target=target)
    return edit.flow


def _behind(sheet: Sheet, after: str) -> tuple[etree._Element, etree._Element | None]:
    """The step before what is added, and the way that it is put on; None where no way leaves the step."""
    found = sheet.find(after)
    flow: etree._Element | None
    if local(found) == "sequenceFlow":
        flow = sheet.way(after)
        source = sheet.source(flow)
    else:
        source = sheet.step(after)
        out = sheet.out(source)
        if local(source) == "endEvent":
            refuse("edit-end", after, "Efter ett slut kan inget komma.", "Välj ett steg före slutet.")
        if len(out) > 1:
            refuse(
                "edit-ways",
                after,
                f"Från {sheet.called(source)} går {len(out)} vägar.",
                "Välj vilken av vägarna det ska läggas på.",
            )
        flow = out[0] if out else None
        if flow is not None:
            sheet.way(attribute(flow, "id"))
    if local(source) == "eventBasedGateway":
        refuse(
            "edit-into", after, f"Efter {sheet.called(source)} måste en väntan komma.", "Välj ett steg efter."
        )
    if flow is None and attribute(source, "triggeredByEvent") == "true":
        refuse("edit-end", after, f"Efter {sheet.called(source)} kan inget komma.")
    return source, flow


def _onto(sheet: Sheet, made: etree._Element, source: etree._Element, flow: etree._Element | None) -> None:
    """Lead the way through the new node: it keeps its name and condition before it."""
    if flow is None:
        sheet.connect(source, made)
        return
    target = sheet.target(flow)
    sheet.lead(flow, target=made)
    sheet.connect(made, target, at=sheet.scope(flow).index(flow) + 1)


def _named(name: str, element: str, missing: str) -> str:
    kept = " ".join(stored(name, element, MAX_NAME).split())
    if not kept:
        refuse("edit-empty", element, missing, "Skriv ett namn.")
    return kept
