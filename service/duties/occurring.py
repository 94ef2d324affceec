"""Which occurrences have come due: pure, from kinds, a profile's values and what is known of a channel.

What was missed while nobody looked is one occurrence, the latest: nobody is helped by ten reminders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from service import deadlines
from service.channels import selfchecks
from service.deadlines import STOCKHOLM
from service.duties.kinds import For, Kind

ROLES_DRAWN = (
    "channel_responsible",
    "channel_administrator",
    "head_of_unit",
    "communications_manager",
    "archivist",
    "data_protection_officer",
)
"""The roles that have a lane in `bpmn/duty`; what another role should do, the first one does."""


@dataclass(frozen=True, slots=True)
class End:
    """Something of a channel's that comes to an end: a mandate or a consent, by id, on a day."""

    id: str
    day: date


@dataclass(frozen=True, slots=True)
class Concerned:
    """What a channel is to its duties. `days` are its own by column name; `ends` what belongs to it, by kind
    of thing; `found` the kinds of duty that its self-checks ask for."""

    id: str
    name: str
    unit: str
    days: Mapping[str, date | None] = field(default_factory=dict)
    ends: Mapping[For, Sequence[End]] = field(default_factory=dict)
    found: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a duty is to be done. `about` and `occurrence` with the kind name it for ever; `due_at`
    is aware UTC."""

    kind: str
    about: str
    occurrence: str
    channel_id: str | None
    due_at: datetime


def occurring(
    kinds: Iterable[Kind], channels: Iterable[Concerned], values: Mapping[str, object], now: datetime
) -> Iterator[Occurrence]:
    """Every occurrence that is due to be opened at `now` (aware), in order of channel and kind. `values` are
    a profile's, by key."""
    kept = tuple(kind for kind in kinds if rules(kind, values))
    today = now.astimezone(STOCKHOLM).date()
    for channel in channels:
        for kind in kept:
            yield from _of(kind, channel, values, today, now)


def rules(kind: Kind, values: Mapping[str, object]) -> bool:
    """Whether the profile has a rule that asks for this kind of duty."""
    return not kind.key or _value(values, kind.key) not in kind.none_when


def role_of(kind: Kind, values: Mapping[str, object]) -> str:
    """The role that does it under the profile, among those that have a lane."""
    role = _value(values, kind.role_key) if kind.role_key else None
    for one in (role, kind.role):
        if one in ROLES_DRAWN:
            return str(one)
    return ROLES_DRAWN[0]


def due_by(day: date, kind: Kind, now: datetime) -> datetime:
    """When an occurrence of that day is due if its case is opened now: before closing time, and never with
    less than the working days that the kind gives."""
    earliest = now.astimezone(STOCKHOLM).date()
    for _ in range(kind.days):
        earliest = deadlines.next_working_day(earliest)
    last = max(day, earliest)
    if kind.days and not deadlines.is_working_day(last):
        last = deadlines.next_working_day(last)
    due = deadlines.by_the_end_of(last, now).due
    assert due is not None
    return due


def _of(
    kind: Kind, channel: Concerned, values: Mapping[str, object], today: date, now: datetime
) -> Iterator[Occurrence]:
    about = f"channel:{channel.id}"
    match kind.when:
        case "interval":
            day = _interval(kind, channel, values)
            if day is not None and day - timedelta(days=kind.ahead) <= today:
                yield Occurrence(kind.id, about, day.isoformat(), channel.id, due_by(day, kind, now))
        case "daily":
            if _value(values, kind.key) == "daily" or deadlines.is_working_day(today):
                yield Occurrence(kind.id, about, today.isoformat(), channel.id, due_by(today, kind, now))
            return
        case "date":
            yield from _ended(kind, channel, today, now)
        case "found" | "ordered":
            pass
    if kind.found and kind.id in channel.found:
        week = today.isocalendar()
        occurrence = f"{week.year}-W{week.week:02d}" if kind.again == "week" else f"{today:%Y-%m}"
        yield Occurrence(kind.id, about, occurrence, channel.id, due_by(today, kind, now))


def _ended(kind: Kind, channel: Concerned, today: date, now: datetime) -> Iterator[Occurrence]:
    if kind.on == "channel":
        day = channel.days.get(kind.column)
        ends: Sequence[End] = () if day is None else (End(channel.id, day),)
    else:
        ends = channel.ends.get(kind.on, ())
    for end in ends:
        if kind.on == "mandate" and end.day <= today:
            continue  # it has been ended, or has ended: the self-checks see what is missing then
        if end.day - timedelta(days=kind.ahead) <= today:
            about = f"{kind.on}:{end.id}"
            yield Occurrence(kind.id, about, end.day.isoformat(), channel.id, due_by(end.day, kind, now))


def _interval(kind: Kind, channel: Concerned, values: Mapping[str, object]) -> date | None:
    """The next day: the last one counted from plus the months; the first day itself where the thing has
    never been done (then only the channel's opening is known)."""
    months = kind.months or _value(values, kind.key)
    since = next(((name, day) for name in kind.since if (day := channel.days.get(name)) is not None), None)
    if since is None or not isinstance(months, int) or not months:
        return None
    name, day = since
    if len(kind.since) > 1 and name == kind.since[-1]:
        return day
    return selfchecks.months_after(day, months)


def _value(values: Mapping[str, object], key: str) -> object:
    """The value of a key; of a key with several parts its first."""
    value = values.get(key)
    return next(iter(value.values()), None) if isinstance(value, Mapping) else value
