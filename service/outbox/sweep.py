"""The round that forgets nothing: rows whose job vanished are nudged, timers that are due are
fired, messages that came too early are delivered, what was answered while a case was paused is told to its
flow, and what has been unknown too long becomes a task.

Every process runs it. What two processes do at the same time is done once: nudges carry names,
timers and tasks are taken under the case's row.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from service import cases, jobs, messages, pauses
from service.outbox import registering, tasks
from service.outbox.claim import locked, waits_for_earlier
from service.outbox.policy import SILENCE, Clock
from service.settings import Settings
from service.store import CaseRow, Database, RegistrationRow, TaskRow, TimerRow

log = logging.getLogger("ordna.outbox")
PATIENCE = (3.0, 60.0)
"""Seconds that a job may be late before its row is nudged: the back-off, within these. DBOS itself
looks for delayed jobs once a second."""
MANY = 200


@dataclass(frozen=True, slots=True)
class Swept:
    """What one round did, in numbers."""

    nudged: int = 0
    fired: int = 0
    shown: int = 0
    delivered: int = 0
    told: int = 0


def sweep(database: Database, settings: Settings, clock: Clock) -> Swept:
    """One round, at most MANY of each. Looks without locking; opens write transactions only for
    what it found."""
    now = clock()
    with database.read() as session:
        lost = _lost(session, settings, now) if "jobs" in database.info else []
        due = session.scalars(
            select(TimerRow.id)
            .join(CaseRow, CaseRow.id == TimerRow.case_id)
            .where(TimerRow.state == "waiting", TimerRow.due_at <= now, ~pauses.paused())
            .order_by(TimerRow.due_at)
            .limit(MANY)
        ).all()
        silent = _silent(session, now)
        wanted = messages.wanted(session)
        held = registering.held(session)
    if lost:
        late = _late(settings)
        with database.write() as session:
            for registration in lost:
                jobs.enqueue(session, "push", registration, turn=f"sweep:{int(now.timestamp() // late)}")
    return Swept(
        len(lost),
        sum(_fire(database, timer, now) for timer in due),
        sum(_show(database, registration, now) for registration in silent),
        sum(_deliver(database, message, now) for message in wanted),
        sum(_tell(database, task, now) for task in held),
    )


def _late(settings: Settings) -> float:
    return min(max(settings.backoff, PATIENCE[0]), PATIENCE[1])


def _lost(session: Session, settings: Settings, now: datetime) -> list[str]:
    late = now - timedelta(seconds=_late(settings))
    return list(
        session.scalars(
            select(RegistrationRow.id)
            .where(
                or_(
                    and_(RegistrationRow.state == "pending", RegistrationRow.created_at < late),
                    and_(RegistrationRow.state == "retry", RegistrationRow.next_attempt_at < late),
                    and_(
                        RegistrationRow.state == "sending",
                        RegistrationRow.lease_until < now - timedelta(seconds=settings.settle),
                    ),
                ),
                ~waits_for_earlier(),
            )
            .order_by(RegistrationRow.created_at, RegistrationRow.id)
            .limit(MANY)
        )
    )


def _fire(database: Database, timer_id: str, now: datetime) -> bool:
    """Fire one timer, in a transaction of its own. One that another process is at is skipped; one
    whose flow breaks is put aside and shown, so that it does not come back every second."""
    try:
        with database.write() as session:
            # the case first, as everywhere: a timer taken first would wait for its case crosswise
            case = session.scalar(
                select(CaseRow.id)
                .join(TimerRow, TimerRow.case_id == CaseRow.id)
                .where(TimerRow.id == timer_id, TimerRow.state == "waiting")
                .with_for_update(of=CaseRow, skip_locked=True)
            )
            return case is not None and cases.timer_due(session, timer_id, now=now)
    except Exception as error:
        log.error("timer_failed", extra={"id": timer_id, "error": type(error).__name__})
    with database.write() as session:
        timer = session.get_one(TimerRow, timer_id)
        cases.hold(session, timer.case_id)
        timer.state = "failed"
        cases.raise_incident(
            session,
            timer.case_id,
            kind="incident",
            name=tasks.TIMER,
            role="system_administrator",
            element=timer.element,
            registration_id=None,
            now=now,
        )
    return False


def _deliver(database: Database, message_id: str, now: datetime) -> bool:
    with database.write() as session:
        return messages.deliver_kept(session, message_id, now=now)


def _tell(database: Database, task: str, now: datetime) -> bool:
    with database.write() as session:
        return registering.tell_held(session, task, now=now)


def _untold() -> ColumnElement[bool]:
    return ~exists().where(
        TaskRow.registration_id == RegistrationRow.id,
        TaskRow.kind == tasks.KIND,
        TaskRow.status == "open",
    )


def _silent(session: Session, now: datetime) -> list[str]:
    return list(
        session.scalars(
            select(RegistrationRow.id)
            .where(
                or_(
                    RegistrationRow.state == "retry",
                    and_(RegistrationRow.state == "sending", RegistrationRow.attempt > 1),
                ),
                RegistrationRow.sent,
                RegistrationRow.created_at < now - SILENCE,
                _untold(),
            )
            .limit(MANY)
        )
    )


def _show(database: Database, registration_id: str, now: datetime) -> bool:
    with database.write() as session:
        row = session.get_one(RegistrationRow, registration_id)
        cases.hold(session, row.case_id)
        held = locked(session, registration_id)
        if held is None or held.state not in ("retry", "sending"):
            return False
        tasks.show(session, held, tasks.SILENT, now)
        return True
