"""The functions that make dates, times and durations. A text that is none of them gives null."""

from __future__ import annotations

from datetime import date, datetime, time

from workflows.expressions.budget import Meter
from workflows.expressions.temporal import parse_date, parse_duration, parse_moment, parse_time
from workflows.expressions.values import ZONE, Inner


def to_date(meter: Meter, value: Inner, month: Inner = None, day: Inner = None) -> Inner:
    if type(value) is int and type(month) is int and type(day) is int:
        try:
            return date(value, month, day)
        except (ValueError, OverflowError):
            return None
    if month is not None or day is not None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        moment = None if parse_date(value) else parse_moment(value)
        return moment.date() if moment else parse_date(value)
    return value if isinstance(value, date) else None


def to_time(meter: Meter, value: Inner) -> Inner:
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, str):
        return parse_time(value)
    return value if isinstance(value, time) else None


def to_moment(meter: Meter, value: Inner, clock: Inner = None) -> Inner:
    if clock is None:
        if isinstance(value, str):
            return parse_moment(value)
        if isinstance(value, datetime):
            return value
        return datetime.combine(value, time(), ZONE) if isinstance(value, date) else None
    if isinstance(clock, time) and isinstance(value, date):
        zone = value.tzinfo if isinstance(value, datetime) else None
        day = value.date() if isinstance(value, datetime) else value
        return datetime.combine(day, clock, zone or ZONE)
    return None


def to_duration(meter: Meter, value: Inner) -> Inner:
    return parse_duration(value) if isinstance(value, str) else None


def now(meter: Meter) -> Inner:
    return meter.now


def today(meter: Meter) -> Inner:
    return None if meter.now is None else meter.now.astimezone(ZONE).date()
