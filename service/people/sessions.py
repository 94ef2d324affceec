"""Server-side sessions: the cookie holds a random token, the table only its SHA-256."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from service import history
from service.actors import Actor
from service.store import PersonRow, SessionRow

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who this browser is, as of this request: roles withdrawn a moment ago are gone. `moved` says
    that the idle limit should move, which only a write transaction keeps."""

    actor: Actor
    csrf: str = field(repr=False)
    login: str
    unit: str
    moved: bool = False


def open_session(session: Session, person: PersonRow, now: datetime, *, replaces: str | None = None) -> str:
    """A new session for a person who has just signed in; the token goes into the cookie. `replaces`
    is the token from before, which is worth nothing from now on."""
    if replaces:
        session.execute(delete(SessionRow).where(SessionRow.id == _hash(replaces)))
    token = _open(session, person.id, now)
    history.append_system(session, "signed_in", at=now, actor=person.id)
    return token


def signed_in(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Who the token belongs to, or None: unknown, too old, too long unused, or out of use. In a
    write transaction the idle limit moves, at most once a minute."""
    row = _living(session, token, now)
    if row is None or row.person_id is None:
        return None
    person = session.get(PersonRow, row.person_id, populate_existing=True)
    if person is None or not person.active:
        return None
    moved = now - row.seen_at >= SEEN_EVERY
    if moved:
        row.seen_at = now
    actor = Actor(person.id, person.name, frozenset(person.roles))
    return SignedIn(actor, row.csrf, person.login, person.unit, moved)


def same_token(expected: str, given: str | None) -> bool:
    """Whether the tokens are equal, in time that tells nothing."""
    return hmac.compare_digest(expected.encode(), (given or "").encode("utf-8", "surrogatepass"))


def close_session(session: Session, token: str, now: datetime) -> None:
    """Sign out. A token that opens nothing closes nothing."""
    row = session.get(SessionRow, _hash(token))
    if row is None:
        return
    session.delete(row)
    if row.person_id is not None:
        history.append_system(session, "signed_out", at=now, actor=row.person_id)


def close_everywhere(session: Session, person_id: str, now: datetime) -> None:
    """Sign the person out of every browser, this one too."""
    end_all(session, person_id)
    history.append_system(session, "signed_out_everywhere", at=now, actor=person_id)


def end_all(session: Session, person_id: str, *, keep: str | None = None) -> None:
    """End the person's sessions, but for the one that the token `keep` opens."""
    ended = delete(SessionRow).where(SessionRow.person_id == person_id)
    session.execute(ended.where(SessionRow.id != _hash(keep)) if keep else ended)


def _open(session: Session, person_id: str, now: datetime) -> str:
    session.execute(
        delete(SessionRow).where(
            or_(SessionRow.seen_at <= now - IDLE, SessionRow.created_at <= now - ABSOLUTE)
        )
    )
    token = secrets.token_urlsafe(32)
    session.add(
        SessionRow(
            id=_hash(token), person_id=person_id, csrf=secrets.token_urlsafe(32), created_at=now, seen_at=now
        )
    )
    session.flush()  # the cookie goes out only for a row that stands
    return token


def _living(session: Session, token: str, now: datetime) -> SessionRow | None:
    row = session.scalar(
        select(SessionRow).where(SessionRow.id == _hash(token)).execution_options(populate_existing=True)
    )
    if row is None or now - row.seen_at >= IDLE or now - row.created_at >= ABSOLUTE:
        return None
    return row


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
