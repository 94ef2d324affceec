"""One attempt at one registration: claim, ask, send with no transaction open, settle.

What remains where the diarium itself does not know our key again: a process that stands still, for
longer than lease and settling time together, between the last look at its lease and the first byte;
and a diarium that carries a call out later than the settling time. A double that shows itself, by a late
receipt or a later look-up, becomes a task; one that never does is for reconciliation to find.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from adapters.contract import Diarium, DiariumError, Misconfigured, Receipt, Registration, Unknown
from service import registrations
from service.outbox.claim import Claim, claim, renew
from service.outbox.policy import SAFE, Checkpoint, Clock, Policy, doubt, nothing
from service.outbox.settle import (
    Confirmed,
    Differs,
    Failed,
    GaveWay,
    Outcome,
    Several,
    settle,
)
from service.settings import Settings
from service.store import Database, RegistrationRow

log = logging.getLogger("ordna.outbox")


def push(
    database: Database,
    registration_id: str,
    diarium: Diarium,
    settings: Settings,
    clock: Clock,
    *,
    policy: Policy = SAFE,
    checkpoint: Checkpoint = nothing,
) -> None:
    """Try to bring the registration to its next state. Safe to call at any time, any number of
    times, from any process. Returns when the attempt is settled, or at once when there is nothing
    to do. Raises only when the database does not answer; the row then tells the next one what to
    do."""
    with database.write() as session:
        held = claim(session, registration_id, settings, now=clock(), policy=policy)
    if held is None:
        return
    checkpoint("claimed")
    outcome = _Attempt(database, held, diarium, settings, clock, policy, checkpoint).carry_out()
    if outcome is None:
        return
    checkpoint("before_settle")
    with database.write() as session:
        settle(session, held, outcome, settings, now=clock())
    checkpoint("after_settle")


@dataclass(frozen=True, slots=True)
class _Attempt:
    database: Database
    held: Claim
    diarium: Diarium
    settings: Settings
    clock: Clock
    policy: Policy
    checkpoint: Checkpoint

    def carry_out(self) -> Outcome | None:
        """What came of it; None when the claim was lost meanwhile and another decides."""
        try:
            with self.database.read() as session:
                record = registrations.payload(
                    session, session.get_one(RegistrationRow, self.held.registration)
                )
        except SQLAlchemyError:
            raise
        except Exception as error:  # whatever is wrong with the content, nothing has been sent
            log.error(
                "payload_unreadable",
                extra={"id": self.held.registration, "error": type(error).__name__},
            )
            return Failed(Misconfigured("Innehållet går inte att läsa."), reached=False)
        if not (self.held.ask_first and self.policy.look_up):
            return self._send(record, self.held)
        answer = look_up(self.diarium, record)
        self.checkpoint("looked_up")
        if answer is not None:
            return answer
        # proven: the diarium holds nothing. The lease may have run far during the question, and
        # whoever took over meanwhile must not be joined.
        with self.database.write() as session:
            renewed = renew(session, self.held, self.settings, self.clock())
        return None if renewed is None else self._send(record, renewed)

    def _send(self, record: Registration, held: Claim) -> Outcome:
        self.checkpoint("before_send")
        left = held.lease_until - self.clock()
        if self.policy.lease and left < timedelta(seconds=self.settings.timeout):
            return GaveWay()
        try:
            receipt = self.diarium.register(record, timeout=self.settings.timeout)
        except DiariumError as error:
            answer: Outcome = Failed(error, reached=isinstance(error, Unknown))
        except Exception as error:  # a fault of ours or the adapter's: the outcome is not known
            answer = Failed(_strange(error), reached=True)
        else:
            answer = _judged(receipt, record, found=False)
        self.checkpoint("after_send")
        return answer


def look_up(diarium: Diarium, record: Registration) -> Outcome | None:
    """Ask whether the diarium holds the record. None only when it proved that it does not: no
    answer, an unusable answer and a refused question are all `Failed`."""
    try:
        found = tuple(diarium.find(record.key))
    except Misconfigured as error:
        return Failed(error, reached=True)
    except DiariumError as error:
        return Failed(Unknown(f"Uppslaget gav inget svar: {error}"), reached=True)
    except Exception as error:
        return Failed(_strange(error), reached=True)
    if len(found) > 1:
        return Several(found)
    return _judged(found[0], record, found=True) if found else None


def _judged(receipt: Receipt, record: Registration, *, found: bool) -> Outcome:
    problem = doubt(receipt, record)
    if problem is None:
        return Confirmed(receipt, found)
    if problem.holds:
        return Differs(receipt, problem.text)
    return Failed(Unknown(problem.text), reached=True)


def _strange(error: Exception) -> Unknown:
    log.error("adapter_failed", extra={"error": type(error).__name__})
    return Unknown(f"Oväntat fel i adaptern ({type(error).__name__}).")
