"""Cron's five fields in plain Swedish where that is short, else the fields themselves."""

from __future__ import annotations

from workflows.cron import Cron
from workflows.wording.dates import month_in_words
from workflows.wording.names import series

_DAYS = ("söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag")
_SHORT = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_WORKING = ("1-5", "mon-fri")
_WEEKEND = ("6,0", "0,6", "6,7", "sat,sun", "6-7")


def scheduled(cron: Cron) -> str:
    """”varje vardag klockan 9”, ”den 1 varje månad klockan 9.30”, ”enligt schemat 0 9 1-7 * 1”."""
    minute, hour, day, month, weekday = cron.text.lower().split()
    days, clock = _days(day, month, weekday), _clock(minute, hour)
    if days and clock:
        return f"{days} {clock}"
    if (minute, hour, day, month, weekday) == ("0", "*", "*", "*", "*"):
        return "varje hel timme"
    return f"enligt schemat {cron.text}"


def _clock(minute: str, hour: str) -> str:
    hours = hour.split(",")
    if not minute.isdecimal() or not all(h.isdecimal() for h in hours):
        return ""
    late = f".{int(minute):02}" if int(minute) else ""
    return "klockan " + series([f"{int(h)}{late}" for h in hours])


def _days(day: str, month: str, weekday: str) -> str:
    if day == "*" and month == "*":
        return _weekdays(weekday)
    if weekday != "*" or not day.isdecimal():
        return ""
    if month == "*":
        return f"den {int(day)} varje månad"
    return f"den {int(day)} {month_in_words(int(month))} varje år" if month.isdecimal() else ""


def _weekdays(weekday: str) -> str:
    if weekday == "*":
        return "varje dag"
    if weekday in _WORKING:
        return "varje vardag"
    if weekday in _WEEKEND:
        return "varje lördag och söndag"
    names = [_day(part) for part in weekday.split(",")]
    return f"varje {series(names)}" if all(names) else ""


def _day(part: str) -> str:
    if part in _SHORT:
        return _DAYS[_SHORT.index(part)]
    return _DAYS[int(part) % 7] if part.isdecimal() else ""
