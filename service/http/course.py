"""What the task's page and the case's page both show of a case."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template
from sqlalchemy.orm import Session

from service import definitions, inbox, items
from service.http import markup, shown, steps
from service.http.house import actor, now, writing
from service.http.inbox_pages import etag
from service.inbox import RegistrationView
from service.items import ItemView
from service.store import CaseRow

_READS = ("items_read", "evidence_read", "evidence_kept")


def of_case(session: Session, case: CaseRow) -> dict[str, object]:
    """The words for `course.html`."""
    definition = definitions.by_hash(session, case.definition)
    tasks = inbox.open_tasks(session, actor(), case.id)
    registrations = inbox.registrations(session, case.id)
    history = inbox.timeline(session, case.id)
    at = steps.course(history, tasks, registrations)
    left = [e.data["from"] for e in history if e.kind == "case_migrated"]
    versions = [*(definitions.by_hash(session, str(name)) for name in left), definition]
    names: Mapping[str, str] = {e.id: e.name for one in versions for e in one.elements.values()}
    return {
        "case": inbox.case_line(session, case.id),
        "tasks": tasks,
        "registrations": registrations,
        "steps": steps.steps(definition, at, tasks, actor().name),
        "events": shown.events(history, names),
        "latest": shown.events([e for e in history if e.kind not in _READS], names)[:8],
        "svg": markup.diagram(definition, at.done, at.now),
        "etag": f'"{etag(status(registrations))}"',
    }


def came_in(case_id: str) -> list[ItemView]:
    """The words for `came_in.html`. That somebody reads them is an event, hence a transaction of its
    own, short: nobody waits for a page to be drawn. The caller has seen to it that the asker may."""
    with writing() as session:
        return items.of_case(session, session.get_one(CaseRow, case_id), actor(), now())


def status(registrations: tuple[RegistrationView, ...]) -> str:
    """The registrations as a piece of a page."""
    return render_template("registrations.html", registrations=registrations)
