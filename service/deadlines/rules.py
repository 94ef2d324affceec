"""What a municipality has promised about answers, as a value: which calendar, how long, which hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from service.deadlines.days import EVES

Calendar = Literal["pause", "office_hours", "roll", "at_once", "as_soon_as_possible", "channel"]
CALENDARS: tuple[Calendar, ...] = (
    "pause",
    "office_hours",
    "roll",
    "at_once",
    "as_soon_as_possible",
    "channel",
)
"""`pause`: the clock stands still on days that are not working days (Säter). `office_hours`: only office
minutes count (Örebro). `roll`: a due time on a closed day moves to noon of the next working day. `at_once`:
as soon as the office is open (Ystad). The last two promise no time (Haparanda; Bromölla, where each channel's
responsible decides)."""

PROMISES_NONE: frozenset[Calendar] = frozenset({"as_soon_as_possible", "channel"})
_OTHER_NAMES: Mapping[str, Calendar] = {"asap": "as_soon_as_possible", "none": "channel"}
MAX_HOURS = 24 * 366


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """The promise. `hours` are elapsed hours (`pause`, `roll`) or office hours; `days` are whole days of 24
    hours, or whole office days. `opens` and `closes` are Swedish clock times. `escalate_responsible` and
    `escalate_head` are office hours after the reminder."""

    calendar: Calendar
    hours: int = 0
    days: int = 0
    opens: time = time(8, 0)
    closes: time = time(17, 0)
    eves: tuple[str, ...] = EVES
    escalate_responsible: int = 4
    escalate_head: int = 9

    @property
    def office_day(self) -> timedelta:
        """How long the office is open on a working day."""
        day = datetime(2000, 1, 3)  # noqa: DTZ001 – two clock times on one and the same day
        return datetime.combine(day, self.closes) - datetime.combine(day, self.opens)

    @property
    def allowed(self) -> timedelta:
        """How much time there is, in what the calendar counts. A *day* of office hours is as long as the
        office is open, never 24 office hours: that would be nearly three days."""
        day = self.office_day if self.calendar == "office_hours" else timedelta(days=1)
        return self.days * day + timedelta(hours=self.hours)


SATER = AnswerRule("pause", hours=24)
"""Säter 2021 §6: "inom 24 timmar med undantag av helger". Used where no profile says otherwise."""


def answer_rule(value: object) -> AnswerRule:
    """The rule that a profile's `sla.answer` stands for: a calendar's name, or a mapping with `calendar` and
    any of `hours`, `days`, `opens`, `closes`, `eves` (true, false, or which), `escalate_responsible` and
    `escalate_head`. In office hours a whole number of 24 hours is that many days: who writes "ett dygn under
    kontorstid" as 24 hours means one day. Raises ValueError for anything else."""
    given = value if isinstance(value, Mapping) else {"calendar": value}
    known = {"calendar", "hours", "days", "opens", "closes", "eves", "escalate_responsible", "escalate_head"}
    if unknown := sorted(str(name) for name in given if name not in known):
        raise ValueError(f"svarstiden har okända uppgifter: {', '.join(unknown)}")
    calendar = _calendar(given.get("calendar"))
    hours, days = _count(given, "hours", 0), _count(given, "days", 0)
    if calendar == "office_hours" and hours and hours % 24 == 0:
        hours, days = 0, days + hours // 24
    if not hours and not days and calendar in ("pause", "office_hours", "roll"):
        raise ValueError(f"svarstiden {calendar} saknar timmar eller dagar")
    rule = AnswerRule(
        calendar,
        hours,
        days,
        _clock(given.get("opens"), time(8, 0)),
        _clock(given.get("closes"), time(17, 0)),
        _eves(given.get("eves", True)),
        _count(given, "escalate_responsible", 4),
        _count(given, "escalate_head", 9),
    )
    if rule.opens >= rule.closes:
        raise ValueError("kontoret måste öppna innan det stänger")
    return rule


def as_json(rule: AnswerRule) -> dict[str, object]:
    """The rule as `answer_rule` reads it."""
    return {
        "calendar": rule.calendar,
        "hours": rule.hours,
        "days": rule.days,
        "opens": rule.opens.isoformat("minutes"),
        "closes": rule.closes.isoformat("minutes"),
        "eves": list(rule.eves),
        "escalate_responsible": rule.escalate_responsible,
        "escalate_head": rule.escalate_head,
    }


def _calendar(given: object) -> Calendar:
    name = _OTHER_NAMES.get(str(given), given)
    for calendar in CALENDARS:
        if calendar == name:
            return calendar
    raise ValueError(f"{given!r} är ingen kalender; det finns {', '.join(CALENDARS)}")


def _count(given: Mapping[object, object], name: str, otherwise: int) -> int:
    value = given.get(name, otherwise)
    if value is None:
        return otherwise
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_HOURS:
        raise ValueError(f"{name} ska vara ett heltal från 0 till {MAX_HOURS}")
    return value


def _clock(given: object, otherwise: time) -> time:
    if given is None:
        return otherwise
    try:
        clock = time.fromisoformat(str(given))
    except ValueError:
        raise ValueError(f"{given!r} är inget klockslag") from None
    if clock.tzinfo is not None:
        raise ValueError(f"{given!r} ska vara svensk tid, utan tidszon")
    return clock


def _eves(given: object) -> tuple[str, ...]:
    if isinstance(given, bool):
        return EVES if given else ()
    if isinstance(given, list | tuple) and all(eve in EVES for eve in given):
        return tuple(eve for eve in EVES if eve in given)
    raise ValueError(f"eves ska vara sant, falskt eller några av {', '.join(EVES)}")
