"""The circuit breaker of each target: a diarium that is silent gets one call per interval.

Shared by all processes as a row. Only silence counts (Unavailable, Unknown): a refusal answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from service.settings import Settings
from service.store import EndpointRow, lock_rows

FAILS = 5
"""Silences in a row that open the breaker."""
LONGEST = 300.0
_FRESH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """Whether a call may be made: `closed_until` None means yes; `probe` that it is the one call
    that tries whether the diarium is back, and therefore uses up no attempt."""

    probe: bool = False
    closed_until: datetime | None = None


def interval(settings: Settings) -> timedelta:
    """Between two probes: the first back-off, at most five minutes."""
    return timedelta(seconds=min(settings.backoff, LONGEST))


def spread(settings: Settings) -> timedelta:
    """Over how long those that wait for the breaker come back: they would otherwise all come at the
    same moment, and knock too often while the diarium is away for days."""
    return timedelta(seconds=min(5 * settings.backoff, LONGEST))


def enter(session: Session, target: str, settings: Settings, now: datetime) -> Entry:
    """Ask leave for one call. Of several that ask when the interval has passed, one gets it."""
    row = session.get(EndpointRow, target, populate_existing=True)
    if row is None or row.open_until is None:
        return Entry()
    if row.open_until > now:
        return Entry(closed_until=row.open_until)
    until = now + interval(settings)
    won = session.execute(
        update(EndpointRow)
        .where(EndpointRow.target == target, EndpointRow.open_until == row.open_until)
        .values(open_until=until)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(won, CursorResult)
    return Entry(probe=True) if won.rowcount == 1 else Entry(closed_until=until)


def silent(session: Session, target: str, settings: Settings, now: datetime, error: str) -> None:
    """Count a call that got no usable answer."""
    insert = postgresql.insert if lock_rows(session) else sqlite.insert
    session.execute(insert(EndpointRow).values(target=target, fails=0).on_conflict_do_nothing())
    session.execute(
        update(EndpointRow)
        .where(EndpointRow.target == target)
        .values(
            fails=EndpointRow.fails + 1,
            last_error=error,
            open_until=case(
                (EndpointRow.fails + 1 >= FAILS, now + interval(settings)), else_=EndpointRow.open_until
            ),
        )
        .execution_options(synchronize_session=False)
    )


def answered(session: Session, target: str, now: datetime) -> None:
    """The diarium answered: the breaker closes. Written only when it changes something, or once a
    minute, so that processes do not queue for this row."""
    insert = postgresql.insert if lock_rows(session) else sqlite.insert
    session.execute(insert(EndpointRow).values(target=target, fails=0).on_conflict_do_nothing())
    session.execute(
        update(EndpointRow)
        .where(
            EndpointRow.target == target,
            or_(
                EndpointRow.fails > 0,
                EndpointRow.open_until.is_not(None),
                EndpointRow.last_success_at.is_(None),
                EndpointRow.last_success_at < now - _FRESH,
            ),
        )
        .values(fails=0, open_until=None, last_success_at=now)
        .execution_options(synchronize_session=False)
    )
