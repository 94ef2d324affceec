"""The round that begins what nobody asked for: recurring duties and scheduled processes, a case each.

Every process runs it. What two do at the same time is done once: an occurrence is a row with a key of its
own, and its case is opened in the transaction that holds the row.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from service import cases, deadlines, definitions, duties
from service.actors import SYSTEM
from service.cases import Arrival
from service.deadlines import STOCKHOLM
from service.errors import NotFound
from service.store import Database

log = logging.getLogger("ordna.outbox")
BY_ITSELF = "Ordna"
"""What a case that nobody sent in has as its channel."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What one round began, in numbers."""

    duties: int = 0
    scheduled: int = 0


def begin(database: Database, now: datetime) -> Begun:
    """Keep the occurrences that have come due and open the cases that are due, at `now` (aware). Looks
    without locking; opens write transactions only for what it found."""
    with database.read() as session:
        new = duties.due(session, now)
    if new:
        with database.write() as session:
            for occurrence in new:
                duties.keep(session, occurrence, now)
    return open_due(database, now)


def open_due(database: Database, now: datetime) -> Begun:
    """Open the cases of occurrences that are kept and of schedules that are due. Two index look-ups when
    there is nothing."""
    with database.read() as session:
        waiting = duties.unopened(session)
        scheduled = duties.schedules.due(session, now)
    return Begun(
        sum(_duty(database, one, now) for one in waiting),
        sum(_scheduled(database, process, text, now) for process, text in scheduled),
    )


def _duty(database: Database, duty_id: str, now: datetime) -> bool:
    try:
        with database.write() as session:
            duty = duties.claim(session, duty_id)
            if duty is None:
                return False
            day = duty.due_at.astimezone(STOCKHOLM).date()
            case = cases.open_case(
                session,
                duties.PROCESS,
                Arrival(
                    duty.channel or BY_ITSELF,
                    f"{duty.kind.name}: {duty.channel}" if duty.channel else duty.kind.name,
                    now,
                    duty.unit,
                    {"duty_kind": duty.kind.id, "duty_role": duty.role},
                    deadline=deadlines.by_the_end_of(day, now),
                    channel_id=duty.channel_id,
                ),
                actor=SYSTEM,
                now=now,
            )
            if duty.responsible is not None:
                session.flush()  # the tasks just opened are looked for
                cases.assign(session, case, duty.role, duty.responsible, now=now)
            duties.opened(session, duty.id, case.id)
            return True
    except NotFound:
        return False  # the process folder `duty` is not deployed here: it waits
    except Exception as error:
        log.error("duty_failed", extra={"id": duty_id, "error": type(error).__name__})
        return False


def _scheduled(database: Database, process: str, text: str, now: datetime) -> bool:
    try:
        with database.write() as session:
            if duties.schedules.take(session, process, text, now) is None:
                return False
            name = definitions.active(session, process).name
            cases.open_case(session, process, Arrival(BY_ITSELF, name, now, ""), actor=SYSTEM, now=now)
            return True
    except Exception as error:
        log.error("schedule_failed", extra={"id": process, "error": type(error).__name__})
        return False
