"""Dates, moments and lengths of time in plain Swedish. Moments are shown in Swedish time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from workflows.expressions import YearMonthDuration
from workflows.timers import ZONE, Cycle, Duration
from workflows.wording.names import series

_MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
_UNITS = (
    ("år", "år"), ("månad", "månader"), ("dygn", "dygn"),
    ("timme", "timmar"), ("minut", "minuter"), ("sekund", "sekunder"),
)  # fmt: skip
_NEUTER = ("år", "dygn")


def day_in_words(day: date) -> str:
    """Den 1 mars 2026; an aware moment is the day it is in Sweden."""
    if isinstance(day, datetime):
        day = day.astimezone(ZONE)
    return f"den {day.day} {_MONTHS[day.month - 1]} {day.year}"


def month_in_words(month: int) -> str:
    """Januari is 1."""
    return _MONTHS[month - 1]


def moment_in_words(moment: datetime) -> str:
    """Den 1 mars 2026 kl. 09.00. `moment` is aware."""
    return f"{day_in_words(moment)} kl. {clock_in_words(moment.astimezone(ZONE).time())}"


def clock_in_words(clock: time) -> str:
    return f"{clock.hour:02}.{clock.minute:02}" + (f".{clock.second:02}" if clock.second else "")


def length_in_words(length: Duration | timedelta | YearMonthDuration) -> str:
    """1 dygn och 12 timmar. Hours are never made into days: 24 hours are not always one day."""
    match length:
        case YearMonthDuration(months):
            return length_in_words(Duration(months=abs(months)))
        case timedelta():
            whole = abs(length)
            return length_in_words(Duration(days=whole.days, seconds=whole.seconds))
        case Duration():
            parts = [
                f"{count} {one if count == 1 else several}"
                for count, (one, several) in zip(_counts(length), _UNITS, strict=True)
                if count
            ]
            return series(parts) or "ingen tid alls"


def repeated(cycle: Cycle) -> str:
    """Varannan månad, med början den 1 mars 2026, högst 3 gånger."""
    counts = [(count, unit) for count, (unit, _) in zip(_counts(cycle.every), _UNITS, strict=True) if count]
    if len(counts) == 1:
        text = _every(*counts[0])
    else:
        text = f"gång på gång med {length_in_words(cycle.every)} emellan"
    if cycle.start is not None:
        text += f", med början {moment_in_words(cycle.start)}"
    if cycle.count is not None:
        text += ", en gång" if cycle.count == 1 else f", högst {cycle.count} gånger"
    return text


def _every(count: int, unit: str) -> str:
    neuter = unit in _NEUTER
    if count == 1:
        return f"varje {unit}"
    if count == 2:
        return f"{'vartannat' if neuter else 'varannan'} {unit}"
    ending = "a" if count % 10 in (1, 2) and count % 100 not in (11, 12) else "e"
    return f"{'vart' if neuter else 'var'} {count}:{ending} {unit}"


def _counts(length: Duration) -> tuple[int, ...]:
    """In the order of `_UNITS`."""
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return length.months // 12, length.months % 12, length.days, hours, minutes, seconds
