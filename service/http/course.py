"""What the task's page and the case's page both show of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from sqlalchemy.orm import Session

from service import answers, deadlines, definitions, duties, inbox, items, pauses, waits
from service.http import markup, shown, steps
from service.http.house import actor, now, writing
from service.http.inbox_pages import etag
from service.http.language import language, t
from service.inbox import RegistrationView
from service.items import ItemView
from service.store import CaseRow
from workflows import Definition
from workflows.forms import Field

_MOVED = ("case_migrated", "case_continued")
_READS = ("items_read", "evidence_read", "evidence_kept", "case_read")


def of_case(session: Session, case: CaseRow) -> dict[str, object]:
    """The words for `course.html`."""
    definition = definitions.by_hash(session, case.definition)
    tasks = inbox.open_tasks(session, actor(), case.id, now=now())
    registrations = inbox.registrations(session, case.id)
    history = inbox.timeline(session, case.id)
    at = steps.course(history, tasks, registrations)
    left = [e.data["from"] for e in history if e.kind in _MOVED and e.data.get("from")]
    versions = [*(definitions.by_hash(session, str(name)) for name in left), definition]
    names: Mapping[str, str] = {e.id: e.name for one in versions for e in one.elements.values()}
    return {
        "pause": pauses.of_case(session, case) if case.status == "open" else None,
        "case": inbox.case_line(session, case.id),
        "deadline": explained(session, case) if _counts(session, case) else None,
        "answers": definitions.began_with_item(definition),
        "tasks": tasks,
        "registrations": registrations,
        "answered": answered(session, case, versions),
        "steps": steps.steps(definition, at, tasks, actor().name),
        "events": shown.events(history, names),
        "latest": shown.events([e for e in history if e.kind not in _READS], names)[:8],
        "svg": markup.diagram(definition, at.done, at.now),
        "etag": f'"{etag(status(registrations))}"',
    }


@dataclass(frozen=True, slots=True)
class Answered:
    """A form as it was answered: the task, when, and each question with its answer in words."""

    step: str
    when: str
    lines: tuple[tuple[str, str], ...]


def answered(session: Session, case: CaseRow, versions: Sequence[Definition]) -> list[Answered]:
    """What has been answered in the case so far, in the words of its forms: whoever decides on an
    application reads it here. `versions` are those that the case has gone by."""
    found = []
    for one in answers.by_task(session, case):
        asked = next((d for d in reversed(versions) if one.element in d.elements), versions[-1])
        form = definitions.task_form(asked, one.element, one.form if one.form in asked.forms else None)
        fields = form.fields if form else ()
        lines = tuple(
            (field.title, _in_words(field, one.values[field.name]))
            for field in fields
            if one.values.get(field.name) not in (None, "", [])
        )
        if lines:
            found.append(Answered(one.step, shown.moment_long(one.at), lines))
    return found


def _in_words(field: Field, value: object) -> str:
    if isinstance(value, bool):
        return t("task.yes") if value else t("task.no")
    if isinstance(value, list | tuple):
        return ", ".join(_in_words(field, part) for part in value)
    return next((choice.title for choice in field.choices if choice.value == value), str(value))


@dataclass(frozen=True, slots=True)
class Explained:
    """A case's deadline in words: the sentence, how long the clock stood still (or nothing), and the
    profile key that answers "Varför?"."""

    sentence: str
    paused: str
    why: str | None


def _counts(session: Session, case: CaseRow) -> bool:
    """Whether anybody waits for the case's deadline: nobody shall answer an application, or a secret."""
    begun = definitions.began_with_item(definitions.by_hash(session, case.definition))
    return begun or waits.deadline(case).rule != "answer"


def explained(session: Session, case: CaseRow) -> Explained:
    """Why the case is due when it is, in the reader's language."""
    found = waits.deadline(case)
    kind = duties.kind_of(session, case.id) if found.rule == "duty" else None
    paused = t("case.paused", span=shown.span(found.paused)) if found.paused else ""
    return Explained(
        deadlines.sentence(found, language()), paused, kind.key or None if kind else "sla.answer"
    )


def came_in(case_id: str) -> list[ItemView]:
    """The words for `came_in.html`. That somebody reads them is an event, hence a transaction of its
    own, short: nobody waits for a page to be drawn. The caller has seen to it that the asker may."""
    with writing() as session:
        return items.of_case(session, session.get_one(CaseRow, case_id), actor(), now())


def status(registrations: tuple[RegistrationView, ...]) -> str:
    """The registrations as a piece of a page."""
    return render_template("registrations.html", registrations=registrations)
