"""Whose work somebody does right now, as SQL: their own, and that of those who are away and have them as
deputy. Nothing is handed over, so all of it goes back by itself when an absence ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, exists, literal, select
from sqlalchemy.orm import Session, aliased

from service.actors import Actor
from service.store import AbsenceRow
from service.store.tables import ID

MAX_LINKS = 5
"""How far work goes on from deputy to deputy."""
MAX_NAMES = 50
"""How many people's work one person sees at most."""


def absent(row: type[AbsenceRow], now: datetime) -> ColumnElement[bool]:
    """Whether the absence holds at `now` (aware UTC)."""
    return and_(row.ended_at.is_(None), row.begins_at <= now, row.until > now)


def acts_as(actor: Actor, now: datetime) -> Select[Any]:
    """Ids of `actor` and of everybody whose work comes to them at `now`: a query to be used with `IN`.

    Work goes from whoever is away to the deputy, and on to the deputy's deputy as long as each is away: it
    stops at the first who is there. Who is away gets nobody's work, so two who stand in for each other and
    are both away give each other nothing, and a ring has no way in. `MAX_LINKS` bounds it besides."""
    return _acts_as(actor.id, now)


@lru_cache(maxsize=64)  # a page asks some ten times at one instant, and a built query is read-only
def _acts_as(actor_id: str, now: datetime) -> Select[Any]:
    away, next_ = aliased(AbsenceRow), aliased(AbsenceRow)
    here = ~exists().where(away.person_id == actor_id, absent(away, now))
    own = select(cast(literal(actor_id), ID).label("person_id"), literal(0).label("links"))
    names = own.cte(recursive=True)
    further = (
        select(next_.person_id, names.c.links + 1)
        .join(names, next_.deputy_id == names.c.person_id)
        .where(absent(next_, now), here, names.c.links < MAX_LINKS)
    )
    names = names.union(further)
    return select(names.c.person_id).order_by(names.c.links, names.c.person_id).limit(MAX_NAMES + 1)


def stood_in_for(session: Session, actor: Actor, now: datetime) -> frozenset[str]:
    """Ids of those whose work `actor` does at `now` besides their own."""
    found: Iterable[str] = session.scalars(acts_as(actor, now))
    return frozenset(found) - {actor.id}


def doer(deputies: Mapping[str, str | None], person_id: str) -> str | None:
    """Who does the person's work: the same rule as `acts_as` in plain words. `deputies` holds everybody who
    is away, with their deputy or None. None: nobody, for the way ends, goes in a ring or is too long."""
    at: str | None = person_id
    for _ in range(MAX_LINKS + 1):
        if at is None or at not in deputies:
            return at
        at = deputies[at]
    return None
