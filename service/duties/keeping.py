"""The occurrences as they are kept: claimed once, whoever looks first; open ones are not added to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service import channels, profiles
from service.channels import demands_of, of_all
from service.channels.words import POLITICIAN
from service.deadlines import STOCKHOLM
from service.duties.kinds import COLUMNS, SINCE, For, Kind
from service.duties.kinds import of as kinds_of
from service.duties.occurring import Concerned, End, Occurrence, due_by, occurring, role_of
from service.errors import NotFound
from service.store import (
    CaseRow,
    ChannelPersonRow,
    ChannelRow,
    ConsentRow,
    DutyRow,
    PersonRow,
    lock_rows,
)

PROCESS = "duty"
"""The process folder that every occurrence becomes a case of."""
IN_USE = ("active", "inactive_warning")
"""States of a channel that is looked after."""
MANY = 100


@dataclass(frozen=True, slots=True)
class Unopened:
    """An occurrence that is to become a case. `responsible` is the person who has it in the inbox when
    their account is open, else everybody with the role sees it."""

    id: str
    kind: Kind
    role: str
    channel_id: str | None
    channel: str
    unit: str
    due_at: datetime
    responsible: str | None


def due(session: Session, now: datetime) -> list[Occurrence]:
    """The occurrences that have come due for the channels in use, by the profile in force, and are not kept
    yet. One whose kind already has a case open about the same thing waits for that: what is missed comes as
    one."""
    found = list(occurring(kinds_of(session).values(), _concerned(session, now), _values(session), now))
    if not found:
        return []
    abouts = {one.about for one in found}
    kept = select(DutyRow.kind, DutyRow.about, DutyRow.occurrence).where(DutyRow.about.in_(abouts))
    known = {(row.kind, row.about, row.occurrence) for row in session.execute(kept)}
    still = (
        select(DutyRow.kind, DutyRow.about)
        .outerjoin(CaseRow, CaseRow.id == DutyRow.case_id)
        .where((DutyRow.case_id.is_(None)) | (CaseRow.status == "open"))
    )
    waiting = {(row.kind, row.about) for row in session.execute(still)}
    new: dict[tuple[str, str], Occurrence] = {}
    for one in found:
        thing = (one.kind, one.about)
        if (*thing, one.occurrence) not in known and thing not in waiting:
            new.setdefault(thing, one)
    return list(new.values())


def keep(session: Session, occurrence: Occurrence, now: datetime) -> bool:
    """Keep an occurrence so that a case is opened for it. False when somebody has already."""
    insert = postgresql.insert if lock_rows(session) else sqlite.insert
    made = session.execute(
        insert(DutyRow)
        .values(
            id=str(uuid4()),
            kind=occurrence.kind,
            about=occurrence.about,
            occurrence=occurrence.occurrence,
            channel_id=occurrence.channel_id,
            due_at=occurrence.due_at,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["kind", "about", "occurrence"])
        .returning(DutyRow.id)
    )
    return made.scalar_one_or_none() is not None


def order(session: Session, kind_id: str, channel_id: str, occurrence: str, now: datetime) -> bool:
    """Order a duty for a channel outside its rhythm (before a major change, at somebody's absence).
    `occurrence` names it: the same name again orders nothing. Raises NotFound for an unknown kind or
    channel. Opens no case by itself: the next round does."""
    kind = kinds_of(session).get(kind_id)
    if kind is None or session.get(ChannelRow, channel_id) is None:
        raise NotFound()
    today = now.astimezone(STOCKHOLM).date()
    asked = Occurrence(
        kind.id, f"channel:{channel_id}", occurrence[:40], channel_id, due_by(today, kind, now)
    )
    return keep(session, asked, now)


def unopened(session: Session) -> Sequence[str]:
    """Ids of occurrences that have no case yet, the oldest first, at most MANY."""
    query = select(DutyRow.id).where(DutyRow.case_id.is_(None)).order_by(DutyRow.created_at, DutyRow.id)
    return session.scalars(query.limit(MANY)).all()


def claim(session: Session, duty_id: str) -> Unopened | None:
    """Take an occurrence to open its case in this very transaction. None when another has it, or it has a
    case, or its kind is no more."""
    row = session.scalar(
        select(DutyRow)
        .where(DutyRow.id == duty_id, DutyRow.case_id.is_(None))
        .with_for_update(skip_locked=True)
    )
    kind = kinds_of(session).get(row.kind) if row is not None else None
    if row is None or kind is None:
        return None
    channel = session.get(ChannelRow, row.channel_id) if row.channel_id else None
    role = role_of(kind, _values(session))
    return Unopened(
        row.id,
        kind,
        role,
        row.channel_id,
        channel.name if channel else "",
        channel.unit if channel else "",
        row.due_at,
        _responsible(session, row.channel_id, role, row.created_at) if row.channel_id else None,
    )


def opened(session: Session, duty_id: str, case_id: str) -> None:
    """The occurrence, claimed in this transaction, has become that case."""
    session.get_one(DutyRow, duty_id).case_id = case_id


def kind_of(session: Session, case_id: str) -> Kind | None:
    """The kind of duty that the case is, or None."""
    name = session.scalar(select(DutyRow.kind).where(DutyRow.case_id == case_id))
    return kinds_of(session).get(name) if name else None


# ── what is known ────────────────────────────────────────────────────────────────────────────────────


def _values(session: Session) -> Mapping[str, object]:
    profile = profiles.of(session)
    return {key: profile.value(key) for key in profiles.KEYS}


def _concerned(session: Session, now: datetime) -> list[Concerned]:
    today = now.astimezone(STOCKHOLM).date()
    rows = session.scalars(
        select(ChannelRow)
        .where(ChannelRow.state.in_(IN_USE), ChannelRow.kind != POLITICIAN)
        .order_by(ChannelRow.name, ChannelRow.id)
    ).all()
    if not rows:
        return []
    found = of_all(session, demands_of(session), today)
    ends = {"mandate": _mandates(session), "consent": _consents(session)}
    days = (*SINCE, *COLUMNS["channel"])
    return [
        Concerned(
            row.id,
            row.name,
            row.unit,
            {name: getattr(row, name) for name in days},
            _ends_of(ends, row.id),
            frozenset(finding.duty for finding in found.get(row.id, ())),
        )
        for row in rows
    ]


def _ends_of(ends: Mapping[str, Mapping[str, list[End]]], channel_id: str) -> dict[For, Sequence[End]]:
    return {
        "mandate": ends["mandate"].get(channel_id, ()),
        "consent": ends["consent"].get(channel_id, ()),
    }


def _mandates(session: Session) -> dict[str, list[End]]:
    found: dict[str, list[End]] = {}
    for row in session.scalars(select(ChannelPersonRow).where(ChannelPersonRow.ends_on.is_not(None))):
        if row.ends_on is not None:
            found.setdefault(row.channel_id, []).append(End(row.id, row.ends_on))
    return found


def _consents(session: Session) -> dict[str, list[End]]:
    found: dict[str, list[End]] = {}
    query = select(ConsentRow).where(ConsentRow.expires_on.is_not(None), ConsentRow.withdrawn_on.is_(None))
    for row in session.scalars(query):
        if row.expires_on is not None:
            found.setdefault(row.channel_id, []).append(End(row.id, row.expires_on))
    return found


def _responsible(session: Session, channel_id: str, role: str, at: datetime) -> str | None:
    """Who the channel's own register names for the role, when the account is open."""
    part = {"channel_responsible": "responsible", "channel_administrator": "administrator"}.get(role)
    people = channels.people(session, channel_id, at.astimezone(STOCKHOLM).date())
    named = [p.person_id for p in people if p.part == part and p.person_id is not None]
    if len(named) != 1:  # several administrators share the work: whoever comes first takes it
        return None
    person = session.get(PersonRow, named[0])
    return person.id if person is not None and person.active else None
