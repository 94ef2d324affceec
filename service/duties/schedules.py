"""What the clock begins by itself: when each scheduled process next opens a case. Exactly once, and what was
missed comes as one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.store import ScheduleRow
from workflows import Schedule, timers

MANY = 100


def follow(session: Session, process: str, wanted: Sequence[Schedule], now: datetime) -> None:
    """Let the process be opened at the times of its version in force. A time that the version before had
    goes on as it was; one that is gone is taken off."""
    texts = {schedule.text for schedule in wanted}
    rows = session.scalars(select(ScheduleRow).where(ScheduleRow.process == process)).all()
    for row in rows:
        if row.text not in texts:
            session.delete(row)
    for text in sorted(texts - {row.text for row in rows}):
        at, number = _next(text, now, 0, now)
        session.add(ScheduleRow(process=process, text=text, anchor=now, number=number, next_at=at))


def due(session: Session, now: datetime) -> list[tuple[str, str]]:
    """(process, text) of what is to be opened at `now` (aware), the longest overdue first, at most MANY."""
    query = select(ScheduleRow.process, ScheduleRow.text).where(ScheduleRow.next_at <= now)
    return [
        (row.process, row.text) for row in session.execute(query.order_by(ScheduleRow.next_at).limit(MANY))
    ]


def take(session: Session, process: str, text: str, now: datetime) -> datetime | None:
    """Take the occurrence that is due, to open its case in this very transaction: when it was to be (the
    first of those that were missed). None when another has taken it."""
    row = session.scalar(
        select(ScheduleRow)
        .where(ScheduleRow.process == process, ScheduleRow.text == text, ScheduleRow.next_at <= now)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if row is None or row.next_at is None:
        return None
    was = row.next_at
    row.next_at, row.number = _next(text, row.anchor, row.number + 1, now)
    return was


def _next(text: str, anchor: datetime, number: int, now: datetime) -> tuple[datetime | None, int]:
    """The next time after `now`, and which repetition it is. A single time comes once, if it is ahead."""
    if timers.repeats(text):
        return timers.next_of(text, anchor, number, now) or (None, number)
    at = timers.due(text, anchor) if number == 0 else None
    return (at if at is not None and at > now else None), number
