"""Which days offices are open in Sweden: weekends, public holidays, and the eves that a municipality frees.

Reckoned by rule, without a network, from `holidays`. Dates are Swedish civil dates.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from holidays.countries.sweden import Sweden

STOCKHOLM = ZoneInfo("Europe/Stockholm")

EVES = ("midsummer_eve", "christmas_eve", "new_years_eve")
"""Not holidays by law, free in practice nearly everywhere: each municipality chooses."""

_CODES = MappingProxyType(
    {
        "New Year's Day": "new_years_day",
        "Epiphany": "epiphany",
        "Good Friday": "good_friday",
        "Easter Sunday": "easter_sunday",
        "Easter Monday": "easter_monday",
        "May Day": "may_day",
        "Ascension Day": "ascension_day",
        "Pentecost": "pentecost",
        "Whit Monday": "whit_monday",
        "National Day": "national_day",
        "Midsummer Eve": "midsummer_eve",
        "Midsummer Day": "midsummer_day",
        "All Saints' Day": "all_saints_day",
        "Christmas Eve": "christmas_eve",
        "Christmas Day": "christmas_day",
        "Second Day of Christmas": "boxing_day",
        "New Year's Eve": "new_years_eve",
    }
)
"""What `holidays` calls a day in English → our code for it."""


@lru_cache(256)
def holidays_in(year: int) -> MappingProxyType[date, str]:
    """The public holidays and the three eves of a year, by code. An eve that is also something else is
    called by what it is by law."""
    found: dict[date, str] = {}
    for category in ("de_facto", "public"):
        listed = Sweden(years=year, categories=(category,), include_sundays=False, language="en_US")
        # two on one day come as one text: in 2008 Ascension Day was the first of May
        found |= {day: _CODES[name.split("; ")[0]] for day, name in listed.items()}
    return MappingProxyType(dict(sorted(found.items())))


def why_closed(day: date, eves: tuple[str, ...] = EVES) -> str | None:
    """`saturday`, `sunday`, or the code of the holiday or free eve that closes offices; None when they are
    open. A holiday in a weekend is called by the weekday: it takes nothing away that was there."""
    if day.weekday() >= 5:
        return ("saturday", "sunday")[day.weekday() - 5]
    holiday = holidays_in(day.year).get(day)
    return None if holiday in EVES and holiday not in eves else holiday


def is_working_day(day: date, eves: tuple[str, ...] = EVES) -> bool:
    """Whether offices are open: not Saturday, Sunday, public holiday or one of `eves`."""
    return why_closed(day, eves) is None


def next_working_day(day: date, eves: tuple[str, ...] = EVES) -> date:
    """The first working day after `day`."""
    day += timedelta(days=1)
    while not is_working_day(day, eves):
        day += timedelta(days=1)
    return day


def at(day: date, clock: time) -> datetime:
    """The Swedish clock time on that day, as aware UTC."""
    return datetime.combine(day, clock, STOCKHOLM).astimezone(UTC)


def midnight_after(moment: datetime) -> datetime:
    """The end of the Swedish day that `moment` (aware) lies in, as aware UTC."""
    return at(moment.astimezone(STOCKHOLM).date() + timedelta(days=1), time())
