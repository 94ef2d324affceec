"""The first transaction of a sending: take the registration, or say when it can be taken.

`sent` is set in this same commit, before any byte leaves the house: whoever finds the row
afterwards must ask the diarium before sending.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from service import jobs
from service.outbox import breaker
from service.outbox.policy import BLOCKING, OPEN, Policy, turn
from service.settings import Settings
from service.store import RegistrationRow


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry one registration out until `lease_until`. `owner` is new for each claim,
    so that an earlier holder that wakes up late is told apart. `ask_first`: something may have been
    sent."""

    registration: str
    case: str
    target: str
    owner: str
    lease_until: datetime
    ask_first: bool
    probe: bool


def locked(session: Session, registration: str) -> RegistrationRow | None:
    """The row as it is now, held for writing."""
    return session.get(RegistrationRow, registration, with_for_update=True, populate_existing=True)


def waits_for_earlier() -> ColumnElement[bool]:
    """SQL: an earlier registration of the same case is not in the diarium yet. They go in order,
    since a document is entered in the case that the first one opens."""
    earlier = aliased(RegistrationRow)
    return exists().where(
        earlier.case_id == RegistrationRow.case_id,
        earlier.state.in_(BLOCKING),
        or_(
            earlier.created_at < RegistrationRow.created_at,
            and_(earlier.created_at == RegistrationRow.created_at, earlier.id < RegistrationRow.id),
        ),
    )


def ready_at(row: RegistrationRow, settings: Settings, policy: Policy) -> datetime:
    """When the registration may be taken. After a holder that never came back: when its lease has
    run out and the diarium has had time to finish what it may have been sent."""
    if row.state != "sending":
        return row.next_attempt_at or row.created_at
    if row.lease_until is None or not policy.lease:
        return row.created_at
    return row.lease_until + timedelta(seconds=settings.settle)


def nudge(session: Session, row: RegistrationRow, at: datetime, now: datetime) -> None:
    """A job for the moment `at`."""
    jobs.enqueue(session, "push", row.id, delay=max(0.0, (at - now).total_seconds()), turn=turn(at))


def claim(
    session: Session, registration: str, settings: Settings, *, now: datetime, policy: Policy
) -> Claim | None:
    """Take the registration, or return None: it is finished, another has it, it is not time, an
    earlier one of its case comes first, or the breaker is open. A later nudge is enqueued where one
    is needed."""
    row = locked(session, registration)
    if row is None or row.state not in OPEN:
        return None
    ready = ready_at(row, settings, policy)
    if ready > now:
        nudge(session, row, ready, now)
        return None
    if session.scalar(select(RegistrationRow.id).where(RegistrationRow.id == row.id, waits_for_earlier())):
        return None  # the earlier one's settlement nudges this one
    entry = breaker.enter(session, row.target, settings, now)
    if entry.closed_until is not None:
        _put_off(session, row, entry.closed_until, settings, now)
        return None
    taken = Claim(
        row.id,
        row.case_id,
        row.target,
        uuid4().hex,
        now + timedelta(seconds=settings.lease),
        ask_first=row.sent,
        probe=entry.probe,
    )
    row.state, row.sent = "sending", True
    row.owner, row.lease_until = taken.owner, taken.lease_until
    row.attempt += 1
    row.next_attempt_at = None
    row.updated_at = now
    return taken


def _put_off(
    session: Session, row: RegistrationRow, until: datetime, settings: Settings, now: datetime
) -> None:
    at = until + breaker.spread(settings) * random.random()
    if row.state == "sending":
        row.updated_at = now
    row.state, row.owner, row.lease_until, row.next_attempt_at = "retry", None, None, at
    nudge(session, row, at, now)


def renew(session: Session, held: Claim, settings: Settings, now: datetime) -> Claim | None:
    """The same claim with a whole lease, or None when it is no longer ours."""
    row = locked(session, held.registration)
    if row is None or row.state != "sending" or row.owner != held.owner:
        return None
    row.lease_until = now + timedelta(seconds=settings.lease)
    return Claim(
        held.registration, held.case, held.target, held.owner, row.lease_until, held.ask_first, held.probe
    )
