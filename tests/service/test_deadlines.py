"""Deadlines: 24 hours that skip weekends and holidays, and the next working day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.deadlines import STOCKHOLM, answer_due, due, is_working_day, registration_due

MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2050, 12, 1)).map(lambda m: m.replace(tzinfo=UTC))  # noqa: DTZ001


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=STOCKHOLM)


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


@given(MOMENTS)
def test_an_answer_is_never_due_inside_a_weekend_or_holiday(asked: datetime) -> None:
    answered = answer_due(asked)
    assert answered - asked >= timedelta(hours=24)
    assert is_working_day(answered.astimezone(STOCKHOLM).date())


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_who_asks_later_is_never_answered_earlier(asked: datetime, later: timedelta) -> None:
    assert answer_due(asked + later) >= answer_due(asked)


def test_registration_is_due_on_the_next_working_day() -> None:
    assert registration_due(local(2026, 3, 6, 9, 0)).astimezone(STOCKHOLM) == local(2026, 3, 9, 17, 0)


def test_an_unknown_rule_is_loud() -> None:
    with pytest.raises(LookupError, match="at_once, answer, registration"):
        due("eventually", local(2026, 3, 6))
