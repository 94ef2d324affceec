"""Cron texts: Swedish civil time over both changes of clocks, either day is enough, nothing missed twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import workflows
from tests.workflows import models as m
from tests.workflows.driving import Case
from workflows import TimerSet, timers
from workflows.checks import check
from workflows.cron import cron
from workflows.diff import diff
from workflows.model import Timer, TimerKind
from workflows.outline import as_text, outline
from workflows.wording import after, vocabulary, when
from workflows.wording.crons import scheduled


def reminded(text: str, interrupting: bool = False) -> bytes:
    return m.process(
        m.start(),
        m.user("a"),
        m.boundary("be", "a", m.timer(text, "timeCycle"), interrupting),
        m.user("b"),
        m.end(),
        "start -> a -> end; be -> b -> end",
    )


def shown(text: str, start: str, count: int) -> list[str]:
    """The next times with their offsets, from a civil moment."""
    schedule, now = cron(text), datetime.fromisoformat(start).replace(tzinfo=timers.ZONE).astimezone(UTC)
    assert schedule is not None
    found = []
    for _ in range(count):
        now = schedule.after(now)
        assert now.tzinfo is UTC
        found.append(now.astimezone(timers.ZONE).strftime("%m-%d %H:%M %z"))
    return found


def test_working_days_at_nine_are_nine_in_winter_and_in_summer() -> None:
    assert shown("0 9 * * 1-5", "2026-03-27T08:00", 3) == [
        "03-27 09:00 +0100",
        "03-30 09:00 +0200",
        "03-31 09:00 +0200",
    ]
    assert shown("0 9 * * 1-5", "2026-10-23T09:00", 1) == ["10-26 09:00 +0100"]


def test_a_time_that_spring_leaves_out_comes_as_the_clocks_change() -> None:
    assert shown("30 2 * * *", "2026-03-28T02:00", 3) == [
        "03-28 02:30 +0100",
        "03-29 03:00 +0200",
        "03-30 02:30 +0200",
    ]


def test_a_time_that_autumn_has_twice_comes_once() -> None:
    assert shown("30 2 * * *", "2026-10-24T12:00", 2) == ["10-25 02:30 +0200", "10-26 02:30 +0100"]


@pytest.mark.parametrize(("start", "step"), [("2026-03-29T00:30", 60), ("2026-10-25T00:30", 60)])
def test_what_comes_every_hour_follows_elapsed_time_over_a_change(start: str, step: int) -> None:
    schedule = cron("0 * * * *")
    now = datetime.fromisoformat(start).replace(tzinfo=timers.ZONE).astimezone(UTC)
    assert schedule is not None
    now = schedule.after(now)
    for _ in range(6):
        following = schedule.after(now)
        assert following - now == timedelta(minutes=step)
        now = following


def test_with_a_day_and_a_weekday_either_is_enough() -> None:
    days = [line[:5] for line in shown("0 0 13 * 5", "2026-01-01T00:00", 4)]
    assert days == ["01-02", "01-09", "01-13", "01-16"]


def test_the_leap_day_is_waited_for_also_over_a_century() -> None:
    schedule = cron("0 12 29 2 *")
    assert schedule is not None
    assert schedule.after(datetime(2096, 3, 1, tzinfo=UTC)).year == 2104


@pytest.mark.parametrize(
    "text",
    [
        "0 9 * *",
        "0 0 9 * * 1",
        "@daily",
        "R R * * *",
        "H H * * *",
        "0 0 L * *",
        "0 0 * * 5#1",
        "0 0 ? * 1",
        "60 * * * *",
        "*/0 * * * *",
        "0 0 30 2 *",
        "0 9 * * sön",
        "0 9 * * ١",
        "- - - - -",
        "0 9 * * mon-",
        "0 0 * * " + ",".join(["1"] * 60),
        "",
        "\x00 0 * * *",
    ],
)
def test_what_is_not_five_known_fields_is_not_taken_for_cron(text: str) -> None:
    assert cron(text) is None and not timers.repeats(text)


def test_missed_times_are_passed_over_and_never_caught_up() -> None:
    anchor, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 3, 12, tzinfo=UTC)
    assert timers.next_of("0 9 * * *", anchor, 1, late) == (datetime(2026, 6, 4, 7, tzinfo=UTC), 1)


_FIELDS = st.tuples(
    st.sampled_from(["*", "0", "59", "*/7", "1,31", "5-10"]),
    st.sampled_from(["*", "2", "*/5", "1-3", "2,3", "23"]),
    st.sampled_from(["*", "29", "*/3", "1-7"]),
    st.sampled_from(["*", "3", "10", "mar,oct"]),
    st.sampled_from(["*", "0", "7", "mon-fri"]),
)
_NOWS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_CHANGES = st.tuples(st.sampled_from([(3, 29), (10, 25)]), st.integers(0, 359)).map(
    lambda at: datetime(2026, *at[0], tzinfo=UTC) - timedelta(hours=3) + timedelta(minutes=at[1])
)


@given(_FIELDS.map(" ".join), _NOWS | _CHANGES)
def test_the_next_time_lies_ahead_and_nothing_lies_between(text: str, now: datetime) -> None:
    schedule = cron(text)
    assert schedule is not None
    due = schedule.after(now)
    assert due > now
    assert schedule.after(due - timedelta(seconds=1)) == due
    assert schedule.after(now + (due - now) / 2) == due


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0 9 * * 1-5", "varje vardag klockan 9"),
        ("0 9 * * MON-FRI", "varje vardag klockan 9"),
        ("30 8 * * *", "varje dag klockan 8.30"),
        ("0 9,15 * * 1,3", "varje måndag och onsdag klockan 9 och 15"),
        ("0 7 1 * *", "den 1 varje månad klockan 7"),
        ("0 7 1 3 *", "den 1 mars varje år klockan 7"),
        ("0 0 * * 7", "varje söndag klockan 0"),
        ("0 * * * *", "varje hel timme"),
        ("*/5 9 1-7 * 1", "enligt schemat */5 9 1-7 * 1"),
    ],
)
def test_simple_cron_texts_are_said_in_words(text: str, words: str) -> None:
    schedule = cron(text)
    assert schedule is not None and scheduled(schedule) == words


def test_a_cron_timer_is_told_as_any_repetition() -> None:
    made = workflows.read({"model.bpmn": reminded("0 9 * * 1-5")})
    timer, words = Timer(TimerKind.CYCLE, "0 9 * * 1-5"), vocabulary(made)
    assert when(timer, words) == "varje vardag klockan 9"
    assert after(timer, words) == "Varje vardag klockan 9"
    assert "varje vardag klockan 9" in as_text(outline(made)).lower()
    [said] = diff(made, workflows.read({"model.bpmn": reminded("30 9 * * *")})).sentences
    assert "varje dag klockan 9.30" in said.text.lower()


def test_a_case_that_slept_over_the_spring_is_reminded_once_and_then_again_at_nine() -> None:
    case = Case(reminded("0 9 * * 1-5"), now=datetime(2026, 3, 27, 7, tzinfo=UTC))
    timer = case.open["be"]
    assert isinstance(timer, TimerSet) and timer.due == datetime(2026, 3, 27, 8, tzinfo=UTC)
    case.now = datetime(2026, 4, 8, 12, tzinfo=UTC)
    case.due("be")
    timer = case.open["be"]
    assert isinstance(timer, TimerSet) and timer.due == datetime(2026, 4, 9, 7, tzinfo=UTC)
    assert case.path.count("b") == 0 and "b" in case.open


def test_a_cron_timer_is_accepted_on_a_reminder_and_refused_where_it_would_end_something() -> None:
    for text, accepted in (("0 9 * * 1-5", True), ("'0 9 * * 1-5'", True), ("0 9 * * 1-9", False)):
        found = check(workflows.read({"model.bpmn": reminded(text)}))
        assert all(f.level != "error" for f in found) is accepted, found
    interrupting = check(workflows.read({"model.bpmn": reminded("0 9 * * *", interrupting=True)}))
    assert "cycle" in {f.rule for f in interrupting}
