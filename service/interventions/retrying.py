"""Trying an incident again: what broke is done once more, in a transaction of its own; who tried is kept."""

from __future__ import annotations

import logging
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service import cases, history, messages, pauses, secrecy
from service.actors import Actor
from service.errors import Conflict, Forbidden, NotFound, Refusal
from service.outbox import registering, resolve
from service.settings import Settings
from service.store import CaseRow, Database, RegistrationRow, TaskRow, TimerRow

log = logging.getLogger("ordna.interventions")


class Tried(StrEnum):
    """What came of it. `SENT`: the registration stands in line again; its answer is yet to come."""

    WENT = "went"
    SENT = "sent"
    FAILED = "failed"
    NOTHING = "nothing"


def retry(database: Database, settings: Settings, task_id: str, *, actor: Actor, now: datetime) -> Tried:
    """Do again what the incident `task_id` is about. Opens its own transactions. Raises NotFound, Forbidden,
    and Conflict when it is dealt with already or its case is paused."""
    try:
        with database.write() as session:
            task = _incident(session, task_id, actor, now)
            case_id = task.case_id
            tried = _again(session, task, settings, actor, now)
            _noted(session, task, tried, actor, now)
            return tried
    except (SQLAlchemyError, Refusal):
        raise
    except Exception as error:
        # the class only: the text of an expression's failure may quote case data
        log.error("retry_failed", extra={"id": task_id, "error": type(error).__name__})
    with database.write() as session:
        cases.hold(session, case_id)
        task = session.get_one(TaskRow, task_id, populate_existing=True)
        _noted(session, task, Tried.FAILED, actor, now)
    return Tried.FAILED


def _incident(session: Session, task_id: str, actor: Actor, now: datetime) -> TaskRow:
    if not actor.roles & secrecy.TECHNICAL_ROLES:
        raise Forbidden
    task = session.scalar(
        select(TaskRow)
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .where(TaskRow.id == task_id, TaskRow.kind != "form", secrecy.may_know_of_task(actor, now))
    )
    if task is None:
        raise NotFound
    if task.status != "open":
        raise Conflict("Felet är redan ordnat.")
    return task


def _again(session: Session, task: TaskRow, settings: Settings, actor: Actor, now: datetime) -> Tried:
    if task.registration_id is not None and task.kind == "registration":
        resolve.send_again(session, task.registration_id, settings, actor=actor, now=now, technical=True)
        return Tried.SENT
    if task.registration_id is None and (kept := messages.broken(session, task.case_id, task.element)):
        # the message before its case, as everywhere
        return Tried.WENT if messages.give_again(session, kept, now=now) else Tried.FAILED
    case = cases.hold(session, task.case_id)
    session.refresh(task)  # the lock may have been waited for
    if task.status != "open":
        raise Conflict("Felet är redan ordnat.")
    if pauses.of_case(session, case) is not None:
        raise Conflict("Ärendet är pausat. Låt det gå vidare först.")
    if task.registration_id is not None:
        return _tell(session, session.get_one(RegistrationRow, task.registration_id), actor, now)
    timer = session.scalar(
        select(TimerRow)
        .where(TimerRow.case_id == case.id, TimerRow.element == task.element, TimerRow.state == "failed")
        .order_by(TimerRow.due_at)
        .limit(1)
    )
    if timer is not None:
        timer.state = "waiting"
        session.flush()  # the firing reads the row again
        return Tried.WENT if cases.timer_due(session, timer.id, now=now) else Tried.NOTHING
    goes = cases.goes_now(session, case, task.element, now=now)
    if goes is None:
        return Tried.NOTHING
    return Tried.WENT if goes else Tried.FAILED


def _tell(session: Session, row: RegistrationRow, actor: Actor, now: datetime) -> Tried:
    """Tell the flow once more what came of the registration. Raises what the flow raises."""
    try:
        if row.state == "registered":
            outputs = {"number": row.number}
            cases.operation_answered(session, row.case_id, row.task, outputs, now=now, actor=actor)
        elif row.state == "cancelled":
            cases.operation_failed(session, row.case_id, row.task, registering.GIVEN_UP, now=now, actor=actor)
        else:
            return Tried.NOTHING
    except Conflict:  # the flow waits for it no more: somebody has moved the case
        return Tried.WENT
    return Tried.WENT


def _noted(session: Session, task: TaskRow, tried: Tried, actor: Actor, now: datetime) -> None:
    history.append(
        session,
        cases.hold(session, task.case_id),
        "incident_retried",
        at=now,
        actor=actor.id,
        element=task.element,
        data={"task": task.id, "result": tried.value},
    )
    if tried is Tried.WENT:
        cases.settle_incident(session, task, actor=actor, now=now)
