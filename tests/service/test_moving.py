"""Running cases on another version: who works in them keeps what they had, and a case is never in between."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from service import cases, definitions, history, moving
from service.actors import SYSTEM
from service.errors import Conflict, Forbidden, NotFound, Stale
from service.store import CaseRow, Database, HistoryRow, RegistrationRow, SubscriptionRow, TaskRow, TimerRow
from tests.service import case_world
from tests.service import waiting_world as world
from tests.workflows import models as m
from workflows.migration import Plan

NOW, JOHAN, LATER = world.NOW, world.JOHAN, world.NOW + timedelta(hours=3)
S, E = m.start(), m.end()


def line(*tasks: str, lane: str = "Handläggare", timer: str = "late") -> bytes:
    """User tasks in a row, the first with a timer on its edge that does not interrupt."""
    names = " ".join(tasks)
    return m.process(
        m.lanes(**{lane: f"start {names} {timer} told end"}),
        S,
        *(m.user(name) for name in tasks),
        m.boundary(timer, tasks[0], m.timer("PT48H"), interrupting=False),
        m.user("told"),
        E,
        f"start -> {' -> '.join(tasks)} -> end; {timer} -> told -> end",
        id="fraga",
    )


OLD, NEW = line("a", "b"), line("a", "between", "b", lane="Registrator", timer="forsenad")
WITHOUT_A = m.process(m.lanes(Handläggare="start z end"), S, m.user("z"), E, "start -> z -> end", id="fraga")


def _move_all(database: Database) -> list[str]:
    """Move what can be moved; the reasons for the rest."""
    with database.read() as session:
        tried = [
            (route, one)
            for route in moving.plan(session, "fraga")
            for one in moving.try_all(session, route.old, route.new, route.plan, now=LATER)
        ]
    for route, one in tried:
        if one.verdict.ok:
            with database.write() as session:
                moving.move(session, one.case_id, route.plan, route.new, actor=SYSTEM, now=LATER)
    return [finding.text for _, one in tried for finding in one.verdict.refusals]


def test_a_moved_case_keeps_timer_assignee_and_draft_and_goes_on_by_the_new_drawing(
    database: Database,
) -> None:
    old = world.deploy(database, OLD)
    case_id = world.a_case(database)
    with database.write() as session:
        task = world.task_at(session, case_id, "a")
        cases.claim(session, task.id, version=None, actor=JOHAN, now=NOW)
        cases.save_draft(session, task.id, {}, version=None, actor=JOHAN, now=NOW)
        seen, kept = task.version, task.draft_locked
    new = world.deploy(database, NEW)
    assert _move_all(database) == []
    with database.read() as session:
        case, moved = session.get_one(CaseRow, case_id), cases.open_task(session, task.id, JOHAN, now=NOW)
        timer = session.scalars(select(TimerRow).where(TimerRow.case_id == case_id)).one()
        event = session.scalars(select(HistoryRow).where(HistoryRow.kind == "case_migrated")).one()
        assert case.definition == new.hash
        assert (moved.id, moved.role, moved.assignee, moved.draft_locked) == (
            task.id,
            "registrar",
            JOHAN.id,
            kept,
        )
        assert (timer.element, timer.state, timer.due_at) == (
            "forsenad",
            "waiting",
            NOW + timedelta(hours=48),
        )
        assert (event.data["from"], event.data["to"]) == (old.hash, new.hash)
        assert event.data["after"] and all(isinstance(said, str) for said in event.data["after"])
        assert list(history.verify(session)) == []
    with pytest.raises(Stale), database.write() as session:  # a page from before the move
        cases.complete(session, task.id, {}, version=seen, actor=JOHAN, now=LATER)
    world.done(database, case_id, "a")
    with database.write() as session:
        assert world.open_at(session, case_id) == {"between"}
        with pytest.raises(Forbidden):
            cases.open_task(session, world.task_at(session, case_id, "between").id, JOHAN, now=NOW)


def test_a_moved_timer_fires_at_its_old_time_on_its_new_element(database: Database) -> None:
    world.deploy(database, OLD)
    case_id = world.a_case(database)
    world.deploy(database, NEW)
    _move_all(database)
    with database.write() as session:
        timer = session.scalars(select(TimerRow).where(TimerRow.state == "waiting")).one()
        assert cases.timer_due(session, timer.id, now=NOW + timedelta(hours=48))
    with database.read() as session:
        assert world.open_at(session, case_id) == {"a", "told"}


def test_a_case_that_cannot_move_is_told_why_and_stands_untouched(database: Database) -> None:
    world.deploy(database, OLD)
    case_id = world.a_case(database)
    new = world.deploy(database, WITHOUT_A)

    def everything() -> tuple[object, ...]:
        with database.read() as session:
            case = session.get_one(CaseRow, case_id)
            return (
                case.definition,
                case.state,
                case.version,
                case.history_hash,
                [(t.element, t.version) for t in session.scalars(select(TaskRow))],
                [(t.element, t.state, t.due_at) for t in session.scalars(select(TimerRow))],
            )

    before = everything()
    with database.read() as session:
        (route,) = moving.plan(session, "fraga")
        plan = route.plan.with_target("a", None)
        (one,) = moving.try_all(session, route.old, route.new, plan, now=LATER)
    assert not one.verdict.ok and all(f.text for f in one.verdict.refusals)
    with pytest.raises(Conflict) as refused, database.write() as session:
        moving.move(session, case_id, plan, new.hash, actor=SYSTEM, now=LATER)
    assert str(refused.value) == " ".join(f.text for f in one.verdict.refusals)
    assert everything() == before


def test_a_case_stays_on_its_version_until_it_is_moved_and_is_moved_once(database: Database) -> None:
    old = world.deploy(database, OLD)
    case_id = world.a_case(database)
    new = world.deploy(database, NEW)
    with database.read() as session:
        assert session.get_one(CaseRow, case_id).definition == old.hash
        (route,) = moving.plan(session, "fraga")
        assert moving.plan(session, "fraga", to=1) == ()
        with pytest.raises(NotFound):
            moving.plan(session, "fraga", to=7)
    _move_all(database)
    with pytest.raises(Conflict, match="redan"), database.write() as session:
        moving.move(session, case_id, route.plan, new.hash, actor=SYSTEM, now=LATER)
    third = world.deploy(database, line("a", "c"))
    with (
        pytest.raises(Conflict, match="redan"),
        database.write() as session,
    ):  # a plan for a version it has left
        moving.move(session, case_id, route.plan, third.hash, old_hash=old.hash, actor=SYSTEM, now=LATER)


def test_an_ended_case_is_not_moved(database: Database) -> None:
    world.deploy(database, OLD)
    case_id = world.a_case(database)
    for element in ("a", "b"):
        world.done(database, case_id, element)
    new = world.deploy(database, NEW)
    with database.read() as session:
        assert moving.plan(session, "fraga") == ()
    with pytest.raises(Conflict, match="avslutat"), database.write() as session:
        moving.move(session, case_id, Plan(), new.hash, actor=SYSTEM, now=LATER)


def test_a_message_is_waited_for_as_before_under_the_new_elements_name(database: Database) -> None:
    world.deploy(database, world.ANSWERED)
    case_id = world.a_case(database, nyckel="K-1")
    world.done(database, case_id, "ask")
    world.deploy(
        database,
        world.ANSWERED.replace(b'"wait"', b'"vanta"')
        .replace(b">wait<", b">vanta<")
        .replace(b"_wait", b"_vanta")
        .replace(b'"wait_', b'"vanta_'),
    )
    assert _move_all(database) == []
    with database.read() as session:
        waiting = session.scalars(select(SubscriptionRow).where(SubscriptionRow.open)).one()
        assert (waiting.element, waiting.name, waiting.correlation) == ("vanta", "Svar", "K-1")
    with database.write() as session:
        assert cases.message_arrived(session, waiting.id, {}, message="m-1", now=LATER)
    with database.read() as session:
        assert world.open_at(session, case_id) == {"done"}


def test_a_registration_under_way_follows_its_case(database: Database) -> None:
    case_world.deploy(database)
    case_id = case_world.a_post(database).case_id
    for name, answers, actor in (
        ("Bedöm inlägget", case_world.COMPLAINT, case_world.MARIA),
        ("Registrera i diariet", case_world.REGISTER, case_world.ANNA),
    ):
        with database.write() as session:
            task = case_world.task_named(session, case_id, name)
            cases.complete(session, task.id, answers, version=None, actor=actor, now=NOW)
    with database.write() as session:
        before = session.scalars(select(RegistrationRow)).one()
        files = definitions.folder(Path(__file__).parents[2] / "bpmn" / "complaint")
        here = re.compile(
            rf'((?: id|sourceRef|targetRef|attachedToRef|bpmnElement)="){before.element}"'.encode()
        )
        files["model.bpmn"] = here.sub(rb'\1nytt_steg"', files["model.bpmn"]).replace(
            f">{before.element}</".encode(), b">nytt_steg</"
        )
        del files["scenarios.yaml"]
        definitions.deploy(session, files, actor=SYSTEM, now=NOW)
    with database.write() as session:
        (route,) = moving.plan(session, "complaint")
        moving.move(session, case_id, route.plan, route.new, actor=SYSTEM, now=LATER)
    with database.write() as session:
        row = session.scalars(select(RegistrationRow)).one()
        assert (row.id, row.element, row.state, row.version) == (
            before.id,
            "nytt_steg",
            "pending",
            before.version,
        )
        row.state, row.number = "registered", "KS 2026/00001"
        cases.operation_answered(session, case_id, row.task, {"number": row.number}, now=LATER)


def test_a_transaction_that_ends_in_the_middle_leaves_the_case_where_it_was(database: Database) -> None:
    old = world.deploy(database, OLD)
    first, second = world.a_case(database), world.a_case(database)
    new = world.deploy(database, NEW)
    with database.read() as session:
        (route,) = moving.plan(session, "fraga")
    with database.write() as session:
        moving.move(session, first, route.plan, route.new, actor=SYSTEM, now=LATER)
    with pytest.raises(ZeroDivisionError), database.write() as session:
        moving.move(session, second, route.plan, route.new, actor=SYSTEM, now=LATER)
        session.flush()
        raise ZeroDivisionError
    with database.read() as session:
        assert session.get_one(CaseRow, first).definition == new.hash
        assert session.get_one(CaseRow, second).definition == old.hash
        assert world.task_at(session, second, "a").role == "case_officer"
    for case_id in (first, second):  # both go on, each by its own drawing
        with database.write() as session:
            task = world.task_at(session, case_id, "a")
            actor = JOHAN if case_id == second else world.RUT
            cases.complete(session, task.id, {}, version=None, actor=actor, now=LATER)
    with database.read() as session:
        assert (world.open_at(session, first), world.open_at(session, second)) == ({"between"}, {"b"})
