"""Cases: the list, one case with all that belongs to it, and the files kept as evidence."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from service import answers, evidence, inbox, retention
from service.errors import NotFound
from service.http import course, evidence_pages, guard
from service.http.house import actor, now, reading, writing
from service.http.inbox_pages import unless_known
from service.http.shown import INLINE
from service.store import EvidenceRow

pages = Blueprint("cases", __name__)
_MAGIC = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
_PLAIN = "application/octet-stream"


@pages.get("/arenden")
def listing() -> ResponseReturnValue:
    search = request.args.get("sok", "").strip()[: inbox.MAX_SEARCH]
    after = request.args.get("efter", "")
    with reading() as session:
        found = inbox.cases(session, actor(), search=search, after=after, now=now())
    return render_template(
        "cases.html",
        here="cases",
        cases=found,
        search=search,
        after=after,
        first_page=_address(search),
        next_page=_address(search, found.after),
    )


def _address(search: str, after: str | None = "") -> str | None:
    if after is None:
        return None
    asked = {name: value for name, value in (("sok", search), ("efter", after)) if value}
    return f"/arenden?{urlencode(asked)}" if asked else "/arenden"


@pages.get("/arenden/<uuid:case_id>")
def page(case_id: object) -> ResponseReturnValue:
    with reading() as session:
        case = inbox.case_row(session, actor(), str(case_id), now=now())
        shown = {**course.of_case(session, case), **evidence_pages.of_case(session, case)}
        gone = retention.disposed(session, case.id)
        own = () if gone else answers.drawn_up(session, case)
    found = course.came_in(case.id)
    kept = [file for item in found for file in item.evidence]
    return render_template(
        "case.html", here="cases", items=found, own=own, evidence=kept, disposed=gone, **shown
    )


@pages.get("/arenden/<uuid:case_id>/lage")
def state(case_id: object) -> ResponseReturnValue:
    """Where the registrations stand, by itself: 304 while nothing has changed."""
    with reading() as session:
        case = inbox.case_row(session, actor(), str(case_id), now=now())
        text = course.status(inbox.registrations(session, case.id))
    return unless_known(text)


@pages.get("/arenden/<uuid:case_id>/filer/<uuid:evidence_id>")
def file(case_id: object, evidence_id: object) -> ResponseReturnValue:
    """A kept file, its hash checked. Downloaded, but for pictures whose first bytes are a picture's."""
    with writing() as session:  # reading what is kept is an event of the case
        inbox.case_row(session, actor(), str(case_id), now=now())
        row = session.get(EvidenceRow, str(evidence_id))
        if row is None or row.case_id != str(case_id):
            raise NotFound
        kept = evidence.fetch(session, row.id, actor(), now())
    return _sent(kept, inline=request.args.get("visa") == "bild")


def _sent(kept: evidence.EvidenceFile, *, inline: bool) -> Response:
    picture = kept.media_type in INLINE and kept.content.startswith(_MAGIC[kept.media_type])
    response = send_file(
        BytesIO(kept.content),
        download_name=file_name(kept.name),
        as_attachment=not (inline and picture),
        etag=False,
        max_age=0,
        mimetype=kept.media_type if picture else _PLAIN,
    )
    response.headers["Content-Security-Policy"] = guard.FILE_CSP
    return response


def file_name(name: str) -> str:
    """A stranger's file name made harmless: no path, no control or direction characters."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in bare if c.isprintable() and c not in '<>:"|?*').strip(" .")
    return kept[-150:] or "fil"
