"""Messages that found no case: the list, and what a person may do with one."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service import messages
from service.errors import Invalid
from service.http import bounded
from service.http.house import actor, now, reading, writing
from service.http.language import t
from service.http.tasks import version_of

pages = Blueprint("messages", __name__, url_prefix="/meddelanden")
_FIELDS = ("action", "version", "number", "bekrafta")


@pages.get("")
def listing() -> ResponseReturnValue:
    after = request.args.get("efter", "")[:36]
    with reading() as session:
        found = messages.kept(session, actor(), after=after)
    return render_template(
        "messages.html",
        here="messages",
        messages=found.lines,
        after=after,
        next_page=f"/meddelanden?efter={found.after}" if found.after else None,
    )


@pages.get("/<uuid:message_id>")
def page(message_id: object) -> ResponseReturnValue:
    return _page(str(message_id), {}, {}), 200


@pages.post("/<uuid:message_id>")
def act(message_id: object) -> ResponseReturnValue:
    ident, fields = str(message_id), bounded.form(_FIELDS)
    version, sure = version_of(fields.get("version")), fields.get("bekrafta") == "ja"
    match fields.get("action"):
        case "lamna" if not fields.get("number", "").strip():
            return _page(ident, fields, {"number": t("message.need_number")}), 422
        case "lamna" if sure:
            return _give(ident, version, fields)
        case "ta_bort" if sure:
            with writing() as session:
                messages.discard(session, ident, version=version, actor=actor(), now=now())
            return redirect("/meddelanden?meddelande=meddelande_borta", 303)
        case "lamna":
            return _ask(ident, fields, "give", number=fields["number"].strip()[: messages.MAX_NAME])
        case "ta_bort":
            return _ask(ident, fields, "take")
    raise Invalid(t("error.bad_action"))


def _give(ident: str, version: int | None, fields: Mapping[str, str]) -> ResponseReturnValue:
    try:
        with writing() as session:
            outcome = messages.deliver(
                session, ident, fields["number"], version=version, actor=actor(), now=now()
            )
    except Invalid as wrong:
        return _page(ident, fields, wrong.fields), 422
    notice = "meddelande_lamnat" if outcome.case_id else "meddelande_brast"
    return redirect(f"/meddelanden?meddelande={notice}", 303)


def _ask(ident: str, fields: Mapping[str, str], what: str, **said: str) -> ResponseReturnValue:
    with reading() as session:
        line = messages.one(session, ident, actor())
    return render_template(
        "confirm.html",
        here="messages",
        place=f"/meddelanden/{ident}",
        text=t(f"message.ask_{what}", name=line.name, **said),
        button=t(f"message.yes_{what}"),
        harmless=what == "give",
        kept={name: fields.get(name, "") for name in ("action", "version", "number")},
    )


def _page(ident: str, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with reading() as session:
        line = messages.one(session, ident, actor())
    return render_template(
        "message.html",
        here="messages",
        message=line,
        values=values,
        errors=errors,
        version=values.get("version") or line.version,
    )
