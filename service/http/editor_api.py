"""What the editor in the browser asks for: the model, what may be chosen, findings, and saving by itself."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

import workflows
from service import drafts, processes
from service.actors import ROLES
from service.definitions import OPERATIONS, require
from service.errors import TooLarge, Unsupported
from service.http.editor_catalogue import catalogue
from service.http.house import actor, now, reading, writing
from service.http.language import t
from service.http.shown import clock, moment_long
from service.http.tasks import version_seen
from service.store import DraftRow
from workflows import Finding, ModelRefused, checks
from workflows.layout import layout
from workflows.normalise.xml import MAX_BYTES

pages = Blueprint("editor_api", __name__, url_prefix="/api/v1/processes/<process>/drafts/<uuid:draft_id>")
MODEL = "model.bpmn"
MAX_FINDINGS = 200
"""Findings and notes told of one model, each."""


@pages.get("/model")
def model(process: str, draft_id: object) -> ResponseReturnValue:
    """The drawing as it was saved; where places are missing, laid out anew."""
    with reading() as session:
        row = drafts.read_draft(session, process, str(draft_id))
        xml, version = drafts.files_of(session, row.content)[MODEL], row.version
    with suppress(ModelRefused):  # as it is: the browser says that it cannot be drawn
        xml = layout(xml)
    answer = Response(xml, mimetype="application/xml")
    answer.headers["ETag"] = f'"{version}"'
    return answer


@pages.put("/model")
def save(process: str, draft_id: object) -> ResponseReturnValue:
    """Keep the model in the draft, unless somebody saved since the version in If-Match."""
    ident, xml, version = str(draft_id), _model(), version_seen({})
    with reading() as session:
        row = drafts.read_draft(session, process, ident)
        files = {**drafts.files_of(session, row.content), MODEL: xml}
    try:
        with writing() as session:
            row = drafts.save(session, process, ident, files, version=version, actor=actor(), now=now())
            session.flush()  # gives the row its next version
            kept = {"version": row.version, "at": clock(row.changed_at)}
    except drafts.Raced as raced:
        return _second(process, ident, raced, files, version)
    return jsonify(kept)


def _second(
    process: str, ident: str, raced: drafts.Raced, files: dict[str, bytes], version: int
) -> ResponseReturnValue:
    """Somebody was first: who, when, and where what was sent is kept."""
    with writing() as session:
        kept = drafts.keep(session, process, files, now=now())
        row = drafts.read_draft(session, process, ident)
        if row.content == kept:  # it was this very model that came first: its answer was lost on the way
            return jsonify({"version": row.version, "at": clock(row.changed_at)})
        by = processes.named(session, [raced.by]).get(raced.by, "")
    compare = url_for("meetings.page", process=process, draft_id=ident, snapshot=kept, sedd=version)
    told = {"by": by, "at": moment_long(raced.at), "kept": kept, "compare": compare}
    return jsonify(told | {"detail": str(raced)}), 412


@pages.post("/lint")
def lint(process: str, draft_id: object) -> ResponseReturnValue:
    """What stands between this model and being live, and how it was read. Nothing is kept."""
    xml = _model()
    with reading() as session:
        row = drafts.read_draft(session, process, str(draft_id))
        files = {**drafts.files_of(session, row.content), MODEL: xml}
        found, notes = _looked_at(session, row, files)
    return jsonify({"findings": _plain(found), "notes": _plain(notes)})


def _looked_at(
    session: Session, row: DraftRow, files: dict[str, bytes]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The same rules as at publication, but for the scenarios, which take longer than a moment. The notes
    are those that were not so in the version that the draft began from."""
    try:
        drafts.admit(row.process, files)
        definition = workflows.read(files)
    except ModelRefused as refused:
        return refused.findings, ()
    told = checks.check(definition, operations=OPERATIONS, roles=tuple(ROLES.values()))
    found = [finding for finding in told if finding.level != "note"]
    try:
        require(definition, proved=True)
    except ModelRefused as refused:
        found += refused.findings
    return tuple(dict.fromkeys(found)), drafts.notes(session, row, definition)


def _plain(findings: tuple[Finding, ...]) -> list[dict[str, object]]:
    return [asdict(finding) for finding in findings[:MAX_FINDINGS]]


@pages.get("/catalogue")
def choices(process: str, draft_id: object) -> ResponseReturnValue:
    """What the panel offers: roles, deadline rules, operations, reasons, and the draft's own files."""
    with reading() as session:
        return jsonify(catalogue(session, drafts.read_draft(session, process, str(draft_id))))


def _model() -> bytes:
    """The request's XML, unread. Raises Unsupported and TooLarge."""
    if request.mimetype not in ("application/xml", "text/xml"):
        raise Unsupported(t("editor.want_xml"))
    if (request.content_length or 0) > MAX_BYTES:
        raise TooLarge(t("editor.too_large"))
    data = request.get_data()
    if len(data) > MAX_BYTES:
        raise TooLarge(t("editor.too_large"))
    return data
