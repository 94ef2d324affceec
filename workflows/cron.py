"""Repetition at set times, written as cron's five fields: minute, hour, day, month, weekday.

Fields are Swedish civil time. What is set for hours that a change of clocks leaves out happens as the
clocks change, and what is set for hours that come twice happens the first time; what happens every
hour (`*` or `*/2` as hour) follows elapsed time. With both a day and a weekday, either is enough.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from croniter import croniter

MAX_LENGTH = 100
_ZONE = ZoneInfo("Europe/Stockholm")
_BACK = timedelta(hours=2)
"""How far back to begin looking: more than any change of clocks."""
_YEARS = 9
"""How far ahead to look: 29 February may be eight years away."""
_LATEST = 9_000
"""The last year that is looked from: there is nothing to find near the end of the calendar."""
_FIELD = r"(?:\*|\w{1,3}(?:-\w{1,3})?)(?:/\d{1,2})?"
_TEXT = re.compile(rf"{_FIELD}(?:,{_FIELD})*(?: +{_FIELD}(?:,{_FIELD})*){{4}}", re.ASCII)
_WORDS = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)?", re.I)


@dataclass(frozen=True, slots=True)
class Cron:
    """`text` has exactly five fields with one blank between them, and is known to come round."""

    text: str

    def after(self, now: datetime) -> datetime:
        """The first time after `now` (aware), as aware UTC. Raises ValueError after the year 9000."""
        if now.year > _LATEST:
            raise ValueError("too far ahead")
        hourly = self.text.split()[1].startswith("*")
        found: datetime | None = None
        times = croniter(
            self.text, now.astimezone(_ZONE).replace(tzinfo=None) - _BACK, max_years_between_matches=_YEARS
        )
        while True:
            civil: datetime = times.get_next(datetime)
            if found is not None and _first(civil) > found:
                return found
            for due in _both(civil) if hourly else (_first(civil),):
                if due > now and (found is None or due < found):
                    found = due


@lru_cache(256)
def cron(text: str) -> Cron | None:
    """A cron text of five fields that comes round at least once in nine years, or None."""
    stripped = text.strip()
    if len(stripped) > MAX_LENGTH or _TEXT.fullmatch(stripped) is None:
        return None
    if not all(_WORDS.fullmatch(word) for word in re.findall(r"[A-Za-z_]+", stripped)):
        return None  # other letters have other meanings in other crons; one of them is chance
    fields = " ".join(stripped.split())
    try:
        croniter(fields, datetime(2026, 1, 1), max_years_between_matches=_YEARS).get_next(datetime)  # noqa: DTZ001
    except (ValueError, KeyError, TypeError, OverflowError):  # croniter's own errors are ValueErrors
        return None
    return Cron(fields)


def _first(civil: datetime) -> datetime:
    """The civil time as UTC: the first of two, and for one that does not exist when the clocks change."""
    due = civil.replace(tzinfo=_ZONE).astimezone(UTC)
    back = due.astimezone(_ZONE).replace(tzinfo=None)
    # A time left out comes back an hour later than it was written; as many minutes ago was the change.
    return due if back == civil else due - timedelta(minutes=back.minute, seconds=back.second)


def _both(civil: datetime) -> tuple[datetime, ...]:
    """Every moment at which clocks show this: none, one or two."""
    moments = {civil.replace(tzinfo=_ZONE, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(m for m in sorted(moments) if m.astimezone(_ZONE).replace(tzinfo=None) == civil)
