"""Crisis mode: on and off, channel by channel, and the summary for the crisis management."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import channels, crisis
from service.errors import Invalid
from service.http import bounded
from service.http.house import actor, now, reading, writing
from service.http.language import known, t
from service.http.shown import moment_long

pages = Blueprint("crisis", __name__, url_prefix="/kris")


@pages.get("")
def page() -> ResponseReturnValue:
    return _page({}, {})


@pages.post("")
def act() -> ResponseReturnValue:
    fields = bounded.form(("action", "reason", "information_url", "end_reason", "channel", "used"))
    try:
        with writing() as session:
            notice = _done(session, fields)
    except Invalid as wrong:
        return _page(fields, wrong.fields), 422
    return redirect(f"/kris?meddelande={notice}", 303)


@pages.get("/sammanstallning")
def digest() -> ResponseReturnValue:
    """What has happened since the last summary: made to be printed; `?nr=` is one that was handed on."""
    with reading() as session:
        content, number = _content(session)
    return render_template(
        "crisis_digest.html", here="crisis", digest=content, number=number, kind=kind_name, told=_told
    )


@pages.get("/sammanstallning.json")
def digest_json() -> ResponseReturnValue:
    with reading() as session:
        content, number = _content(session)
    return Response(orjson.dumps({"number": number, **content}), mimetype="application/json")


def kind_name(kind: str) -> str:
    key = f"crisis.kind_{kind}"
    return t(key) if known(key) else t("crisis.kind_other")


def _told(moment: str) -> str:
    return moment_long(datetime.fromisoformat(moment))


def _content(session: Session) -> tuple[dict[str, Any], int | None]:
    """The summary that was asked for. What was handed on is shown as it was handed on."""
    wanted, on = request.args.get("nr", ""), crisis.current(session)
    if wanted.isdecimal() and on is not None:
        for row in crisis.digests(session, on.id):
            if row.number == int(wanted[:6]):
                return row.content, row.number
    return crisis.summary(session, now=now()).as_json(), None


def _done(session: Session, fields: Mapping[str, str]) -> str:
    who: dict[str, Any] = {"actor": actor(), "now": now()}
    match fields.get("action"):
        case "pa":
            url = fields.get("information_url", "")
            crisis.start(session, reason=fields.get("reason", ""), information_url=url, **who)
            return "kris_pa"
        case "av":
            try:
                crisis.end(session, reason=fields.get("end_reason", ""), **who)
            except Invalid as wrong:
                raise Invalid(fields={"end_reason": wrong.fields["reason"]}) from None
            return "kris_av"
        case "kanal":
            crisis.use(session, _uuid(fields.get("channel", "")), fields.get("used") == "ja", **who)
            return "kris_kanal"
        case "lamna":
            crisis.make_digest(session, **who)
            return "kris_lamnad"
    raise Invalid(t("error.bad_action"), {"action": t("error.bad_action")})


def _uuid(text: str) -> str:
    try:
        return str(UUID(text[:36]))
    except ValueError:
        raise Invalid(t("error.bad_action"), {"action": t("error.bad_action")}) from None


def _page(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with reading() as session:
        on = crisis.current(session)
        demands = channels.demands_of(session)
        used = crisis.usage(session)
        listed = [
            (row.id, row.name, row.unit, crisis.responsible(session, row, demands), used.get(row.id))
            for row in (channels.channel(session, ident) for ident, _ in channels.names_of(session))
        ]
        made = crisis.digests(session, on.id) if on else []
        asked = on is not None and demands.crisis == crisis.USE_OR_REFER
        waiting = crisis.summary(session, now=now()).total if asked else None
        earlier = [row for row in crisis.history_of(session) if not row.current]
    return render_template(
        "crisis.html",
        here="crisis",
        on=on,
        take_over=demands.crisis == "take_over",
        channels=listed if on else [],
        made=made,
        waiting=waiting,
        earlier=earlier,
        may_start=crisis.may_start(actor()),
        values=values,
        errors=errors,
    )
