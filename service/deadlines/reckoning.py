"""From a moment and a rule to a due time, with every span of time that did not count.

All moments are aware UTC; days begin and end at Swedish midnight. Elapsed time is what passes, also when the
clocks change. Between `received_at` and the due time, what was skipped and what counted add up exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from service.deadlines.days import STOCKHOLM, at, midnight_after, next_working_day, why_closed
from service.deadlines.rules import PROMISES_NONE, AnswerRule

VERSION = 1
"""Of the reckoning itself: raised when the same rule comes to give another time."""
OFFICE_CLOSES = time(17, 0)
NOON = time(12, 0)
FIRST_REMINDER = timedelta(hours=2)
"""Office time after which somebody is reminded of what should have been answered at once."""
UNPROMISED_REMINDER = 2
"""Office days after which somebody is reminded of what was promised no time: nobody is forgotten."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A span that did not count. `reason` is `saturday`, `sunday`, a holiday's or eve's code, or `closed`
    (outside office hours)."""

    start: datetime
    end: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due and why. `rule` is `answer`, `registration` or `duty`; `calendar` says how time
    was counted, by `version` of the reckoning. `due` is None where no time is promised; `soft` is one that
    is aimed at but not promised. `remind_at` is when a drawing's timer `answer_due` goes off, the next two
    when the one responsible and the head are told."""

    rule: str
    calendar: str
    version: int
    received_at: datetime
    due: datetime | None
    remind_at: datetime
    responsible_at: datetime
    head_at: datetime
    skipped: tuple[Skipped, ...] = ()
    soft: bool = False
    office: tuple[time, time] | None = None
    """Between which clock times time counted, where only office hours do."""

    @property
    def paused(self) -> timedelta:
        """All the time that did not count."""
        return sum((span.end - span.start for span in self.skipped), timedelta())

    @property
    def counted(self) -> timedelta:
        """All the time that did count, up to the due time."""
        return timedelta() if self.due is None else self.due - self.received_at - self.paused


def answer(received_at: datetime, rule: AnswerRule) -> Deadline:
    """When what came in then (aware) is to be answered, by the municipality's rule."""
    begun = received_at.astimezone(UTC)
    due: datetime | None
    soft = False
    match rule.calendar:
        case "pause":
            due, skipped = _paused(begun, rule.allowed, rule.eves)
        case "office_hours":
            due, skipped = _in_office(begun, rule.allowed, rule)
        case "roll":
            due, skipped = _rolled(begun, rule)
        case "at_once":
            due, skipped = _in_office(begun, timedelta(), rule)
        case _:
            soft = bool(rule.allowed)
            due, skipped = _paused(begun, rule.allowed, rule.eves) if soft else (None, ())
    remind = due
    if rule.calendar == "at_once":
        remind = in_office(begun, FIRST_REMINDER, rule)
    elif due is None:
        remind = in_office(begun, UNPROMISED_REMINDER * rule.office_day, rule)
    assert remind is not None
    return Deadline(
        "answer",
        rule.calendar,
        VERSION,
        begun,
        due,
        remind,
        in_office(remind, timedelta(hours=rule.escalate_responsible), rule),
        in_office(remind, timedelta(hours=rule.escalate_head), rule),
        skipped,
        soft,
        (rule.opens, rule.closes) if rule.calendar in ("office_hours", "at_once") else None,
    )


def promises_none(rule: AnswerRule) -> bool:
    """Whether the rule promises no time at all."""
    return rule.calendar in PROMISES_NONE


def registration(received_at: datetime) -> Deadline:
    """When a received record must be in the diarium: before closing time on the next working day after it
    was received, whenever somebody saw it. Source: OSL 5 kap. 1 § "så snart" as JO reads it."""
    begun = received_at.astimezone(UTC)
    last = next_working_day(begun.astimezone(STOCKHOLM).date())
    return by_the_end_of(last, begun, "registration")


def by_the_end_of(day: date, since: datetime, rule: str = "duty") -> Deadline:
    """Due before closing time on `day`; of the days from `since` on, the closed ones are said."""
    due = max(at(day, OFFICE_CLOSES), since.astimezone(UTC))
    plain = AnswerRule("office_hours", hours=1)
    return Deadline(
        rule,
        "working_day",
        VERSION,
        since.astimezone(UTC),
        due,
        due,
        in_office(due, timedelta(hours=plain.escalate_responsible), plain),
        in_office(due, timedelta(hours=plain.escalate_head), plain),
        tuple(_closed_days(since.astimezone(UTC), due, plain.eves)),
    )


def in_office(moment: datetime, left: timedelta, rule: AnswerRule) -> datetime:
    """The moment (aware UTC) when so much office time has passed since `moment`."""
    return _in_office(moment.astimezone(UTC), left, rule)[0]


# ── the calendars ────────────────────────────────────────────────────────────────────────────────────


def _paused(moment: datetime, left: timedelta, eves: tuple[str, ...]) -> tuple[datetime, tuple[Skipped, ...]]:
    skipped: list[Skipped] = []
    while True:
        midnight = midnight_after(moment)
        reason = why_closed(moment.astimezone(STOCKHOLM).date(), eves)
        if reason is not None:
            skipped.append(Skipped(moment, midnight, reason))
        elif moment + left < midnight:
            return moment + left, tuple(skipped)
        else:
            left -= midnight - moment  # nothing left at a closed midnight: due as the next day opens
        moment = midnight


def _in_office(moment: datetime, left: timedelta, rule: AnswerRule) -> tuple[datetime, tuple[Skipped, ...]]:
    skipped: list[Skipped] = []

    def skip(until: datetime, reason: str) -> None:
        nonlocal moment
        if until > moment:
            skipped.append(Skipped(moment, until, reason))
            moment = until

    while True:
        day = moment.astimezone(STOCKHOLM).date()
        reason = why_closed(day, rule.eves)
        if reason is not None:
            skip(midnight_after(moment), reason)
            continue
        skip(at(day, rule.opens), "closed")
        closes = at(day, rule.closes)
        if moment < closes:
            if moment + left <= closes:
                return moment + left, tuple(skipped)
            left -= closes - moment
            moment = closes
        skip(midnight_after(moment), "closed")


def _rolled(moment: datetime, rule: AnswerRule) -> tuple[datetime, tuple[Skipped, ...]]:
    raw = moment + rule.allowed
    day = raw.astimezone(STOCKHOLM).date()
    if why_closed(day, rule.eves) is None:
        return raw, ()
    last = next_working_day(day, rule.eves)
    due = at(last, NOON)
    morning = Skipped(at(last, time()), due, "closed")
    return due, (*_closed_days(raw, due, rule.eves), morning)


def _closed_days(moment: datetime, end: datetime, eves: tuple[str, ...]) -> list[Skipped]:
    found: list[Skipped] = []
    while moment < end:
        midnight = min(midnight_after(moment), end)
        reason = why_closed(moment.astimezone(STOCKHOLM).date(), eves)
        if reason is not None:
            found.append(Skipped(moment, midnight, reason))
        moment = midnight
    return found


# ── as it is stored ──────────────────────────────────────────────────────────────────────────────────


def as_json(deadline: Deadline) -> dict[str, Any]:
    """The deadline as JSON, for `CaseRow.deadline`; times in ISO 8601, UTC."""
    return {
        "rule": deadline.rule,
        "calendar": deadline.calendar,
        "version": deadline.version,
        "received_at": deadline.received_at.isoformat(),
        "due": None if deadline.due is None else deadline.due.isoformat(),
        "soft": deadline.soft,
        "remind_at": deadline.remind_at.isoformat(),
        "responsible_at": deadline.responsible_at.isoformat(),
        "head_at": deadline.head_at.isoformat(),
        "office": None if deadline.office is None else [c.isoformat("minutes") for c in deadline.office],
        "skipped": [
            {"from": span.start.isoformat(), "to": span.end.isoformat(), "reason": span.reason}
            for span in deadline.skipped
        ],
    }


def of_json(kept: Mapping[str, Any]) -> Deadline:
    """The deadline again. Raises KeyError or ValueError for what `as_json` did not write."""
    office = kept["office"]
    return Deadline(
        kept["rule"],
        kept["calendar"],
        kept["version"],
        _moment(kept["received_at"]),
        None if kept["due"] is None else _moment(kept["due"]),
        _moment(kept["remind_at"]),
        _moment(kept["responsible_at"]),
        _moment(kept["head_at"]),
        tuple(Skipped(_moment(s["from"]), _moment(s["to"]), s["reason"]) for s in kept["skipped"]),
        kept["soft"],
        None if office is None else (time.fromisoformat(office[0]), time.fromisoformat(office[1])),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC)
