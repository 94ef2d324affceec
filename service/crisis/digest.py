"""What came in and went out since the last summary, in numbers: for the crisis management. No case that is
need-to-know is counted, and nobody's name or words are in it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import answers, history
from service.actors import Actor
from service.crisis.mode import current, may_start, usage
from service.deadlines import STOCKHOLM
from service.errors import Conflict, Forbidden
from service.store import CaseRow, ChannelDayRow, ChannelRow, CrisisDigestRow, CrisisRow, ItemRow

MAX_ITEMS = 10_000
OTHER = "Annan kanal"
UNSORTED = "unsorted"
_CODE = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Line:
    """How much of one kind came in through one channel within one hour. `hour` is Swedish time."""

    hour: str
    channel: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Digest:
    """A summary of the time from `since` until before `until` (aware UTC). `posts` is what the municipality
    itself published, by channel, on the days that the time touches."""

    since: datetime
    until: datetime
    lines: tuple[Line, ...]
    posts: tuple[tuple[str, int], ...]
    unused: tuple[str, ...]
    """Names of the channels that are not used."""

    @property
    def total(self) -> int:
        return sum(line.count for line in self.lines)

    def as_json(self) -> dict[str, Any]:
        return {
            "since": self.since.astimezone(UTC).isoformat(),
            "until": self.until.astimezone(UTC).isoformat(),
            "total": self.total,
            "lines": [
                {"hour": line.hour, "channel": line.channel, "kind": line.kind, "count": line.count}
                for line in self.lines
            ],
            "own_posts": [{"channel": channel, "count": count} for channel, count in self.posts],
            "channels_not_used": list(self.unused),
        }


def summary(session: Session, *, now: datetime) -> Digest:
    """What has happened since the last summary, or since the crisis began. Raises Conflict without one."""
    crisis = _on(session)
    last = session.scalar(
        select(func.max(CrisisDigestRow.until)).where(CrisisDigestRow.crisis_id == crisis.id)
    )
    since = last or crisis.started_at
    names = {row.id: row.name for row in session.execute(select(ChannelRow.id, ChannelRow.name))}
    found = session.execute(
        select(CaseRow, ItemRow.received_at)
        .join(ItemRow, ItemRow.case_id == CaseRow.id)
        .where(ItemRow.received_at >= since, ItemRow.received_at < now, CaseRow.secrecy.is_(None))
        .order_by(ItemRow.received_at, ItemRow.id)
        .limit(MAX_ITEMS)
    ).all()
    counted: Counter[tuple[str, str, str]] = Counter()
    for case, received_at in found:
        hour = received_at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:00")
        counted[hour, _channel(case, names), _kind(session, case)] += 1
    lines = tuple(Line(*where, count) for where, count in sorted(counted.items()))
    days = session.execute(
        select(ChannelDayRow.channel_id, func.sum(ChannelDayRow.posts))
        .where(
            ChannelDayRow.day >= since.astimezone(STOCKHOLM).date(),
            ChannelDayRow.day <= now.astimezone(STOCKHOLM).date(),
        )
        .group_by(ChannelDayRow.channel_id)
    )
    posts = tuple(sorted((names[ident], int(count)) for ident, count in days if count))
    unused = tuple(sorted(names[ident] for ident, used in usage(session).items() if not used))
    return Digest(since, now, lines, posts, unused)


def make_digest(session: Session, *, actor: Actor, now: datetime) -> CrisisDigestRow:
    """Keep the summary as one that was told on: the next begins where it ends. Raises Forbidden or
    Conflict."""
    if not may_start(actor):
        raise Forbidden
    crisis = session.get(CrisisRow, _on(session).id, with_for_update=True, populate_existing=True)
    if crisis is None or not crisis.current:
        raise Conflict("Krisläget är inte på.")
    made = summary(session, now=now)
    last = session.scalar(
        select(func.max(CrisisDigestRow.number)).where(CrisisDigestRow.crisis_id == crisis.id)
    )
    row = CrisisDigestRow(
        id=str(uuid4()),
        crisis_id=crisis.id,
        number=(last or 0) + 1,
        since=made.since,
        until=made.until,
        made_by=actor.id,
        content=made.as_json(),
    )
    session.add(row)
    session.flush()  # its number is shown at once
    history.append_system(
        session,
        "crisis_digest_made",
        at=now,
        actor=actor.id,
        data={"crisis": crisis.id, "number": row.number, "total": made.total},
    )
    return row


def digests(session: Session, crisis_id: str) -> list[CrisisDigestRow]:
    """The summaries of one crisis, the latest first."""
    return list(
        session.scalars(
            select(CrisisDigestRow)
            .where(CrisisDigestRow.crisis_id == crisis_id)
            .order_by(CrisisDigestRow.number.desc())
        )
    )


def _on(session: Session) -> CrisisRow:
    crisis = current(session)
    if crisis is None:
        raise Conflict("Krisläget är inte på.")
    return crisis


def _channel(case: CaseRow, names: dict[str, str]) -> str:
    """The channel by its name in the register: what was typed elsewhere may be somebody's name."""
    if case.channel_id in names:
        return names[case.channel_id]
    return case.channel if case.channel in names.values() else OTHER


def _kind(session: Session, case: CaseRow) -> str:
    """The kind that the assessment chose, a code; never anything typed."""
    kind = answers.of_case(session, case).get("kind_of_item")
    return kind if isinstance(kind, str) and _CODE.fullmatch(kind) else UNSORTED
