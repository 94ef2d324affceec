"""Dates, times and durations: read from and written as ISO 8601, and added with month ends kept.

A moment is always aware. Days and hours are added to it as elapsed time; months are added on the
calendar and the clock on the wall, and a day that the month lacks becomes the month's last.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

from workflows.expressions.values import ZONE, Inner, YearMonthDuration

_DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_TIME = r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
_DATE_ONLY: Final = re.compile(_DATE)
_TIME_ONLY: Final = re.compile(_TIME)
_MOMENT: Final = re.compile(_DATE + "T" + _TIME + r"(Z|[+-][0-9]{2}:[0-9]{2})?")
_MONTHS: Final = re.compile(r"(-)?P(?=[0-9])(?:([0-9]{1,6})Y)?(?:([0-9]{1,6})M)?")
_DAYS: Final = re.compile(
    r"(-)?P(?=[0-9T])(?:([0-9]{1,9})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:\.([0-9]{1,9}))?S)?)?"
)
_LONGEST: Final = 40


def _micro(digits: str | None) -> int:
    return int((digits or "0").ljust(6, "0")[:6])


def parse_date(text: str) -> date | None:
    """2026-11-21, or None when the text is not a day of the calendar."""
    found = _DATE_ONLY.fullmatch(text) if len(text) <= _LONGEST else None
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """08:30 or 08:30:00, without an offset; None otherwise."""
    found = _TIME_ONLY.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    hour, minute, second, fraction = found.groups()
    try:
        return time(int(hour), int(minute), int(second or 0), _micro(fraction))
    except ValueError:
        return None


def parse_moment(text: str) -> datetime | None:
    """2026-11-21T08:30:00+01:00; without an offset, Swedish time. A day alone is its midnight."""
    found = _MOMENT.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        day = parse_date(text)
        return None if day is None else datetime.combine(day, time(), ZONE)
    year, month, day_, hour, minute, second, fraction, offset = found.groups()
    try:
        return datetime(
            int(year), int(month), int(day_), int(hour), int(minute), int(second or 0),
            _micro(fraction), _zone(offset),
        )  # fmt: skip
    except ValueError:
        return None


def _zone(offset: str | None) -> tzinfo:
    if offset is None:
        return ZONE
    if offset == "Z":
        return UTC
    span = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6]))
    return timezone(-span if offset[0] == "-" else span)


def parse_duration(text: str) -> timedelta | YearMonthDuration | None:
    """P1Y6M or P3DT12H; months and days cannot be mixed, as in FEEL."""
    if len(text) > _LONGEST or len(text) < 3:
        return None
    if found := _MONTHS.fullmatch(text):
        sign, years, months = found.groups()
        total = int(years or 0) * 12 + int(months or 0)
        return YearMonthDuration(-total if sign else total)
    if found := _DAYS.fullmatch(text):
        sign, days, hours, minutes, seconds, fraction = found.groups()
        try:
            span = timedelta(
                days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0),
                seconds=int(seconds or 0), microseconds=_micro(fraction),
            )  # fmt: skip
        except OverflowError:
            return None
        return -span if sign else span
    return None


def parse_any(text: str) -> date | datetime | time | timedelta | YearMonthDuration | None:
    """What FEEL's @"…" stands for: a day, a moment, a time of day or a duration."""
    return parse_date(text) or parse_moment(text) or _or_zero(text)


def _or_zero(text: str) -> time | timedelta | YearMonthDuration | None:
    # Midnight and a zero duration are values too, so `or` would lose them.
    clock = parse_time(text)
    return clock if clock is not None else parse_duration(text)


def write(value: date | datetime | time | timedelta | YearMonthDuration) -> str:
    """ISO 8601, as the functions above read it."""
    if isinstance(value, timedelta):
        return _write_span(value)
    if isinstance(value, YearMonthDuration):
        years, months = divmod(abs(value.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return ("-P" if value.months < 0 else "P") + text
    return value.isoformat()


def _write_span(span: timedelta) -> str:
    sign, span = ("-", -span) if span < timedelta(0) else ("", span)
    hours, rest = divmod(span.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{span.microseconds:06d}".rstrip("0") if span.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction:
        clock += f"{seconds}{fraction}S"
    days = f"{span.days}D" if span.days else ""
    return f"{sign}P{days}" + (f"T{clock}" if clock else "" if days else "T0S")


def add_months(day: date, months: int) -> date | None:
    """`day` moved `months` on the calendar: 31 January and one month is the last of February.

    A datetime stays a datetime in its own zone. None when the calendar ends first.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def add_span(value: Inner, span: timedelta) -> Inner:
    """Elapsed time after a moment, a time of day (round the clock) or the midnight of a day."""
    try:
        if isinstance(value, datetime):
            return (value.astimezone(UTC) + span).astimezone(value.tzinfo)
        if isinstance(value, date):
            return (datetime.combine(value, time()) + span).date()
        if isinstance(value, time):
            return (datetime.combine(date(2000, 1, 1), value) + span % timedelta(days=1)).time()
    except (OverflowError, ValueError):
        return None
    return None


def _whole(span: timedelta, unit: int, wrap: int) -> int:
    seconds = abs(span) // timedelta(seconds=1) // unit % wrap
    return -seconds if span < timedelta(0) else seconds


PROPERTIES: Final[Mapping[tuple[type, str], Callable[..., int]]] = {
    **{
        (kind, name): read
        for kind in (date, datetime)
        for name, read in (
            ("year", lambda v: v.year),
            ("month", lambda v: v.month),
            ("day", lambda v: v.day),
            ("weekday", lambda v: v.isoweekday()),
        )
    },
    **{
        (kind, name): read
        for kind in (time, datetime)
        for name, read in (
            ("hour", lambda v: v.hour),
            ("minute", lambda v: v.minute),
            ("second", lambda v: v.second),
        )
    },
    (timedelta, "days"): lambda v: _whole(v, 86_400, 10**9),
    (timedelta, "hours"): lambda v: _whole(v, 3_600, 24),
    (timedelta, "minutes"): lambda v: _whole(v, 60, 60),
    (timedelta, "seconds"): lambda v: _whole(v, 1, 60),
    (YearMonthDuration, "years"): lambda v: int(v.months / 12),
    (YearMonthDuration, "months"): lambda v: abs(v.months) % 12 * (-1 if v.months < 0 else 1),
}
"""What `day.year` and the like mean: a fixed table, never an attribute named by a model's text."""
