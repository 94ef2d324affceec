"""Drafts: brought in as a file, looked at, handed over, and published or sent back by somebody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import definitions, drafts, processes
from service.drafts import comments
from service.errors import Conflict, Invalid
from service.http import bounded, meeting_pages, modelled
from service.http.house import actor, now, reading, writing
from service.http.language import t
from service.http.process_pages import archive
from service.http.tasks import version_of, version_seen
from service.replay import trials
from service.store import DraftRow
from workflows import Definition, Finding, ModelRefused
from workflows.normalise.xml import MAX_BYTES

pages = Blueprint("drafts", __name__, url_prefix="/processer/<process>/utkast")
_NEW = ("action", "file", "number", "snapshot")
_FIELDS = ("action", "version", "against", "note", "reason", "in_spite", "file")


@pages.post("")
def create(process: str) -> ResponseReturnValue:
    """A new draft: from a file, from the version in force, from an old one, or from what came second."""
    fields = bounded.form(_NEW)
    try:
        if fields.get("action") == "ladda":
            with reading() as session:
                definition = definitions.active(session, process)
                beside = drafts.belonging(definitions.files_of(session, definition.hash))
            files = _uploaded(beside)
        with writing() as session:
            match fields.get("action"):
                case "ladda":
                    row = drafts.begin(session, process, files, actor=actor(), now=now())
                case "borja":
                    row = drafts.begin(session, process, actor=actor(), now=now())
                case "aterstall":
                    number = version_of(fields.get("number")) or 0
                    row = drafts.restore(session, process, number, actor=actor(), now=now())
                case "eget":
                    kept = fields.get("snapshot", "")[:64]
                    row = drafts.own_copy(session, process, kept, actor=actor(), now=now())
                case _:
                    _no_such_button()
            ident = row.id
    except ModelRefused as refused:
        return refused_page(process, refused.findings, url_for("processes.page", process=process))
    except Invalid as wrong:
        text = " ".join(wrong.fields.values()) or str(wrong)
        return refused_page(
            process, [Finding("upload", None, text)], url_for("processes.page", process=process)
        )
    return redirect(_place(process, ident, "utkast_sparat"), 303)


def _uploaded(beside: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that were sent, read and found to be a process. A lone drawing stands among `beside`."""
    chosen = bounded.files("file")
    if len(chosen) != 1:
        raise Invalid(fields={"file": t("draft.one_file")})
    most = max(MAX_BYTES, drafts.MAX_ARCHIVE)
    data = chosen[0].stream.read(most + 1)
    return drafts.brought(data, "folder" if data.startswith(b"PK") else "model", beside)


def refused_page(
    process: str, findings: tuple[Finding, ...] | list[Finding], back: str
) -> ResponseReturnValue:
    """What was brought in cannot be understood: each finding, and a way back."""
    shown = render_template(
        "draft_refused.html", here="processes", process=process, findings=findings[:200], back=back
    )
    return shown, 422


def _place(process: str, ident: str, notice: str) -> str:
    return url_for("drafts.page", process=process, draft_id=ident, meddelande=notice)


def _no_such_button() -> NoReturn:
    raise Invalid(t("error.bad_action"))


@pages.get("/<uuid:draft_id>")
def page(process: str, draft_id: object) -> ResponseReturnValue:
    return _page(process, str(draft_id), {}, {})


def _page(
    process: str, ident: str, values: Mapping[str, str], errors: Mapping[str, str]
) -> ResponseReturnValue:
    with reading() as session:
        row = drafts.read_draft(session, process, ident)
        said = comments.of(session, ident)
        people = [who for one in said for who in (one.by, one.resolved_by)]
        people += [row.created_by, row.changed_by, row.handed_by, row.decided_by]
        names = processes.named(session, people)
        old = _against(session, row)
        findings = drafts.findings_of(session, row) if row.state in drafts.LIVING else ()
        tried = trials.tried(session, row, actor=actor(), now=now())
        try:
            shown = _content(session, row, old, drafts.content_of(session, row))
        except ModelRefused:  # somebody is still drawing: the findings say what hinders
            shown = {"unread": False, "name": old.name}
        shown["commentable"] = comments.elements(session, row)
        near = drafts.others(session, ident, actor().id, now=now())
        unseen = row.state in drafts.LIVING and drafts.due(session, ident, actor().id, now=now())
    if unseen:
        with writing() as session:
            drafts.mark(session, ident, actor().id, now=now())
    answer = render_template(
        "draft.html",
        here="processes",
        process=process,
        draft=row,
        names=names,
        against=old.hash,
        findings=findings[:200],
        tried=tried,
        may_publish=drafts.may_publish(row, actor()),
        comments=said,
        near=near,
        minutes=int((now() - row.changed_at).total_seconds() // 60),
        values=values,
        errors=errors,
        **shown,
    )
    return answer, 422 if errors else 200


def _against(session: Session, row: DraftRow) -> Definition:
    """What it is compared with: the version in force, or the one that it was published instead of."""
    if row.published:
        return definitions.by_hash(session, row.base)
    return definitions.active(session, row.process)


def _content(session: Session, row: DraftRow, old: Definition, new: Definition) -> dict[str, object]:
    """What only a draft that can be read has to show."""
    difference = processes.compared(old, new)
    before, after = modelled.changed(old, new, difference)
    notes = drafts.notes(session, row, new)
    return {
        "name": new.name,
        "difference": difference,
        "follows": processes.consequences(session, old, new, actor(), now=now()),
        "before": before,
        "after": after,
        "notes": notes,
        "unread": bool(notes) and row.accepted != row.content,
        **modelled.content(session, new),
    }


@pages.post("/<uuid:draft_id>")
def act(process: str, draft_id: object) -> ResponseReturnValue:
    ident = str(draft_id)
    fields = bounded.form(_FIELDS)
    version = version_seen(fields)
    action = fields.get("action", "")
    try:
        if action == "ladda":
            return _save(process, ident, version)
        with writing() as session:
            notice = _decide(session, process, ident, action, fields, version)
    except drafts.Raced as raced:
        return raced_page(process, ident, raced, None, version)
    except ModelRefused as refused:
        return refused_page(
            process, refused.findings, url_for("drafts.page", process=process, draft_id=ident)
        )
    except Invalid as wrong:
        if not wrong.fields:
            raise
        return _page(process, ident, fields, wrong.fields)
    if notice in ("utkast_kastat", "utkast_publicerat"):
        return redirect(url_for("processes.page", process=process, meddelande=notice), 303)
    return redirect(_place(process, ident, notice), 303)


def _save(process: str, ident: str, version: int) -> ResponseReturnValue:
    with reading() as session:
        beside = drafts.files_of(session, drafts.read_draft(session, process, ident).content)
    files = _uploaded(beside)
    try:
        with writing() as session:
            drafts.save(session, process, ident, files, version=version, actor=actor(), now=now())
    except drafts.Raced as raced:
        # what was sent is kept by its content, so that whoever came second need not find the file again
        with writing() as session:
            kept = drafts.keep(session, process, files, now=now())
        return raced_page(process, ident, raced, kept, version)
    return redirect(_place(process, ident, "utkast_sparat"), 303)


def raced_page(
    process: str, ident: str, raced: drafts.Raced, kept: str | None, seen: int
) -> ResponseReturnValue:
    """Somebody was first: who, when, and a way on that loses nothing."""
    if kept is not None:
        return meeting_pages.show(process, ident, kept, seen, status=412)
    with reading() as session:
        by = processes.named(session, [raced.by]).get(raced.by, "")
    shown = render_template(
        "draft_raced.html", here="processes", process=process, draft_id=ident, by=by, at=raced.at
    )
    return shown, 412


def _decide(
    session: Session, process: str, ident: str, action: str, fields: Mapping[str, str], version: int
) -> str:
    quiet: Mapping[str, tuple[Callable[..., DraftRow], str]] = {
        "godta": (drafts.accept_notes, "utkast_godtaget"),
        "tillbaka": (drafts.take_back, "utkast_taget"),
        "kasta": (drafts.discard, "utkast_kastat"),
    }
    match action:
        case "godta" | "tillbaka" | "kasta":
            do, notice = quiet[action]
            do(session, process, ident, version=version, actor=actor(), now=now())
            return notice
        case "lamna":
            note = fields.get("note", "")
            drafts.hand_over(session, process, ident, note, version=version, actor=actor(), now=now())
            return "utkast_lamnat"
        case "avsla":
            reason = fields.get("reason", "")
            drafts.reject(session, process, ident, reason, version=version, actor=actor(), now=now())
            return "utkast_avslaget"
        case "publicera":
            drafts.publish(
                session,
                process,
                ident,
                against=fields.get("against", "")[:64],
                version=version,
                actor=actor(),
                now=now(),
                in_spite=fields.get("in_spite", ""),
            )
            return "utkast_publicerat"
    raise Conflict(t("error.bad_action"))


@pages.get("/<uuid:draft_id>.zip")
def export(process: str, draft_id: object) -> ResponseReturnValue:
    with reading() as session:
        row = drafts.read_draft(session, process, str(draft_id))
        files = drafts.belonging(drafts.files_of(session, row.content))
    return archive(files, f"{process}-utkast")
