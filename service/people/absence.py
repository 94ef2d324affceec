"""Who is away, and who does their work meanwhile.

An absence says nothing of why. A deputy does the work of whoever is away while the absence holds, and of
those whom they in turn stand in for (`service.secrecy.acts_as`); nothing is handed over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import history, secrecy
from service.actors import Actor
from service.deadlines import STOCKHOLM
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.store import AbsenceRow, PersonRow

LEADS = frozenset({"head_of_unit", "head_of_administration", "channel_responsible", "system_administrator"})
"""Roles that enter absences of others and appoint their deputies."""
MAX_DAYS = 366
MAX_AHEAD = 366
MAX_FOR_ONE = 10
"""How many may choose the same deputy at the same time."""
MAX_LISTED = 500

_GONE = "Välj en medarbetare med ett konto i bruk."


@dataclass(frozen=True, slots=True)
class Absence:
    """One absence with names. `doer_name` is who does the work now, or at its beginning: the deputy, or
    theirs; None where nobody does. Times are aware UTC; `now` says whether it has begun."""

    id: str
    person_id: str
    person_name: str
    deputy_id: str | None
    deputy_name: str | None
    doer_name: str | None
    begins_at: datetime
    until: datetime
    begun: bool

    @property
    def last(self) -> datetime:
        """A moment of the last day away: `until` itself is the day that they are back."""
        return self.until - timedelta(seconds=1)


def may_lead(actor: Actor) -> bool:
    """Whether `actor` may enter absences of others."""
    return bool(actor.roles & LEADS)


def enter(
    session: Session,
    person_id: str,
    *,
    first: date | None,
    last: date | None,
    deputy_id: str | None,
    actor: Actor,
    now: datetime,
) -> AbsenceRow:
    """Enter that somebody is away from the first day to the last, both whole days in Sweden. Everybody
    enters their own; those of `LEADS` enter others'. Raises Forbidden, NotFound, or Invalid by field:
    `first`, `last`, `deputy`."""
    _may_change(person_id, actor)
    # held, so that two who enter the same person's absence at once see each other
    person = session.get(PersonRow, person_id, with_for_update=True, populate_existing=True)
    if person is None or not person.active:
        raise NotFound()
    today = now.astimezone(STOCKHOLM).date()
    errors = _wrong_days(first, last, today)
    if errors or first is None or last is None:
        raise Invalid(fields=errors)
    row = AbsenceRow(
        id=str(uuid4()),
        person_id=person_id,
        deputy_id=None,
        begins_at=_midnight(first),
        until=_midnight(last + timedelta(days=1)),
        entered_by=actor.id,
        entered_at=now,
    )
    others = _living(session, now)
    if any(one.person_id == person_id and _overlap(one, row) for one in others):
        raise Invalid(fields={"first": "Det finns redan en frånvaro under de dagarna."})
    if deputy_id:
        _check_deputy(session, person, row, deputy_id, others, now)
        row.deputy_id = deputy_id
    session.add(row)
    _note(session, "absence_entered", row, actor, now)
    return row


def appoint(
    session: Session, absence_id: str, deputy_id: str | None, *, actor: Actor, now: datetime
) -> AbsenceRow:
    """Name another deputy, or none, for what is left of the absence. Raises Forbidden, NotFound, Conflict
    where it has ended, Invalid for field `deputy`."""
    row = _held(session, absence_id, actor, now)
    if deputy_id:
        person = session.get_one(PersonRow, row.person_id)
        _check_deputy(session, person, row, deputy_id, _living(session, now), now)
    if (deputy_id or None) != row.deputy_id:
        row.deputy_id = deputy_id or None
        _note(session, "absence_deputy_named", row, actor, now)
    return row


def end(session: Session, absence_id: str, *, actor: Actor, now: datetime) -> AbsenceRow:
    """The person is back, or does not go away after all: all work is theirs again. Raises Forbidden,
    NotFound, Conflict where it has ended already."""
    row = _held(session, absence_id, actor, now)
    row.ended_at = now
    _note(session, "absence_ended", row, actor, now)
    return row


def absences(session: Session, now: datetime, *, person_id: str | None = None) -> tuple[Absence, ...]:
    """Those that hold or are to come, of everybody or of one, by when they begin; at most MAX_LISTED."""
    rows = _living(session, now)
    names = _names(session, rows)
    active = _active(session, rows)
    return tuple(
        Absence(
            row.id,
            row.person_id,
            names[row.person_id],
            row.deputy_id,
            names[row.deputy_id] if row.deputy_id else None,
            names.get(doers(rows, active, row.person_id, max(row.begins_at, now)) or ""),
            row.begins_at,
            row.until,
            row.begins_at <= now,
        )
        for row in rows
        if person_id in (None, row.person_id)
    )


def uncovered(session: Session, now: datetime) -> tuple[AbsenceRow, ...]:
    """Absences during which, now or later, nobody does the person's work: no deputy, or one who is away
    too with nobody in their place, or whose account is closed."""
    rows = _living(session, now)
    active = _active(session, rows)
    return tuple(
        row
        for row in rows
        if any(doers(rows, active, row.person_id, at) is None for at in _turns(row, rows, now))
    )


def away(session: Session, now: datetime) -> frozenset[str]:
    """Ids of everybody who is away at `now`."""
    return frozenset(
        session.scalars(select(AbsenceRow.person_id).where(secrecy.absent(AbsenceRow, now)).distinct())
    )


def candidates(session: Session, person: PersonRow | None = None) -> Sequence[PersonRow]:
    """Who can be a deputy, by name: accounts in use with a role; of one person, those who share one."""
    found = session.scalars(
        select(PersonRow).where(PersonRow.active).order_by(PersonRow.name, PersonRow.id)
    ).all()
    if person is None:
        return [one for one in found if one.roles]
    return [one for one in found if one.id != person.id and set(one.roles) & set(person.roles)]


def doers(rows: Iterable[AbsenceRow], active: Collection[str], person_id: str, at: datetime) -> str | None:
    """Who does the person's work at `at`; None for nobody. `active` are those with an account in use."""
    found = secrecy.doer(_deputies(rows, at), person_id)
    return found if found in active else None


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────


def _may_change(person_id: str, actor: Actor) -> None:
    if person_id != actor.id and not may_lead(actor):
        raise Forbidden("Bara chefer, kanalansvariga och administratörer lägger in andras frånvaro.")


def _wrong_days(first: date | None, last: date | None, today: date) -> dict[str, str]:
    errors = {}
    if first is None:
        errors["first"] = "Ange första dagen."
    elif not today <= first <= today + timedelta(days=MAX_AHEAD):
        errors["first"] = "Första dagen kan vara i dag eller högst ett år framåt."
    if last is None:
        errors["last"] = "Ange sista dagen."
    elif first is not None and last < first:
        errors["last"] = "Sista dagen kan inte vara före den första."
    elif first is not None and (last - first).days >= MAX_DAYS:
        errors["last"] = f"En frånvaro kan vara högst {MAX_DAYS} dagar. Lägg in en ny när den tar slut."
    return errors


def _check_deputy(
    session: Session,
    person: PersonRow,
    row: AbsenceRow,
    deputy_id: str,
    others: Sequence[AbsenceRow],
    now: datetime,
) -> None:
    """Raise Invalid unless the deputy can do the work at every moment of what is left of the absence."""
    deputy = session.get(PersonRow, deputy_id)
    if deputy is None or not deputy.active:
        raise Invalid(fields={"deputy": _GONE})
    if deputy.id == person.id:
        raise Invalid(fields={"deputy": "Ingen kan vara sin egen ersättare."})
    if not set(deputy.roles) & set(person.roles):
        raise Invalid(fields={"deputy": "Ersättaren ska ha minst en av samma roller. Välj någon annan."})
    rest = [one for one in others if one.id != row.id]
    if sum(one.deputy_id == deputy_id and _overlap(one, row) for one in rest) >= MAX_FOR_ONE:
        raise Invalid(fields={"deputy": f"{deputy.name} ersätter redan många de dagarna. Välj någon annan."})
    for at in _turns(row, rest, now):
        # all ways that lead through this absence at that moment, not only this one's own
        deputies = _deputies(rest, at) | {row.person_id: deputy_id}
        way = _way(deputies, row.person_id)
        if way[-1] == row.person_id:
            text = f"{deputy.name} är själv borta då, och ersättningen går runt i en ring. Välj någon annan."
            raise Invalid(fields={"deputy": text})
        if way[-1] in deputies:
            text = f"{deputy.name} är själv borta då och har ingen ersättare på plats. Välj någon annan."
            raise Invalid(fields={"deputy": text})


def _way(deputies: Mapping[str, str | None], person_id: str) -> list[str]:
    """From the person from deputy to deputy: to the first who is there, where it ends, or where it has come
    back to the person."""
    way = [person_id]
    for _ in range(secrecy.MAX_LINKS):
        following = deputies.get(way[-1])
        if following is None:
            break
        way.append(following)
        if following == person_id:
            break
    return way


def _turns(row: AbsenceRow, others: Iterable[AbsenceRow], now: datetime) -> list[datetime]:
    """The moments of what is left of the absence at which it may change who does the work: another's
    absence begins or ends."""
    start = max(row.begins_at, now)
    edges = {start} | {edge for one in others for edge in (one.begins_at, one.until)}
    return sorted(edge for edge in edges if start <= edge < row.until)


def _deputies(rows: Iterable[AbsenceRow], at: datetime) -> dict[str, str | None]:
    return {row.person_id: row.deputy_id for row in rows if row.begins_at <= at < row.until}


def _overlap(one: AbsenceRow, other: AbsenceRow) -> bool:
    return one.begins_at < other.until and other.begins_at < one.until


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), STOCKHOLM).astimezone(UTC)


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────


def _living(session: Session, now: datetime) -> Sequence[AbsenceRow]:
    query = select(AbsenceRow).where(AbsenceRow.ended_at.is_(None), AbsenceRow.until > now)
    return session.scalars(query.order_by(AbsenceRow.begins_at, AbsenceRow.id).limit(MAX_LISTED)).all()


def _held(session: Session, absence_id: str, actor: Actor, now: datetime) -> AbsenceRow:
    row = session.get(AbsenceRow, absence_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound()
    _may_change(row.person_id, actor)
    if row.ended_at is not None or row.until <= now:
        raise Conflict("Frånvaron är redan slut.")
    return row


def _names(session: Session, rows: Iterable[AbsenceRow]) -> dict[str, str]:
    ids = {ident for row in rows for ident in (row.person_id, row.deputy_id) if ident}
    found = session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(sorted(ids))))
    return {row.id: row.name for row in found}


def _active(session: Session, rows: Iterable[AbsenceRow]) -> frozenset[str]:
    ids = {ident for row in rows for ident in (row.person_id, row.deputy_id) if ident}
    query = select(PersonRow.id).where(PersonRow.id.in_(sorted(ids)), PersonRow.active)
    return frozenset(session.scalars(query))


def _note(session: Session, kind: str, row: AbsenceRow, actor: Actor, now: datetime) -> None:
    session.flush()
    history.append_system(
        session,
        kind,
        at=now,
        actor=actor.id,
        data={"absence": row.id, "person": row.person_id, "deputy": row.deputy_id},
    )
