"""What a case's own page shows of its course: open tasks, registrations, history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import history, secrecy
from service.actors import SYSTEM, Actor
from service.inbox.task_list import at_once, visible
from service.store import CaseRow, PersonRow, RegistrationRow, TaskRow


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """Where one record stands on its way to the diarium. Times are aware UTC."""

    id: str
    kind: str
    element: str
    state: str
    attempt: int
    next_attempt_at: datetime | None
    number: str | None
    last_error: str | None
    created_at: datetime
    registered_at: datetime | None


@dataclass(frozen=True, slots=True)
class HistoryView:
    """One event of a case, with the acting person's name instead of the id."""

    at: datetime
    actor: str
    kind: str
    element: str | None
    data: Mapping[str, object]
    stood_in_for: str | None = None
    """In whose place a deputy did it."""


@dataclass(frozen=True, slots=True)
class OpenTask:
    """An open task of a case, as the case's page shows it."""

    id: str
    element: str
    name: str
    role: str
    kind: str
    assignee_name: str | None
    due_at: datetime | None
    opened_at: datetime
    reachable: bool
    """Whether the asker may open it."""
    at_once: bool
    """As in the list of tasks."""


def open_tasks(session: Session, actor: Actor, case_id: str, *, now: datetime) -> tuple[OpenTask, ...]:
    """The case's open tasks, most urgent first; those of other roles are named but not reachable."""
    rows = session.execute(
        select(
            TaskRow.id,
            TaskRow.element,
            TaskRow.name,
            TaskRow.role,
            TaskRow.kind,
            TaskRow.assignee,
            PersonRow.name.label("assignee_name"),
            TaskRow.due_at,
            TaskRow.opened_at,
            CaseRow.received_at,
            visible(actor, now).label("reachable"),
        )
        .join(TaskRow.case)
        .outerjoin(PersonRow, PersonRow.id == TaskRow.assignee)
        .where(TaskRow.case_id == case_id, TaskRow.status == "open", secrecy.knows(actor, now))
        .order_by(TaskRow.sort_at, TaskRow.id)
    )
    return tuple(
        OpenTask(
            r.id,
            r.element,
            r.name,
            r.role,
            r.kind,
            r.assignee_name,
            r.due_at,
            r.opened_at,
            bool(r.reachable),
            at_once(r.due_at, r.received_at if r.kind == "form" else r.opened_at, now),
        )
        for r in rows
    )


def registrations(session: Session, case_id: str) -> tuple[RegistrationView, ...]:
    """The case's registrations in the order they were asked for."""
    rows = session.execute(
        select(
            RegistrationRow.id,
            RegistrationRow.kind,
            RegistrationRow.element,
            RegistrationRow.state,
            RegistrationRow.attempt,
            RegistrationRow.next_attempt_at,
            RegistrationRow.number,
            RegistrationRow.last_error,
            RegistrationRow.created_at,
            RegistrationRow.registered_at,
        )
        .where(RegistrationRow.case_id == case_id)
        .order_by(RegistrationRow.created_at, RegistrationRow.id)
    )
    return tuple(RegistrationView(**row._mapping) for row in rows)


def timeline(session: Session, case_id: str) -> tuple[HistoryView, ...]:
    """The case's history, oldest first, with names instead of ids."""
    rows = history.of_case(session, case_id)
    names = _names(session, {row.actor for row in rows} | {str(row.data.get("for", "")) for row in rows})
    return tuple(
        HistoryView(
            r.at, names.get(r.actor, r.actor), r.kind, r.element, r.data, names.get(r.data.get("for", ""))
        )
        for r in rows
    )


def _names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    found = session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(sorted(ids))))
    return {SYSTEM.id: SYSTEM.name} | {row.id: row.name for row in found}
