"""Timers, messages, events on edges and the choice between events. No clock is read."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.workflows import models as m
from tests.workflows.driving import NOW, Case
from workflows import (
    ExpressionError,
    MessageAwaited,
    MessageUnawaited,
    TaskClosed,
    TaskOpened,
    TimerCleared,
    TimerSet,
)


def test_an_intermediate_timer_waits_until_it_is_told_that_it_is_due() -> None:
    case = Case(m.process(m.start(), m.catch("t", m.timer("PT24H")), m.end(), "start -> t -> end"))
    wanted = case.events[-1]
    assert isinstance(wanted, TimerSet)
    assert wanted.due == NOW + timedelta(hours=24)
    case.due("t")
    assert case.ended
    assert TimerCleared(wanted.task, "t") in case.events


@pytest.mark.parametrize(
    ("text", "kind", "due"),
    [
        ("P1M", "timeDuration", datetime(2026, 12, 21, 12, tzinfo=UTC)),
        ('"P14D"', "timeDuration", datetime(2026, 12, 5, 12, tzinfo=UTC)),
        ("2027-07-01T09:00", "timeDate", datetime(2027, 7, 1, 7, tzinfo=UTC)),
        ("2027-01-01", "timeDate", datetime(2026, 12, 31, 23, tzinfo=UTC)),
        ("när", "timeDate", datetime(2027, 2, 1, 8, tzinfo=UTC)),
        ("frist", "timeDuration", NOW + timedelta(minutes=90)),
    ],
)
def test_due_dates_are_swedish_civil_time_given_as_utc(text: str, kind: str, due: datetime) -> None:
    case = Case(
        m.process(m.start(), m.catch("t", m.timer(text, kind)), m.end(), "start -> t -> end"),
        {"när": "2027-02-01T09:00:00+01:00", "frist": "PT1H30M"},
    )
    wanted = case.events[-1]
    assert isinstance(wanted, TimerSet)
    assert wanted.due == due


def test_a_time_that_cannot_be_read_is_refused_with_the_element() -> None:
    with pytest.raises(ExpressionError, match="t"):
        Case(
            m.process(m.start(), m.catch("t", m.timer("när", "timeDate")), m.end(), "start -> t -> end"),
            {"när": "snart"},
        )


def test_an_interrupting_timer_takes_the_task_away() -> None:
    case = Case(
        m.process(
            m.start(),
            m.user("a"),
            m.boundary("t", "a", m.timer("P1D")),
            m.user("b"),
            m.end(),
            "start -> a -> end; t -> b -> end",
        )
    )
    task = case.task("a")
    timer = case.open["t"]
    assert isinstance(timer, TimerSet) and timer.attached_to == "a"
    case.due("t")
    assert TaskClosed(task, "a", withdrawn=True) in case.events
    assert case.tasks() == ["b"]
    case.done("b")
    assert case.ended


def test_a_completed_task_takes_its_timer_away() -> None:
    case = Case(
        m.process(
            m.start(),
            m.user("a"),
            m.boundary("t", "a", m.timer("P1D")),
            m.user("b"),
            m.end(),
            "start -> a -> end; t -> b -> end",
        )
    )
    case.done("a")
    assert case.ended
    assert any(isinstance(event, TimerCleared) for event in case.events)


def test_a_non_interrupting_timer_leaves_the_task_open() -> None:
    case = Case(
        m.process(
            m.start(),
            m.user("a"),
            m.boundary("t", "a", m.timer("P1D"), interrupting=False),
            m.user("b"),
            m.end(),
            "start -> a -> end; t -> b -> end",
        )
    )
    case.due("t")
    assert set(case.tasks()) == {"a", "b"}
    case.done("a")
    assert not case.ended
    case.done("b")
    assert case.ended


def test_a_repeating_timer_rings_each_time_and_passes_over_what_was_missed() -> None:
    case = Case(
        m.process(
            m.start(),
            m.user("a"),
            m.boundary("t", "a", m.timer("R4/PT24H", "timeCycle"), False),
            m.user("b"),
            m.end(),
            "start -> a -> end; t -> b -> end",
        )
    )
    first = case.open["t"]
    assert isinstance(first, TimerSet)
    case.now = first.due
    case.due("t")
    second = case.open["t"]
    assert isinstance(second, TimerSet)
    assert (second.task, second.due) == (first.task, NOW + timedelta(hours=48))
    case.now = NOW + timedelta(hours=80)  # slept past the third
    case.due("t")
    third = case.open["t"]
    assert isinstance(third, TimerSet) and third.due == NOW + timedelta(hours=96)
    assert sum(isinstance(event, TaskOpened) for event in case.events) == 1
    case.now = third.due
    case.due("t")
    assert "t" not in case.open
    case.done("a")
    assert not case.ended


def test_a_message_is_awaited_by_name_and_key_and_its_payload_becomes_variables() -> None:
    case = Case(
        m.process(
            m.start(),
            m.catch("c", m.message("Svar"), correlation="nyckel"),
            m.end(),
            "start -> c -> end",
            beside=m.messages("Svar"),
        ),
        {"nyckel": "abc"},
    )
    wanted = case.events[-1]
    assert isinstance(wanted, MessageAwaited)
    assert (wanted.name, wanted.correlation) == ("Svar", "abc")
    case.arrived("c", text="ja")
    assert MessageUnawaited(wanted.task, "c") in case.events
    assert case.events[-1].variables == {"nyckel": "abc", "text": "ja"}  # type: ignore[union-attr]


def test_a_message_without_key_is_matched_by_the_case() -> None:
    receive = m.node("receiveTask", "r", messageRef="Svar")
    case = Case(
        m.process(m.start(), receive, m.end(), "start -> r -> end", beside=m.messages("Svar")),
        name="ärende-7",
    )
    wanted = case.events[-1]
    assert isinstance(wanted, MessageAwaited) and wanted.correlation == "ärende-7"


def test_of_two_timers_and_a_message_behind_a_gateway_the_first_withdraws_the_others() -> None:
    model = m.process(
        m.start(),
        m.event_gateway("g"),
        m.catch("t1", m.timer("PT1H")),
        m.catch("t2", m.timer("PT2H")),
        m.catch("c", m.message("Svar")),
        m.user("a1"),
        m.user("a2"),
        m.user("ac"),
        m.end(),
        "start -> g; g -> t1 -> a1 -> end; g -> t2 -> a2 -> end; g -> c -> ac -> end",
        beside=m.messages("Svar"),
    )
    dues = [e.due for e in Case(model).events if isinstance(e, TimerSet)]
    assert dues == [NOW + timedelta(hours=1), NOW + timedelta(hours=2)]
    for chosen, then in (("t1", "a1"), ("t2", "a2"), ("c", "ac")):
        case = Case(model)
        case.arrived("c") if chosen == "c" else case.due(chosen)
        assert case.tasks() == [then]
        assert set(case.open) == {then}
        case.done(then)
        assert case.ended


def test_an_interrupted_subprocess_withdraws_all_that_is_open_in_it() -> None:
    case = Case(
        m.process(
            m.start(),
            m.subprocess(
                "sub",
                m.start("ss"),
                m.parallel("f"),
                m.user("a"),
                m.service("s"),
                m.catch("t", m.timer("P1D")),
                m.end("se"),
                "ss -> f; f -> a -> se; f -> s -> se; f -> t -> se",
            ),
            m.boundary("b", "sub", m.timer("P2D")),
            m.user("efter"),
            m.end(),
            "start -> sub -> end; b -> efter -> end",
        )
    )
    case.due("b")
    assert set(case.open) == {"efter"}
    assert {type(event).__name__ for event in case.events} >= {
        "TaskClosed",
        "OperationWithdrawn",
        "TimerCleared",
    }


def test_a_message_that_does_not_interrupt_may_come_again() -> None:
    case = Case(
        m.process(
            m.start(),
            m.user("a"),
            m.boundary("c", "a", m.message("Tips"), interrupting=False),
            m.user("läs"),
            m.end(),
            "start -> a -> end; c -> läs -> end",
            beside=m.messages("Tips"),
        )
    )
    for _ in range(3):
        case.arrived("c")
        assert set(case.tasks()) == {"a", "läs"}
        case.done("läs")
    case.done("a")
    assert case.ended


def test_the_thousandth_reminder_leaves_no_trace_in_the_state() -> None:
    case = Case(
        m.process(
            m.start(),
            m.user("a"),
            m.boundary("t", "a", m.timer("R/PT24H", "timeCycle"), interrupting=False),
            m.service("påminn"),
            m.end(),
            "start -> a -> end; t -> påminn -> end",
        )
    )
    sizes = set()
    for _ in range(300):
        timer = case.open["t"]
        assert isinstance(timer, TimerSet)
        case.now = timer.due
        case.due("t")
        case.answered("påminn")
        sizes.add(len(case.state))
    assert max(sizes) - min(sizes) < 10
