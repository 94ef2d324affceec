"""A locked case's door: who may know of it, who has read it, and how it is marked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import cases, inbox, registrations, secrecy
from service.deadlines import STOCKHOLM
from service.errors import Invalid, NotFound
from service.http import bounded
from service.http.house import actor, house, now, writing
from service.http.language import t
from service.store import CaseRow

pages = Blueprint("secrecy", __name__)
_FIELDS = (
    "action",
    "person",
    "part",
    "until",
    "reason",
    "clearance",
    "chapter",
    "section",
    "authority",
    "review_on",
    "protected_subject",
)


@pages.get("/arenden/<uuid:case_id>/behorighet")
def page(case_id: object) -> ResponseReturnValue:
    return _page(str(case_id), {}, {}), 200


@pages.post("/arenden/<uuid:case_id>/behorighet")
def act(case_id: object) -> ResponseReturnValue:
    ident, fields = str(case_id), bounded.form(_FIELDS)
    try:
        with writing() as session:
            inbox.case_row(session, actor(), ident, now=now())
            match fields.get("action"):
                case "ge":
                    _grant(session, ident, fields)
                    done = "behorighet_given"
                case "ta_tillbaka":
                    secrecy.revoke(session, ident, fields.get("clearance", ""), actor=actor(), now=now())
                    done = "behorighet_tagen"
                case "mark":
                    _mark(session, cases.hold(session, ident), fields)
                    done = "markering_gjord"
                case _:
                    raise Invalid(t("error.bad_action"))
            still = secrecy.knows_case(session, ident, actor(), now())
    except Invalid as wrong:
        if not wrong.fields:
            raise
        return _page(ident, fields, wrong.fields), 422
    # who has just taken away their own clearance has no page to come back to
    return redirect(f"/arenden/{ident}/behorighet?meddelande={done}" if still else "/inkorg", 303)


def _grant(session: Session, case_id: str, fields: Mapping[str, str]) -> None:
    secrecy.grant(
        session,
        case_id,
        fields.get("person", "")[:36],
        part=fields.get("part", ""),
        until=_end_of(_day(fields, "until")),
        reason=fields.get("reason", ""),
        actor=actor(),
        now=now(),
    )


def _mark(session: Session, case: CaseRow, fields: Mapping[str, str]) -> None:
    if case.secrecy is None:
        raise NotFound
    secrecy.mark(
        session,
        case,
        chapter=fields.get("chapter", ""),
        section=fields.get("section", ""),
        authority=fields.get("authority", ""),
        review_on=_day(fields, "review_on"),
        protected_subject=fields.get("protected_subject", ""),
        actor=actor(),
        now=now(),
    )
    registrations.conceal(session, case, now=now())


def _day(fields: Mapping[str, str], name: str) -> date | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(fields={name: t("secrecy.bad_day")}) from None


def _end_of(day: date | None) -> datetime | None:
    """To the end of that day on a Swedish wall; the ninetieth day counts."""
    if day is None or not 2000 <= day.year <= 2200:
        return None
    end = datetime.combine(day + timedelta(days=1), time(), STOCKHOLM)
    last = now() + timedelta(days=secrecy.MAX_DEPUTY_DAYS)
    return last if last < end <= last + timedelta(days=1) else end


def _page(ident: str, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with writing() as session:  # that somebody looks at who has read is an event too
        case = inbox.case_row(session, actor(), ident, now=now())
        if case.secrecy is None:
            raise NotFound
        case = secrecy.note(session, ident, actor=actor(), now=now())
        shown = {
            "case": inbox.case_line(session, case.id),
            "clearances": secrecy.clearances(session, case, now()),
            "reads": secrecy.reads(session, case),
            "markings": secrecy.markings(session, case),
            "may_grant": secrecy.is_handler(session, case.id, actor(), now()),
            "candidates": secrecy.candidates(session),
        }
    return render_template(
        "secrecy.html",
        here="cases",
        values={"authority": house().settings.unit, **values},
        errors=errors,
        **shown,
    )
