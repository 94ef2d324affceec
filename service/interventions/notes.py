"""What somebody writes about an incident: one note for each, their own words, under the case's key."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import cases, history, secrecy
from service.actors import Actor
from service.errors import Forbidden, Invalid, NotFound, Stale
from service.keys import Unreadable
from service.store import CaseRow, IncidentNoteRow, PersonRow, TaskRow, case_key

MAX_NOTE = 1000
"""Characters of a note."""


@dataclass(frozen=True, slots=True)
class Note:
    """`version` is None while nothing is written. `at` is aware UTC."""

    text: str = ""
    by: str = ""
    at: datetime | None = None
    version: int | None = None


def note_of(session: Session, task_id: str, *, actor: Actor, now: datetime) -> Note:
    """The note about an incident, nothing where `actor` may not know of its case."""
    return notes(session, (task_id,), actor=actor, now=now).get(task_id, Note())


def notes(session: Session, task_ids: Collection[str], *, actor: Actor, now: datetime) -> dict[str, Note]:
    """Those of the incidents that have one, by task id, in the cases that `actor` may know of."""
    rows = session.execute(
        select(IncidentNoteRow, CaseRow, PersonRow.name)
        .join(TaskRow, TaskRow.id == IncidentNoteRow.task_id)
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .outerjoin(PersonRow, PersonRow.id == IncidentNoteRow.by)
        .where(IncidentNoteRow.task_id.in_(sorted(task_ids)), secrecy.knows(actor, now))
    )
    return {
        row.task_id: Note(_text(session, case, row), name or row.by, row.at, row.version)
        for row, case, name in rows
    }


def _text(session: Session, case: CaseRow, row: IncidentNoteRow) -> str:
    try:
        return case_key(session, case).open_text(row.text_locked, _place(row.task_id))
    except Unreadable:  # disposed of: the words went with the key
        return ""


def write_note(
    session: Session, task_id: str, text: str, *, version: int | None, actor: Actor, now: datetime
) -> None:
    """Write or change the note. `version` is the one that was shown, None for none. Raises NotFound,
    Forbidden, Invalid (`note`), and Stale when somebody else has written in between."""
    if not actor.roles & secrecy.TECHNICAL_ROLES:
        raise Forbidden
    task = session.scalar(
        select(TaskRow)
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .where(TaskRow.id == task_id, TaskRow.kind != "form", secrecy.knows(actor, now))
    )
    if task is None:
        raise NotFound
    bare = text.strip()
    if not bare or len(bare) > MAX_NOTE:
        raise Invalid(fields={"note": f"Skriv något om felet, med högst {MAX_NOTE} tecken."})
    case = cases.hold(session, task.case_id)
    row = session.get(IncidentNoteRow, task_id, populate_existing=True)
    if (row.version if row else None) != version:
        raise Stale("Någon annan har skrivit om felet sedan du öppnade sidan. Läs om den och lägg till ditt.")
    locked = case_key(session, case).lock_text(bare, _place(task_id))
    if row is None:
        session.add(IncidentNoteRow(task_id=task_id, text_locked=locked, at=now, by=actor.id))
    else:
        row.text_locked, row.at, row.by = locked, now, actor.id
    history.append(
        session, case, "incident_noted", at=now, actor=actor.id, element=task.element, data={"task": task_id}
    )


def _place(task_id: str) -> str:
    return f"task/{task_id}/note"
