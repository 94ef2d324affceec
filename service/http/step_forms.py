"""What the pages of one step offer, and the edits that their fields ask for. Nothing is saved here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.deadlines import VARIABLES
from service.errors import Invalid
from service.http.language import t
from workflows import Definition, WorkflowError, editing, expressions, timers
from workflows.asdrawn import as_drawn
from workflows.definition import model
from workflows.editing import Edit, StepKind, Way
from workflows.model import ACTIVITIES, GATEWAYS, Flow, Kind, Model, Node, Operation, Scope, TimerKind

UNITS = ("M", "H", "D", "W", "m")
"""Minutes, hours, days, weeks and months, as the pages' fields name them."""
_ISO = {"M": "PT{}M", "H": "PT{}H", "D": "P{}D", "W": "P{}W", "m": "P{}M"}
_SIMPLE = re.compile(r"P(?:T(\d{1,4})([MH])|(\d{1,4})([DWM]))")
OWN, OTHER = "own", "other"
"""A length of time that is typed in; a time that is written as the model has it."""
CHOICE, LIMIT = "choice", "limit"
"""What may be added beside the kinds of steps."""
MOST = 9999
_MOST_TITLE = 90
_OFFERED = ("roles", "due", "operations", "whys", "forms", "texts", "decisions")


@dataclass(frozen=True, slots=True)
class Place:
    """A step, or the way out of it that is asked for, and the level that it lies on."""

    scope: Scope
    node: Node
    flow: Flow | None = None


def find(definition: Definition, ident: str) -> Place | None:
    """Where the step, or the way, with the id lies; None when the drawing has none."""
    for scope in drawn(definition).scopes.values():
        if ident in scope.nodes:
            return Place(scope, scope.nodes[ident])
        for flow in scope.flows:
            if flow.id == ident and flow.source in scope.nodes:
                return Place(scope, scope.nodes[flow.source], flow)
    return None


def drawn(definition: Definition) -> Model:
    """The model as its owner drew it; where a person is asked to choose, no way has a condition."""
    return as_drawn(model(definition))


def asked(definition: Definition) -> frozenset[str]:
    """The ways that a person chooses among: the normaliser has given them conditions."""
    return frozenset(flow for choice in definition.choices.values() for flow, _ in choice.options)


def default_of(scope: Scope, node: Node) -> str | None:
    out = scope.outgoing(node.id)
    return node.default if len(out) > 1 and node.default in {flow.id for flow in out} else None


def swaps(scope: Scope, node: Node, direction: editing.Direction) -> bool:
    """Whether the step can change places with its neighbour: both have one way in and one out."""
    up = direction is editing.Direction.UP
    ways = scope.incoming(node.id) if up else scope.outgoing(node.id)
    other = scope.nodes.get(ways[0].source if up else ways[0].target) if len(ways) == 1 else None
    movable = ACTIVITIES | {Kind.CATCH, Kind.THROW}
    return other is not None and all(
        one.kind in movable and len(scope.incoming(one.id)) == len(scope.outgoing(one.id)) == 1
        for one in (node, other)
    )


# ── what the fields hold from the beginning ──────────────────────────────────────────────────────────


def values_of(definition: Definition, place: Place) -> dict[str, str]:
    """The step as the fields of its page."""
    node, scope = place.node, place.scope
    found = {
        "name": node.name,
        "role": node.role,
        "form": node.form or "",
        "due": node.properties.get("due", ""),
        "text": node.text or "",
        "decision": node.decision or "",
        "operation": node.operation.name if node.operation else "",
        "result": (node.operation.result if node.operation else None) or "",
        "message": node.message.name if node.message else "",
        "interrupting": "ja" if node.interrupting else "nej",
        "default": default_of(scope, node) or "",
    }
    for key, value in (node.operation.parameters if node.operation else {}).items():
        found[f"in_{key}"] = value
    chosen = asked(definition)
    for at, flow in enumerate(scope.outgoing(node.id)):
        found[f"way_name_{at}"] = flow.name
        found[f"way_when_{at}"] = "" if flow.id in chosen else flow.condition or ""
        found[f"way_to_{at}"] = flow.target
    return found | _time(node)


def _time(node: Node) -> dict[str, str]:
    if node.timer is None:
        return {}
    text = timers.literal(node.timer.text)
    if node.timer.kind is TimerKind.DURATION and (simple := _SIMPLE.fullmatch(text)):
        amount, unit = simple[1] or simple[3], simple[2] or {"M": "m"}.get(simple[4], simple[4])
        return {"time": OWN, "amount": amount, "unit": unit, "moment": ""}
    return {
        "time": text if text in VARIABLES else OTHER,
        "amount": "",
        "unit": "D",
        "moment": node.timer.text,
    }


def inputs_of(node: Node, operations: Sequence[Mapping[str, object]]) -> list[str]:
    """What the step's operation takes: what it is known to take first, then what else the model gives it."""
    if node.operation is None:
        return []
    known = next((one["inputs"] for one in operations if one["name"] == node.operation.name), ())
    assert isinstance(known, Sequence)
    return list(dict.fromkeys((*map(str, known), *node.operation.parameters)))


# ── from fields to edits ─────────────────────────────────────────────────────────────────────────────


def edits(definition: Definition, place: Place, fields: Mapping[str, str], whys: Sequence[str]) -> list[Edit]:
    """What the fields of a step's page change. Raises Invalid with what stands at each field."""
    before, node, ident = values_of(definition, place), place.node, place.node.id
    now = {name: fields.get(name, value).strip() for name, value in before.items()}
    errors = _wrong(place, now)
    if errors:
        raise Invalid(fields=errors)
    changed = {name for name in before if now[name] != before[name].strip()}
    found: list[Edit] = []
    if "name" in changed:
        found.append(editing.Rename(ident, now["name"]))
    if "role" in changed:
        found.append(editing.SetRole(ident, now["role"]))
    if "form" in changed:
        found.append(editing.SetForm(ident, now["form"] or None))
    if "due" in changed:
        found.append(editing.SetDeadline(ident, now["due"] or None))
    if "text" in changed:
        found.append(editing.SetGuidance(ident, now["text"] or None))
    if "decision" in changed:
        found.append(editing.SetDecision(ident, now["decision"] or None))
    if node.kind is Kind.SERVICE:
        found += _operation(node, fields, now, changed)
    if "message" in changed:
        found.append(editing.SetMessage(ident, now["message"]))
    if "interrupting" in changed:
        found.append(editing.SetInterrupting(ident, now["interrupting"] == "ja"))
    if {"time", "amount", "unit", "moment"} & changed and node.timer is not None:
        found += _timer(node, now)
    found += _ways(place, now, changed)
    rules = ", ".join(dict.fromkeys(whys))
    if set(whys) != set(node.properties.get("why", "").replace(",", " ").split()):
        found.append(editing.SetWhy(ident, rules))
    return found


def _wrong(place: Place, now: Mapping[str, str]) -> dict[str, str]:
    node = place.node
    errors: dict[str, str] = {}
    if node.kind in (Kind.USER, Kind.SERVICE, Kind.DECISION) and not now["name"]:
        errors["name"] = t("steps.no_name")
    if node.kind is Kind.USER and node.role and not now["role"]:
        errors["role"] = t("steps.no_role")
    if node.message is not None and not now["message"]:
        errors["message"] = t("steps.no_message")
    if node.timer is not None and now["time"] == OWN and length(now["amount"], now["unit"]) is None:
        errors["amount"] = t("steps.bad_amount")
    if node.timer is not None and now["time"] == OTHER:
        errors |= _expression("moment", now["moment"] or " ", literal=True)
    for name, value in now.items():
        if name.startswith(("way_when_", "in_")) and value:
            errors |= _expression(name, value)
    return errors


def _expression(name: str, text: str, *, literal: bool = False) -> dict[str, str]:
    """What is wrong with an expression, at its field. A time may also be written as it is."""
    if literal and timers.is_literal(text):
        return {}
    try:
        expressions.compile(text)
    except WorkflowError as error:
        return {name: t("steps.bad_expression", why=str(error))}
    return {}


def length(amount: str, unit: str) -> str | None:
    """A length of time in ISO 8601, or None when the amount is no whole number from 1 to 9,999."""
    if not (amount.isascii() and amount.isdigit() and 1 <= int(amount[:9]) <= MOST and unit in _ISO):
        return None
    return _ISO[unit].format(int(amount))


def _operation(
    node: Node, fields: Mapping[str, str], now: Mapping[str, str], changed: set[str]
) -> Iterator[Edit]:
    """The operation with its inputs. Those of another operation do not follow to the new one."""
    old = node.operation or Operation("")
    if not now["operation"]:
        return
    given: dict[str, str] = {} if "operation" in changed else dict(old.parameters)
    for name, value in fields.items():
        if name.startswith("in_") and "operation" not in changed:
            given[name.removeprefix("in_")] = value.strip()
    given = {name: value for name, value in given.items() if value}
    result = now["result"] or None
    if (now["operation"], given, result) != (old.name, dict(old.parameters), old.result):
        yield editing.SetOperation(node.id, now["operation"], tuple(given.items()), result)


def _timer(node: Node, now: Mapping[str, str]) -> Iterator[Edit]:
    assert node.timer is not None
    if now["time"] == OWN:
        text = length(now["amount"], now["unit"]) or ""
        yield editing.SetTimer(node.id, TimerKind.DURATION, text)
    elif now["time"] in VARIABLES:
        yield editing.SetTimer(node.id, TimerKind.DATE, now["time"])
    elif now["moment"] != node.timer.text:
        yield editing.SetTimer(node.id, node.timer.kind, now["moment"])


def _ways(place: Place, now: Mapping[str, str], changed: set[str]) -> Iterator[Edit]:
    if "default" in changed and now["default"]:
        yield editing.SetDefault(place.node.id, now["default"])
    for at, flow in enumerate(place.scope.outgoing(place.node.id)):
        if f"way_name_{at}" in changed:
            yield editing.Rename(flow.id, now[f"way_name_{at}"])
        if f"way_when_{at}" in changed and flow.id != now["default"]:
            yield editing.SetCondition(flow.id, now[f"way_when_{at}"] or None)
        if f"way_to_{at}" in changed:
            yield editing.SetTarget(flow.id, now[f"way_to_{at}"])


def addition(place: Place, fields: Mapping[str, str]) -> Edit:
    """The step, choice or time limit that the page for a new one asks for. Raises Invalid."""

    def get(name: str) -> str:
        return fields.get(name, "").strip()

    kind, name = get("kind"), get("name")
    errors = {} if name else {"name": t("steps.no_name")}
    if kind not in (*StepKind, CHOICE, LIMIT):
        errors["kind"] = t("steps.no_kind")
    iso = length(get("amount"), get("unit"))
    if kind == LIMIT and iso is None:
        errors["amount"] = t("steps.bad_amount")
    if kind == CHOICE:
        errors |= {n: t("steps.no_way") for n in ("way_a", "way_b") if not get(n)}
        if condition := get("condition"):
            errors |= _expression("condition", condition)
        elif place.node.kind is not Kind.USER or place.flow is not None:
            errors["condition"] = t("steps.no_condition")
    if errors:
        raise Invalid(fields=errors)
    after = place.flow.id if place.flow is not None else place.node.id
    if kind == CHOICE:
        return editing.AddChoice(
            after, name, (Way(get("way_a"), get("condition") or None), Way(get("way_b")))
        )
    if kind == LIMIT:
        return editing.AddTimeLimit(place.node.id, iso or "", name, get("role"), get("limit_form") or None)
    return editing.AddStep(
        after,
        StepKind(kind),
        name,
        get("role"),
        get("form") or None,
        get("due") or None,
        get("operation") or None,
        decision=get("decision") or None,
    )


def limits(node: Node) -> bool:
    """Whether a time limit can sit on the step."""
    return node.kind in ACTIVITIES


def chooses(node: Node) -> bool:
    return node.kind in GATEWAYS


# ── what may be chosen ───────────────────────────────────────────────────────────────────────────────


def named(offered: object) -> Sequence[Mapping[str, Any]]:
    """One list of the catalogue."""
    assert isinstance(offered, list)
    return offered


def pairs(known: Mapping[str, object]) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen, as value and title; a rule is told with its id, by which people know it."""
    found = {key: [(one["name"], one["title"]) for one in named(known[key])] for key in _OFFERED}
    found["whys"] = [(name, f"{name}: {title[:_MOST_TITLE]}") for name, title in found["whys"]]
    return found
