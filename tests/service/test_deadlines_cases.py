"""A deadline is the profile's, is kept with its reasons, drives the timers, and moves only when asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from service import cases, deadlines, history, profiles, waits
from service.actors import SYSTEM, Actor
from service.cases import Arrival
from service.errors import Conflict, Invalid
from service.store import CaseRow, ChannelRow, Database, TaskRow, TimerRow
from tests.service.waiting_world import deploy
from tests.workflows import models as m

THURSDAY = datetime(2026, 4, 2, 13, 0, tzinfo=UTC)  # 15:00, the day before Good Friday
JOHAN = Actor("p-johan", "Johan Ek", frozenset({"case_officer"}))


def answered() -> bytes:
    """A task that is to be answered, with the three timers that a drawing may name around it."""
    times = {
        "remind": "answer_due",
        "responsible": "escalation_responsible_due",
        "head": "escalation_head_due",
    }
    return m.process(
        m.lanes(Handläggare=f"start ask end {' '.join(times)} {' '.join(f'told_{t}' for t in times)}"),
        m.start(),
        m.user("ask", due="answer"),
        *(m.boundary(name, "ask", m.timer(text, "timeDate"), False) for name, text in times.items()),
        *(m.user(f"told_{name}") for name in times),
        m.end(),
        "start -> ask -> end; " + "; ".join(f"{name} -> told_{name} -> end" for name in times),
        id="fraga",
    )


def opened(database: Database, profile: str, *, now: datetime = THURSDAY, **given: object) -> str:
    database.info[profiles.INFO] = profiles.load(profile)
    deploy(database, answered())
    with database.write() as session:
        arrival = Arrival("Telefon", "Fråga", THURSDAY, "Kansli", **given)  # type: ignore[arg-type]
        return cases.open_case(session, "fraga", arrival, actor=SYSTEM, now=now).id


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        ("sater", "Svara senast tis 7 apr 15:00."),
        ("orebro", "Svara senast tis 7 apr 15:00. Bara kontorstid 8–17 räknas."),
        ("ystad", "Svara omgående: tor 2 apr 15:00."),
        ("haparanda", "Svara så snart som möjligt. Ingen tid är utlovad."),
        ("bromolla", "Svara så snart som möjligt. Ingen tid är utlovad."),
    ],
)
def test_five_municipalities_have_five_clocks(database: Database, profile: str, told: str) -> None:
    case_id = opened(database, profile)
    with database.read() as session:
        case = session.get_one(CaseRow, case_id)
        kept = waits.deadline(case)
        assert deadlines.sentence(kept).startswith(told)
        assert case.answer_due == kept.due
        task = session.scalars(select(TaskRow).where(TaskRow.case_id == case_id)).one()
        assert task.due_at == kept.due


def test_where_the_profile_leaves_it_to_the_channel_its_responsible_decides(database: Database) -> None:
    with database.write() as session:
        session.add(
            ChannelRow(
                id="kanal-1",
                name="Exempel",
                platform="Facebook",
                kind="social",
                unit="Kansli",
                state="active",
                answer_rule="office_hours",
                created_at=THURSDAY,
                changed_at=THURSDAY,
            )
        )
    for profile, calendar in (("bromolla", "office_hours"), ("sater", "pause")):
        case_id = opened(database, profile, channel_id="kanal-1")
        with database.read() as session:
            assert waits.deadline(session.get_one(CaseRow, case_id)).calendar == calendar


def test_the_timers_are_the_deadlines(database: Database) -> None:
    case_id = opened(database, "sater")
    with database.read() as session:
        kept = waits.deadline(session.get_one(CaseRow, case_id))
        timers = {t.element: t.due_at for t in session.scalars(select(TimerRow))}
    assert timers == {"remind": kept.due, "responsible": kept.responsible_at, "head": kept.head_at}
    assert kept.responsible_at == datetime(2026, 4, 8, 8, 0, tzinfo=UTC)  # four office hours later
    assert kept.head_at == datetime(2026, 4, 8, 13, 0, tzinfo=UTC)  # one office day later


def test_a_deadline_stays_when_the_profile_changes_until_somebody_reckons_again(database: Database) -> None:
    case_id = opened(database, "sater")
    database.info[profiles.INFO] = profiles.load("ystad")
    with database.write() as session:
        before = session.get_one(CaseRow, case_id)
        assert before.answer_due == THURSDAY + timedelta(days=5)
        case = cases.reckon_again(session, case_id, "rule_changed", actor=JOHAN, now=THURSDAY)
        assert case.answer_due == THURSDAY
    with database.read() as session:
        case = session.get_one(CaseRow, case_id)
        kept = waits.deadline(case)
        assert (kept.calendar, kept.version) == ("at_once", deadlines.VERSION)
        task = session.scalars(select(TaskRow).where(TaskRow.case_id == case_id)).one()
        assert task.due_at == task.sort_at == kept.due
        timers = {t.element: t.due_at for t in session.scalars(select(TimerRow))}
        assert timers == {"remind": kept.remind_at, "responsible": kept.responsible_at, "head": kept.head_at}
        event = next(e for e in history.of_case(session, case_id) if e.kind == "deadline_reckoned")
        assert (event.actor, event.data["reason"]) == (JOHAN.id, "rule_changed")
        assert event.data["from"]["answer_due"] == (THURSDAY + timedelta(days=5)).isoformat()


def test_a_corrected_arrival_moves_the_deadline(database: Database) -> None:
    case_id = opened(database, "sater")
    monday = datetime(2026, 4, 7, 7, 0, tzinfo=UTC)
    with database.write() as session:
        case = cases.reckon_again(
            session, case_id, "received_at_corrected", actor=JOHAN, now=monday, received_at=monday
        )
        assert case.answer_due == monday + timedelta(days=1)


def test_only_a_listed_reason_will_do_and_only_answers_are_reckoned(database: Database) -> None:
    case_id = opened(database, "sater")
    duty = opened(database, "sater", deadline=deadlines.by_the_end_of(THURSDAY.date(), THURSDAY))
    with database.write() as session:
        with pytest.raises(Invalid):
            cases.reckon_again(session, case_id, "Karin ringde", actor=JOHAN, now=THURSDAY)
        with pytest.raises(Conflict):
            cases.reckon_again(session, duty, "rule_changed", actor=JOHAN, now=THURSDAY)


def test_a_case_from_before_reckonings_were_kept_still_explains_itself(database: Database) -> None:
    case_id = opened(database, "sater")
    with database.write() as session:
        case = session.get_one(CaseRow, case_id)
        case.deadline = None
        assert deadlines.sentence(waits.deadline(case)).startswith("Svara senast tis 7 apr 15:00.")
