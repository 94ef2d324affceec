"""A task is done: the answers are checked and kept, and the flow goes on with what it may read of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

import workflows
from service import answers as kept
from service import definitions, evidence, history, registrations
from service.actors import Actor
from service.cases.incidents import raise_incident
from service.cases.stepping import take
from service.cases.tasks import draft_of, form_of, mine_to_change, open_task
from service.errors import Conflict, Forbidden, Invalid
from service.store import CaseRow, TaskRow, keys_of
from workflows import Value
from workflows.forms import Form


def complete(
    session: Session,
    task_id: str,
    answers: Mapping[str, object],
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> CaseRow:
    """Finish a user task. Free text stays encrypted beside the task; closed choices, booleans, numbers
    and dates go into the flow. Raises Invalid (nothing stored) when an answer must be changed, and
    EvidenceRefused where the drawing wants sealed evidence first."""
    task = mine_to_change(session, task_id, version, actor, now)
    if task.kind != "form":
        raise Conflict("Uppgiften avslutas inte med ett formulär.")
    _other_person(session, task, actor)
    if guarded(session, task):
        evidence.require_sealed(session, task.case_id)
    form = form_of(session, task)
    variables: Mapping[str, Value] = {}
    if form is None:
        if answers:
            raise Invalid(fields=dict.fromkeys(answers, "Fältet finns inte i formuläret."))
    else:
        checked = form.validate(answers)
        if checked.errors:
            raise Invalid(fields=checked.errors)
        variables = checked.variables
        _check_subject(session, task.case, form, checked.fills)
        _fill(task.case, checked.fills)
        task.answers_locked = kept.lock(session, task.case, task.id, "answers", checked.values)
    task.status, task.closed_at, task.closed_by = "completed", now, actor.id
    task.draft_locked = None
    # a deputy's work is the deputy's, and says in whose place it was done
    data = {"for": task.assignee} if task.assignee not in (None, actor.id) else {}
    history.append(
        session, task.case, "task_completed", at=now, actor=actor.id, element=task.element, data=data
    )
    take(session, task.case, workflows.CompleteTask(task.id, variables), actor=actor, now=now)
    return task.case


def guarded(session: Session, task: TaskRow) -> bool:
    """Whether the drawing wants sealed evidence in the case before the task can be completed."""
    definition = definitions.by_hash(session, task.case.definition)
    return definitions.properties(definition, task.element).get("guard") == "sealed"


def _check_subject(session: Session, case: CaseRow, form: Form, fills: Mapping[str, Value]) -> None:
    """A public subject may not name whoever wrote in: only the case knows who that is."""
    subject = fills.get("subject")
    wrong = registrations.check_subject(session, case, subject) if isinstance(subject, str) else None
    if wrong is not None:
        raise Invalid(fields={asked.name: wrong for asked in form.fields if asked.fills == "subject"})


def _other_person(session: Session, task: TaskRow, actor: Actor) -> None:
    """Two pairs of eyes: who did one of the tasks that the drawing names may not do this one too."""
    definition = definitions.by_hash(session, task.case.definition)
    named = definitions.properties(definition, task.element).get("four_eyes", "").split()
    if named and session.scalar(
        select(TaskRow.id)
        .where(TaskRow.case_id == task.case_id, TaskRow.element.in_(named), TaskRow.closed_by == actor.id)
        .limit(1)
    ):
        raise Forbidden("Den som har lämnat underlaget kan inte själv godkänna det. Låt en kollega göra det.")


def _fill(case: CaseRow, fills: Mapping[str, Value]) -> None:
    for column, value in fills.items():
        match column:
            case "subject":
                case.subject = str(value)
            case "registration_number":
                case.registration_number = str(value)
            case "sender_public":
                case.sender_public = bool(value)
            case "outcome":
                case.outcome = str(value)
            case _:
                raise LookupError(column)


def goes_now(session: Session, case: CaseRow, element: str, *, now: datetime) -> bool | None:
    """Whether the flow would take the step that it could not take before, with the answers that were kept as
    the draft of the open task at `element`. The case is held; nothing is written, whoever has the task
    completes it. None when no such task is open."""
    task = session.scalar(
        select(TaskRow)
        .where(
            TaskRow.case_id == case.id,
            TaskRow.element == element,
            TaskRow.kind == "form",
            TaskRow.status == "open",
        )
        .options(undefer(TaskRow.draft_locked), joinedload(TaskRow.case))
        .order_by(TaskRow.opened_at)
        .limit(1)
    )
    if task is None or task.draft_locked is None:
        return None
    form = form_of(session, task)
    checked = form.validate(draft_of(session, task)) if form else None
    if checked is not None and checked.errors:
        return False
    step = workflows.CompleteTask(task.id, checked.variables if checked else {})
    definition = definitions.by_hash(session, case.definition)
    try:
        workflows.advance(definition, case.state, step, case=case.id, key=keys_of(session).state, now=now)
    except workflows.WorkflowError:
        return False
    return True


def step_failed(
    session: Session, task_id: str, answers: Mapping[str, object], *, actor: Actor, now: datetime
) -> None:
    """The flow could not take the step that `actor` finished: nothing of it was kept. Called in a new
    transaction: the answers become the task's draft, and a process owner gets to see where it stopped."""
    task = open_task(session, task_id, actor, now=now, for_change=True)
    if task.status != "open":
        return
    task.draft_locked = kept.lock(session, task.case, task.id, "draft", answers)
    task.draft_at, task.draft_by = now, actor.id
    raise_incident(
        session,
        task.case_id,
        kind="incident",
        role="process_owner",
        element=task.element,
        name=f"Flödet gick inte vidare efter ”{task.name}”",
        now=now,
    )
