"""The one door: every change to a case goes through here, inside the caller's transaction.

A step is one transaction: the workflow's state, tasks, timers, subscriptions, registrations, history and
the job that nudges the outbox are written together or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, undefer

import workflows
from service import deadlines, definitions, history, registrations, waits
from service.actors import SYSTEM, Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from service.keys import CaseKey
from service.store import (
    CaseRow,
    RegistrationRow,
    SubscriptionRow,
    TaskRow,
    TimerRow,
    keys_of,
    next_in,
)
from workflows import Step, Value
from workflows.forms import Form
from workflows.migration import Migrated


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a case starts from. `title` is neutral: never a citizen's words or name. `variables` are
    the decision variables that the flow starts with."""

    channel: str
    title: str
    received_at: datetime
    unit: str
    variables: Mapping[str, Value] = field(default_factory=dict)


# ── opening and moving on ────────────────────────────────────────────────────────────────────────────


def hold(session: Session, case_id: str) -> CaseRow:
    """The case held for writing, with its state, as it stands when the wait for it is over."""
    case = session.scalar(
        select(CaseRow)
        .where(CaseRow.id == case_id)
        .with_for_update()
        .options(undefer(CaseRow.state))
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise NotFound()
    return case


def open_case(session: Session, process: str, arrival: Arrival, *, actor: Actor, now: datetime) -> CaseRow:
    """Open a case of `process` on the version in force and let it run to its first waiting point."""
    definition = definitions.active(session, process)
    ident = str(uuid4())
    _, wrapped = keys_of(session).new_case_key(ident)
    answer_due = deadlines.answer_due(arrival.received_at)
    number = f"Ä {now.year}-{next_in(session, f'case/{now.year}'):05d}"
    case = CaseRow(
        id=ident,
        number=number,
        process=process,
        definition=definition.hash,
        status="open",
        title=arrival.title,
        channel=arrival.channel,
        unit=arrival.unit,
        received_at=arrival.received_at,
        opened_at=now,
        answer_due=answer_due,
        key_wrapped=wrapped,
        state=b"",
        sender_public=False,
        history_position=0,
        history_hash="",
    )
    session.add(case)
    history.append(
        session,
        case,
        "case_opened",
        at=now,
        actor=actor.id,
        data={"process": process, "definition": definition.hash},
    )
    variables = {**arrival.variables, "answer_due": answer_due.isoformat()}
    advance = workflows.start(definition, variables, case=ident, key=keys_of(session).state, now=now)
    _record(session, case, advance, actor=actor, now=now)
    return case


def operation_answered(
    session: Session,
    case_id: str,
    task: str,
    outputs: Mapping[str, Value],
    *,
    now: datetime,
    actor: Actor = SYSTEM,
) -> None:
    """The diarium has answered the service task: keep the number and let the case move on."""
    case = hold(session, case_id)
    row = session.scalar(select(RegistrationRow).where(RegistrationRow.task == task))
    if row is not None and row.kind == "case":
        case.registration_number = str(outputs["number"])
    _take(session, case, workflows.OperationAnswered(task, outputs), actor=actor, now=now)


def operation_failed(
    session: Session, case_id: str, task: str, code: str, *, now: datetime, actor: Actor = SYSTEM
) -> None:
    """The operation is given up: thrown as the BPMN error `code` at its service task."""
    _take(session, hold(session, case_id), workflows.OperationFailed(task, code), actor=actor, now=now)


def timer_due(session: Session, timer_id: str, *, now: datetime) -> bool:
    """Fire a timer that has come due. False when the case no longer waits for it."""
    timer = session.get(TimerRow, timer_id)
    if timer is None:
        return False
    case = hold(session, timer.case_id)
    session.refresh(timer)  # the lock may have been waited for
    if timer.state != "waiting" or timer.due_at > now:
        return False
    timer.state, timer.fired_at = "fired", now
    history.append(session, case, "timer_fired", at=now, actor=SYSTEM.id, element=timer.element)
    _take(session, case, workflows.TimerDue(timer.task), actor=SYSTEM, now=now)
    return True


def message_arrived(
    session: Session,
    subscription_id: str,
    payload: Mapping[str, Value],
    *,
    message: str,
    now: datetime,
    actor: Actor = SYSTEM,
) -> bool:
    """Give the message with id `message` to the one who waits. False when nobody does any more."""
    waiting = session.get(SubscriptionRow, subscription_id)
    if waiting is None:
        return False
    case = hold(session, waiting.case_id)
    session.refresh(waiting)  # the lock may have been waited for
    if not waiting.open or case.status != "open":
        return False
    history.append(
        session,
        case,
        "message_arrived",
        at=now,
        actor=actor.id,
        element=waiting.element,
        data={"message": message},
    )
    _take(session, case, workflows.MessageArrived(waiting.id, payload), actor=actor, now=now)
    return True


def moved(
    session: Session, case: CaseRow, new_hash: str, migrated: Migrated, *, actor: Actor, now: datetime
) -> None:
    """Write that the case, held for writing, stands on another version from now on."""
    old, case.definition = case.definition, new_hash
    history.append(
        session,
        case,
        "case_migrated",
        at=now,
        actor=actor.id,
        data={"from": old, "to": new_hash, "after": [said.text for said in migrated.after]},
    )
    waits.rename(session, case, migrated.moved)
    _record(session, case, migrated.advance, actor=actor, now=now)


def _take(session: Session, case: CaseRow, step: Step, *, actor: Actor, now: datetime) -> None:
    definition = definitions.by_hash(session, case.definition)
    try:
        advance = workflows.advance(
            definition, case.state, step, case=case.id, key=keys_of(session).state, now=now
        )
    except workflows.NotOpen as error:
        raise Conflict(str(error)) from error
    _record(session, case, advance, actor=actor, now=now)


def _record(
    session: Session, case: CaseRow, advance: workflows.Advance, *, actor: Actor, now: datetime
) -> None:
    case.state = advance.state
    passed: list[str] = []
    for event in advance.events:
        match event:
            case workflows.Passed(element):
                passed.append(element)
            case workflows.TaskOpened():
                session.add(waits.new_task(case, event, now))
                history.append(
                    session,
                    case,
                    "task_opened",
                    at=now,
                    actor=SYSTEM.id,
                    element=event.element,
                    data={"name": event.name, "role": event.role},
                )
            case workflows.TaskClosed(task, element, withdrawn):
                if withdrawn:
                    waits.withdraw(session, task, now)
                    history.append(session, case, "task_withdrawn", at=now, actor=SYSTEM.id, element=element)
            case workflows.OperationRequested():
                registrations.request(session, case, event, now=now)
            case workflows.OperationWithdrawn(task):
                _give_up_registration(session, task, actor=actor, now=now)
            case workflows.TimerSet(task, element, name, due):
                session.add(
                    TimerRow(
                        id=str(uuid4()),
                        case_id=case.id,
                        task=task,
                        element=element,
                        name=name,
                        due_at=due,
                        state="waiting",
                    )
                )
            case workflows.TimerCleared(task):
                waits.clear_timer(session, case, task)
            case workflows.MessageAwaited(task, element, name, correlation):
                session.add(
                    SubscriptionRow(
                        id=task,
                        case_id=case.id,
                        element=element,
                        name=name,
                        correlation=correlation,
                        open=True,
                    )
                )
            case workflows.MessageUnawaited(task):
                waits.end_subscription(session, task)
            case workflows.Ended(variables=variables):
                case.status, case.closed_at = "closed", now
                if isinstance(outcome := variables.get("outcome"), str):
                    case.outcome = outcome[:100]
    if passed:
        history.append(session, case, "passed", at=now, actor=actor.id, data={"elements": passed})
    if advance.ended:
        history.append(session, case, "case_closed", at=now, actor=actor.id)


def _give_up_registration(session: Session, task: str, *, actor: Actor, now: datetime) -> None:
    """The flow left the service task. What has not been sent is not sent; what is being sent is settled by
    the outbox, which keeps a number that comes nobody waits for."""
    row = session.scalar(
        select(RegistrationRow).where(
            RegistrationRow.task == task,
            RegistrationRow.state.in_(("pending", "retry", "uncertain", "refused")),
        )
    )
    if row is None:
        return
    row.state, row.updated_at, row.next_attempt_at = "cancelled", now, None
    for shown in session.scalars(
        select(TaskRow).where(TaskRow.registration_id == row.id, TaskRow.status == "open")
    ):
        settle_incident(session, shown, actor=actor, now=now)


# ── tasks ────────────────────────────────────────────────────────────────────────────────────────────


def open_task(session: Session, task_id: str, actor: Actor, *, for_change: bool = False) -> TaskRow:
    """The task with its case, if `actor` may see it. `for_change` holds the case for writing, and only
    then is the task read: what is returned cannot change under the caller's hands."""
    if for_change:
        case_id = session.scalar(select(TaskRow.case_id).where(TaskRow.id == task_id))
        if case_id is None:
            raise NotFound()
        hold(session, case_id)
    case = contains_eager(TaskRow.case)
    if for_change:
        case = case.undefer(CaseRow.state)  # else the row just locked would lose the state it was read with
    task = session.scalar(
        select(TaskRow)
        .join(TaskRow.case)
        .where(TaskRow.id == task_id)
        .options(case, undefer(TaskRow.draft_locked))
        .execution_options(populate_existing=for_change)
    )
    if task is None:
        raise NotFound()
    if not actor.may(task.role) and task.assignee != actor.id:
        raise Forbidden("Uppgiften hör till en annan roll än din.")
    return task


def form_of(session: Session, task: TaskRow) -> Form | None:
    """The form that the task is completed with, of the version that the case runs on."""
    definition = definitions.by_hash(session, task.case.definition)
    return definitions.task_form(definition, task.element, task.form)


def claim(session: Session, task_id: str, *, version: int | None, actor: Actor, now: datetime) -> TaskRow:
    """Take the task: from now on it is `actor`'s to do."""
    task = _mine_to_change(session, task_id, version, actor)
    if task.assignee != actor.id:
        task.assignee = actor.id
        history.append(session, task.case, "task_claimed", at=now, actor=actor.id, element=task.element)
    session.flush()  # the page that follows shows the new version
    return task


def release(session: Session, task_id: str, *, version: int | None, actor: Actor, now: datetime) -> TaskRow:
    """Give the task back to its role."""
    task = _mine_to_change(session, task_id, version, actor)
    if task.assignee is not None:
        task.assignee = None
        history.append(session, task.case, "task_released", at=now, actor=actor.id, element=task.element)
    session.flush()  # the page that follows shows the new version
    return task


def release_all(session: Session, person_id: str, *, actor: Actor, now: datetime) -> int:
    """Give back every task that a person holds, when their account is closed. Returns how many."""
    held = session.scalars(
        select(TaskRow)
        .where(TaskRow.assignee == person_id, TaskRow.status == "open")
        .order_by(TaskRow.case_id)
    ).all()
    for task in held:
        case = hold(session, task.case_id)
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
    task = _mine_to_change(session, task_id, version, actor)
    form = form_of(session, task)
    known = {f.name for f in form.fields} if form else set()
    if unknown := sorted(set(answers) - known):
        raise Invalid(fields=dict.fromkeys(unknown, "Fältet finns inte i formuläret."))
    task.draft_locked = _lock(session, task, answers, "draft")
    task.draft_at, task.draft_by = now, actor.id
    session.flush()  # the page that follows shows the new version
    return task


def draft_of(session: Session, task: TaskRow) -> dict[str, object]:
    """The draft's answers, or nothing."""
    if task.draft_locked is None:
        return {}
    opened: dict[str, object] = json.loads(
        case_key(session, task.case).open_text(task.draft_locked, f"task/{task.id}/draft")
    )
    return opened


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
    and dates go into the flow. Raises Invalid (nothing stored) when an answer must be changed."""
    task = _mine_to_change(session, task_id, version, actor)
    if task.kind != "form":
        raise Conflict("Uppgiften avslutas inte med ett formulär.")
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
        _fill(task.case, checked.fills)
        task.answers_locked = _lock(session, task, checked.values, "answers")
    task.status, task.closed_at, task.closed_by = "completed", now, actor.id
    task.draft_locked = None
    history.append(session, task.case, "task_completed", at=now, actor=actor.id, element=task.element)
    _take(session, task.case, workflows.CompleteTask(task.id, variables), actor=actor, now=now)
    return task.case


def _mine_to_change(session: Session, task_id: str, version: int | None, actor: Actor) -> TaskRow:
    task = open_task(session, task_id, actor, for_change=True)
    if task.status != "open":
        raise Conflict()
    if version is not None and version != task.version:
        raise Stale()
    if task.assignee not in (None, actor.id):
        raise Forbidden("Uppgiften är tagen av en kollega.")
    return task


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


def _lock(session: Session, task: TaskRow, answers: Mapping[str, object], column: str) -> bytes:
    text = json.dumps(answers, ensure_ascii=True, allow_nan=False)
    return case_key(session, task.case).lock_text(text, f"task/{task.id}/{column}")


# ── when something went wrong ────────────────────────────────────────────────────────────────────────


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
    case = hold(session, case_id)
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


def step_failed(
    session: Session, task_id: str, answers: Mapping[str, object], *, actor: Actor, now: datetime
) -> None:
    """The flow could not take the step that `actor` finished: nothing of it was kept. Called in a new
    transaction: the answers become the task's draft, and a process owner gets to see where it stopped."""
    task = open_task(session, task_id, actor, for_change=True)
    if task.status != "open":
        return
    task.draft_locked = _lock(session, task, answers, "draft")
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


def settle_incident(session: Session, task: TaskRow, *, actor: Actor, now: datetime) -> None:
    """The failure is dealt with, by a person or by itself."""
    if task.status == "open":
        task.status, task.closed_at, task.closed_by = "completed", now, actor.id
        history.append(
            session,
            hold(session, task.case_id),
            "incident_settled",
            at=now,
            actor=actor.id,
            element=task.element,
        )


def case_key(session: Session, case: CaseRow) -> CaseKey:
    """The key that opens what the case keeps encrypted."""
    return keys_of(session).case_key(case.id, case.key_wrapped)
