"""Somebody is away and nobody does their work: whom the profile names is asked to appoint a deputy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service import people, profiles
from service.deadlines import STOCKHOLM
from service.duties.keeping import IN_USE, order
from service.duties.kinds import of as kinds_of
from service.duties.occurring import rules
from service.store import AbsenceRow, ChannelPersonRow, ChannelRow

DEPUTY = "deputy"
"""The kind of duty (`bpmn/duties.yaml`) in which a deputy is appointed."""
_PARTS = ("responsible", "administrator")


def order_deputies(session: Session, now: datetime) -> int:
    """Order the duty to appoint a deputy for every channel in use whose responsible or administrator is, or
    will be, away with nobody to do the work, where the profile has a rule about it. Once for each absence
    and channel, however often it is asked. Returns how many were new."""
    kind = kinds_of(session).get(DEPUTY)
    if kind is None:
        return 0
    profile = profiles.of(session)
    if not rules(kind, {key: profile.value(key) for key in profiles.KEYS}):
        return 0
    return sum(
        order(session, DEPUTY, channel_id, row.id, now)
        for row in people.uncovered(session, now)
        for channel_id in _channels(session, row)
    )


def _channels(session: Session, row: AbsenceRow) -> list[str]:
    """Channels in use in which the person has a mandate at some time of the absence."""
    first, after = (at.astimezone(STOCKHOLM).date() for at in (row.begins_at, row.until))
    query = (
        select(ChannelRow.id)
        .join(ChannelPersonRow, ChannelPersonRow.channel_id == ChannelRow.id)
        .where(
            ChannelRow.state.in_(IN_USE),
            ChannelPersonRow.person_id == row.person_id,
            ChannelPersonRow.part.in_(_PARTS),
            ChannelPersonRow.starts_on < after,
            or_(ChannelPersonRow.ends_on.is_(None), ChannelPersonRow.ends_on > first),
        )
        .distinct()
        .order_by(ChannelRow.id)
    )
    return list(session.scalars(query))
