"""Moving running cases: what each old step becomes, what would become of each case, and the move by steps.

Cases that whoever asks may not know of are not there: they stay on their version, and are moved by the verb
`ordna move`, which names nothing to anybody."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import definitions, moving, secrecy
from service.errors import Conflict, Invalid
from service.http import bounded, markup
from service.http.house import actor, now, reading, writing
from service.http.language import t
from service.moving import CaseVerdict, Route
from workflows import Definition, Element, Finding
from workflows.migration import Plan, validate

pages = Blueprint("moving", __name__, url_prefix="/processer/<process>/flytta")
MAX_STEP = 50
"""Cases that one press of the button moves, each in its own transaction."""
MAX_SHOWN = 200
"""Cases that are listed at once; the number of all stands above them."""
_MAX_PLACED = 400
_BETWEEN = ">"


@dataclass(frozen=True, slots=True)
class Place:
    """An old element that a person may place: its name, what is proposed, and what it could become."""

    element: str
    name: str
    target: str | None
    guessed: bool
    choices: tuple[Element, ...]


@pages.get("")
def page(process: str) -> ResponseReturnValue:
    return _page(process, request.args.getlist("placera"), request.args.get("fran", ""))


def _page(process: str, placed: list[str], chosen: str) -> ResponseReturnValue:
    moved = request.args.get("flyttade", "")
    shown: dict[str, object] = {}
    with reading() as session:
        routes = moving.plan(session, process, known=secrecy.knows(actor(), now()))
        name = definitions.active(session, process).name
        route = next((r for r in routes if str(r.old_number) == chosen), routes[0] if routes else None)
        if route is not None:
            plan, wrong = _plan(session, route, placed)
            tried = _tried(session, route, plan)
            old, new = (definitions.by_hash(session, one) for one in (route.old, route.new))
            shown = {
                "ready": [case for case in tried if case.verdict.ok],
                "left": [case for case in tried if not case.verdict.ok],
                "places": _places(route.plan, plan, old, new),
                "pairs": _pairs(plan, old, new),
                "wrong": wrong,
                "before": markup.marked(old, {}),
                "after": markup.marked(new, {}),
            }
    return render_template(
        "process_move.html",
        here="processes",
        process=process,
        name=name,
        routes=routes,
        route=route,
        placed=placed,
        between=_BETWEEN,
        most=MAX_SHOWN,
        step=MAX_STEP,
        moved=int(moved) if moved.isascii() and moved.isdigit() and len(moved) < 7 else 0,
        **shown,
    )


def _plan(session: Session, route: Route, placed: list[str]) -> tuple[Plan, list[Finding]]:
    """The proposal with what a person placed otherwise, and what is wrong with it."""
    if len(placed) > _MAX_PLACED:
        raise Invalid(t("error.bad_action"))
    plan = route.plan
    old, new = (definitions.by_hash(session, one) for one in (route.old, route.new))
    for pair in placed:
        element, between, target = pair.partition(_BETWEEN)
        if not between or element not in old.elements or (target and target not in new.elements):
            raise Invalid(t("move.bad_place"))
        if plan.target(element) != (target or None):
            plan = plan.with_target(element, target or None)
    return plan, [finding for finding in validate(plan, old, new) if finding.level == "error"]


def _tried(session: Session, route: Route, plan: Plan) -> list[CaseVerdict]:
    known = secrecy.knows(actor(), now())
    return moving.try_all(session, route.old, route.new, plan, now=now(), known=known)


def _places(proposed: Plan, plan: Plan, old: Definition, new: Definition) -> list[Place]:
    """What the engine could not place, or only guessed at."""
    open_to_choice = {*proposed.unmapped, *proposed.guessed} & old.elements.keys()
    return [
        Place(
            element.id,
            element.name or element.id,
            plan.target(element.id),
            element.id in plan.guessed,
            tuple(other for other in new.elements.values() if other.kind == element.kind),
        )
        for element in old.elements.values()
        if element.id in open_to_choice
    ]


def _pairs(plan: Plan, old: Definition, new: Definition) -> list[tuple[str, str | None]]:
    """What each named step becomes, in drawing order: the old name, and the new one or None."""
    pairs = []
    for element in old.elements.values():
        if element.name:
            target = new.elements.get(plan.target(element.id) or "")
            pairs.append((element.name, (target.name or target.id) if target else None))
    return pairs


@pages.post("")
def act(process: str) -> ResponseReturnValue:
    """Move up to MAX_STEP cases, the oldest first. Stopped anywhere, each case is whole on one version."""
    fields = bounded.form(("action", "from", "to", "moved", "placera"), lists=("placera",))
    placed = request.form.getlist("placera")
    if fields.get("action") != "flytta":
        raise Invalid(t("error.bad_action"))
    with reading() as session:
        routes = moving.plan(session, process, known=secrecy.knows(actor(), now()))
        route = next((r for r in routes if str(r.old_number) == fields.get("from")), None)
        if route is None or str(route.new_number) != fields.get("to"):
            raise Conflict(t("move.changed"))
        plan, wrong = _plan(session, route, placed)
        if wrong:
            raise Conflict(" ".join(finding.text for finding in wrong))
        ready = [case for case in _tried(session, route, plan) if case.verdict.ok]
    done = sum(_moved(case, route, plan) for case in ready[:MAX_STEP])
    before = fields.get("moved", "")
    total = done + (int(before) if before.isascii() and before.isdigit() and len(before) < 7 else 0)
    asked: list[tuple[str, str]] = [("flyttade", str(total)), ("fran", str(route.old_number))]
    asked += [("placera", pair) for pair in placed]
    return redirect(f"{url_for('moving.page', process=process)}?{urlencode(asked)}", 303)


def _moved(case: CaseVerdict, route: Route, plan: Plan) -> int:
    try:
        with writing() as session:
            if not secrecy.knows_case(session, case.case_id, actor(), now()):
                return 0
            moving.move(session, case.case_id, plan, route.new, old_hash=route.old, actor=actor(), now=now())
    except Conflict:  # somebody has worked in it since it was tried: it is told of on the next page
        return 0
    return 1
