"""What happens to a case from outside: an answer from the diarium, a time, a message, another version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import workflows
from service import history, pauses, waits
from service.actors import SYSTEM, Actor
from service.cases.stepping import record, take
from service.store import CaseRow, HeldAnswerRow, RegistrationRow, SubscriptionRow, TimerRow, hold_case
from workflows import Value
from workflows.migration import Migrated


def operation_answered(
    session: Session,
    case_id: str,
    task: str,
    outputs: Mapping[str, Value],
    *,
    now: datetime,
    actor: Actor = SYSTEM,
) -> None:
    """The diarium has answered the service task: keep the number and let the case move on. In a paused case
    the number is kept all the same, and the flow hears of it when the case goes on."""
    case = hold_case(session, case_id)
    row = session.scalar(select(RegistrationRow).where(RegistrationRow.task == task))
    if row is not None and row.kind == "case":
        case.registration_number = str(outputs["number"])
    if case.status != "open" and row is not None:  # cancelled meanwhile: the number is true all the same
        data = {"registration": row.id}
        history.append(
            session, case, "registration_unawaited", at=now, actor=SYSTEM.id, element=row.element, data=data
        )
        return
    if _held(session, case, task, None, now):
        return
    take(session, case, workflows.OperationAnswered(task, outputs), actor=actor, now=now)


def operation_failed(
    session: Session, case_id: str, task: str, code: str, *, now: datetime, actor: Actor = SYSTEM
) -> None:
    """The operation is given up: thrown as the BPMN error `code` at its service task. A paused case hears
    of it when it goes on."""
    case = hold_case(session, case_id)
    if _held(session, case, task, code, now):
        return
    take(session, case, workflows.OperationFailed(task, code), actor=actor, now=now)


def _held(session: Session, case: CaseRow, task: str, code: str | None, now: datetime) -> bool:
    """Whether the case is paused: the answer then waits for it."""
    if case.status != "open" or pauses.of_case(session, case) is None:
        return False
    if session.get(HeldAnswerRow, task) is None:
        session.add(HeldAnswerRow(task=task, case_id=case.id, code=code, at=now))
    return True


def timer_due(session: Session, timer_id: str, *, now: datetime) -> bool:
    """Fire a timer that has come due. False when the case no longer waits for it, or is paused: the timer
    then waits too, and goes off once when the case goes on."""
    timer = session.get(TimerRow, timer_id)
    if timer is None:
        return False
    case = hold_case(session, timer.case_id)
    session.refresh(timer)  # the lock may have been waited for
    if timer.state != "waiting" or timer.due_at > now or pauses.of_case(session, case) is not None:
        return False
    timer.state, timer.fired_at = "fired", now
    history.append(session, case, "timer_fired", at=now, actor=SYSTEM.id, element=timer.element)
    take(session, case, workflows.TimerDue(timer.task), actor=SYSTEM, now=now)
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
    """Give the message with id `message` to the one who waits. False when nobody does any more, or the case
    is paused: the message is then kept for it."""
    waiting = session.get(SubscriptionRow, subscription_id)
    if waiting is None:
        return False
    case = hold_case(session, waiting.case_id)
    session.refresh(waiting)  # the lock may have been waited for
    if not waiting.open or case.status != "open" or pauses.of_case(session, case) is not None:
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
    take(session, case, workflows.MessageArrived(waiting.id, payload), actor=actor, now=now)
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
    record(session, case, migrated.advance, actor=actor, now=now)
