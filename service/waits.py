"""The rows of what a case waits for, as the events of the flow make them and a new version renames them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service import deadlines
from service.actors import role_of_lane
from service.store import CaseRow, RegistrationRow, SubscriptionRow, TaskRow, TimerRow
from workflows import TaskOpened
from workflows.migration import Moved, TaskMoved, WaitMoved


def new_task(case: CaseRow, event: TaskOpened, now: datetime) -> TaskRow:
    """An open user task, due by the rule that the model names."""
    due = deadlines.due(event.due, case.received_at)
    return TaskRow(
        id=event.task,
        case_id=case.id,
        kind="form",
        element=event.element,
        name=event.name,
        role=role_of_lane(event.role) or event.role,
        form=event.form,
        guidance=event.text,
        status="open",
        opened_at=now,
        due_at=due,
        sort_at=due or now,
    )


def withdraw(session: Session, task: str, now: datetime) -> None:
    """The flow left the task before anybody finished it."""
    session.execute(
        update(TaskRow)
        .where(TaskRow.id == task, TaskRow.status == "open")
        .values(status="withdrawn", closed_at=now, version=TaskRow.version + 1)
    )


def clear_timer(session: Session, case: CaseRow, task: str) -> None:
    """The flow waits for the timer no more."""
    session.execute(
        update(TimerRow)
        .where(TimerRow.case_id == case.id, TimerRow.task == task, TimerRow.state == "waiting")
        .values(state="cancelled")
    )


def end_subscription(session: Session, task: str) -> None:
    """The flow waits for the message no more."""
    session.execute(update(SubscriptionRow).where(SubscriptionRow.id == task).values(open=False))


def rename(session: Session, case: CaseRow, moved: Sequence[Moved]) -> None:
    """The case goes on by a new drawing. Ids, assignees, drafts and the timers' due times stay; every
    open task gets a new version, because a page that is open somewhere may ask what is asked no more."""
    session.execute(
        update(TaskRow)
        .where(TaskRow.case_id == case.id, TaskRow.kind == "form", TaskRow.status == "open")
        .values(version=TaskRow.version + 1)
    )
    for one in moved:
        match one:
            case TaskMoved():
                _rename_task(session, case, one)
            case WaitMoved(task, "operation", element):
                _rename_registration(session, task, element)
            case WaitMoved(task, "timer", element, name):
                session.execute(
                    update(TimerRow)
                    .where(TimerRow.case_id == case.id, TimerRow.task == task, TimerRow.state == "waiting")
                    .values(element=element, name=name)
                )
            case WaitMoved(task, "message", element):
                session.execute(
                    update(SubscriptionRow).where(SubscriptionRow.id == task).values(element=element)
                )


def _rename_task(session: Session, case: CaseRow, task: TaskMoved) -> None:
    due = deadlines.due(task.due, case.received_at)
    session.execute(
        update(TaskRow)
        .where(TaskRow.id == task.task, TaskRow.status == "open")
        .values(
            element=task.element,
            name=task.name,
            role=role_of_lane(task.role) or task.role,
            form=task.form,
            guidance=task.text,
            due_at=due,
            sort_at=due or TaskRow.opened_at,
        )
    )


def _rename_registration(session: Session, task: str, element: str) -> None:
    """Its version stays: whoever is sending it now must be able to write the answer down."""
    session.execute(update(RegistrationRow).where(RegistrationRow.task == task).values(element=element))
    shown = select(RegistrationRow.id).where(RegistrationRow.task == task)
    session.execute(
        update(TaskRow)
        .where(TaskRow.registration_id.in_(shown), TaskRow.status == "open")
        .values(element=element)
    )
