"""Comments on a draft and its elements: said and resolved on the draft's page."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from service.drafts import comments
from service.errors import Invalid
from service.http import bounded
from service.http.house import actor, now, writing
from service.http.language import t

pages = Blueprint("comments", __name__, url_prefix="/processer/<process>/utkast/<uuid:draft_id>/kommentarer")


@pages.post("")
def act(process: str, draft_id: object) -> ResponseReturnValue:
    """Say something, or say that it is done."""
    ident = str(draft_id)
    fields = bounded.form(("action", "element", "text", "comment"))
    with writing() as session:
        match fields.get("action"):
            case "kommentera":
                comments.add(
                    session,
                    process,
                    ident,
                    fields.get("text", ""),
                    element=fields.get("element") or None,
                    actor=actor(),
                    now=now(),
                )
                notice = "kommentar_sparad"
            case "klar":
                asked = fields.get("comment", "")[:36]
                comments.resolve(session, process, ident, asked, actor=actor(), now=now())
                notice = "kommentar_klar"
            case _:
                raise Invalid(t("error.bad_action"))
    place = url_for("drafts.page", process=process, draft_id=ident, meddelande=notice)
    return redirect(f"{place}#kommentarer", 303)
