"""The second transaction of a sending: what came of it, written together with the history, the
tasks that it makes for people, and the case's next step."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from adapters.contract import DiariumError, Misconfigured, Receipt, Refused
from service import cases, history
from service.actors import SYSTEM, Actor
from service.outbox import breaker, tasks
from service.outbox.claim import Claim, locked, nudge
from service.outbox.policy import back_off
from service.outbox.registering import known_number, register
from service.settings import Settings
from service.store import CaseRow, RegistrationRow


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The diarium holds the record. `found` by a look-up, or answered at once."""

    receipt: Receipt
    found: bool


@dataclass(frozen=True, slots=True)
class Several:
    """A look-up found the record more than once."""

    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True)
class Differs:
    """The diarium holds something under our key, but not what was sent."""

    receipt: Receipt
    text: str


@dataclass(frozen=True, slots=True)
class Failed:
    """No receipt. `reached`: this attempt may have left something in the diarium."""

    error: DiariumError
    reached: bool


@dataclass(frozen=True, slots=True)
class GaveWay:
    """Too little was left of the lease; nothing was sent."""


Outcome = Confirmed | Several | Differs | Failed | GaveWay


def settle(session: Session, held: Claim, outcome: Outcome, settings: Settings, *, now: datetime) -> None:
    """Write what came of the attempt. The case's row is taken before the registration's, as
    everywhere.

    A holder that comes back late: its receipt is true and is taken whatever the state has become,
    its failure says nothing any more and is dropped."""
    case = cases.hold(session, held.case)
    row = locked(session, held.registration)
    assert row is not None  # registrations are never deleted
    if isinstance(outcome, Confirmed | Several | Differs):
        breaker.answered(session, held.target, now)
        diarium_holds(session, case, row, outcome, actor=SYSTEM, now=now)
        return
    if row.state != "sending" or row.owner != held.owner:
        return
    row.owner, row.lease_until, row.updated_at = None, None, now
    match outcome:
        case GaveWay():
            row.attempt -= 1
            row.sent = held.ask_first
            _again(session, row, now, now)
        case Failed(error, reached):
            _failed(session, case, row, held, error, settings, now, sent=held.ask_first or reached)


def diarium_holds(
    session: Session,
    case: CaseRow,
    row: RegistrationRow,
    outcome: Confirmed | Several | Differs,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Take what the diarium says it holds. Both rows are held. `actor` asked."""
    match outcome:
        case Confirmed(receipt, found):
            if row.state == "registered":
                if row.number != receipt.number.strip():
                    _doubled_after_all(session, case, row, (receipt,), now)
            elif row.state == "cancelled":
                _doubled_after_all(session, case, row, (receipt,), now)
            elif known_number(session, row, receipt.number.strip()):
                uncertain(
                    session,
                    case,
                    row,
                    "number_taken",
                    "Kvittots nummer hör redan till en annan registrering.",
                    (receipt,),
                    now,
                )
            else:
                register(
                    session, case, row, receipt, how="look_up" if found else "answer", actor=actor, now=now
                )
        case Several(receipts):
            if row.state in ("registered", "cancelled"):
                _doubled_after_all(session, case, row, receipts, now)
            else:
                uncertain(
                    session,
                    case,
                    row,
                    "several",
                    "Diariet har flera poster för samma handling.",
                    receipts,
                    now,
                )
        case Differs(receipt, text):
            if row.state not in ("registered", "cancelled"):
                uncertain(session, case, row, "differs", text, (receipt,), now)


def _doubled_after_all(
    session: Session, case: CaseRow, row: RegistrationRow, receipts: tuple[Receipt, ...], now: datetime
) -> None:
    """The matter was closed here, and then the diarium turned out to hold (another) entry."""
    numbers = sorted(r.number for r in receipts)
    history.append(
        session,
        case,
        "registration_surplus",
        at=now,
        actor=SYSTEM.id,
        element=row.element,
        data={"registration": row.id, "numbers": numbers},
    )
    tasks.show(session, row, tasks.SURPLUS, now)


def _failed(
    session: Session,
    case: CaseRow,
    row: RegistrationRow,
    held: Claim,
    error: DiariumError,
    settings: Settings,
    now: datetime,
    *,
    sent: bool,
) -> None:
    text = f"{type(error).__name__}: {error}"[:500]
    row.sent, row.last_error = sent, text
    match error:
        case Refused():
            breaker.answered(session, held.target, now)
            row.state = "refused"
            history.append(
                session,
                case,
                "registration_refused",
                at=now,
                actor=SYSTEM.id,
                element=row.element,
                data={"registration": row.id},
            )
            tasks.show(session, row, tasks.REFUSED, now)
            return
        case Misconfigured():
            tasks.show(session, row, tasks.MISCONFIGURED, now)
            # nothing wears out while a person has to put the settings right
            row.attempt = min(row.attempt, max(1, settings.attempts - 1))
        case _:
            breaker.silent(session, held.target, settings, now, text)
            if held.probe:
                row.attempt -= 1
    if row.attempt >= settings.attempts:
        uncertain(session, case, row, "attempts", text, (), now)
        return
    wait = back_off(max(1, row.attempt), settings.backoff, random.random())
    if sent:
        # the diarium may still be busy with it: a look-up now would prove nothing
        wait = max(wait, timedelta(seconds=settings.settle))
    _again(session, row, now + wait, now)


def _again(session: Session, row: RegistrationRow, at: datetime, now: datetime) -> None:
    row.state, row.next_attempt_at = "retry", at
    nudge(session, row, at, now)


def uncertain(
    session: Session,
    case: CaseRow,
    row: RegistrationRow,
    why: str,
    text: str,
    receipts: tuple[Receipt, ...],
    now: datetime,
) -> None:
    """Leave it to a person. `why` is a closed word for the history; the oldest number is kept
    first."""
    numbers = [r.number for r in sorted(receipts, key=lambda r: (r.registered_at, r.number))]
    row.state, row.owner, row.lease_until, row.next_attempt_at = "uncertain", None, None, None
    row.last_error, row.updated_at = text, now
    row.receipt = {"found": numbers} if numbers else None
    history.append(
        session,
        case,
        "registration_uncertain",
        at=now,
        actor=SYSTEM.id,
        element=row.element,
        data={"registration": row.id, "why": why, "numbers": numbers},
    )
    tasks.show(session, row, tasks.SEVERAL if why == "several" else tasks.UNCERTAIN, now)
