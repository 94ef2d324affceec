"""Writes that a registration is in the diarium, however that is known, and moves its case on."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from adapters.contract import Receipt
from service import cases, history, jobs, pauses
from service.actors import SYSTEM, Actor
from service.errors import Conflict
from service.outbox import tasks
from service.store import CaseRow, HeldAnswerRow, RegistrationRow, lock_rows
from workflows import StepRefused

log = logging.getLogger("ordna.outbox")
How = Literal["answer", "look_up", "by_hand"]
GIVEN_UP = "registration_cancelled"
"""The BPMN error that a flow is told of a cancelled registration by."""
MANY = 200
"""Held answers that one round tells."""


def known_number(session: Session, row: RegistrationRow, number: str) -> bool:
    """Whether the number already belongs to another registration at the same target. Two that ask
    for one number at the same time take turns."""
    if lock_rows(session):
        session.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(f"{row.target}\n{number}", 0)))
        )
    return (
        session.scalar(
            select(RegistrationRow.id)
            .where(
                RegistrationRow.target == row.target,
                RegistrationRow.number == number,
                RegistrationRow.id != row.id,
            )
            .limit(1)
        )
        is not None
    )


def register(
    session: Session,
    case: CaseRow,
    row: RegistrationRow,
    receipt: Receipt | str,
    *,
    how: How,
    actor: Actor,
    now: datetime,
) -> None:
    """Registered: number, history, open tasks closed, the case moved on, the case's next
    registration nudged. `receipt` is the diarium's, or the number that a person typed."""
    if isinstance(receipt, Receipt):
        number = receipt.number.strip()
        kept = {
            "system_id": receipt.system_id,
            "registered_at": receipt.registered_at.isoformat(),
            "replayed": receipt.replayed,
            "file_sha256": list(receipt.file_sha256),
            "notes": list(receipt.notes),
            "how": how,
        }
    else:
        number, kept = receipt, {"how": how}
    row.state, row.number, row.receipt = "registered", number, kept
    row.owner, row.lease_until, row.next_attempt_at, row.last_error = None, None, None, None
    row.registered_at = row.updated_at = now
    history.append(
        session,
        case,
        "registered",
        at=now,
        actor=actor.id,
        element=row.element,
        data={"registration": row.id, "kind": row.kind, "number": number, "how": how},
    )
    tasks.close(session, row, actor, now)
    _move_on(session, case, row, actor, now)
    nudge_next(session, row.case_id)


def nudge_next(session: Session, case_id: str) -> None:
    """Nudge the case's registrations that waited for an earlier one."""
    rows = session.scalars(select(RegistrationRow).where(RegistrationRow.case_id == case_id)).all()
    settled = sum(row.state in ("registered", "cancelled") for row in rows)
    for row in rows:
        if row.state in ("pending", "retry"):
            jobs.enqueue(session, "push", row.id, turn=f"next:{settled}")


def held(session: Session) -> list[str]:
    """The service tasks whose answer waits for a case that is paused no more, the oldest first."""
    return list(
        session.scalars(
            select(HeldAnswerRow.task)
            .join(CaseRow, CaseRow.id == HeldAnswerRow.case_id)
            .where(~pauses.paused())
            .order_by(HeldAnswerRow.at, HeldAnswerRow.task)
            .limit(MANY)
        )
    )


def tell_held(session: Session, task: str, *, now: datetime) -> bool:
    """Tell the flow what came of a registration while its case was paused. False when somebody else has, or
    the case is paused again."""
    waiting = session.get(HeldAnswerRow, task)
    if waiting is None:
        return False
    case = cases.hold(session, waiting.case_id)
    found = session.get(HeldAnswerRow, task, populate_existing=True)  # the lock may have been waited for
    if found is None or (case.status == "open" and pauses.of_case(session, case) is not None):
        return False
    row = session.scalars(select(RegistrationRow).where(RegistrationRow.task == task)).one()
    session.delete(found)
    session.flush()  # gone before the flow hears of it: a pause that begins again may hold it again
    if found.code is None:
        _move_on(session, case, row, SYSTEM, now)
    else:
        give_up(session, case, row, SYSTEM, now)
    return True


def give_up(session: Session, case: CaseRow, row: RegistrationRow, actor: Actor, now: datetime) -> None:
    """Tell the flow that the registration was cancelled. One that does not catch it keeps waiting, which a
    task shows."""
    try:
        with session.begin_nested():
            cases.operation_failed(session, case.id, row.task, GIVEN_UP, now=now, actor=actor)
    except Conflict:
        pass  # the flow no longer waits
    except StepRefused:
        cases.raise_incident(
            session,
            case.id,
            kind="incident",
            name=tasks.UNCAUGHT,
            role="process_owner",
            element=row.element,
            registration_id=row.id,
            now=now,
        )


def _move_on(session: Session, case: CaseRow, row: RegistrationRow, actor: Actor, now: datetime) -> None:
    """Give the number to the flow. Whatever the flow says, the registration stands: it is true."""
    assert row.number is not None
    try:
        with session.begin_nested():
            cases.operation_answered(session, case.id, row.task, {"number": row.number}, now=now, actor=actor)
    except Conflict:
        history.append(
            session,
            case,
            "registration_unawaited",
            at=now,
            actor=SYSTEM.id,
            element=row.element,
            data={"registration": row.id},
        )
    except SQLAlchemyError:
        raise
    except Exception as error:
        # rolled back with the receipt, this would be looked up and fail for ever, seen by nobody
        log.error("flow_stopped", extra={"id": row.id, "error": type(error).__name__})
        cases.raise_incident(
            session,
            case.id,
            kind="incident",
            name=tasks.STOPPED,
            role="system_administrator",
            element=row.element,
            registration_id=row.id,
            now=now,
        )
