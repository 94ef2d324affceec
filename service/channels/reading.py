"""What staff see of the register: lists with what is missing, one channel with everything, its history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from service.channels import life, mandates, selfchecks
from service.channels.demands import Demands
from service.channels.life import Missing
from service.channels.selfchecks import Finding
from service.channels.words import IN_USE
from service.errors import NotFound
from service.history import SYSTEM
from service.store import CaseRow, ChannelPersonRow, ChannelRow, HistoryRow

PAGE = 50
MAX_EVENTS = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which channels are asked for: empty means all. `mine` is a person's id."""

    state: str = ""
    unit: str = ""
    board: str = ""
    mine: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One channel in the list. `wrong` are findings of a channel in use, or what onboarding lacks."""

    channel: ChannelRow
    responsible: str
    wrong: tuple[Finding | Missing, ...]
    capture_due: date | None
    capture_late: bool


@dataclass(frozen=True, slots=True)
class Lines:
    lines: tuple[Line, ...]
    after: str | None
    """Where the next page begins, or None at the end."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list can be narrowed to."""

    units: tuple[str, ...]
    boards: tuple[str, ...]


def listing(session: Session, wanted: Wanted, demands: Demands, today: date, *, after: str = "") -> Lines:
    """The channels in the order of their names, `PAGE` at a time. `after` is the last channel's id."""
    query = select(ChannelRow).order_by(ChannelRow.name, ChannelRow.id)
    if wanted.state == "in_use":
        query = query.where(ChannelRow.state.in_(IN_USE))
    elif wanted.state:
        query = query.where(ChannelRow.state == wanted.state)
    if wanted.unit:
        query = query.where(ChannelRow.unit == wanted.unit)
    if wanted.board:
        query = query.where(ChannelRow.board == wanted.board)
    if wanted.mine:
        held = select(ChannelPersonRow.channel_id).where(
            ChannelPersonRow.person_id == wanted.mine,
            ChannelPersonRow.starts_on <= today,
            or_(ChannelPersonRow.ends_on.is_(None), ChannelPersonRow.ends_on > today),
        )
        query = query.where(ChannelRow.id.in_(held))
    last = session.get(ChannelRow, after) if after else None
    if last is not None:
        query = query.where(tuple_(ChannelRow.name, ChannelRow.id) > (last.name, last.id))
    rows = session.scalars(query.limit(PAGE + 1)).all()
    shown = tuple(_line(session, row, demands, today) for row in rows[:PAGE])
    return Lines(shown, shown[-1].channel.id if len(rows) > PAGE else None)


def choices(session: Session) -> Choices:
    """Units and boards that have channels."""
    units = session.scalars(select(ChannelRow.unit).distinct().order_by(ChannelRow.unit))
    boards = session.scalars(select(ChannelRow.board).distinct().order_by(ChannelRow.board))
    return Choices(tuple(u for u in units if u), tuple(b for b in boards if b))


def channel(session: Session, channel_id: str) -> ChannelRow:
    """One channel. Raises NotFound."""
    row = session.get(ChannelRow, channel_id)
    if row is None:
        raise NotFound("Kanalen finns inte.")
    return row


def wrong(session: Session, row: ChannelRow, demands: Demands, today: date) -> tuple[Finding | Missing, ...]:
    """What is wrong with a channel in use, or what onboarding still lacks; nothing of others."""
    if row.state == "onboarding":
        people, custody = mandates.people(session, row.id, today), mandates.custody(session, row.id)
        return tuple(life.missing(row, people, custody, demands))
    return tuple(selfchecks.of_channel(session, row, demands, today))


def mandates_of(session: Session, channel_id: str) -> list[ChannelPersonRow]:
    """Every mandate that there is or was, the latest first."""
    return list(
        session.scalars(
            select(ChannelPersonRow)
            .where(ChannelPersonRow.channel_id == channel_id)
            .order_by(ChannelPersonRow.created_at.desc(), ChannelPersonRow.id)
        )
    )


def events(session: Session, channel_id: str) -> list[HistoryRow]:
    """What the history says of the channel, the latest first, at most `MAX_EVENTS`."""
    return list(
        session.scalars(
            select(HistoryRow)
            .where(
                HistoryRow.stream == SYSTEM,
                HistoryRow.kind.like("channel\\_%", escape="\\"),
                HistoryRow.data["channel"].as_string() == channel_id,
            )
            .order_by(HistoryRow.position.desc())
            .limit(MAX_EVENTS)
        )
    )


def planned(session: Session) -> list[tuple[ChannelRow, str]]:
    """Every channel with the number of its application, for the records plan."""
    found = session.execute(
        select(ChannelRow, CaseRow.registration_number, CaseRow.number)
        .outerjoin(CaseRow, CaseRow.id == ChannelRow.case_id)
        .order_by(ChannelRow.name, ChannelRow.id)
    )
    return [(row, registered or number or "") for row, registered, number in found]


def names_of(session: Session, states: Collection[str] = IN_USE) -> list[tuple[str, str]]:
    """Id and name of the channels in `states`, in the order of their names: for choices in forms."""
    found = session.execute(
        select(ChannelRow.id, ChannelRow.name)
        .where(ChannelRow.state.in_(states))
        .order_by(ChannelRow.name, ChannelRow.id)
    )
    return [(ident, name) for ident, name in found]


def _line(session: Session, row: ChannelRow, demands: Demands, today: date) -> Line:
    held = mandates.people(session, row.id, today)
    due = selfchecks.capture_due(row, demands.capture_months) if row.state in IN_USE else None
    return Line(
        row,
        next((person.name for person in held if person.part == "responsible"), ""),
        wrong(session, row, demands, today),
        due,
        due is not None and due < today,
    )
