"""A case's tasks: who may open one, whose it is, and what is kept before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, undefer

from service import answers as kept
from service import definitions, history, secrecy
from service.actors import SYSTEM, Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from service.store import CaseRow, TaskRow, hold_case
from workflows.forms import Form


def open_task(
    session: Session, task_id: str, actor: Actor, *, now: datetime, for_change: bool = False
) -> TaskRow:
    """The task with its case, if `actor` may see it at `now`. `for_change` holds the case for writing, and
    only then is the task read: what is returned cannot change under the caller's hands. Raises NotFound
    also when the case is need-to-know and `actor` is not cleared; Forbidden when it is another role's."""
    there = (TaskRow.id == task_id, secrecy.may_know_of_task(actor, now))
    if for_change:
        case_id = session.scalar(select(TaskRow.case_id).join(TaskRow.case).where(*there))
        if case_id is None:
            raise NotFound()
        hold_case(session, case_id)
    case = contains_eager(TaskRow.case)
    if for_change:
        case = case.undefer(CaseRow.state)  # else the row just locked would lose the state it was read with
    task = session.scalar(
        select(TaskRow)
        .join(TaskRow.case)
        .where(*there)
        .options(case, undefer(TaskRow.draft_locked))
        .execution_options(populate_existing=for_change)
    )
    if task is None:
        raise NotFound()
    if not secrecy.may_do(session, task, actor, now):
        raise Forbidden("Uppgiften hör till en annan roll än din.")
    return task


def form_of(session: Session, task: TaskRow) -> Form | None:
    """The form that the task is completed with, of the version that the case runs on."""
    definition = definitions.by_hash(session, task.case.definition)
    return definitions.task_form(definition, task.element, task.form)


def claim(session: Session, task_id: str, *, version: int | None, actor: Actor, now: datetime) -> TaskRow:
    """Take the task: from now on it is `actor`'s to do. Who stands in for somebody takes nothing over."""
    task = mine_to_change(session, task_id, version, actor, now)
    _refuse_deputy(task, actor)
    if task.assignee != actor.id:
        task.assignee = actor.id
        history.append(session, task.case, "task_claimed", at=now, actor=actor.id, element=task.element)
    session.flush()  # the page that follows shows the new version
    return task


def release(session: Session, task_id: str, *, version: int | None, actor: Actor, now: datetime) -> TaskRow:
    """Give the task back to its role."""
    task = mine_to_change(session, task_id, version, actor, now)
    _refuse_deputy(task, actor)
    if task.assignee is not None:
        task.assignee = None
        history.append(session, task.case, "task_released", at=now, actor=actor.id, element=task.element)
    session.flush()  # the page that follows shows the new version
    return task


def assign(session: Session, case: CaseRow, role: str, person_id: str, *, now: datetime) -> None:
    """Give the open tasks of the role that nobody has to a person: whom the register names for them."""
    for task in session.scalars(
        select(TaskRow).where(
            TaskRow.case_id == case.id,
            TaskRow.status == "open",
            TaskRow.role == role,
            TaskRow.assignee.is_(None),
        )
    ):
        task.assignee = person_id
        history.append(session, case, "task_assigned", at=now, actor=SYSTEM.id, element=task.element)


def release_all(session: Session, person_id: str, *, actor: Actor, now: datetime) -> int:
    """Give back every task that a person holds, when their account is closed. Returns how many."""
    held = session.scalars(
        select(TaskRow)
        .where(TaskRow.assignee == person_id, TaskRow.status == "open")
        .order_by(TaskRow.case_id)
    ).all()
    for task in held:
        case = hold_case(session, task.case_id)
        session.refresh(task)  # the lock may have been waited for
        if task.status == "open" and task.assignee == person_id:
            task.assignee = None
            history.append(session, case, "task_released", at=now, actor=actor.id, element=task.element)
    return len(held)


def save_draft(
    session: Session,
    task_id: str,
    answers: Mapping[str, object],
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> TaskRow:
    """Keep unfinished answers, encrypted. Nothing is checked but that the form has the fields."""
    task = mine_to_change(session, task_id, version, actor, now)
    form = form_of(session, task)
    known = {f.name for f in form.fields} if form else set()
    if unknown := sorted(set(answers) - known):
        raise Invalid(fields=dict.fromkeys(unknown, "Fältet finns inte i formuläret."))
    task.draft_locked = kept.lock(session, task.case, task.id, "draft", answers)
    task.draft_at, task.draft_by = now, actor.id
    session.flush()  # the page that follows shows the new version
    return task


def draft_of(session: Session, task: TaskRow) -> dict[str, object]:
    """The draft's answers, or nothing."""
    if task.draft_locked is None:
        return {}
    return kept.unlock(session, task.case, task.id, "draft", task.draft_locked)


def mine_to_change(
    session: Session, task_id: str, version: int | None, actor: Actor, now: datetime
) -> TaskRow:
    task = open_task(session, task_id, actor, now=now, for_change=True)
    if task.status != "open":
        raise Conflict()
    if version is not None and version != task.version:
        raise Stale()
    if task.assignee not in (None, actor.id, *secrecy.stood_in_for(session, actor, now)):
        raise Forbidden("Uppgiften är tagen av en kollega.")
    return task


def _refuse_deputy(task: TaskRow, actor: Actor) -> None:
    if task.assignee not in (None, actor.id):
        raise Conflict("Du gör uppgiften i en kollegas ställe. Den går tillbaka av sig själv.")
