"""The very first account: a one-time token, shown at first start, lets one person make it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service import history
from service.actors import SYSTEM
from service.errors import Invalid
from service.people import accounts
from service.people.passwords import NewPassword
from service.store import PersonRow, SetupRow, lock_rows

FIRST_ROLES = ("system_administrator", "process_owner", "registrar")
_WRONG = "Engångskoden stämmer inte eller är redan använd. Starta om tjänsten för att få en ny."


def setup_token(session: Session, now: datetime) -> str | None:
    """A fresh token, which replaces the one from the last start; None once there is an account."""
    if _somebody(session):
        return None
    token = secrets.token_urlsafe(24)
    insert = postgresql.insert if lock_rows(session) else sqlite.insert
    values = {"token_sha256": _hash(token), "created_at": now}
    made = insert(SetupRow).values(id=1, **values)
    session.execute(
        made.on_conflict_do_update(index_elements=["id"], set_=values, where=SetupRow.used_at.is_(None))
    )
    row = session.get_one(SetupRow, 1, populate_existing=True)
    return token if row.used_at is None else None


def check_setup(session: Session, token: str) -> None:
    """Raise what `set_up` would raise for a wrong token: asked first, so that nobody without one makes
    this house hash passwords."""
    _refuse_wrong(session, session.get(SetupRow, 1), token)


def set_up(
    session: Session,
    token: str,
    *,
    login: str,
    name: str,
    password: NewPassword,
    now: datetime,
    unit: str = "",
) -> PersonRow:
    """Make the first account. Of two at once exactly one wins. Raises Invalid: field `token` where
    it is wrong or used, else as `create`; a mistake in the form does not use the token up."""
    held = session.get(SetupRow, 1, with_for_update=True, populate_existing=True)
    row = _refuse_wrong(session, held, token)
    person = accounts.create(
        session,
        login=login,
        name=name,
        unit=unit,
        password=password,
        roles=FIRST_ROLES,
        now=now,
        actor=SYSTEM,
    )
    row.used_at = now
    history.append_system(session, "set_up", at=now, actor=person.id)
    return person


def _refuse_wrong(session: Session, row: SetupRow | None, token: str) -> SetupRow:
    right = row is not None and hmac.compare_digest(row.token_sha256, _hash(token.strip()))
    if row is None or not right or row.used_at is not None or _somebody(session):
        raise Invalid(_WRONG, {"token": _WRONG})
    return row


def _somebody(session: Session) -> bool:
    return session.scalar(select(PersonRow.id).limit(1)) is not None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
