"""One task beside the list: read, claim, draft, complete; and what a registrar decides in trouble."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import cases, definitions, inbox
from service.errors import Invalid
from service.http import bounded, course, markup, trouble
from service.http.house import actor, now, reading, writing
from service.http.inbox_pages import listing
from service.http.language import t
from service.http.stepping import stepping
from service.inbox import View
from service.store import TaskRow
from workflows import Definition

pages = Blueprint("tasks", __name__)
_OWN = ("action", "version")


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
        answers = _answers(session, cases.open_task(session, ident, actor()), fields)
    with stepping(ident, answers) as session:
        case = cases.complete(session, ident, answers, version=version, actor=actor(), now=now())
        session.flush()  # the next task of the case is looked for below
        following = inbox.next_task(session, actor(), case.id)
    if following:
        return redirect(f"/uppgifter/{following}?meddelande=klar", 303)
    if inbox.may_see_cases(actor()):
        return redirect(f"/arenden/{case.id}?meddelande=klar", 303)
    return redirect("/inkorg?meddelande=klar", 303)


def _draft(ident: str, version: int | None, fields: dict[str, str | list[str]]) -> ResponseReturnValue:
    with writing() as session:
        task = cases.open_task(session, ident, actor())
        cases.save_draft(
            session, ident, _answers(session, task, fields), version=version, actor=actor(), now=now()
        )
    return redirect(f"/uppgifter/{ident}?meddelande=utkast", 303)


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
        row = cases.open_task(session, ident, actor())
        definition = definitions.by_hash(session, row.case.definition)
        values = cases.draft_of(session, row) if given is None else given
        shown = {
            **listing(session, ident, _beside(row)),
            **course.of_case(session, row.case),
            "task": _line(session, ident, seen),
            "form": cases.form_of(session, row),
            "values": values,
            "errors": errors,
            "draft_at": row.draft_at,
            "open": row.status == "open",
            "mine": row.assignee == actor().id,
            "may_change": row.status == "open" and row.assignee in (None, actor().id),
            "guidance": _guidance(definition, row),
            **trouble.shown(session, row),
        }
    shown["items"] = course.came_in(row.case_id)
    template = "task.html" if row.kind == "form" else "trouble.html"
    return render_template(template, here="inbox", **shown), 422 if errors else 200


def _beside(task: TaskRow) -> View:
    """The view of the list in which the task is to be found."""
    if task.status != "open" or task.assignee not in (None, actor().id):
        return "all"
    return "mine" if task.assignee else "group"


def _line(session: Session, ident: str, seen: int | None) -> inbox.TaskLine:
    line = inbox.task_line(session, ident, now=now())
    return line if seen is None else replace(line, version=seen)


def _guidance(definition: Definition, task: TaskRow) -> object:
    text = definition.texts.get(task.guidance) if task.guidance else None
    return markup.guidance(text) if text else None


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


def _answers(session: Session, task: TaskRow, fields: dict[str, str | list[str]]) -> dict[str, object]:
    form = cases.form_of(session, task)
    return dict(form.parse(fields)) if form else dict(fields)


def _names(ident: str) -> frozenset[str]:
    """The names of the form's own fields: errors on others cannot be shown beside a field."""
    with reading() as session:
        form = cases.form_of(session, cases.open_task(session, ident, actor()))
    return frozenset(field.name for field in form.fields) if form else frozenset()
