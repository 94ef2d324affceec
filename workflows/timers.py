"""When a timer is due. Pure: `now` is an argument, every result is aware UTC.

Days, weeks, months and years are civil time in Sweden: a day after 14:00 is 14:00, also over a
change
of clocks, and a month after 31 January is the last of February. Hours, minutes and seconds are
elapsed time. The k:th due date of a cycle is counted from its anchor, so that it never drifts.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from workflows.cron import cron

ZONE = ZoneInfo("Europe/Stockholm")
MAX_YEARS = 50
_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:[.,]\d{1,6})?S)?)?"
)
_CYCLE = re.compile(r"R(\d{0,6})/(?:([^/]+)/)?(P[^/]+)")


@dataclass(frozen=True, slots=True)
class Duration:
    """Civil part (`months`, `days`) and elapsed part (`seconds`)."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    def times(self, count: int) -> Duration:
        return Duration(self.months * count, self.days * count, self.seconds * count)

    def after(self, moment: datetime) -> datetime:
        """`moment` (aware) plus this, as aware UTC. Raises ValueError beyond 50 years."""
        if self.months > 12 * MAX_YEARS or self.days > 366 * MAX_YEARS:
            raise ValueError("too far ahead")
        local = moment.astimezone(ZONE)
        if self.months or self.days:
            month = local.month - 1 + self.months
            year, month = local.year + month // 12, month % 12 + 1
            day = min(local.day, calendar.monthrange(year, month)[1])
            # Civil arithmetic: the same time of day, whatever the offset is then.
            civil = local.replace(year=year, month=month, day=day, tzinfo=None)
            local = (civil + timedelta(days=self.days)).replace(tzinfo=ZONE)
        return local.astimezone(UTC) + timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Cycle:
    """`count` repetitions (None: for ever) of `every`, the first at `start` or one `every` from
    now."""

    every: Duration
    count: int | None = None
    start: datetime | None = None

    def due(self, anchor: datetime, number: int) -> datetime:
        """The `number`:th due date, counted from 0."""
        return self.every.times(number if self.start else number + 1).after(anchor)


def duration(text: str) -> Duration | None:
    """An ISO 8601 duration, or None when `text` is not one."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        return None
    years, months, weeks, days, hours, minutes, seconds = (int(g or 0) for g in found.groups())
    return Duration(years * 12 + months, weeks * 7 + days, hours * 3600 + minutes * 60 + seconds)


def moment(text: str) -> datetime | None:
    """An ISO 8601 date or date-time as aware UTC, or None. Without offset it is Swedish time; a
    date alone is its first moment."""
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=ZONE)
    try:
        parsed.astimezone(ZONE)  # whoever shows it does so in Swedish time: the last day of 9999 has none
        return parsed.astimezone(UTC)
    except OverflowError:
        return None


def cycle(text: str) -> Cycle | None:
    """An ISO 8601 repeating interval `R3/P6M` or `R/2026-03-01/P6M`, or None."""
    found = _CYCLE.fullmatch(text.strip())
    if found is None:
        return None
    count, start, every = found.groups()
    step, begin = duration(every), None if start is None else moment(start)
    if step is None or step == Duration() or (start is not None and begin is None) or count == "0":
        return None
    return Cycle(step, int(count) if count else None, begin)


def repeats(text: str) -> bool:
    """Whether the text is a repetition: an ISO 8601 repeating interval, or cron's five fields."""
    return cycle(text) is not None or cron(text) is not None


def due(text: str, now: datetime) -> datetime | None:
    """When a single timer with this text is due: a moment, or a duration after `now`."""
    if (length := duration(text)) is not None:
        return length.after(now)
    return moment(text)


def next_of(text: str, anchor: datetime, number: int, now: datetime) -> tuple[datetime, int] | None:
    """The first due date of the cycle or cron text, from repetition `number`, that lies after `now`, with its
    number; None when no repetition is left. Missed repetitions are passed over, not caught up."""
    if (schedule := cron(text)) is not None:
        return schedule.after(now), number
    repeating = cycle(text)
    if repeating is None:
        return None
    begin = repeating.start or anchor
    low = number
    if repeating.due(begin, low) <= now:
        # Doubling, then halving: a cycle that slept for years is not stepped through one by one.
        step = 1
        while repeating.due(begin, low + step) <= now:
            step *= 2
        high = low + step
        while low + 1 < high:
            middle = (low + high) // 2
            if repeating.due(begin, middle) <= now:
                low = middle
            else:
                high = middle
        low = high
    if repeating.count is not None and low >= repeating.count:
        return None
    return repeating.due(begin, low), low


def literal(text: str) -> str:
    """The text as the standard writes it; SpiffWorkflow's models put it in quotation marks."""
    stripped = text.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "\"'":
        return stripped[1:-1].strip()
    return stripped


def is_literal(text: str) -> bool:
    """Whether the text is ISO 8601 or cron itself, rather than an expression that gives it."""
    bare = literal(text)
    return duration(bare) is not None or moment(bare) is not None or repeats(bare)
