"""Two people in one draft: who was first, what each has changed, and the ways on that lose nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from service import drafts, processes
from service.drafts.keeping import read_as
from service.errors import Invalid
from service.http import bounded, modelled
from service.http.house import actor, now, reading, writing
from service.http.language import t
from service.http.tasks import version_of
from workflows import Definition, ModelRefused
from workflows.diff import Difference

pages = Blueprint("meetings", __name__, url_prefix="/processer/<process>/utkast/<uuid:draft_id>/krock")
BETWEEN = ">"
_MAX_CHOICES = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """What one of two has changed since they had it in common; None where the drawing cannot be read."""

    difference: Difference | None
    drawing: Markup | None


@pages.get("/<snapshot>")
def page(process: str, draft_id: object, snapshot: str) -> ResponseReturnValue:
    return show(process, str(draft_id), snapshot, version_of(request.args.get("sedd")) or 0)


def show(
    process: str,
    ident: str,
    kept: str,
    seen: int,
    chosen: Mapping[str, drafts.Side] | None = None,
    *,
    status: int = 200,
) -> ResponseReturnValue:
    """The draft beside what was kept of whoever asks, who opened it in the version `seen`."""
    with reading() as session:
        meeting = drafts.meet(session, process, ident, kept, seen, chosen)
        by = processes.named(session, [meeting.draft.changed_by]).get(meeting.draft.changed_by, "")
    base = definition(process, meeting.base)
    shown = render_template(
        "draft_meeting.html",
        here="processes",
        process=process,
        draft=meeting.draft,
        kept=kept,
        seen=seen,
        by=by,
        theirs=side(process, base, meeting.theirs),
        mine=side(process, base, meeting.mine),
        clashes=meeting.merged.clashes,
        between=BETWEEN,
        unsettled=chosen is not None,
    )
    return shown, status


def definition(process: str, files: Mapping[str, bytes]) -> Definition | None:
    """The files as a definition, None while they cannot be read."""
    try:
        return read_as(process, files)
    except ModelRefused:
        return None


def side(process: str, base: Definition | None, files: Mapping[str, bytes]) -> Shown:
    """What these files change of what both began from."""
    new = definition(process, files)
    if base is None or new is None:
        return Shown(None, None)
    difference = processes.compared(base, new)
    return Shown(difference, modelled.changed(base, new, difference)[1])


def choices() -> dict[str, drafts.Side]:
    """Whose shall stand of what both changed, from the form's `valj`. Raises Invalid."""
    given = request.form.getlist("valj")
    if len(given) > _MAX_CHOICES:
        raise Invalid(t("error.bad_action"))
    found: dict[str, drafts.Side] = {}
    for one in given:
        key, _, chosen = one.rpartition(BETWEEN)
        if chosen == "mine":
            found[key] = "mine"
        elif chosen == "theirs":
            found[key] = "theirs"
    return found


@pages.post("/<snapshot>")
def act(process: str, draft_id: object, snapshot: str) -> ResponseReturnValue:
    """Put both changes in the draft."""
    ident = str(draft_id)
    fields = bounded.form(("action", "version", "seen", "valj"), lists=("valj",))
    version, seen = version_of(fields.get("version")), version_of(fields.get("seen"))
    if fields.get("action") != "sla_ihop" or version is None or seen is None:
        raise Invalid(t("error.bad_action"))
    chosen = choices()
    with reading() as session:
        settled = drafts.meet(session, process, ident, snapshot, seen, chosen).merged.settled
    if not settled:
        return show(process, ident, snapshot, seen, chosen, status=422)
    try:
        with writing() as session:
            drafts.join(
                session, process, ident, snapshot, seen, chosen, version=version, actor=actor(), now=now()
            )
    except drafts.Raced:  # once more: compared with what is there now
        return show(process, ident, snapshot, seen, status=412)
    place = url_for("drafts.page", process=process, draft_id=ident, meddelande="utkast_sammanslaget")
    return redirect(place, 303)
