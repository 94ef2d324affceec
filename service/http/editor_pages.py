"""The editor: a draft drawn in the browser, and tokens sent through it. The canvas needs JavaScript and a
pointer; everything that it does can be done in the step list too."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from service import definitions, drafts, processes
from service.http import bounded, guard, markup
from service.http.house import actor, now, reading, writing
from service.http.language import t

pages = Blueprint("editor", __name__, url_prefix="/processer/<process>")
CSP = f"{guard.CSP}; font-src 'self'; style-src-attr 'unsafe-inline'"
"""bpmn-js sets one style attribute as it builds its frame, and brings its symbols as a font."""
_BUILT = Path(__file__).parent / "static" / "bpmn"
_SAID = (
    *("state_changed", "state_saving", "state_saved", "state_offline", "state_signed_out", "state_refused"),
    *(
        "state_closed",
        "state_raced",
        "restored",
        "raced",
        "opened",
        "not_opened",
        "not_checked",
        "no_findings",
    ),
    *("error_one", "error_many", "warning_one", "warning_many", "note_one", "note_many"),
    *("level_error", "level_warning", "level_note", "simulating", "comments"),
)


@pages.get("/redigera")
def choose(process: str) -> ResponseReturnValue:
    """To one's own open draft, if there is one; else where to begin, or go on with somebody else's."""
    with reading() as session:
        name = definitions.active(session, process).name
        living = drafts.living(session, process)
        names = processes.named(session, [row.changed_by for row in living])
    mine = [row for row in living if row.state == "open" and actor().id in (row.created_by, row.changed_by)]
    if mine:
        return redirect(_desk(process, mine[0].id), 303)
    shown = [row for row in living if row.state == "open"]
    return render_template(
        "editor_choose.html", here="processes", process=process, name=name, drafts=shown, names=names
    )


@pages.post("/redigera")
def begin(process: str) -> ResponseReturnValue:
    """A new draft of the version in force, opened in the editor."""
    bounded.form(())
    with writing() as session:
        ident = drafts.begin(session, process, actor=actor(), now=now()).id
    return redirect(_desk(process, ident), 303)


def _desk(process: str, ident: str) -> str:
    return url_for("editor.page", process=process, draft_id=ident)


@pages.get("/utkast/<uuid:draft_id>/redigera")
def page(process: str, draft_id: object) -> ResponseReturnValue:
    return _shown("editor.html", process, str(draft_id), "editor")


@pages.get("/utkast/<uuid:draft_id>/provkor")
def simulate(process: str, draft_id: object) -> ResponseReturnValue:
    return _shown("simulate.html", process, str(draft_id), "simulate")


def _shown(template: str, process: str, ident: str, entry: str) -> Response:
    with reading() as session:
        row = drafts.read_draft(session, process, ident)
        name = definitions.active(session, process).name
        by = processes.named(session, [row.changed_by]).get(row.changed_by, "–")
        near = drafts.others(session, ident, actor().id, now=now())
        unseen = row.state == "open" and drafts.due(session, ident, actor().id, now=now())
    if unseen:
        with writing() as session:
            drafts.mark(session, ident, actor().id, now=now())
    answer = make_response(
        render_template(
            template,
            here="processes",
            process=process,
            draft=row,
            name=name,
            by=None if row.changed_by == actor().id else by,
            preloads=_preloads()[entry],
            said={key: t(f"editor.{key}") for key in _SAID},
            near=near,
        )
    )
    answer.headers["Content-Security-Policy"] = CSP
    return answer


@pages.get("/utkast/<uuid:draft_id>/utskrift")
def printed(process: str, draft_id: object) -> ResponseReturnValue:
    """The drawing on a sheet of its own, to print or to keep as PDF."""
    with reading() as session:
        row = drafts.read_draft(session, process, str(draft_id))
        definition = drafts.content_of(session, row)
    return render_template(
        "editor_print.html",
        here="processes",
        process=process,
        draft=row,
        name=definition.name,
        svg=markup.marked(definition, {}),
    )


@cache
def _preloads() -> dict[str, list[str]]:
    """The files that an entry of the bundle imports, to be asked for at once."""
    found: dict[str, list[str]] = json.loads((_BUILT / "MANIFEST.json").read_text("utf-8"))["preloads"]
    return found
