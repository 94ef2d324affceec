"""The processes in force, for those who own them and those who work in them: what they say, what changed."""

from __future__ import annotations

import re

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service import definitions, drafts, processes
from service.errors import NotFound
from service.http import markup, modelled
from service.http.house import actor, now, reading
from service.processes import Version
from workflows import scenarios

pages = Blueprint("processes", __name__, url_prefix="/processer")
_SPAN = re.compile(r"(\d{1,6})\.\.\.(\d{1,6})", re.ASCII)


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
        names = processes.named(session, [row.changed_by for row in living])
        shown = modelled.content(session, definition)
    return render_template(
        "process.html",
        here="processes",
        process=process,
        current=current,
        versions=versions,
        drafts=living,
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
    numbers = [request.args.get(name, "") for name in ("fran", "till")]
    if not all(number.isascii() and number.isdigit() and len(number) < 7 for number in numbers):
        raise NotFound
    return redirect(url_for("processes.compare", process=process, span="...".join(numbers)), 303)


@pages.get("/<process>/versioner/<span>")
def compare(process: str, span: str) -> ResponseReturnValue:
    """Two versions: the sentences, both drawings, and what follows for cases, people and rules."""
    found = _SPAN.fullmatch(span)
    if found is None:
        raise NotFound
    with reading() as session:
        old = processes.numbered(session, process, int(found[1]))
        new = processes.numbered(session, process, int(found[2]))
        follows = processes.consequences(session, old, new, actor(), now=now())
    difference = processes.compared(old, new)
    before, after = modelled.changed(old, new, difference)
    return render_template(
        "process_compare.html",
        here="processes",
        process=process,
        name=new.name,
        numbers=(int(found[1]), int(found[2])),
        difference=difference,
        follows=follows,
        before=before,
        after=after,
    )


@pages.get("/<process>/versioner/<int:number>.zip")
def export(process: str, number: int) -> ResponseReturnValue:
    """The version's folder: the same bytes every time."""
    with reading() as session:
        definition = processes.numbered(session, process, number)
        files = drafts.belonging(definitions.files_of(session, definition.hash), definition)
    return archive(files, f"{process}-{number}")


def archive(files: dict[str, bytes], name: str) -> Response:
    """A download of a process folder."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:100]
    return Response(
        drafts.as_archive(files),
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{plain}.zip"'},
    )
