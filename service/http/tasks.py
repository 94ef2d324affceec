"""One task beside the list: read, claim, draft, complete; and what a registrar decides in trouble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import cases, definitions, duties, inbox, pauses, secrecy
from service.errors import Invalid
from service.http import bounded, course, evidence_pages, markup, trouble, why_pages
from service.http.house import actor, now, reading, writing
from service.http.inbox_pages import listing
from service.http.language import t
from service.http.stepping import stepping
from service.inbox import View
from service.store import TaskRow
from workflows import Definition

pages = Blueprint("tasks", __name__)
_OWN = ("action", "version")
_GATHER = "gather"
"""The property `guard` of a task in which evidence is gathered: what is missing stands beside the answer."""


@pages.get("/uppgifter/<uuid:task_id>")
def page(task_id: object) -> ResponseReturnValue:
    return _page(str(task_id), None, {})


@pages.post("/uppgifter/<uuid:task_id>")
def act(task_id: object) -> ResponseReturnValue:
    ident, fields = str(task_id), _fields()
    action, version = str(fields.pop("action", "")), version_of(fields.pop("version", None))
    if action in trouble.ACTIONS:
        return trouble.act(ident, action, version, fields, _page)
    try:
        match action:
            case "slutfor":
                return _complete(ident, version, fields)
            case "utkast":
                return _draft(ident, version, fields)
            case "ta" | "lamna":
                return _hold(ident, version, action)
    except Invalid as wrong:
        if wrong.fields and set(wrong.fields) <= _names(ident):
            return _page(ident, fields, wrong.fields, version)
        raise
    raise Invalid(t("error.bad_action"))


def _complete(ident: str, version: int | None, fields: dict[str, str | list[str]]) -> ResponseReturnValue:
    with reading() as session:
        answers = _answers(session, cases.open_task(session, ident, actor(), now=now()), fields)
    try:
        with stepping(ident, answers) as session:
            case = cases.complete(session, ident, answers, version=version, actor=actor(), now=now())
            session.flush()  # the next task of the case is looked for below
            following = inbox.next_task(session, actor(), case.id, now=now())
    except pauses.Paused:  # since the page was opened: nothing that was written is lost
        return _draft(ident, version, fields, "utkast_pausat")
    if following:
        return redirect(f"/uppgifter/{following}?meddelande=klar", 303)
    if inbox.may_see_cases(actor()):
        return redirect(f"/arenden/{case.id}?meddelande=klar", 303)
    return redirect("/inkorg?meddelande=klar", 303)


def _draft(
    ident: str, version: int | None, fields: dict[str, str | list[str]], notice: str = "utkast"
) -> ResponseReturnValue:
    with writing() as session:
        task = cases.open_task(session, ident, actor(), now=now())
        cases.save_draft(
            session, ident, _answers(session, task, fields), version=version, actor=actor(), now=now()
        )
    return redirect(f"/uppgifter/{ident}?meddelande={notice}", 303)


def _hold(ident: str, version: int | None, action: str) -> ResponseReturnValue:
    hold = cases.claim if action == "ta" else cases.release
    with writing() as session:
        hold(session, ident, version=version, actor=actor(), now=now())
    notice = "tagen" if action == "ta" else "lamnad"
    return redirect(f"/uppgifter/{ident}?meddelande={notice}", 303)


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────


def _page(
    ident: str, given: dict[str, str | list[str]] | None, errors: dict[str, str], seen: int | None = None
) -> ResponseReturnValue:
    """The task with what was just filled in (`given`) or its draft. `seen` is the version that the form
    was filled in on: after a mistake it goes along, so that a colleague's change in between is not lost."""
    with reading() as session:
        row = cases.open_task(session, ident, actor(), now=now())
        if not secrecy.knows_case(session, row.case_id, actor(), now()):
            return _technical(session, row)
        definition = definitions.by_hash(session, row.case.definition)
        values = cases.draft_of(session, row) if given is None else given
        line = _line(session, ident, seen)
        may_change = row.status == "open" and _is_theirs(line)
        shown = {
            **listing(session, ident, _beside(line, may_change)),
            **course.of_case(session, row.case),
            "task": line,
            "form": cases.form_of(session, row),
            "values": values,
            "errors": errors,
            "draft_at": row.draft_at,
            "open": row.status == "open",
            "mine": row.assignee == actor().id,
            "may_change": may_change,
            "guidance": _guidance(session, definition, row),
            "whys": why_pages.of_task(session, definition, row),
            "guarded": row.kind == "form" and cases.guarded(session, row),
            "gathers": definitions.properties(definition, row.element).get("guard") == _GATHER,
            **evidence_pages.of_case(session, row.case),
            **trouble.shown(session, row),
        }
    shown["items"] = course.came_in(row.case_id)
    template = "task.html" if row.kind == "form" else "trouble.html"
    return render_template(template, here="inbox", **shown), 422 if errors else 200


def _technical(session: Session, row: TaskRow) -> ResponseReturnValue:
    """Something broke in a case that the asker may not know of: that it did, where in the flow, and no
    more."""
    return render_template(
        "technical.html",
        here="inbox",
        **listing(session, row.id, "group"),
        task=_line(session, row.id, None),
        element=row.element,
        settles=row.status == "open" and row.registration_id is None,
    )


def _is_theirs(line: inbox.TaskLine) -> bool:
    """Nobody's yet, the asker's, or that of somebody they stand in for."""
    return line.assignee in (None, actor().id) or line.stood_in_for is not None


def _beside(line: inbox.TaskLine, may_change: bool) -> View:
    """The view of the list in which the task is to be found."""
    if not may_change:
        return "all"
    return "mine" if line.assignee else "group"


def _line(session: Session, ident: str, seen: int | None) -> inbox.TaskLine:
    line = inbox.task_line(session, ident, actor(), now=now())
    return line if seen is None else replace(line, version=seen)


def _guidance(session: Session, definition: Definition, task: TaskRow) -> object:
    """The help text of the step; in a recurring duty what that kind of duty asks for comes first."""
    kind = duties.kind_of(session, task.case_id) if task.case.process == duties.PROCESS else None
    text = definition.texts.get(task.guidance) if task.guidance else None
    told = "\n\n".join(part for part in (kind and kind.text, text) if part)
    return markup.guidance(told) if told else None


# ── what the browser sent ────────────────────────────────────────────────────────────────────────────


def _fields() -> dict[str, str | list[str]]:
    """All fields as sent; a checkbox group comes as a list. Files are not taken here."""
    bounded.refuse_unknown(request.files, ())
    fields: dict[str, str | list[str]] = {}
    for name, values in request.form.lists():
        if len(values) > 1 and name in (*_OWN, "csrf"):
            raise Invalid(t("error.repeated"))
        fields[name] = values[0] if len(values) == 1 else values
    fields.pop("csrf", None)
    return fields


def version_of(text: object) -> int | None:
    if text in (None, ""):
        return None
    if not (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid(t("error.bad_version"))
    return int(text)


def version_seen(fields: Mapping[str, str]) -> int:
    """The version that the asker saw: the form's, or a program's If-Match. Raises Invalid without."""
    found = version_of(fields.get("version") or request.headers.get("If-Match", "").strip('"'))
    if found is None:
        raise Invalid(t("error.bad_version"))
    return found


def _answers(session: Session, task: TaskRow, fields: dict[str, str | list[str]]) -> dict[str, object]:
    form = cases.form_of(session, task)
    return dict(form.parse(fields)) if form else dict(fields)


def _names(ident: str) -> frozenset[str]:
    """The names of the form's own fields: errors on others cannot be shown beside a field."""
    with reading() as session:
        form = cases.form_of(session, cases.open_task(session, ident, actor(), now=now()))
    return frozenset(field.name for field in form.fields) if form else frozenset()
