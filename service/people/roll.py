"""Who has an account: lists and look-ups, for administrators. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from service import secrecy
from service.actors import Actor
from service.errors import NotFound
from service.people.accounts import same_login
from service.store import PersonRow, TaskRow

PAGE = 25


@dataclass(frozen=True, slots=True)
class Page:
    """A page of accounts by name. `after` is where the next one begins, or None at the end."""

    people: tuple[PersonRow, ...]
    after: str | None


def page(session: Session, *, after: str = "", most: int = PAGE) -> Page:
    """One page of the accounts by name. `after` is the id of the last on the page before; a person who
    is not there begins the list anew. No name stands in an address that way."""
    query = select(PersonRow).order_by(PersonRow.name, PersonRow.id).limit(most + 1)
    last = session.get(PersonRow, after) if after else None
    if last is not None:
        query = query.where(tuple_(PersonRow.name, PersonRow.id) > (last.name, last.id))
    rows = session.scalars(query).all()
    return Page(tuple(rows[:most]), rows[most - 1].id if len(rows) > most else None)


def listing(session: Session) -> Sequence[PersonRow]:
    """Every account, by name."""
    return session.scalars(select(PersonRow).order_by(PersonRow.name, PersonRow.id)).all()


def person(session: Session, person_id: str) -> PersonRow:
    """Raises NotFound."""
    found = session.get(PersonRow, person_id)
    if found is None:
        raise NotFound()
    return found


def by_login(session: Session, login: str) -> PersonRow:
    """However the login is spelled. Raises NotFound."""
    found = session.scalar(select(PersonRow).where(PersonRow.login == same_login(login)))
    if found is None:
        raise NotFound("Det finns inget konto med det användarnamnet.")
    return found


def tasks_held(session: Session, person_id: str, *, actor: Actor, now: datetime) -> int:
    """How many open tasks only this person can complete or give back, of those that `actor` may know of."""
    held = (
        select(func.count())
        .select_from(TaskRow)
        .join(TaskRow.case)
        .where(TaskRow.assignee == person_id, TaskRow.status == "open", secrecy.knows(actor, now))
    )
    return session.scalar(held) or 0
