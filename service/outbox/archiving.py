"""The round that carries captures to the archive. The archive is called with no transaction open."""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.archive import Archive, ArchiveRefused, ArchiveUnavailable
from service import captures, cases
from service.actors import SYSTEM
from service.outbox.policy import Clock
from service.store import Database, TaskRow

log = logging.getLogger("ordna.outbox")
ELEMENT = "archive"
NAME = "Bilden av kanalen kom inte fram till arkivet"


def archive_round(database: Database, archive: Archive, clock: Clock) -> int:
    """Deliver what is due. Returns how many the archive has taken."""
    with database.read() as session:
        waiting = captures.due(session, clock())
    return sum(_deliver(database, archive, one, clock) for one in waiting)


def _deliver(database: Database, archive: Archive, delivery_id: str, clock: Clock) -> bool:
    with database.write() as session:
        attempt = captures.claim(session, delivery_id, now=clock())
    if attempt is None:
        return False
    if attempt.package is None:
        _not_delivered(database, attempt, "damaged", clock)
        return False
    try:
        receipt = archive.deliver(attempt.package, now=clock())
    except ArchiveRefused:
        _not_delivered(database, attempt, "refused", clock)
        return False
    except ArchiveUnavailable:
        _not_delivered(database, attempt, "unavailable", clock)
        return False
    with database.write() as session:
        if not captures.delivered(session, attempt, receipt, now=clock()):
            return False
        for task in _shown(session, attempt):
            cases.settle_incident(session, task, actor=SYSTEM, now=clock())
    return True


def _not_delivered(
    database: Database, attempt: captures.Attempt, why: captures.Failure, clock: Clock
) -> None:
    log.warning("archive_failed", extra={"id": attempt.id, "error": why})
    with database.write() as session:
        if not captures.failed(session, attempt, why, now=clock()) or attempt.case_id is None:
            return  # without a case the mark on the capture is what people see
        cases.raise_incident(
            session,
            attempt.case_id,
            kind="incident",
            name=NAME,
            role="channel_administrator",
            element=ELEMENT,
            now=clock(),
        )


def _shown(session: Session, attempt: captures.Attempt) -> list[TaskRow]:
    return list(
        session.scalars(
            select(TaskRow).where(
                TaskRow.case_id == attempt.case_id, TaskRow.element == ELEMENT, TaskRow.status == "open"
            )
        )
    )
