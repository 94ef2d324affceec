"""When something went wrong: a task for a person, until it is dealt with."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import history
from service.actors import SYSTEM, Actor
from service.store import TaskRow, hold_case


def raise_incident(
    session: Session,
    case_id: str,
    *,
    kind: str,
    name: str,
    role: str,
    element: str,
    registration_id: str | None = None,
    now: datetime,
) -> TaskRow:
    """Make a failure visible as a task for a person. One open task for each registration or element."""
    case = hold_case(session, case_id)
    found = session.scalar(
        select(TaskRow).where(
            TaskRow.case_id == case_id,
            TaskRow.kind == kind,
            TaskRow.status == "open",
            TaskRow.element == element,
            TaskRow.registration_id == registration_id,
        )
    )
    if found is not None:
        found.name = name
        return found
    task = TaskRow(
        id=str(uuid4()),
        case_id=case_id,
        kind=kind,
        element=element,
        name=name,
        role=role,
        status="open",
        opened_at=now,
        due_at=now,  # something has gone wrong already: it is never "later"
        sort_at=now,
        registration_id=registration_id,
    )
    session.add(task)
    history.append(
        session,
        case,
        "incident_raised",
        at=now,
        actor=SYSTEM.id,
        element=element,
        data={"name": name, "kind": kind, "registration": registration_id},
    )
    return task


def settle_incident(session: Session, task: TaskRow, *, actor: Actor, now: datetime) -> None:
    """The failure is dealt with, by a person or by itself."""
    if task.status == "open":
        task.status, task.closed_at, task.closed_by = "completed", now, actor.id
        history.append(
            session,
            hold_case(session, task.case_id),
            "incident_settled",
            at=now,
            actor=actor.id,
            element=task.element,
        )
