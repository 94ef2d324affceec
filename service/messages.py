"""Messages from outside: each is given to the one case that waits for it, or kept and shown until one does.

We route by our own subscriptions: a name and a correlation lead to a case. A message that comes first is
given by the sweep (`deliver_kept`), in a transaction of its own: a message that the flow cannot bear must
not undo the step that somebody took to begin waiting, and one that came while the case was being written
is found all the same. Locks are taken in one order: the message, then its case.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import exists, or_, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, undefer

from service import cases, history, pauses, secrecy
from service.actors import SYSTEM, Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from service.store import CaseRow, MessageRow, SubscriptionRow, keys_of, lock_rows
from workflows import StepRefused, Value
from workflows.values import variables

ROLES = frozenset({"registrar", "system_administrator"})
"""Roles that see which messages are kept, never what they say."""
KEPT = ("waiting", "ambiguous", "failed")
BROKEN = "Ett meddelande gick inte att ta emot i flödet"
MAX_NAME = 200
MAX_SOURCE = 60
PAGE = 50
MANY = 200
log = logging.getLogger("ordna.messages")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message. `case_id` is the case that has it, or None while it is kept.
    `duplicate`: it had come before, and nothing was changed."""

    id: str
    state: str
    case_id: str | None
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A kept message as the list shows it."""

    id: str
    name: str
    correlation: str
    source: str
    state: str
    received_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Lines:
    lines: tuple[Line, ...]
    after: str | None
    """Where the next page begins, or None at the end."""


def may_see(actor: Actor) -> bool:
    return bool(actor.roles & ROLES)


# ── arriving ─────────────────────────────────────────────────────────────────────────────────────────


def receive(
    session: Session,
    name: str,
    correlation: str,
    payload: Mapping[str, Value],
    *,
    source: str,
    external_id: str,
    actor: Actor,
    now: datetime,
) -> Outcome:
    """Take in one message. The same `source` and `external_id` again changes nothing and gives the same
    answer. Raises Invalid (by field), and Conflict when another message came under that id before."""
    checked = _checked(name, correlation, payload, source, external_id)
    said = json.dumps(checked, ensure_ascii=True, allow_nan=False, sort_keys=True)
    mark = keys_of(session).fingerprint("message", json.dumps([name, correlation, said]).encode())
    if (known := _known(session, source, external_id)) is not None:
        if known.fingerprint != mark:
            raise Conflict("Ett annat meddelande har redan kommit med samma id från samma källa.")
        return _told(session, known, actor, now, duplicate=True)
    row = MessageRow(
        id=str(uuid4()),
        source=source,
        external_id=external_id,
        name=name,
        fingerprint=mark,
        correlation=correlation,
        received_at=now,
        state="waiting",
    )
    row.payload_locked = keys_of(session).arrival_key().lock_text(said, _place(row.id))
    session.add(row)
    session.flush()  # the unique constraint stands behind the lock
    _route(session, row, actor=actor, now=now)
    return _told(session, row, actor, now)


def _told(
    session: Session, row: MessageRow, actor: Actor, now: datetime, *, duplicate: bool = False
) -> Outcome:
    """To who may not know of the case it looks like a message that nobody waits for yet."""
    if row.case_id is not None and not secrecy.knows_case(session, row.case_id, actor, now):
        return Outcome(row.id, "waiting", None, duplicate)
    return Outcome(row.id, row.state, row.case_id, duplicate)


def deliver_kept(session: Session, message_id: str, *, now: datetime) -> bool:
    """Give a kept message to the case that waits for it by now. False when none does."""
    row = _held(session, message_id)
    if row.state != "waiting":
        return False
    _route(session, row, actor=SYSTEM, now=now)
    return row.state == "delivered"


def wanted(session: Session) -> list[str]:
    """Ids of kept messages that somebody waits for, oldest first, at most MANY."""
    waits = exists().where(
        SubscriptionRow.name == MessageRow.name,
        SubscriptionRow.open,
        SubscriptionRow.correlation == MessageRow.correlation,
        CaseRow.id == SubscriptionRow.case_id,
        CaseRow.status == "open",
        ~pauses.paused(),
    )
    return list(
        session.scalars(
            select(MessageRow.id)
            .where(MessageRow.state == "waiting", waits)
            .order_by(MessageRow.received_at, MessageRow.id)
            .limit(MANY)
        )
    )


def _route(session: Session, row: MessageRow, *, actor: Actor, now: datetime) -> None:
    found = session.scalars(
        select(SubscriptionRow.id)
        .join(CaseRow, CaseRow.id == SubscriptionRow.case_id)
        .where(
            SubscriptionRow.name == row.name,
            SubscriptionRow.correlation == row.correlation,
            SubscriptionRow.open,
            CaseRow.status == "open",
        )
        .limit(2)
    ).all()
    if len(found) > 1:
        row.state = "ambiguous"
    elif found:
        _give(session, row, found[0], actor=actor, now=now)


def _give(session: Session, row: MessageRow, subscription_id: str, *, actor: Actor, now: datetime) -> bool:
    """Into the flow, and out of the keeping. When the flow breaks on it, the message stays, and a person
    gets to see where. False when the case waits no more."""
    waiting = session.get_one(SubscriptionRow, subscription_id)
    try:
        payload = json.loads(_payload(session, row))
        with session.begin_nested():
            if not cases.message_arrived(
                session, subscription_id, payload, message=row.id, actor=actor, now=now
            ):
                return False
    except SQLAlchemyError:
        raise
    except Exception as error:
        # the class only: the text of an expression's failure may quote what was sent
        log.error("message_failed", extra={"id": row.id, "error": type(error).__name__})
        cases.raise_incident(
            session,
            waiting.case_id,
            kind="incident",
            name=BROKEN,
            now=now,
            role="system_administrator",
            element=waiting.element,
        )
        row.state = "failed"
        return True
    row.state, row.case_id, row.settled_at, row.payload_locked = "delivered", waiting.case_id, now, None
    return True


def broken(session: Session, case_id: str, element: str) -> str | None:
    """The id of the oldest kept message that the flow of the case broke on at `element`."""
    return session.scalar(
        select(MessageRow.id)
        .join(
            SubscriptionRow,
            (SubscriptionRow.name == MessageRow.name)
            & (SubscriptionRow.correlation == MessageRow.correlation),
        )
        .where(
            MessageRow.state == "failed",
            SubscriptionRow.case_id == case_id,
            SubscriptionRow.element == element,
            SubscriptionRow.open,
        )
        .order_by(MessageRow.received_at, MessageRow.id)
        .limit(1)
    )


def give_again(session: Session, message_id: str, *, now: datetime) -> bool:
    """Give a message that a flow broke on to the case that waits for it. False when it broke again, or nobody
    waits."""
    row = _held(session, message_id)
    if row.state != "failed":
        return False
    row.state = "waiting"
    _route(session, row, actor=SYSTEM, now=now)
    return row.state == "delivered"


# ── what is kept ─────────────────────────────────────────────────────────────────────────────────────


def kept(session: Session, actor: Actor, *, after: str = "", size: int = PAGE) -> Lines:
    """One page of what is kept, newest first. `after` is the id of the last line before it."""
    _require(actor)
    query = (
        select(MessageRow)
        .where(MessageRow.state.in_(KEPT))
        .order_by(MessageRow.received_at.desc(), MessageRow.id.desc())
        .limit(size + 1)
    )
    if after:
        last = session.get(MessageRow, after)
        if last is None:
            raise NotFound
        query = query.where(
            MessageRow.received_at <= last.received_at,
            or_(MessageRow.received_at < last.received_at, MessageRow.id < last.id),
        )
    rows = session.scalars(query).all()
    return Lines(tuple(_line(row) for row in rows[:size]), rows[size - 1].id if len(rows) > size else None)


def one(session: Session, message_id: str, actor: Actor) -> Line:
    """One kept message. Raises NotFound, and Conflict when it is kept no more."""
    _require(actor)
    row = session.get(MessageRow, message_id)
    if row is None:
        raise NotFound
    _still(row)
    return _line(row)


def deliver(
    session: Session, message_id: str, case_number: str, *, version: int | None, actor: Actor, now: datetime
) -> Outcome:
    """Give a kept message to the case that a person names by its number, whatever the correlation says;
    the case must wait for a message with that name."""
    row = _to_change(session, message_id, version, actor)
    case = session.scalar(
        select(CaseRow).where(CaseRow.number == " ".join(case_number.split()), secrecy.knows(actor, now))
    )
    if case is None:
        raise Invalid(fields={"number": "Det finns inget ärende med det numret."})
    found = session.scalars(
        select(SubscriptionRow.id)
        .where(SubscriptionRow.case_id == case.id, SubscriptionRow.open, SubscriptionRow.name == row.name)
        .order_by(SubscriptionRow.correlation != row.correlation, SubscriptionRow.element)
        .limit(2)
    ).all()
    pauses.refuse(session, case)
    if not found or case.status != "open" or not _give(session, row, found[0], actor=actor, now=now):
        raise Invalid(fields={"number": f"Ärende {case.number} väntar inte på ett sådant meddelande."})
    return Outcome(row.id, row.state, row.case_id)


def discard(session: Session, message_id: str, *, version: int | None, actor: Actor, now: datetime) -> None:
    """Take a kept message off the list. It is not erased: what was received is weeded by other rules."""
    row = _to_change(session, message_id, version, actor)
    row.state, row.settled_at = "discarded", now
    history.append_system(session, "message_discarded", at=now, actor=actor.id, data={"message": row.id})


def _to_change(session: Session, message_id: str, version: int | None, actor: Actor) -> MessageRow:
    _require(actor)
    row = _held(session, message_id)
    _still(row)
    if version is not None and version != row.version:
        raise Stale("Någon annan har gjort något med meddelandet sedan du öppnade sidan.")
    return row


def _still(row: MessageRow) -> None:
    if row.state not in KEPT:
        raise Conflict("Meddelandet är redan lämnat till ett ärende eller borttaget.")


def _require(actor: Actor) -> None:
    if not may_see(actor):
        raise Forbidden


def _held(session: Session, message_id: str) -> MessageRow:
    row = session.scalar(
        select(MessageRow)
        .where(MessageRow.id == message_id)
        .with_for_update()
        .options(undefer(MessageRow.payload_locked))
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    return row


def _line(row: MessageRow) -> Line:
    return Line(row.id, row.name, row.correlation, row.source, row.state, row.received_at, row.version)


# ── one and the same, within bounds ──────────────────────────────────────────────────────────────────


def _known(session: Session, source: str, external_id: str) -> MessageRow | None:
    """The message that came before. From here to the commit nobody else can take the same one in."""
    if lock_rows(session):
        mark = keys_of(session).fingerprint("message id", json.dumps([source, external_id]).encode())
        number = int.from_bytes(bytes.fromhex(mark[:16]), "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": number})
    return session.scalar(
        select(MessageRow).where(MessageRow.source == source, MessageRow.external_id == external_id)
    )


def _checked(
    name: str, correlation: str, payload: Mapping[str, Value], source: str, external_id: str
) -> dict[str, Value]:
    bounded = {
        "name": (name, MAX_NAME),
        "correlation": (correlation, MAX_NAME),
        "source": (source, MAX_SOURCE),
        "external_id": (external_id, MAX_NAME),
    }
    errors = {
        field: f"Ange en text med högst {most} tecken, utan styrtecken."
        for field, (value, most) in bounded.items()
        if not 0 < len(value) <= most or not value.isprintable()
    }
    found: dict[str, Value] = {}
    try:
        found = variables(payload)
    except StepRefused as refused:
        errors["payload"] = str(refused)
    if errors:
        raise Invalid(fields=errors)
    return found


def _payload(session: Session, row: MessageRow) -> str:
    assert row.payload_locked is not None
    return keys_of(session).arrival_key().open_text(row.payload_locked, _place(row.id))


def _place(ident: str) -> str:
    return f"message/{ident}/payload"
