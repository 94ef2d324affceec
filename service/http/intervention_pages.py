"""One case's technical page, where somebody steps in; and one incident, tried again and written about.

Of what a citizen wrote nothing is shown here: where the case stands, and what stepping in would mean."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import cases, inbox, interventions, standing
from service.errors import Invalid
from service.http import bounded, markup, shown
from service.http.house import actor, house, now, reading, writing
from service.http.language import t
from service.http.tasks import version_of
from service.interventions import Tried

pages = Blueprint("interventions", __name__, url_prefix="/drift")
MOVE, CANCEL = "FLYTTA", "AVBRYT"
"""What is typed to confirm: the same in every language, as the page says."""
_FIELDS = (
    "action", "version", "token", "target", "pause_reason", "move_reason", "move_word", "cancel_reason",
    "cancel_word",
)  # fmt: skip
_NOTICES = {
    "pausa": "arende_pausat",
    "ateruppta": "arende_igang",
    "flytta": "arende_flyttat",
    "avbryt": "arende_avbrutet",
}
_GONE = {Tried.WENT: "fel_gick", Tried.SENT: "fel_skickat"}
"""What is said after an attempt that the incident does not outlive."""


# ── a case ───────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/arenden/<uuid:case_id>")
def case(case_id: object) -> ResponseReturnValue:
    return _case(str(case_id), request.args.get("vad", ""), request.args.get("till", ""), {}, {})


def _case(
    ident: str, token: str, target: str, values: dict[str, str], errors: dict[str, str]
) -> ResponseReturnValue:
    with reading() as session:
        found = interventions.stands(session, ident, actor=actor(), now=now())
        asked = next((one for one in found.where if one.token == token), None)
        goal = dict(asked.goals).get(target) if asked else None
        acting = interventions.may_act(actor()) and found.status == "open"
        verdict = None
        if acting and asked is not None and goal is not None:
            verdict = interventions.try_move(session, ident, token, target, actor=actor(), now=now())
        events = inbox.timeline(session, ident)
    names = {element.id: element.name for element in found.definition.elements.values()}
    return render_template(
        "operations_case.html",
        here="operations",
        case=found,
        acting=acting,
        asked=asked,
        goal=goal,
        target=target,
        verdict=verdict,
        values=values,
        errors=errors,
        words=(MOVE, CANCEL),
        most=cases.MAX_REASON,
        may_open=inbox.may_see_cases(actor()),
        svg=markup.diagram(found.definition, frozenset(), {one.element for one in found.where}),
        events=shown.events(events, names)[:20],
    ), 422 if errors else 200


@pages.post("/arenden/<uuid:case_id>")
def act(case_id: object) -> ResponseReturnValue:
    ident, fields = str(case_id), bounded.form(_FIELDS)
    action, version = fields.get("action", ""), version_of(fields.get("version"))
    token, target = fields.get("token", ""), fields.get("target", "")
    acts: dict[str, tuple[str, str, Callable[[Session, str], None]]] = {
        "pausa": (
            "pause",
            "",
            lambda s, why: interventions.pause(s, ident, why, actor=actor(), now=now()),
        ),
        "ateruppta": ("", "", lambda s, _: interventions.resume(s, ident, actor=actor(), now=now())),
        "flytta": (
            "move",
            MOVE,
            lambda s, why: interventions.move(
                s, ident, token, target, why, version=version, actor=actor(), now=now()
            ),
        ),
        "avbryt": (
            "cancel",
            CANCEL,
            lambda s, why: interventions.cancel(s, ident, why, version=version, actor=actor(), now=now()),
        ),
    }
    if action not in acts:
        raise Invalid(t("error.bad_action"))
    name, word, do = acts[action]
    errors = {}
    if word and fields.get(f"{name}_word", "").strip() != word:
        errors[f"{name}_word"] = t("step_in.need_word", word=word)
    reason = fields.get(f"{name}_reason", "")
    if name and not reason.strip():
        errors[f"{name}_reason"] = t("step_in.need_reason")
    if not errors:
        try:
            with writing() as session:
                do(session, reason)
        except Invalid as wrong:
            errors = {f"{name}_{field}": text for field, text in wrong.fields.items()}
    if errors:
        return _case(ident, token, target, fields, errors)
    return redirect(url_for("interventions.case", case_id=ident, meddelande=_NOTICES[action]), 303)


# ── an incident ──────────────────────────────────────────────────────────────────────────────────────


@pages.get("/fel/<uuid:task_id>")
def incident(task_id: object) -> ResponseReturnValue:
    return _incident(str(task_id), None, {})


def _incident(ident: str, text: str | None, errors: dict[str, str]) -> ResponseReturnValue:
    with reading() as session:
        cause, one = standing.incident(session, ident, actor(), now=now())
        note = interventions.note_of(session, ident, actor=actor(), now=now())
        tried = interventions.attempts(session, {ident: one.stream}).get(ident, ())
    return render_template(
        "operations_incident.html",
        here="operations",
        cause=cause,
        incident=one,
        note=note,
        attempts=tried,
        outcome=next((one for one in Tried if one == request.args.get("utfall") and one not in _GONE), None),
        values={"note": note.text if text is None else text},
        errors=errors,
        most=interventions.MAX_NOTE,
    ), 422 if errors else 200


@pages.post("/fel/<uuid:task_id>")
def see_to(task_id: object) -> ResponseReturnValue:
    ident, fields = str(task_id), bounded.form(("action", "version", "note"))
    match fields.get("action"):
        case "forsok":
            tried = interventions.retry(house().database, house().settings, ident, actor=actor(), now=now())
            if tried in _GONE:
                return redirect(url_for("operations.page", meddelande=_GONE[tried]), 303)
            return redirect(url_for("interventions.incident", task_id=ident, utfall=tried.value), 303)
        case "anteckna":
            return _note(ident, fields)
    raise Invalid(t("error.bad_action"))


def _note(ident: str, fields: dict[str, str]) -> ResponseReturnValue:
    try:
        with writing() as session:
            interventions.write_note(
                session,
                ident,
                fields.get("note", ""),
                version=version_of(fields.get("version")),
                actor=actor(),
                now=now(),
            )
    except Invalid as wrong:
        return _incident(ident, fields.get("note", ""), wrong.fields)
    return redirect(url_for("interventions.incident", task_id=ident, meddelande="fel_antecknat"), 303)
