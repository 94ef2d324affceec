"""Stepping in by hand: what is paused stands still, what is moved or cancelled loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from service import cases, history, interventions, messages, pauses, secrecy
from service.actors import SYSTEM, Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from service.outbox.registering import register
from service.outbox.sweep import sweep
from service.settings import Settings, from_environment
from service.store import (
    CaseRow,
    Database,
    HistoryRow,
    InterventionRow,
    PersonRow,
    RegistrationRow,
    TaskRow,
    TimerRow,
)
from tests.service import case_world
from tests.service import waiting_world as world
from tests.workflows import models as m

NOW, JOHAN = world.NOW, world.JOHAN
LATER = NOW + timedelta(hours=3)
OLLE = Actor("p-olle", "Olle Ström", frozenset({"process_owner"}))
SVEN = Actor("p-sven", "Sven Ås", frozenset({"system_administrator"}))
S, E = m.start(), m.end()

TIMED = m.process(
    m.lanes(Handläggare="start a late told b end"),
    S,
    m.user("a"),
    m.boundary("late", "a", m.timer("R/PT1H", "timeCycle"), interrupting=False),
    m.user("told"),
    m.user("b"),
    E,
    "start -> a -> b -> end; late -> told -> end",
    id="fraga",
)
"""A reminder every hour until the first task is done."""


@pytest.fixture
def settings(database: Database) -> Settings:
    url = database.engine.url.render_as_string(hide_password=False)
    return from_environment({"ORDNA_DATABASE_URL": url})


def staff(database: Database) -> None:
    with database.write() as session:
        session.add_all(
            PersonRow(
                id=a.id, login=a.id, name=a.name, password_hash="!", created_at=NOW, roles=sorted(a.roles)
            )
            for a in (OLLE, SVEN)
        )


def begun(database: Database, model: bytes = TIMED, **given: str) -> str:
    staff(database)
    world.deploy(database, model)
    return world.a_case(database, **given)


def pause(database: Database, case_id: str, reason: str = "Vi rättar flödet.") -> None:
    with database.write() as session:
        interventions.pause(session, case_id, reason, actor=OLLE, now=NOW)


def resume(database: Database, case_id: str) -> None:
    with database.write() as session:
        interventions.resume(session, case_id, actor=OLLE, now=LATER)


def open_at(database: Database, case_id: str) -> list[str]:
    with database.read() as session:
        return sorted(
            session.scalars(
                select(TaskRow.element).where(
                    TaskRow.case_id == case_id, TaskRow.status == "open", TaskRow.kind == "form"
                )
            )
        )


def kinds(database: Database, case_id: str) -> list[str]:
    with database.read() as session:
        assert list(history.verify(session)) == []
        return [e.kind for e in history.of_case(session, case_id)]


def registering(database: Database) -> tuple[str, str]:
    """A complaint whose first registration has been asked for: the case, and the registration."""
    staff(database)
    case_world.deploy(database)
    case_id = case_world.a_post(database).case_id
    for name, answers, actor in (
        ("Bedöm inlägget", case_world.COMPLAINT, case_world.MARIA),
        ("Registrera i diariet", case_world.REGISTER, case_world.ANNA),
    ):
        with database.write() as session:
            task = case_world.task_named(session, case_id, name)
            cases.complete(session, task.id, answers, version=None, actor=actor, now=NOW)
    with database.read() as session:
        return case_id, session.scalars(select(RegistrationRow.id)).one()


# ── pause ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_paused_case_takes_no_step_and_says_who_when_and_why(database: Database) -> None:
    case_id = begun(database)
    pause(database, case_id)
    with pytest.raises(pauses.Paused) as refused:
        world.done(database, case_id, "a")
    said = str(refused.value)
    assert "pausat av Olle Ström sedan 3/3 2026 kl. 10:14, för att: Vi rättar flödet." in said
    assert open_at(database, case_id) == ["a"]
    with database.write() as session:  # work that is no step goes on
        task = world.task_at(session, case_id, "a")
        cases.claim(session, task.id, version=None, actor=JOHAN, now=NOW)
        cases.save_draft(session, task.id, {}, version=None, actor=JOHAN, now=NOW)
    resume(database, case_id)
    world.done(database, case_id, "a")
    assert open_at(database, case_id) == ["b"]
    assert {"case_paused", "case_resumed"} <= set(kinds(database, case_id))


def test_a_timer_that_came_due_meanwhile_goes_off_once(database: Database, settings: Settings) -> None:
    case_id = begun(database)
    pause(database, case_id)
    long_after = NOW + timedelta(hours=9, minutes=30)
    assert sweep(database, settings, lambda: long_after).fired == 0
    with database.write() as session:
        timer = session.scalars(select(TimerRow)).one()
        assert not cases.timer_due(session, timer.id, now=long_after)
    assert open_at(database, case_id) == ["a"]
    resume(database, case_id)
    assert sweep(database, settings, lambda: long_after).fired == 1
    assert open_at(database, case_id) == ["a", "told"]
    assert sweep(database, settings, lambda: long_after).fired == 0
    with database.read() as session:
        assert session.scalars(select(TimerRow.due_at).where(TimerRow.state == "waiting")).one() > long_after


def test_a_message_waits_for_a_paused_case(database: Database, settings: Settings) -> None:
    case_id = begun(database, world.ANSWERED, nyckel="K-1")
    world.done(database, case_id, "ask")
    pause(database, case_id)
    with database.write() as session:
        kept = messages.receive(
            session, "Svar", "K-1", {}, source="x", external_id="1", actor=SYSTEM, now=NOW
        )
    assert kept.state == "waiting"
    assert sweep(database, settings, lambda: LATER).delivered == 0
    resume(database, case_id)
    assert sweep(database, settings, lambda: LATER).delivered == 1
    assert open_at(database, case_id) == ["done"]


@pytest.mark.parametrize("whole_version", [False, True])
def test_a_number_that_comes_while_paused_is_kept_and_the_flow_hears_of_it_afterwards(
    database: Database, settings: Settings, whole_version: bool
) -> None:
    case_id, registration = registering(database)
    with database.write() as session:
        definition = session.get_one(CaseRow, case_id).definition
        if whole_version:
            interventions.pause_version(session, definition, "Fel i flödet.", actor=OLLE, now=NOW)
        else:
            interventions.pause(session, case_id, "Fel i flödet.", actor=OLLE, now=NOW)
    before = open_at(database, case_id)
    with database.write() as session:
        case = cases.hold(session, case_id)
        row = session.get_one(RegistrationRow, registration)
        register(session, case, row, "KS 2026/00001", how="by_hand", actor=SYSTEM, now=NOW)
    with database.read() as session:
        assert session.get_one(CaseRow, case_id).registration_number == "KS 2026/00001"
    assert open_at(database, case_id) == before
    assert sweep(database, settings, lambda: LATER).told == 0
    with database.write() as session:
        if whole_version:
            interventions.resume_version(session, definition, actor=OLLE, now=LATER)
        else:
            interventions.resume(session, case_id, actor=OLLE, now=LATER)
    assert sweep(database, settings, lambda: LATER).told == 1
    assert sweep(database, settings, lambda: LATER).told == 0
    with database.read() as session:
        assert [r.element for r in session.scalars(select(RegistrationRow).order_by("created_at"))] == [
            "open_case",
            "file_document",
        ]


def test_a_paused_version_holds_every_case_of_it_and_lets_go_of_one_that_is_moved(
    database: Database,
) -> None:
    first = begun(database)
    with database.write() as session:
        definition = session.get_one(CaseRow, first).definition
        interventions.pause_version(session, definition, "Fel i flödet.", actor=OLLE, now=NOW)
        with pytest.raises(pauses.Paused):
            interventions.pause_version(session, definition, "En gång till", actor=OLLE, now=NOW)
    second = world.a_case(database)  # what comes in is taken in, and stands still
    for case_id in (first, second):
        with pytest.raises(pauses.Paused, match="Alla ärenden på den här versionen"):
            world.done(database, case_id, "a")
    with database.read() as session:
        assert pauses.which(session, (first, second)) == {first, second}
    with database.write() as session:
        interventions.resume_version(session, definition, actor=OLLE, now=LATER)
    world.done(database, first, "a")


def test_who_may_not_and_what_is_not_there_is_refused(database: Database) -> None:
    case_id = begun(database)
    with database.write() as session, pytest.raises(Forbidden):
        interventions.pause(session, case_id, "Nej", actor=SVEN, now=NOW)
    with database.write() as session, pytest.raises(Invalid):
        interventions.pause(session, case_id, "  ", actor=OLLE, now=NOW)
    with database.write() as session, pytest.raises(Conflict, match="inte pausat"):
        interventions.resume(session, case_id, actor=OLLE, now=NOW)
    with database.write() as session:
        session.get_one(CaseRow, case_id).secrecy = secrecy.NEED_TO_KNOW
    for act in (interventions.pause, interventions.cancel):
        more = {} if act is interventions.pause else {"version": None}
        with database.write() as session, pytest.raises(NotFound):
            act(session, case_id, "x", actor=OLLE, now=NOW, **more)  # type: ignore[operator]
    assert "case_paused" not in kinds(database, case_id)


# ── move ─────────────────────────────────────────────────────────────────────────────────────────────


def token(database: Database, case_id: str, element: str) -> str:
    with database.read() as session:
        found = interventions.stands(session, case_id, actor=OLLE, now=NOW)
        return next(one.token for one in found.where if one.element == element)


def test_a_token_is_moved_with_its_reason_and_the_history_says_so(database: Database) -> None:
    case_id = begun(database)
    where = token(database, case_id, "a")
    with database.read() as session:
        verdict = interventions.try_move(session, case_id, where, "b", actor=OLLE, now=NOW)
        version = interventions.stands(session, case_id, actor=OLLE, now=NOW).version
    assert verdict.ok and any("stängs" in said.text for said in verdict.after)
    assert open_at(database, case_id) == ["a"]  # only asked
    for seen, error in ((version - 1, Stale), (version, None)):
        with database.write() as session:
            if error is not None:
                with pytest.raises(error):
                    interventions.move(
                        session, case_id, where, "b", "Fastnat", version=seen, actor=OLLE, now=NOW
                    )
            else:
                interventions.move(session, case_id, where, "b", "Fastnat", version=seen, actor=OLLE, now=NOW)
    assert open_at(database, case_id) == ["b"]
    with database.read() as session:
        assert {t.state for t in session.scalars(select(TimerRow))} == {"cancelled"}
        row = session.scalars(select(InterventionRow)).one()
        assert pauses.reason(session, row, session.get_one(CaseRow, case_id)) == "Fastnat"
        event = session.scalars(select(HistoryRow).where(HistoryRow.kind == "token_moved")).one()
        assert (event.element, event.data["to"], event.actor) == ("a", "b", OLLE.id)
    world.done(database, case_id, "b")


def test_nothing_is_moved_past_a_seal_or_a_registration_nor_off_one_under_way(database: Database) -> None:
    staff(database)
    case_world.deploy(database)
    fresh = case_world.a_post(database).case_id
    with database.read() as session:
        where = interventions.stands(session, fresh, actor=OLLE, now=NOW).where[0]
        for goal in ("hide", "receive", "register", "open_case"):
            verdict = interventions.try_move(session, fresh, where.token, goal, actor=OLLE, now=NOW)
            assert not verdict.ok
            assert {f.rule for f in verdict.refusals} & {"goes-round", "would-starve"}
            assert all(f.text for f in verdict.refusals)


def test_a_registration_under_way_is_not_left_behind(database: Database) -> None:
    case_id, registration = registering(database)
    where = token(database, case_id, "open_case")
    with database.write() as session, pytest.raises(Conflict, match="ska fullföljas"):
        interventions.move(session, case_id, where, "register", "x", version=None, actor=OLLE, now=NOW)
    with database.write() as session:
        assert session.get_one(RegistrationRow, registration).state == "pending"
        case, row = cases.hold(session, case_id), session.get_one(RegistrationRow, registration)
        register(session, case, row, "KS 2026/00001", how="by_hand", actor=SYSTEM, now=NOW)
    where = token(database, case_id, "file_document")
    with database.write() as session:
        session.scalars(
            select(RegistrationRow).where(RegistrationRow.task == where)
        ).one().state = "cancelled"
    with database.read() as session:  # back to before what is entered already: it would be entered twice
        verdict = interventions.try_move(session, case_id, where, "register", actor=OLLE, now=NOW)
    assert "done-twice" in {f.rule for f in verdict.refusals}


# ── cancel ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_cancelled_case_ends_with_its_outcome_and_waits_for_nothing(database: Database) -> None:
    case_id = begun(database)
    with database.read() as session:
        found = interventions.stands(session, case_id, actor=OLLE, now=NOW)
        assert (found.affected.tasks, found.affected.timers, found.affected.why_not) == (1, 1, None)
    pause(database, case_id)
    with database.write() as session:
        interventions.cancel(session, case_id, "Dubblett", version=found.version + 1, actor=OLLE, now=LATER)
    with database.read() as session:
        case = session.get_one(CaseRow, case_id)
        assert (case.status, case.outcome, case.closed_at) == ("closed", cases.CANCELLED, LATER)
        assert {t.state for t in session.scalars(select(TimerRow))} == {"cancelled"}
    assert open_at(database, case_id) == []
    for act in (interventions.pause, interventions.cancel):
        more = {} if act is interventions.pause else {"version": None}
        with database.write() as session, pytest.raises(Conflict, match="redan avslutat"):
            act(session, case_id, "x", actor=OLLE, now=LATER, **more)  # type: ignore[operator]
    assert kinds(database, case_id)[-1] == "case_cancelled"


@pytest.mark.parametrize("state", ["sending", "uncertain", "refused"])
def test_a_case_whose_registration_is_undecided_is_not_cancelled(database: Database, state: str) -> None:
    case_id, registration = registering(database)
    with database.write() as session:
        session.get_one(RegistrationRow, registration).state = state
    with database.write() as session, pytest.raises(Conflict, match="diariet"):
        interventions.cancel(session, case_id, "x", version=None, actor=OLLE, now=NOW)


def test_what_was_asked_of_the_diarium_is_still_sent_after_a_cancellation(database: Database) -> None:
    case_id, registration = registering(database)
    with database.write() as session:
        interventions.cancel(session, case_id, "Dubblett", version=None, actor=OLLE, now=NOW)
    with database.write() as session:
        row = session.get_one(RegistrationRow, registration)
        assert row.state == "pending"
        register(
            session, cases.hold(session, case_id), row, "KS 2026/00001", how="answer", actor=SYSTEM, now=LATER
        )
    with database.read() as session:
        assert session.get_one(RegistrationRow, registration).number == "KS 2026/00001"
        assert session.get_one(CaseRow, case_id).registration_number == "KS 2026/00001"
    assert "registration_unawaited" in kinds(database, case_id)


def test_a_case_in_which_evidence_is_gathered_is_not_cancelled(database: Database) -> None:
    staff(database)
    case_world.deploy(database)
    case_id = case_world.a_post(database).case_id
    with database.write() as session:
        session.scalars(select(TaskRow).where(TaskRow.case_id == case_id)).one().element = "preserve"
    with database.write() as session, pytest.raises(Conflict, match="förseglat"):
        interventions.cancel(session, case_id, "x", version=None, actor=OLLE, now=NOW)
    with database.write() as session:
        task = session.scalars(select(TaskRow).where(TaskRow.case_id == case_id)).one()
        task.element = "assess"
        session.get_one(CaseRow, case_id).secrecy = secrecy.NEED_TO_KNOW
    with database.write() as session, pytest.raises(Conflict, match="förseglat"):
        cases.cancel(session, case_id, "x", actor=SYSTEM, now=NOW)
