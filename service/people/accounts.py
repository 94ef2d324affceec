"""Accounts: making one, changing its name, unit, roles and password, and taking it out of use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from adapters.mail import one_line
from service import history
from service.actors import ROLES, Actor
from service.errors import Conflict, Invalid, NotFound, Stale
from service.people import passwords
from service.people.passwords import NewPassword
from service.people.sessions import end_all
from service.store import PersonRow

_LOGIN = re.compile(r"[a-z0-9åäöéü][a-z0-9åäöéü._@+-]{1,79}")
_ADMINISTRATOR = "system_administrator"
_STALE = "Någon annan har ändrat kontot sedan du öppnade det. Läs om sidan och se vad som är nytt."


def same_login(login: str) -> str:
    """The spelling that a login is kept and looked up under."""
    return unicodedata.normalize("NFKC", one_line(login, 200)).casefold()


def new_password(password: str, login: str) -> NewPassword:
    """Look at a password and hash it (0.1 s): before the transaction that keeps it is opened. One that
    is not taken is refused by whom it is given to, beside the other fields. Raises TooMany."""
    return passwords.new(password, same_login(login))


def create(
    session: Session,
    *,
    login: str,
    name: str,
    unit: str,
    password: NewPassword,
    roles: Collection[str],
    now: datetime,
    actor: Actor,
) -> PersonRow:
    """Make an account. Raises Invalid by field: `login`, `name`, `password` or `roles`."""
    login, name = same_login(login), one_line(name, 200)
    errors = {}
    if not _LOGIN.fullmatch(login):
        errors["login"] = "Användarnamnet ska ha 2–80 tecken: bokstäver, siffror, punkt, @ och -."
    errors |= _wrong(name, roles)
    if password.wrong is not None:
        errors["password"] = password.wrong
    if errors:
        raise Invalid(fields=errors)
    person = PersonRow(
        id=str(uuid4()),
        login=login,
        name=name,
        unit=one_line(unit, 200),
        active=True,
        password_hash=password.hash,
        roles=sorted(set(roles)),
        created_at=now,
    )
    try:
        with session.begin_nested():  # two at once: the constraint decides, and the rest stands
            session.add(person)
    except IntegrityError as error:
        raise Invalid(fields={"login": "Användarnamnet är upptaget."}) from error
    history.append_system(
        session,
        "account_made",
        at=now,
        actor=actor.id,
        data={"person": person.id, "roles": list(person.roles)},
    )
    return person


def change(
    session: Session,
    person_id: str,
    *,
    name: str,
    unit: str,
    roles: Collection[str],
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> PersonRow:
    """Another name, unit or set of roles, from the person's next request on. Raises NotFound, Stale,
    Invalid (fields `name`, `roles`), or Conflict where nobody would be left to administer."""
    name, unit = one_line(name, 200), one_line(unit, 200)
    if errors := _wrong(name, roles):
        raise Invalid(fields=errors)
    person = _for_change(session, person_id, version, leaves=_ADMINISTRATOR not in roles)
    changed = [field for field, value in (("name", name), ("unit", unit)) if getattr(person, field) != value]
    if changed:
        person.name, person.unit = name, unit
        # which, never what: a name in the history could not be corrected
        history.append_system(
            session, "account_changed", at=now, actor=actor.id, data={"person": person.id, "fields": changed}
        )
    if sorted(set(roles)) != sorted(person.roles):
        _give(session, person, roles, actor, now)
    return person


def set_roles(
    session: Session, person_id: str, roles: Collection[str], *, actor: Actor, now: datetime
) -> PersonRow:
    """Give and withdraw roles: from the person's next request on."""
    if errors := _wrong("-", roles):
        raise Invalid(fields=errors)
    person = _for_change(session, person_id, None, leaves=_ADMINISTRATOR not in roles)
    _give(session, person, roles, actor, now)
    return person


def set_password(
    session: Session,
    person_id: str,
    password: NewPassword,
    *,
    version: int | None = None,
    keep: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """A new password; every session of the person ends, but for the one that the token `keep` opens."""
    person = _for_change(session, person_id, version)
    if password.wrong is not None:
        raise Invalid(fields={"password": password.wrong})
    person.password_hash = password.hash
    end_all(session, person.id, keep=keep)
    history.append_system(session, "password_set", at=now, actor=actor.id, data={"person": person.id})


def disable(
    session: Session, person_id: str, *, version: int | None = None, actor: Actor, now: datetime
) -> None:
    """Take the account out of use; every session of the person ends at once. Raises Conflict where
    nobody would be left to administer."""
    person = _for_change(session, person_id, version, leaves=True)
    if not person.active:
        return
    person.active = False
    end_all(session, person.id)
    history.append_system(session, "account_disabled", at=now, actor=actor.id, data={"person": person.id})


def enable(
    session: Session, person_id: str, *, version: int | None = None, actor: Actor, now: datetime
) -> None:
    """Take the account into use again, with the roles and the password it had."""
    person = _for_change(session, person_id, version)
    if person.active:
        return
    person.active = True
    history.append_system(session, "account_enabled", at=now, actor=actor.id, data={"person": person.id})


def refuse_stale(person: PersonRow, version: int | None) -> None:
    """Raise Stale unless the account is still what the asker saw."""
    if version is not None and version != person.version:
        raise Stale(_STALE)


def _wrong(name: str, roles: Collection[str]) -> dict[str, str]:
    errors = {}
    if not name:
        errors["name"] = "Ange personens namn."
    if unknown := sorted(set(roles) - set(ROLES)):
        errors["roles"] = f"Rollen finns inte: {', '.join(one_line(role, 60) for role in unknown[:3])}."
    return errors


def _give(session: Session, person: PersonRow, roles: Collection[str], actor: Actor, now: datetime) -> None:
    person.roles = sorted(set(roles))
    history.append_system(
        session, "roles_set", at=now, actor=actor.id, data={"person": person.id, "roles": list(person.roles)}
    )


def _for_change(session: Session, person_id: str, version: int | None, *, leaves: bool = False) -> PersonRow:
    """The person, held for writing. `leaves`: an administrator is about to be one no more."""
    if leaves:
        # always in the same order: two who take each other's role away wait, and the second is refused
        active = session.scalars(
            select(PersonRow)
            .where(PersonRow.active)
            .order_by(PersonRow.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
    person = session.get(PersonRow, person_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise NotFound()
    refuse_stale(person, version)
    if (
        leaves
        and person.active
        and _ADMINISTRATOR in person.roles
        and not any(_ADMINISTRATOR in other.roles for other in active if other.id != person.id)
    ):
        raise Conflict("Det måste finnas minst en systemadministratör. Ge först någon annan rollen.")
    return person
