"""What a registrar may decide about a registration that the outbox could not finish. Each decision
is an event in the case's history."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from adapters.contract import Diarium
from service import cases, history, registrations, secrecy
from service.actors import Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.keys import Unreadable
from service.outbox import tasks
from service.outbox.claim import locked, nudge
from service.outbox.policy import Clock
from service.outbox.push import look_up as ask
from service.outbox.registering import give_up, known_number, nudge_next, register
from service.outbox.settle import Confirmed, Differs, Failed, GaveWay, Several, diarium_holds
from service.settings import Settings
from service.store import CaseRow, Database, RegistrationRow

WAITING = ("uncertain", "refused", "retry")
BEFORE_SENDING = ("pending", *WAITING)
MAX_NUMBER = 100


class Seen(StrEnum):
    """What a look-up on demand showed, as a Swedish sentence."""

    FOUND = "Diariet har handlingen. Numret är sparat."
    NONE = "Diariet svarar att handlingen inte finns där."
    SEVERAL = "Diariet har flera poster för handlingen. Behåll den äldsta och avsluta de andra i diariet."
    DIFFERS = "Diariet har en post, men den stämmer inte med det som sändes."
    NO_ANSWER = "Diariet gav inget svar som går att lita på. Försök igen senare."


REASONS = MappingProxyType(
    {
        "registered_elsewhere": "Handlingen är redan diarieförd på annat sätt",
        "not_a_record": "Handlingen ska inte diarieföras",
        "replaced": "Handlingen ersätts av en annan registrering",
    }
)
"""Why a registration may be cancelled: a closed choice, since the history holds no free text."""


def look_up(
    database: Database, registration_id: str, diarium: Diarium, *, actor: Actor, clock: Clock
) -> Seen:
    """Ask the diarium now, and take the number if it has one. Nothing is sent. Opens its own
    transactions: none is open while the diarium thinks. Raises NotFound, Forbidden, Conflict."""
    with database.read() as session:
        row = _row(session, registration_id, actor, clock())
        _in_state(row, WAITING)
        try:
            record = registrations.payload(session, row)
        except (Unreadable, NoResultFound):
            raise Conflict("Registreringens innehåll går inte att läsa.") from None
    outcome = ask(diarium, record)
    now = clock()
    with database.write() as session:
        case, row = _held(session, registration_id, actor, now)
        seen = _seen(outcome)
        history.append(
            session,
            case,
            "registration_looked_up",
            at=now,
            actor=actor.id,
            element=row.element,
            data={"registration": row.id, "result": seen.name.lower()},
        )
        if isinstance(outcome, Confirmed | Several | Differs):
            diarium_holds(session, case, row, outcome, actor=actor, now=now)
    return seen


def _seen(outcome: Confirmed | Several | Differs | Failed | GaveWay | None) -> Seen:
    match outcome:
        case Confirmed():
            return Seen.FOUND
        case Several():
            return Seen.SEVERAL
        case Differs():
            return Seen.DIFFERS
        case Failed() | GaveWay():
            return Seen.NO_ANSWER
        case None:
            return Seen.NONE


def send_again(
    session: Session,
    registration_id: str,
    settings: Settings,
    *,
    actor: Actor,
    now: datetime,
    technical: bool = False,
) -> None:
    """Put the registration in line again with all its attempts. The outbox still asks the diarium
    before it sends, and waits until the last attempt has settled. `technical`: a technical role may, who has
    mended what was broken; it decides nothing about the record."""
    case, row = _held(session, registration_id, actor, now, technical=technical)
    _in_state(row, WAITING)
    settled = row.updated_at + timedelta(seconds=settings.settle) if row.sent else now
    row.state, row.attempt, row.next_attempt_at, row.receipt = "retry", 0, max(now, settled), None
    history.append(
        session,
        case,
        "registration_sent_again",
        at=now,
        actor=actor.id,
        element=row.element,
        data={"registration": row.id},
    )
    tasks.close(session, row, actor, now)
    nudge(session, row, row.next_attempt_at, now)


def register_by_hand(
    session: Session, registration_id: str, number: str, *, actor: Actor, now: datetime
) -> None:
    """The registrar has entered the record in the diarium and gives its number. Raises Invalid when
    the number cannot be right."""
    case, row = _held(session, registration_id, actor, now)
    _in_state(row, BEFORE_SENDING)
    number = " ".join(number.split())
    if not number or len(number) > MAX_NUMBER or not number.isprintable():
        raise Invalid(fields={"number": f"Skriv numret som det står i diariet, högst {MAX_NUMBER} tecken."})
    if known_number(session, row, number):
        raise Invalid(fields={"number": "Numret hör redan till en annan registrering."})
    register(session, case, row, number, how="by_hand", actor=actor, now=now)


def cancel(session: Session, registration_id: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Give the registration up. `reason` is one of REASONS. The flow is told by the BPMN error
    `registration_cancelled`; a flow that does not catch it keeps waiting, which a task shows."""
    case, row = _held(session, registration_id, actor, now)
    _in_state(row, BEFORE_SENDING)
    if reason not in REASONS:
        raise Invalid(fields={"reason": f"Välj ett skäl: {', '.join(REASONS.values())}."})
    row.state, row.updated_at, row.next_attempt_at = "cancelled", now, None
    history.append(
        session,
        case,
        "registration_cancelled",
        at=now,
        actor=actor.id,
        element=row.element,
        data={"registration": row.id, "reason": reason},
    )
    tasks.close(session, row, actor, now)
    give_up(session, case, row, actor, now)
    nudge_next(session, row.case_id)


def _row(
    session: Session, registration_id: str, actor: Actor, now: datetime, *, technical: bool = False
) -> RegistrationRow:
    """The registration, when `actor` is a registrar; in a locked case one who is cleared, or the registrar
    with the secrecy role."""
    row = session.scalar(
        select(RegistrationRow)
        .join(CaseRow, CaseRow.id == RegistrationRow.case_id)
        .where(RegistrationRow.id == registration_id, secrecy.knows(actor, now))
    )
    if row is None:
        raise NotFound()
    if not actor.may(tasks.ROLE) and not (technical and actor.roles & secrecy.TECHNICAL_ROLES):
        case = session.get_one(CaseRow, row.case_id)
        if case.secrecy is None or not actor.may(secrecy.REGISTRAR):
            raise Forbidden()
    return row


def _held(
    session: Session, registration_id: str, actor: Actor, now: datetime, *, technical: bool = False
) -> tuple[CaseRow, RegistrationRow]:
    found = _row(session, registration_id, actor, now, technical=technical)
    case = cases.hold(session, found.case_id)
    row = locked(session, registration_id)
    assert row is not None  # registrations are never deleted
    return case, row


def _in_state(row: RegistrationRow, states: tuple[str, ...]) -> None:
    if row.state == "sending":
        raise Conflict("Registreringen sänds just nu. Vänta en stund och läs om sidan.")
    if row.state not in states:
        raise Conflict("Registreringen är redan avgjord.")
