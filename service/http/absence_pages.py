"""Who is away and who does their work: the list, and entering, naming a deputy and coming back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import duties, people
from service.deadlines import STOCKHOLM
from service.errors import Invalid, NotFound
from service.http import account, bounded
from service.http.house import actor, now, reading, writing
from service.http.language import t

pages = Blueprint("absence", __name__)
_FIELDS = ("action", "person", "first", "last", "deputy", "absence", "place")
_OWN = "konto"
"""What the form on one's own page says of where it stands."""


@pages.get("/franvaro")
def page() -> ResponseReturnValue:
    return _page({"person": request.args.get("person", "")[:36]}, {}), 200


@pages.post("/franvaro")
def act() -> ResponseReturnValue:
    fields = bounded.form(_FIELDS)
    own = fields.get("place") == _OWN
    try:
        with writing() as session:
            done = _do(session, fields)
            duties.order_deputies(session, now())
    except Invalid as wrong:
        if not wrong.fields:
            raise
        return (account.shown if own else _page)(fields, wrong.fields), 422
    return redirect(f"{'/mitt-konto' if own else '/franvaro'}?meddelande={done}", 303)


def _do(session: Session, fields: Mapping[str, str]) -> str:
    deputy = fields.get("deputy", "")[:36] or None
    absence = fields.get("absence", "")[:36]
    match fields.get("action"):
        case "lagg_in":
            _enter(session, fields, deputy)
            return "franvaro_inlagd"
        case "utse":
            people.appoint(session, absence, deputy, actor=actor(), now=now())
            return "franvaro_ersattare"
        case "avsluta":
            people.end(session, absence, actor=actor(), now=now())
            return "franvaro_slut"
    raise Invalid(t("error.bad_action"))


def _enter(session: Session, fields: Mapping[str, str], deputy: str | None) -> None:
    own = fields.get("place") == _OWN
    person = actor().id if own else fields.get("person", "")[:36]
    days = {name: _day(fields, name) for name in ("first", "last")}
    try:
        people.enter(
            session,
            person,
            first=days["first"],
            last=days["last"],
            deputy_id=deputy,
            actor=actor(),
            now=now(),
        )
    except NotFound:
        raise Invalid(fields={"person": t("absence.need_person")}) from None


def _day(fields: Mapping[str, str], name: str) -> date | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(fields={name: t("secrecy.bad_day")}) from None


def _page(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    leads = people.may_lead(actor())
    with reading() as session:
        found = people.absences(session, now())
        shown = {
            "here_now": [one for one in found if one.begun],
            "to_come": [one for one in found if not one.begun],
            "leads": leads,
            "thin": people.thin(session, actor(), now()) if leads else (),
            "staff": [one for one in people.listing(session) if one.active] if leads else (),
            "deputies": people.candidates(session) if leads else (),
        }
    today = now().astimezone(STOCKHOLM).date().isoformat()
    return render_template(
        "absences.html",
        here="absence",
        values={"first": today, **values},
        errors=errors,
        **shown,
    )
