"""How it runs: open cases on the drawings, what is slow, what broke, and what waits to be done by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import definitions, interventions, pauses, standing
from service.errors import Conflict, Invalid, NotFound
from service.http import bounded, markup
from service.http.house import actor, house, now, reading, writing
from service.http.language import t
from service.interventions import Tried
from service.standing import Cause, Step

pages = Blueprint("operations", __name__, url_prefix="/drift")
MAX_STEP = 20
"""Incidents that one press of the button tries again, each in its own transaction."""
_GONE = (Tried.WENT, Tried.SENT)
_FIELDS = ("action", "cause", "since", "went", "failed", "definition", "reason")


@pages.get("")
def page() -> ResponseReturnValue:
    return _page({}, "")


def _page(errors: dict[str, str], reason: str) -> ResponseReturnValue:
    with reading() as session:
        found = standing.standing(session, actor(), now=now())
        shown = []
        for one in found:
            definition = definitions.by_hash(session, one.hash)
            names = {name: element.name or name for name, element in definition.elements.items()}
            marks = {step.element: _flag(step) for step in one.steps if step.element in names}
            pause = pauses.of_version(session, one.hash)
            shown.append((one, names, markup.marked(definition, marks), pause))
        total, causes = standing.incidents(session, actor(), now=now())
        given = {
            "queues": standing.queues(session, actor(), now=now()),
            "schedules": standing.schedules(session),
            "timers": standing.timers(session, actor(), now=now()),
            "sendings": standing.sendings(session, actor(), now=now()),
            "stopped": standing.stopped(session, actor(), now=now()),
            "report": _report(session),
            **_told(session, causes),
        }
    return render_template(
        "operations.html",
        here="operations",
        shown=shown,
        causes=causes,
        incidents=total,
        running=sum(one.running for one in found),
        may_act=interventions.may_act(actor()),
        errors=errors,
        reason=reason,
        **given,
    ), 422 if errors else 200


def _told(session: Session, causes: tuple[Cause, ...]) -> dict[str, object]:
    """Notes and earlier attempts of the incidents that are shown."""
    shown = {one.task: one.stream for cause in causes for one in cause.incidents}
    return {
        "notes": interventions.notes(session, shown, actor=actor(), now=now()),
        "attempts": interventions.attempts(session, shown),
    }


def _flag(step: Step) -> str:
    return t("drift.flag_one") if step.waiting == 1 else t("drift.flag", n=step.waiting)


@pages.post("")
def act() -> ResponseReturnValue:
    fields = bounded.form(_FIELDS)
    match fields.get("action"):
        case "forsok":
            return _again(fields)
        case "pausa":
            return _pause(fields.get("definition", ""), fields.get("reason", ""))
        case "ateruppta":
            with writing() as session:
                interventions.resume_version(session, fields.get("definition", ""), actor=actor(), now=now())
            return redirect(url_for("operations.page", meddelande="version_igang"), 303)
    raise Invalid(t("error.bad_action"))


def _pause(definition: str, reason: str) -> ResponseReturnValue:
    try:
        with writing() as session:
            interventions.pause_version(session, definition, reason, actor=actor(), now=now())
    except Invalid as wrong:
        return _page({definition[:64]: wrong.fields["reason"]}, reason)
    return redirect(url_for("operations.page", meddelande="version_pausad"), 303)


# ── a group of incidents, tried again by steps ───────────────────────────────────────────────────────


def _again(fields: dict[str, str]) -> ResponseReturnValue:
    """Try up to MAX_STEP of the group, the oldest first, but for those that have been tried since the group
    was begun. Stopped anywhere, each has been tried or not, and the next press goes on."""
    begun = _moment(fields.get("since", "")) or now()
    with reading() as session:
        left, _ = _left(session, fields.get("cause", ""), begun)
    tried = [_one(task) for task in left[:MAX_STEP]]
    asked = {
        "orsak": fields.get("cause", "")[:16],
        "sedan": begun.isoformat(),
        "gick": _number(fields.get("went", "")) + sum(one in (Tried.WENT, Tried.SENT) for one in tried),
        "inte": _number(fields.get("failed", ""))
        + sum(one in (Tried.FAILED, Tried.NOTHING) for one in tried),
    }
    return redirect(f"{url_for('operations.page')}?{urlencode(asked)}#rapport", 303)


def _one(task: str) -> Tried | None:
    try:
        return interventions.retry(house().database, house().settings, task, actor=actor(), now=now())
    except (
        Conflict,
        NotFound,
    ):  # dealt with meanwhile, or its case is paused: it is on the next page, or gone
        return None


def _left(session: Session, cause: str, begun: datetime) -> tuple[list[str], str]:
    """Those of the group that have not been tried since then, and the cause in words."""
    _, causes = standing.incidents(session, actor(), now=now(), most=standing.MAX_READ)
    group = next((one for one in causes if one.id == cause), None)
    if group is None:
        return [], ""
    tried = interventions.attempts(session, {one.task: one.stream for one in group.incidents})
    return [
        one.task
        for one in group.incidents
        if not any(attempt.at >= begun for attempt in tried.get(one.task, ()))
    ], group.text


def _report(session: Session) -> dict[str, object] | None:
    """How far the group has come that was begun on the page before."""
    begun, cause = _moment(request.args.get("sedan", "")), request.args.get("orsak", "")[:16]
    if begun is None or not cause:
        return None
    left, text = _left(session, cause, begun)
    went, failed = (_number(request.args.get(name, "")) for name in ("gick", "inte"))
    return {
        "cause": cause,
        "text": text,
        "since": begun.isoformat(),
        "went": went,
        "failed": failed,
        "left": len(left),
        "total": went + failed + len(left),
    }


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
