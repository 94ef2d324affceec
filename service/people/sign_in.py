"""Signing in: one answer for everything that is wrong, and a growing pause for who keeps trying."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service import history
from service.errors import Invalid, TooMany
from service.keys import Keyring
from service.people import passwords
from service.people.accounts import same_login
from service.store import AttemptRow, Database, PersonRow, lock_rows

FREE_ACCOUNT, FREE_NET = 5, 25
"""Failed tries before the first pause. A net address may be a whole town hall's."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)
FORGOTTEN = timedelta(hours=1)
"""After so long without a failed try the counting starts anew."""
_WRONG = "Användarnamnet eller lösenordet stämmer inte."
NOBODY = "nobody"


def sign_in(database: Database, login: str, password: str, *, net: str, now: datetime) -> PersonRow:
    """The person whose login and password these are. `net` is the asker's net address.

    Opens its own short transactions, unlike the other rooms: a failed try has to be remembered
    though the call raises, and none may be open while the password is being hashed. Raises Invalid
    with the same words for everything that is wrong, or TooMany."""
    login = same_login(login)
    marks = _marks(database.keys, login, net)
    with database.read() as session:
        _refuse_paused(session, marks, now)
        found = session.execute(
            select(PersonRow.id, PersonRow.password_hash).where(PersonRow.login == login)
        ).one_or_none()
    ident, kept = found if found else ("", None)
    right = passwords.matches(kept, password)
    fresh = passwords.hashed(password) if right and kept and passwords.outdated(kept) else None
    with database.write() as session:
        attempts = _hold_attempts(session, marks, now)
        # many tries at once passed the first look together: the pause holds for the right one too
        _refuse_paused(session, marks, now)
        person = session.get(PersonRow, ident, populate_existing=True) if right else None
        if person and person.active and person.password_hash == kept:
            session.execute(delete(AttemptRow).where(AttemptRow.key == marks[0]))
            if fresh:
                person.password_hash = fresh
            return person
        for row, free in zip(attempts, (FREE_ACCOUNT, FREE_NET), strict=True):
            _count(row, free, now)
        history.append_system(
            session,
            "sign_in_refused",
            at=now,
            actor=NOBODY,
            data={"account": marks[0][:16], "net": marks[1][:16]},
        )
    raise Invalid(_WRONG)


def _marks(keys: Keyring, login: str, net: str) -> tuple[str, str]:
    return (
        keys.fingerprint("attempt/account", login.encode("utf-8", "surrogatepass")),
        keys.fingerprint("attempt/net", net.encode("utf-8", "surrogatepass")),
    )


def _refuse_paused(session: Session, marks: tuple[str, str], now: datetime) -> None:
    until = session.scalars(select(AttemptRow.until).where(AttemptRow.key.in_(marks)))
    wait = max((u - now for u in until), default=timedelta(0))
    if wait > timedelta(0):
        raise TooMany(math.ceil(wait.total_seconds()))


def _hold_attempts(session: Session, marks: tuple[str, str], now: datetime) -> list[AttemptRow]:
    """The rows of the account and the net address, held for writing, always in the same order."""
    session.execute(
        delete(AttemptRow).where(AttemptRow.until < now - 24 * FORGOTTEN, AttemptRow.key.not_in(marks))
    )
    insert = postgresql.insert if lock_rows(session) else sqlite.insert
    for key in sorted(marks):
        session.execute(insert(AttemptRow).values(key=key, fails=0, until=now).on_conflict_do_nothing())
    held = {
        row.key: row
        for row in session.scalars(
            select(AttemptRow)
            .where(AttemptRow.key.in_(marks))
            .order_by(AttemptRow.key)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    return [held[key] for key in marks]


def _count(row: AttemptRow, free: int, now: datetime) -> None:
    """One more failed try. `until` is the end of the pause; without one, the time of the try."""
    fails = 1 if now - row.until >= FORGOTTEN else row.fails + 1
    over = fails - free
    pause = min(FIRST_PAUSE * 2 ** min(over, 20), LONGEST_PAUSE) if over >= 0 else timedelta(0)
    row.fails, row.until = fails, now + pause
