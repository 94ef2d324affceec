"""A step: the engine is asked, and what came of it is written; internal operations follow at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

import workflows
from service import deadlines, definitions, history, operations, pauses, profiles, registrations, waits
from service.actors import SYSTEM, Actor
from service.cases.incidents import settle_incident
from service.errors import Conflict
from service.store import CaseRow, RegistrationRow, SubscriptionRow, TaskRow, TimerRow, keys_of
from workflows import Step, Value

MAX_OPERATIONS = 50
"""Internal operations that one step may lead to, one after the other."""


def take(session: Session, case: CaseRow, step: Step, *, actor: Actor, now: datetime, done: int = 0) -> None:
    """Let the flow take one step. Raises Conflict when it does not wait for it, when the case is closed, and
    Paused when it is paused: what a step has led to by itself is carried through all the same."""
    if case.status != "open":
        raise Conflict("Ärendet är avslutat.")
    if done == 0:
        pauses.refuse(session, case)
    definition = definitions.by_hash(session, case.definition)
    try:
        advance = workflows.advance(
            definition, case.state, step, case=case.id, key=keys_of(session).state, now=now
        )
    except workflows.NotOpen as error:
        raise Conflict(str(error)) from error
    record(session, case, advance, actor=actor, now=now, done=done)


def record(
    session: Session,
    case: CaseRow,
    advance: workflows.Advance,
    *,
    actor: Actor,
    now: datetime,
    done: int = 0,
) -> None:
    """Write what came of a step. `done` counts the internal operations that the step has led to."""
    case.state = advance.state
    passed: list[str] = []
    internal: list[workflows.OperationRequested] = []
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
            case workflows.OperationRequested() if event.operation in operations.OPERATIONS:
                internal.append(event)
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
    for number, event in enumerate(internal, done + 1):
        if number > MAX_OPERATIONS:
            raise workflows.WorkflowError("Steget ledde till för många operationer utan att någon väntade.")
        if event.operation == operations.CONTINUE:
            _continue_in(session, case, event, actor=actor, now=now, done=number)
            return
        _carry_out(session, case, event, actor=actor, now=now, done=number)


def _carry_out(
    session: Session,
    case: CaseRow,
    event: workflows.OperationRequested,
    *,
    actor: Actor,
    now: datetime,
    done: int,
) -> None:
    """Do an internal operation at once and let the flow go on with what came of it."""
    asked = operations.Asked(session, case, event.element, event.inputs, actor, now)
    step: Step
    try:
        with session.begin_nested():  # one that is refused leaves nothing behind
            step = workflows.OperationAnswered(event.task, operations.OPERATIONS[event.operation].run(asked))
        code = None
    except operations.OperationRefused as refused:
        code = refused.code
        step = workflows.OperationFailed(event.task, code)
    told: dict[str, object] = {"operation": event.operation}
    if isinstance(step, workflows.OperationAnswered):
        declared = operations.OPERATIONS[event.operation].outputs
        told["outputs"] = history.closed({n: v for n, v in step.outputs.items() if n in declared})
    history.append(
        session,
        case,
        "operation_refused" if code else "operation_done",
        at=now,
        actor=actor.id,
        element=event.element,
        data=told | ({"code": code} if code else {}),
    )
    take(session, case, step, actor=actor, now=now, done=done)


def _continue_in(
    session: Session,
    case: CaseRow,
    event: workflows.OperationRequested,
    *,
    actor: Actor,
    now: datetime,
    done: int,
) -> None:
    """The case goes on in another flow: same number, key, items and history. What the old flow waited for
    is withdrawn; the parameters of the service task are what the new one starts with."""
    process = str(event.inputs.get("process", ""))
    definition = definitions.active(session, process)
    waits.end_all(session, case, now)
    for task in session.scalars(select(RegistrationRow.task).where(RegistrationRow.case_id == case.id)).all():
        _give_up_registration(session, task, actor=actor, now=now)
    carried = {name: value for name, value in event.inputs.items() if name != "process"}
    variables = {**carried, **standing(session, case, definition)}
    versions = {"from": case.definition, "to": definition.hash}
    history.append(
        session,
        case,
        "case_continued",
        at=now,
        actor=actor.id,
        element=event.element,
        data=versions | {"process": process, "given": history.closed(variables)},
    )
    case.process, case.definition = process, definition.hash
    advance = workflows.start(definition, variables, case=case.id, key=keys_of(session).state, now=now)
    record(session, case, advance, actor=actor, now=now, done=done)


def standing(session: Session, case: CaseRow, definition: workflows.Definition) -> Mapping[str, Value]:
    """What every flow may read from its start: the municipality's choices and the case's deadlines, as far
    as the model reads them."""
    offered = {**profiles.of(session).variables(), **deadlines.variables(waits.deadline(case))}
    return {name: value for name, value in offered.items() if name in definition.reads}


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
