"""The processes in force, for those who own them and those who work in them: what they say, what changed."""

from __future__ import annotations

import re

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import definitions, drafts, processes
from service.errors import Conflict, NotFound
from service.http import markup, modelled
from service.http.house import actor, now, reading
from service.http.language import t
from service.http.shown import moment_long
from service.processes import Version
from workflows import Definition, ModelRefused, scenarios

pages = Blueprint("processes", __name__, url_prefix="/processer")
_SIDE = r"(\d{1,6}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_SPAN = re.compile(rf"{_SIDE}\.\.\.{_SIDE}", re.ASCII)


@pages.get("")
def listing() -> ResponseReturnValue:
    with reading() as session:
        found = processes.in_force(session, actor(), now=now())
    return render_template("processes.html", here="processes", processes=found, may_own=may_own())


@pages.get("/<process>")
def page(process: str) -> ResponseReturnValue:
    with reading() as session:
        versions = processes.versions(session, process, actor(), now=now())
        current = in_force(versions)
        definition = definitions.by_hash(session, current.hash)
        living = drafts.living(session, process) if may_own() else []
        newer = drafts.newer(session, process) if may_own() else None
        names = processes.named(session, [row.changed_by for row in living])
        shown = modelled.content(session, definition)
    return render_template(
        "process.html",
        here="processes",
        process=process,
        current=current,
        versions=versions,
        drafts=living,
        newer=newer,
        names=names,
        may_own=may_own(),
        errors={},
        svg=markup.marked(definition, {}),
        **shown,
    )


def may_own() -> bool:
    """Whether whoever asks prepares and publishes versions."""
    return actor().may("process_owner")


def in_force(versions: list[Version]) -> Version:
    """The one that new cases start on. Raises NotFound."""
    found = next((version for version in versions if version.active), None)
    if found is None:
        raise NotFound
    return found


@pages.get("/<process>/scenarier")
def stories(process: str) -> ResponseReturnValue:
    """Runs the scenarios of the version in force, which takes its moment."""
    with reading() as session:
        definition = definitions.active(session, process)
    results = scenarios.run_all(definition, variables_of=definitions.variables_of)
    return render_template(
        "process_stories.html", here="processes", process=process, name=definition.name, results=results
    )


@pages.get("/<process>/versioner")
def choose(process: str) -> ResponseReturnValue:
    """From the form with two versions to their own address."""
    sides = [request.args.get(name, "") for name in ("fran", "till")]
    if _SPAN.fullmatch("...".join(sides)) is None:
        raise NotFound
    return redirect(url_for("processes.compare", process=process, span="...".join(sides)), 303)


@pages.get("/<process>/versioner/<span>")
def compare(process: str, span: str) -> ResponseReturnValue:
    """Two versions, or drafts by their ids: the sentences, both drawings, and what follows for cases, people
    and rules."""
    found = _SPAN.fullmatch(span)
    if found is None:
        raise NotFound
    with reading() as session:
        (old, before_title), (new, after_title) = (_side(session, process, one) for one in found.groups())
        follows = processes.consequences(session, old, new, actor(), now=now())
    difference = processes.compared(old, new)
    before, after = modelled.changed(old, new, difference)
    return render_template(
        "process_compare.html",
        here="processes",
        process=process,
        name=new.name,
        titles=(before_title, after_title),
        difference=difference,
        follows=follows,
        before=before,
        after=after,
    )


def _side(session: Session, process: str, side: str) -> tuple[Definition, str]:
    """A version by number, or for those who may own them a draft by id; and what to call it."""
    if side.isdigit():
        return processes.numbered(session, process, int(side)), t("process.version_n", n=side)
    if not may_own():
        raise NotFound
    row = drafts.read_draft(session, process, side)
    title = t("chronicle.draft_of", when=moment_long(row.changed_at))
    try:
        return drafts.content_of(session, row), title
    except ModelRefused:
        raise Conflict(t("meeting.unreadable")) from None


@pages.get("/<process>/versioner/<int:number>.zip")
def export(process: str, number: int) -> ResponseReturnValue:
    """The version's folder: the same bytes every time."""
    with reading() as session:
        definition = processes.numbered(session, process, number)
        files = drafts.belonging(definitions.files_of(session, definition.hash))
    return archive(files, f"{process}-{number}")


def archive(files: dict[str, bytes], name: str) -> Response:
    """A download of a process folder."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:100]
    return Response(
        drafts.as_archive(files),
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{plain}.zip"'},
    )
