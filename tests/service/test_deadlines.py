"""Deadlines: four calendars, each with every hour that it skipped, and the next working day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from holidays.countries.sweden import Sweden
from hypothesis import given
from hypothesis import strategies as st

from service import deadlines
from service.deadlines import (
    SATER,
    STOCKHOLM,
    AnswerRule,
    Deadline,
    answer,
    answer_due,
    answer_rule,
    as_json,
    due,
    in_office,
    is_working_day,
    of_json,
    registration_due,
    why_closed,
)

MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2050, 12, 1)).map(lambda m: m.replace(tzinfo=UTC))  # noqa: DTZ001
HOURS = st.integers(1, 24 * 21)
OREBRO = answer_rule({"calendar": "office_hours", "days": 1})
ROLL = answer_rule({"calendar": "roll", "hours": 24})
RULES = st.one_of(
    HOURS.map(lambda hours: AnswerRule("pause", hours=hours)),
    HOURS.map(lambda hours: AnswerRule("pause", hours=hours, eves=())),
    HOURS.map(lambda hours: AnswerRule("roll", hours=hours)),
    st.integers(1, 99).map(lambda hours: AnswerRule("office_hours", hours=hours)),
    st.just(AnswerRule("at_once")),
)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=STOCKHOLM)


def due_of(reckoned: Deadline) -> datetime:
    assert reckoned.due is not None
    return reckoned.due


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (local(2026, 3, 3, 10, 14), local(2026, 3, 4, 10, 14)),  # Tuesday to Wednesday
        (local(2026, 3, 6, 20, 0), local(2026, 3, 9, 20, 0)),  # Friday evening to Monday evening
        (local(2026, 4, 2, 15, 0), local(2026, 4, 7, 15, 0)),  # over Easter
        (local(2026, 3, 7, 12, 0), local(2026, 3, 10, 0, 0)),  # Saturday: the clock starts on Monday
        (local(2026, 6, 18, 9, 0), local(2026, 6, 22, 9, 0)),  # Midsummer's Eve is free
        (local(2026, 12, 23, 12, 0), local(2026, 12, 28, 12, 0)),  # Christmas
    ],
)
def test_an_answer_is_due_after_24_hours_that_count(asked: datetime, answered: datetime) -> None:
    assert answer_due(asked).astimezone(STOCKHOLM) == answered


AWKWARD = [
    ("the clocks go forward in the weekend", local(2026, 3, 27, 20), local(2026, 3, 30, 20)),
    ("asked in the hour that is left out", local(2026, 3, 29, 2, 30), local(2026, 3, 31, 0)),
    ("the clocks go back in the weekend", local(2026, 10, 23, 20), local(2026, 10, 26, 20)),
    ("asked in the hour that comes twice", local(2026, 10, 25, 2, 30), local(2026, 10, 27, 0)),
    ("the evening before Good Friday", local(2026, 4, 2, 23, 59), local(2026, 4, 7, 23, 59)),
    ("on Good Friday", local(2026, 4, 3, 9), local(2026, 4, 8, 0)),
    ("the day before Midsummer Eve", local(2026, 6, 18, 23), local(2026, 6, 22, 23)),
    ("the day before a leap day", local(2028, 2, 28, 10), local(2028, 2, 29, 10)),
    ("on a leap day", local(2028, 2, 29, 10), local(2028, 3, 1, 10)),
    ("over New Year", local(2026, 12, 30, 18), local(2027, 1, 4, 18)),
    ("from Christmas into a weekend", local(2026, 12, 23, 16), local(2026, 12, 28, 16)),
    ("Ascension Day on the first of May", local(2008, 4, 30, 12), local(2008, 5, 2, 12)),
]


@pytest.mark.parametrize(("asked", "answered"), [row[1:] for row in AWKWARD], ids=[row[0] for row in AWKWARD])
def test_awkward_moments_come_out_as_the_calendar_on_the_wall_says(
    asked: datetime, answered: datetime
) -> None:
    assert due_of(answer(asked, SATER)) == answered.astimezone(UTC)


@pytest.mark.parametrize(("asked", "answered"), [row[1:] for row in AWKWARD], ids=[row[0] for row in AWKWARD])
def test_awkward_moments_agree_with_python_holidays_hour_by_hour(asked: datetime, answered: datetime) -> None:
    free = Sweden(
        years=range(asked.year, answered.year + 1), categories=("public", "de_facto"), include_sundays=False
    )
    moment, left = asked.astimezone(UTC), 24 * 60
    while left or _is_free(moment, free):
        left -= not _is_free(moment, free)
        moment += timedelta(minutes=1)
    assert moment == answered.astimezone(UTC)


def _is_free(moment: datetime, free: Sweden) -> bool:
    day = moment.astimezone(STOCKHOLM).date()
    return day.weekday() >= 5 or day in free


def test_every_day_of_46_years_is_open_or_closed_as_python_holidays_says() -> None:
    years = range(2005, 2051)
    public = Sweden(years=years, categories=("public",), include_sundays=False)
    eves = Sweden(years=years, categories=("de_facto",), include_sundays=False)
    day = date(2005, 1, 1)
    while day.year < 2051:
        weekend = day.weekday() >= 5
        assert is_working_day(day) is not (weekend or day in public or day in eves), day
        assert is_working_day(day, ()) is not (weekend or day in public), day
        day += timedelta(days=1)


@given(MOMENTS, HOURS)
def test_a_pause_deadline_never_falls_in_a_weekend_or_on_a_holiday(asked: datetime, hours: int) -> None:
    reckoned = answer(asked, AnswerRule("pause", hours=hours))
    assert is_working_day(due_of(reckoned).astimezone(STOCKHOLM).date())
    assert reckoned.counted == timedelta(hours=hours)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=5)), HOURS)
def test_who_asks_later_is_never_answered_earlier(asked: datetime, later: timedelta, hours: int) -> None:
    for rule in (AnswerRule("pause", hours=hours), AnswerRule("office_hours", hours=hours % 80 + 1)):
        assert due_of(answer(asked + later, rule)) >= due_of(answer(asked, rule))


@given(MOMENTS, RULES)
def test_what_was_skipped_and_what_counted_fill_the_whole_span(asked: datetime, rule: AnswerRule) -> None:
    reckoned = answer(asked, rule)
    assert due_of(reckoned) - asked == reckoned.paused + reckoned.counted
    assert reckoned.counted == rule.allowed
    at = asked
    for span in reckoned.skipped:
        assert at <= span.start < span.end <= due_of(reckoned)
        at = span.end
        middle = span.start + (span.end - span.start) / 2
        closed = why_closed(middle.astimezone(STOCKHOLM).date(), rule.eves)
        assert closed == (None if span.reason == "closed" else span.reason)


@given(MOMENTS, RULES)
def test_a_reckoning_can_be_kept_and_told_in_both_languages(asked: datetime, rule: AnswerRule) -> None:
    reckoned = answer(asked, rule)
    assert of_json(as_json(reckoned)) == reckoned
    assert deadlines.sentence(reckoned).startswith("Svara ")
    assert deadlines.sentence(reckoned, "en").startswith("Answer ")


@given(MOMENTS, RULES)
def test_the_responsible_is_told_after_the_reminder_and_the_head_after_the_responsible(
    asked: datetime, rule: AnswerRule
) -> None:
    reckoned = answer(asked, rule)
    assert asked <= reckoned.remind_at < reckoned.responsible_at < reckoned.head_at


def test_a_business_day_of_P1D_is_one_office_day_and_not_24_business_hours() -> None:
    """The mistake of jmix issue 790: "P1D" in a business calendar became 24 business hours, three days."""
    asked = local(2026, 3, 3, 10, 14)  # a Tuesday
    for written in ({"calendar": "office_hours", "days": 1}, {"calendar": "office_hours", "hours": 24}):
        assert due_of(answer(asked, answer_rule(written))) == local(2026, 3, 4, 10, 14).astimezone(UTC)
    hours = answer_rule({"calendar": "office_hours", "hours": 20})  # what is not whole days is hours
    assert due_of(answer(asked, hours)) == local(2026, 3, 5, 12, 14).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (local(2026, 3, 6, 16, 0), local(2026, 3, 9, 16, 0)),  # Friday to Monday
        (local(2026, 3, 6, 20, 0), local(2026, 3, 9, 17, 0)),  # after closing: all of Monday
        (local(2026, 3, 9, 6, 0), local(2026, 3, 9, 17, 0)),  # before opening
        (local(2026, 4, 2, 15, 0), local(2026, 4, 7, 15, 0)),  # over Easter
    ],
)
def test_in_office_hours_only_office_hours_count(asked: datetime, answered: datetime) -> None:
    assert due_of(answer(asked, OREBRO)) == answered.astimezone(UTC)


def test_a_rolled_deadline_moves_to_noon_of_the_next_working_day() -> None:
    assert due_of(answer(local(2026, 3, 5, 9, 0), ROLL)) == local(2026, 3, 6, 9, 0)  # a Friday
    assert due_of(answer(local(2026, 3, 6, 9, 0), ROLL)) == local(2026, 3, 9, 12, 0)  # was a Saturday
    assert due_of(answer(local(2026, 4, 2, 15, 0), ROLL)) == local(2026, 4, 7, 12, 0)  # was Good Friday


def test_at_once_is_now_when_the_office_is_open_and_else_when_it_opens() -> None:
    at_once = answer_rule("at_once")
    assert due_of(answer(local(2026, 3, 3, 10, 0), at_once)) == local(2026, 3, 3, 10, 0)
    late = answer(local(2026, 3, 6, 19, 0), at_once)
    assert due_of(late) == local(2026, 3, 9, 8, 0)
    assert late.remind_at == local(2026, 3, 9, 10, 0)


@pytest.mark.parametrize("calendar", ["as_soon_as_possible", "channel"])
def test_where_no_time_is_promised_nothing_is_late_but_somebody_is_reminded(calendar: str) -> None:
    reckoned = answer(local(2026, 3, 3, 10, 0), answer_rule({"calendar": calendar, "hours": 0}))
    assert reckoned.due is None
    assert reckoned.remind_at == local(2026, 3, 5, 10, 0)
    aimed = answer(local(2026, 3, 3, 10, 0), answer_rule({"calendar": calendar, "hours": 48}))
    assert (aimed.due, aimed.soft) == (local(2026, 3, 5, 10, 0), True)


def test_eves_are_the_municipalitys_choice() -> None:
    asked = local(2026, 6, 18, 9, 0)  # the day before Midsummer Eve, a Friday
    working = answer_rule({"calendar": "pause", "hours": 24, "eves": False})
    assert due_of(answer(asked, working)) == local(2026, 6, 19, 9, 0)
    only = answer_rule({"calendar": "pause", "hours": 24, "eves": ["christmas_eve"]})
    assert due_of(answer(asked, only)) == local(2026, 6, 19, 9, 0)
    assert due_of(answer(local(2026, 12, 23, 9, 0), only)) == local(2026, 12, 28, 9, 0)


@pytest.mark.parametrize(
    ("rule", "asked", "told"),
    [
        (
            SATER,
            local(2026, 4, 2, 15, 0),
            "Svara senast tis 7 apr 15:00. Hoppade över: fre 3 apr långfredagen, lör, sön, "
            "mån 6 apr annandag påsk.",
        ),
        (SATER, local(2026, 3, 3, 10, 14), "Svara senast ons 4 mar 10:14."),
        (
            SATER,
            local(2026, 12, 30, 18),
            "Svara senast mån 4 jan 2027 18:00. Hoppade över: tor 31 dec nyårsafton, "
            "fre 1 jan nyårsdagen, lör, sön.",
        ),
        (
            OREBRO,
            local(2026, 3, 6, 16),
            "Svara senast mån 9 mar 16:00. Bara kontorstid 8–17 räknas. Hoppade över: lör, sön.",
        ),
        (AnswerRule("at_once"), local(2026, 3, 3, 10), "Svara omgående: tis 3 mar 10:00."),
        (
            AnswerRule("channel"),
            local(2026, 3, 3, 10),
            "Svara så snart som möjligt. Ingen tid är utlovad.",
        ),
    ],
)
def test_a_deadline_explains_itself(rule: AnswerRule, asked: datetime, told: str) -> None:
    assert deadlines.sentence(answer(asked, rule)) == told


def test_a_deadline_explains_itself_in_english() -> None:
    assert deadlines.sentence(answer(local(2026, 4, 2, 15, 0), SATER), "en") == (
        "Answer by Tue 7 Apr 15:00. Skipped: Fri 3 Apr Good Friday, Sat, Sun, Mon 6 Apr Easter Monday."
    )


def test_every_holiday_has_a_name_in_both_languages() -> None:
    named = {code for year in range(2005, 2051) for code in deadlines.holidays_in(year).values()}
    for language in ("sv", "en"):
        for code in named:
            span = deadlines.Skipped(local(2026, 1, 1), local(2026, 1, 2), code)
            whole = answer(local(2026, 1, 1), SATER)
            told = Deadline(
                "answer", "pause", 1, whole.received_at, whole.due, whole.remind_at, whole.remind_at,
                whole.remind_at, (span,),
            )  # fmt: skip
            assert code not in deadlines.sentence(told, language)


@pytest.mark.parametrize(
    "wrong",
    [
        "eventually",
        None,
        {"calendar": "pause"},
        {"calendar": "pause", "hours": -1},
        {"calendar": "pause", "hours": True},
        {"calendar": "pause", "hours": 24, "minutes": 3},
        {"calendar": "office_hours", "days": 1, "opens": "17:00", "closes": "08:00"},
        {"calendar": "office_hours", "days": 1, "opens": "morning"},
        {"calendar": "pause", "hours": 24, "eves": ["easter_eve"]},
    ],
)
def test_a_rule_that_says_nothing_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError):
        answer_rule(wrong)


@given(MOMENTS, st.integers(0, 200), st.integers(0, 200))
def test_office_time_adds_up(asked: datetime, first: int, then: int) -> None:
    one = in_office(in_office(asked, timedelta(hours=first), SATER), timedelta(hours=then), SATER)
    assert one == in_office(asked, timedelta(hours=first + then), SATER)


def test_registration_is_due_on_the_next_working_day() -> None:
    assert registration_due(local(2026, 3, 6, 9, 0)).astimezone(STOCKHOLM) == local(2026, 3, 9, 17, 0)
    assert deadlines.sentence(deadlines.registration(local(2026, 3, 6, 9, 0))) == (
        "Registrera senast mån 9 mar 17:00. Hoppade över: lör, sön."
    )


def test_an_unknown_rule_is_loud() -> None:
    with pytest.raises(LookupError, match="at_once, answer, registration"):
        due("eventually", local(2026, 3, 6))
