"""Accounts: making one, its roles and password, and taking it out of use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from adapters.mail import one_line
from service import history
from service.actors import ROLES, Actor
from service.errors import Conflict, Invalid, NotFound
from service.people import passwords
from service.store import PersonRow, SessionRow

_LOGIN = re.compile(r"[a-z0-9åäöéü][a-z0-9åäöéü._@+-]{1,79}")


def same_login(login: str) -> str:
    """The spelling that a login is kept and looked up under."""
    return unicodedata.normalize("NFKC", one_line(login, 200)).casefold()


def create(session: Session, *, login: str, name: str, unit: str, password: str,
           roles: Collection[str], now: datetime, actor: Actor) -> PersonRow:
    """Make an account. Raises Invalid by field: `login`, `name`, `password` or `roles`."""
    login, name = same_login(login), one_line(name, 200)
    errors = {}
    if not _LOGIN.fullmatch(login):
        errors["login"] = "Användarnamnet ska ha 2–80 tecken: bokstäver, siffror, punkt, @ och -."
    if not name:
        errors["name"] = "Ange personens namn."
    if (wrong := passwords.wrong_with(password, login)) is not None:
        errors["password"] = wrong
    if unknown := sorted(set(roles) - set(ROLES)):
        errors["roles"] = f"Rollen finns inte: {', '.join(unknown)}."
    if errors:
        raise Invalid(fields=errors)
    person = PersonRow(
        id=str(uuid4()), login=login, name=name, unit=one_line(unit, 200), active=True,
        password_hash=passwords.hashed(password), roles=sorted(set(roles)), created_at=now)
    try:
        with session.begin_nested():  # two at once: the constraint decides, and the rest stands
            session.add(person)
    except IntegrityError as error:
        raise Invalid(fields={"login": "Användarnamnet är upptaget."}) from error
    history.append_system(session, "account_made", at=now, actor=actor.id,
                          data={"person": person.id, "roles": list(person.roles)})
    return person


def set_roles(session: Session, person_id: str, roles: Collection[str], *, actor: Actor,
              now: datetime) -> PersonRow:
    """Give and withdraw roles: from the person's next request on."""
    person = _person(session, person_id)
    if unknown := sorted(set(roles) - set(ROLES)):
        raise Invalid(fields={"roles": f"Rollen finns inte: {', '.join(unknown)}."})
    if "system_administrator" not in roles:
        _leave_one_administrator(session, person)
    person.roles = sorted(set(roles))
    history.append_system(session, "roles_set", at=now, actor=actor.id,
                          data={"person": person.id, "roles": list(person.roles)})
    return person


def set_password(session: Session, person_id: str, password: str, *, actor: Actor,
                 now: datetime) -> None:
    """A new password; every session of the person ends."""
    person = _person(session, person_id)
    if (wrong := passwords.wrong_with(password, person.login)) is not None:
        raise Invalid(fields={"password": wrong})
    person.password_hash = passwords.hashed(password)
    _end_sessions(session, person)
    history.append_system(session, "password_set", at=now, actor=actor.id,
                          data={"person": person.id})


def disable(session: Session, person_id: str, *, actor: Actor, now: datetime) -> None:
    """Take the account out of use; every session of the person ends at once."""
    person = _person(session, person_id)
    _leave_one_administrator(session, person)
    person.active = False
    _end_sessions(session, person)
    history.append_system(session, "account_disabled", at=now, actor=actor.id,
                          data={"person": person.id})


def listing(session: Session) -> Sequence[PersonRow]:
    """Every account, by name."""
    return session.scalars(select(PersonRow).order_by(PersonRow.name, PersonRow.id)).all()


def _person(session: Session, person_id: str) -> PersonRow:
    person = session.get(PersonRow, person_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise NotFound()
    return person


def _end_sessions(session: Session, person: PersonRow) -> None:
    session.execute(delete(SessionRow).where(SessionRow.person_id == person.id))


def _leave_one_administrator(session: Session, person: PersonRow) -> None:
    if "system_administrator" not in person.roles:
        return
    others = session.scalars(select(PersonRow).where(PersonRow.active, PersonRow.id != person.id)
                             .with_for_update()).all()
    if not any("system_administrator" in other.roles for other in others):
        raise Conflict("Det måste finnas minst en systemadministratör.")
