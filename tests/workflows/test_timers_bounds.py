"""Moments at the ends of the calendar are no moments: nobody could be shown them."""

import pytest

from workflows import timers


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:59Z", "9999-12-31T23:30:00+00:00", "0001-01-01", "0001-01-01T00:00:00+01:00"]
)
def test_a_moment_that_has_no_swedish_time_is_none(text: str) -> None:
    assert timers.moment(text) is None
    assert not timers.is_literal(text)


def test_an_ordinary_moment_is_one() -> None:
    assert timers.moment("2026-11-21T12:00") is not None
