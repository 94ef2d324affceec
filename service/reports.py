"""What happened in a year or a month, in numbers: for the board, and for the week's meeting.

Counted from the rows that the rooms keep anyway; only cases that the asker may know of are counted. No
person appears, neither a citizen nor a member of staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service import secrecy
from service.actors import Actor
from service.deadlines import STOCKHOLM
from service.store import CaseRow, DefinitionRow, RegistrationRow, RemovalRow, TaskRow

MAX_ROWS = 200
"""Lines of a table; the rest is summed in the last one."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until before `end`, aware UTC: a calendar year or month on a Swedish clock."""

    year: int
    month: int | None
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """Numbers of a period. Spans are medians; None where nothing was to be measured."""

    period: Period
    received: int
    closed: int
    open_now: int
    oldest_open: datetime | None
    by_process: tuple[tuple[str, int], ...]
    by_channel: tuple[tuple[str, int], ...]
    by_outcome: tuple[tuple[str, int], ...]
    """(process and outcome code, number) of the cases that were closed in the period."""
    in_time: int
    late: int
    """Tasks with a due time that were done in time, and too late."""
    registered: int
    waiting: int
    """Records that the diarium has not confirmed yet."""
    to_register: timedelta | None
    """Median from received to confirmed in the diarium."""
    removed: int
    to_hide: timedelta | None
    """Median from received to gone from the platform."""


def period(year: int, month: int | None = None) -> Period:
    """The calendar year, or a month of it."""
    start = datetime(year, month or 1, 1, tzinfo=STOCKHOLM)
    if month is None:
        end = datetime(year + 1, 1, 1, tzinfo=STOCKHOLM)
    else:
        end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=STOCKHOLM)
    return Period(year, month, start, end)


def report(session: Session, actor: Actor, asked: Period, *, now: datetime) -> Report:
    """The numbers of the period, over the cases that `actor` may know of."""
    known = secrecy.knows(actor, now)

    def within(moment: ColumnElement[datetime | None] | ColumnElement[datetime]) -> ColumnElement[bool]:
        return (moment >= asked.start) & (moment < asked.end)

    came, ended = within(CaseRow.received_at.expression), within(CaseRow.closed_at.expression)
    opened = session.execute(
        select(func.count(), func.min(CaseRow.received_at)).where(known, CaseRow.status == "open")
    ).one()
    due = session.execute(
        select(TaskRow.closed_at <= TaskRow.due_at, func.count())
        .join(TaskRow.case)
        .where(
            known,
            TaskRow.status == "completed",
            TaskRow.kind == "form",
            TaskRow.due_at.is_not(None),
            within(TaskRow.closed_at.expression),
        )
        .group_by(TaskRow.closed_at <= TaskRow.due_at)
    ).all()
    done = {bool(row[0]): row[1] for row in due}
    booked = session.execute(
        select(CaseRow.received_at, RegistrationRow.registered_at)
        .join(RegistrationRow, RegistrationRow.case_id == CaseRow.id)
        .where(
            known,
            RegistrationRow.kind == "document",
            RegistrationRow.state == "registered",
            within(RegistrationRow.registered_at.expression),
        )
    ).all()
    hidden = session.scalars(
        select(RemovalRow.seconds_to_hide)
        .join(CaseRow, CaseRow.id == RemovalRow.case_id)
        .where(known, within(RemovalRow.removed_at.expression))
    ).all()
    return Report(
        period=asked,
        received=_count(session, known, came),
        closed=_count(session, known, ended),
        open_now=opened[0],
        oldest_open=opened[1],
        by_process=_grouped(
            session.execute(
                select(DefinitionRow.name, func.count())
                .join(CaseRow, CaseRow.definition == DefinitionRow.hash)
                .where(known, came)
                .group_by(DefinitionRow.name)
            ).all()
        ),
        by_channel=_grouped(
            session.execute(
                select(CaseRow.channel, func.count()).where(known, came).group_by(CaseRow.channel)
            ).all()
        ),
        by_outcome=_grouped(
            [
                (f"{process}/{outcome or '-'}", number)
                for process, outcome, number in session.execute(
                    select(CaseRow.process, CaseRow.outcome, func.count())
                    .where(known, ended)
                    .group_by(CaseRow.process, CaseRow.outcome)
                )
            ]
        ),
        in_time=done.get(True, 0),
        late=done.get(False, 0),
        registered=len(booked),
        waiting=session.scalars(
            select(func.count())
            .select_from(RegistrationRow)
            .join(CaseRow, CaseRow.id == RegistrationRow.case_id)
            .where(known, RegistrationRow.state.not_in(("registered", "cancelled")))
        ).one(),
        to_register=_middle([end - start for start, end in booked if end is not None]),
        removed=len(hidden),
        to_hide=_middle([timedelta(seconds=seconds) for seconds in hidden]),
    )


def lines(found: Report) -> list[tuple[str, str, str]]:
    """The report as rows of (table, row, value), for a spreadsheet. Spans are whole minutes."""

    def minutes(span: timedelta | None) -> str:
        return "" if span is None else str(int(span.total_seconds() // 60))

    plain = {
        "received": found.received,
        "closed": found.closed,
        "open_now": found.open_now,
        "tasks_in_time": found.in_time,
        "tasks_late": found.late,
        "registered": found.registered,
        "waiting_for_diarium": found.waiting,
        "removed": found.removed,
    }
    rows = [("total", name, str(number)) for name, number in plain.items()]
    rows += [
        ("total", "minutes_to_register", minutes(found.to_register)),
        ("total", "minutes_to_hide", minutes(found.to_hide)),
    ]
    for table, listed in (
        ("process", found.by_process),
        ("channel", found.by_channel),
        ("outcome", found.by_outcome),
    ):
        rows += [(table, name, str(number)) for name, number in listed]
    return rows


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalars(select(func.count()).select_from(CaseRow).where(*conditions)).one()


def _grouped(rows: Iterable[Sequence[object]]) -> tuple[tuple[str, int], ...]:
    """Most first; what does not fit is summed under an ellipsis."""
    listed = sorted(((str(row[0]), int(str(row[1]))) for row in rows), key=lambda row: (-row[1], row[0]))
    rest = sum(number for _, number in listed[MAX_ROWS:])
    return (*listed[:MAX_ROWS], *([("…", rest)] if rest else []))


def _middle(spans: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(span.total_seconds() for span in spans)) if spans else None
