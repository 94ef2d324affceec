"""When things are due: pure rules over Swedish time, weekends and public holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays.countries.sweden import Sweden

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ANSWER = timedelta(hours=24)
OFFICE_CLOSES = time(17, 0)
RULES = ("at_once", "answer", "registration")
"""The deadline rules that a model may name."""


@lru_cache(64)
def _holidays(year: int) -> Sweden:
    # the eves (midsommar-, jul- and nyårsafton) are free in practice: category `de_facto`
    return Sweden(years=year, categories=("public", "de_facto"), include_sundays=False)


def is_working_day(day: date) -> bool:
    """Whether offices are open: not Saturday, Sunday, public holiday or one of the three eves."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def answer_due(received_at: datetime) -> datetime:
    """When an answer is due: 24 hours, in which weekends and public holidays do not count.

    `received_at` is aware; the result is aware UTC. Source: Säter 2021 §6, "inom 24 timmar med
    undantag av helger"."""
    moment, left = received_at.astimezone(UTC), ANSWER
    while True:
        day = moment.astimezone(STOCKHOLM).date()
        midnight = datetime.combine(day + timedelta(days=1), time(), STOCKHOLM).astimezone(UTC)
        if is_working_day(day):
            if moment + left < midnight:
                return moment + left
            left -= midnight - moment
            if not left:
                return midnight if is_working_day(day + timedelta(days=1)) else _opening(day)
        moment = midnight


def _opening(day: date) -> datetime:
    """Midnight at the start of the first working day after `day`."""
    return datetime.combine(next_working_day(day), time(), STOCKHOLM).astimezone(UTC)


def registration_due(received_at: datetime) -> datetime:
    """When a received record must be in the diarium: before closing time on the next working day.

    Source: OSL 5 kap. 1 § "så snart" as JO reads it: next working day at the latest."""
    day = next_working_day(received_at.astimezone(STOCKHOLM).date())
    return datetime.combine(day, OFFICE_CLOSES, STOCKHOLM).astimezone(UTC)


def due(rule: str | None, received_at: datetime) -> datetime | None:
    """The due time that a model's deadline rule gives for something received then."""
    match rule:
        case None:
            return None
        case "at_once":
            return received_at  # what must come down is late from the moment it came
        case "answer":
            return answer_due(received_at)
        case "registration":
            return registration_due(received_at)
        case _:
            raise LookupError(f"{rule!r} is no deadline rule; there are {', '.join(RULES)}")
