"""The history of a process, and the shared model that it goes back to: read, compared, begun from, merged."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service import definitions, drafts, processes
from service.errors import Invalid
from service.http import bounded, modelled
from service.http.house import actor, now, reading, writing
from service.http.language import t
from service.http.meeting_pages import BETWEEN, choices
from service.http.tasks import version_of

pages = Blueprint("chronicle", __name__, url_prefix="/processer/<process>")


@pages.get("/historik")
def page(process: str) -> ResponseReturnValue:
    """Who did what, when and why: versions and drafts, the latest first."""
    with reading() as session:
        name = definitions.active(session, process).name
        found = drafts.chronicle(session, process, version_of(request.args.get("sida")) or 1)
    return render_template("process_history.html", here="processes", process=process, name=name, found=found)


@pages.get("/delad")
def shared(process: str) -> ResponseReturnValue:
    return _shared(process, None)


def _shared(process: str, chosen: dict[str, drafts.Side] | None) -> ResponseReturnValue:
    """The shared version beside the one in force."""
    with reading() as session:
        old = definitions.active(session, process)
        new = drafts.shared_definition(session, process)
        merged = drafts.meet_shared(session, process, chosen)
        fresh = drafts.newer(session, process) is not None
    difference = processes.compared(old, new)
    before, after = modelled.changed(old, new, difference)
    answer = render_template(
        "process_shared.html",
        here="processes",
        process=process,
        name=old.name,
        asked=new.hash,
        difference=difference,
        before=before,
        after=after,
        clashes=merged.clashes,
        fresh=fresh,
        between=BETWEEN,
        unsettled=chosen is not None,
    )
    return answer, 200 if chosen is None else 422


@pages.post("/delad")
def take(process: str) -> ResponseReturnValue:
    """Begin a draft from the shared version, merge it with the own one, or stay with the own one."""
    fields = bounded.form(("action", "asked", "valj"), lists=("valj",))
    asked, chosen = fields.get("asked", "")[:64], choices()
    with writing() as session:
        match fields.get("action"):
            case "borja":
                row = drafts.begin_from_shared(session, process, asked, actor=actor(), now=now())
            case "sla_ihop":
                if not drafts.meet_shared(session, process, chosen).settled:
                    return _shared(process, chosen)
                row = drafts.merge_shared(session, process, asked, chosen, actor=actor(), now=now())
            case "behall":
                drafts.decline(session, process, asked, actor=actor(), now=now())
                place = url_for("processes.page", process=process, meddelande="delad_avbojd")
                return redirect(place, 303)
            case _:
                raise Invalid(t("error.bad_action"))
        ident = row.id
    place = url_for("drafts.page", process=process, draft_id=ident, meddelande="utkast_sparat")
    return redirect(place, 303)
