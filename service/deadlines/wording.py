"""A deadline in one sentence that a person can check with a calendar on the wall, in Swedish and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service.deadlines.days import STOCKHOLM
from service.deadlines.reckoning import Deadline, Skipped


@dataclass(frozen=True, slots=True)
class _Words:
    days: tuple[str, ...]
    months: tuple[str, ...]
    by: Mapping[str, str]
    at_once: str
    none: str
    soft: str
    skipped: str
    office: str
    reasons: Mapping[str, str]


_SV = _Words(
    ("mån", "tis", "ons", "tor", "fre", "lör", "sön"),
    ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    {"answer": "Svara senast {}.", "registration": "Registrera senast {}.", "duty": "Klart senast {}."},
    "Svara omgående: {}.",
    "Svara så snart som möjligt. Ingen tid är utlovad.",
    "Svara så snart som möjligt, helst senast {}.",
    "Hoppade över: {}.",
    "Bara kontorstid {} räknas.",
    {
        "new_years_day": "nyårsdagen",
        "epiphany": "trettondedag jul",
        "good_friday": "långfredagen",
        "easter_sunday": "påskdagen",
        "easter_monday": "annandag påsk",
        "may_day": "första maj",
        "ascension_day": "Kristi himmelsfärdsdag",
        "pentecost": "pingstdagen",
        "whit_monday": "annandag pingst",
        "national_day": "nationaldagen",
        "midsummer_eve": "midsommarafton",
        "midsummer_day": "midsommardagen",
        "all_saints_day": "alla helgons dag",
        "christmas_eve": "julafton",
        "christmas_day": "juldagen",
        "boxing_day": "annandag jul",
        "new_years_eve": "nyårsafton",
    },
)
_EN = _Words(
    ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    {"answer": "Answer by {}.", "registration": "Register by {}.", "duty": "To be done by {}."},
    "Answer at once: {}.",
    "Answer as soon as possible. No time is promised.",
    "Answer as soon as possible, preferably by {}.",
    "Skipped: {}.",
    "Only office hours {} count.",
    {
        "new_years_day": "New Year's Day",
        "epiphany": "Epiphany",
        "good_friday": "Good Friday",
        "easter_sunday": "Easter Sunday",
        "easter_monday": "Easter Monday",
        "may_day": "May Day",
        "ascension_day": "Ascension Day",
        "pentecost": "Whit Sunday",
        "whit_monday": "Whit Monday",
        "national_day": "the National Day",
        "midsummer_eve": "Midsummer Eve",
        "midsummer_day": "Midsummer Day",
        "all_saints_day": "All Saints' Day",
        "christmas_eve": "Christmas Eve",
        "christmas_day": "Christmas Day",
        "boxing_day": "Boxing Day",
        "new_years_eve": "New Year's Eve",
    },
)
_SAID = 12
"""Skipped days that a sentence lists; the rest are counted."""


def sentence(deadline: Deadline, language: str = "sv") -> str:
    """`Svara senast tis 7 apr 15:00. Hoppade över: fre 3 apr långfredagen, lör, sön, mån 6 apr annandag
    påsk.` `language` is `sv` or `en`."""
    words = _EN if language == "en" else _SV
    return " ".join(part for part in (_by(deadline, words), _left_out(deadline, words)) if part)


def _by(deadline: Deadline, words: _Words) -> str:
    if deadline.due is None:
        return words.none
    when = _moment(deadline.due, deadline.received_at, words)
    if deadline.soft:
        return words.soft.format(when)
    if deadline.calendar == "at_once":
        return words.at_once.format(when)
    said = words.by[deadline.rule].format(when)
    if deadline.office is None:
        return said
    opens, closes = (f"{c.hour}" if not c.minute else f"{c:%H:%M}" for c in deadline.office)
    return f"{said} {words.office.format(f'{opens}–{closes}')}"


def _left_out(deadline: Deadline, words: _Words) -> str:
    days = [_day(span, words) for span in deadline.skipped if span.reason != "closed"]
    if not days:
        return ""
    more = [f"+ {len(days) - _SAID}"] if len(days) > _SAID else []
    return words.skipped.format(", ".join(days[:_SAID] + more))


def _day(span: Skipped, words: _Words) -> str:
    local = span.start.astimezone(STOCKHOLM)
    weekday = words.days[local.weekday()]
    if span.reason in ("saturday", "sunday"):
        return weekday
    return f"{weekday} {local.day} {words.months[local.month - 1]} {words.reasons[span.reason]}"


def _moment(when: datetime, since: datetime, words: _Words) -> str:
    local = when.astimezone(STOCKHOLM)
    year = f" {local.year}" if local.year != since.astimezone(STOCKHOLM).year else ""
    return f"{words.days[local.weekday()]} {local.day} {words.months[local.month - 1]}{year} {local:%H:%M}"
