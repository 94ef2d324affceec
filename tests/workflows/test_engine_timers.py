"""Due dates: Swedish civil time, changes of clocks, month ends, cycles that do not drift."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import timers

ANCHOR = datetime(2026, 3, 1, 8, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "now", "due"),
    [
        ("P1D", utc(2026, 3, 28, 12), utc(2026, 3, 29, 11)),
        ("PT24H", utc(2026, 3, 28, 12), utc(2026, 3, 29, 12)),
        ("P1D", utc(2026, 10, 24, 12), utc(2026, 10, 25, 13)),
        ("P1M", utc(2026, 1, 31, 9), utc(2026, 2, 28, 9)),
        ("P6M", utc(2026, 8, 31, 9), utc(2027, 2, 28, 10)),
        ("P1Y", utc(2028, 2, 29, 9), utc(2029, 2, 28, 9)),
        ("P1D", utc(2026, 3, 28, 1, 30), utc(2026, 3, 29, 1, 30)),
        ("P1Y2M3DT4H5M6S", utc(2026, 1, 1), utc(2027, 3, 4, 4, 5, 6)),
        ("P2W", utc(2026, 1, 1), utc(2026, 1, 15)),
        ("2026-07-01T09:00", utc(2026, 1, 1), utc(2026, 7, 1, 7)),
        ("2026-07-01T09:00:00Z", utc(2026, 1, 1), utc(2026, 7, 1, 9)),
    ],
)
def test_due_dates(text: str, now: datetime, due: datetime) -> None:
    assert timers.due(text, now) == due


@pytest.mark.parametrize(
    "text", ["P", "PT", "P1DT", "PD", "1D", "0 0 1 * *", "P-1D", "P1.5D", "R3", "", "P1H", "nu"]
)
def test_what_is_not_a_time_is_not_taken_for_one(text: str) -> None:
    assert timers.due(text, ANCHOR) is None


@pytest.mark.parametrize("text", ["R0/PT1H", "R/PT0S", "R/", "R-1/PT1H", "R/imorgon/PT1H", "PT1H"])
def test_what_is_not_a_cycle_is_not_taken_for_one(text: str) -> None:
    assert timers.cycle(text) is None


def test_a_half_yearly_cycle_keeps_its_day() -> None:
    dues, number = [], 0
    now = utc(2026, 1, 1)
    for _ in range(5):
        following = timers.next_of("R/2026-03-01/P6M", ANCHOR, number, now)
        assert following is not None
        now, number = following[0], following[1] + 1
        dues.append(now.astimezone(timers.ZONE).strftime("%Y-%m-%d %H:%M"))
    assert dues == [
        "2026-03-01 00:00",
        "2026-09-01 00:00",
        "2027-03-01 00:00",
        "2027-09-01 00:00",
        "2028-03-01 00:00",
    ]


def test_a_cycle_that_slept_rings_once_and_goes_on() -> None:
    assert timers.next_of("R/PT1H", ANCHOR, 1, ANCHOR + timedelta(hours=50, minutes=1)) == (
        ANCHOR + timedelta(hours=51),
        50,
    )
    assert timers.next_of("R3/PT1H", ANCHOR, 1, ANCHOR + timedelta(hours=50)) is None


@given(
    st.integers(0, 5000),
    st.integers(0, 40),
    st.sampled_from(["PT1H", "P1D", "P1M", "P1W", "PT90M"]),
)
def test_the_next_repetition_is_the_first_after_now(hours: int, number: int, every: str) -> None:
    now = ANCHOR + timedelta(hours=hours)
    repeating = timers.cycle(f"R/{every}")
    found = timers.next_of(f"R/{every}", ANCHOR, number, now)
    assert repeating is not None and found is not None
    due, at = found
    assert due > now and at >= number
    assert at == number or repeating.due(ANCHOR, at - 1) <= now


@given(st.text(max_size=30))
def test_any_text_is_read_or_not_but_never_worse(text: str) -> None:
    timers.is_literal(text)
