"""What a registrar can decide, and the round that forgets nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from adapters.contract import Refused, Unknown
from service import cases, history, jobs
from service.actors import SYSTEM, Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.outbox import resolve, sweep, tasks
from service.store import Database, RegistrationRow, TimerRow
from tests.service.outbox_world import (
    NOON,
    REGISTRAR,
    Lost,
    World,
    deploy,
    open_cases,
    quick,
)
from tests.workflows import models

SILENT = Unknown("svaret kom aldrig")


@pytest.fixture
def world(database: Database) -> World:
    return World(database, quick(database, ATTEMPTS="1"))


def uncertain(world: World) -> str:
    """A registration whose only answer was lost, although the diarium did the work."""
    (one,) = open_cases(world.database, 1)
    world.diarium.faults.append(Lost(SILENT))
    assert world.push(one).state == "uncertain"
    return one


def refused(world: World) -> str:
    (one,) = open_cases(world.database, 1)
    world.diarium.faults.append(Refused("Rubrik saknas."))
    assert world.push(one).state == "refused"
    return one


def look_up(world: World, one: str, actor: Actor = REGISTRAR) -> resolve.Seen:
    return resolve.look_up(world.database, one, world.diarium, actor=actor, clock=world.clock)


def kinds(world: World, one: str) -> list[str]:
    with world.database.read() as session:
        return [e.kind for e in history.of_case(session, world.row(one).case_id)]


def test_a_look_up_on_demand_takes_the_number_and_moves_the_case_on(world: World) -> None:
    one = uncertain(world)
    assert look_up(world, one) is resolve.Seen.FOUND
    assert (world.row(one).state, world.case(one).status) == ("registered", "closed")
    assert world.tasks() == []
    assert "registration_looked_up" in kinds(world, one)


def test_a_look_up_on_demand_sends_nothing_and_changes_nothing_when_there_is_nothing(
    world: World,
) -> None:
    (one,) = open_cases(world.database, 1)
    world.diarium.faults.append(SILENT)
    world.push(one)
    assert look_up(world, one) is resolve.Seen.NONE
    world.diarium.unfindable.append(SILENT)
    assert look_up(world, one) is resolve.Seen.NO_ANSWER
    assert (world.row(one).state, world.diarium.calls) == ("uncertain", 1)


def test_sending_again_asks_first_and_waits_for_the_diarium_to_settle(world: World) -> None:
    one = uncertain(world)
    world.clock.pass_by(5)
    with world.database.write() as session:
        resolve.send_again(session, one, world.settings, actor=REGISTRAR, now=world.clock.now)
    assert world.push(one).state == "retry"
    assert world.diarium.questions == 0
    world.clock.pass_by(world.settings.settle - 5)
    assert world.push(one).state == "registered"
    assert (world.diarium.calls, len(world.diarium.entries)) == (1, 1)


def test_a_refused_registration_can_be_sent_again(world: World) -> None:
    one = refused(world)
    world.clock.pass_by(world.settings.settle)
    with world.database.write() as session:
        resolve.send_again(session, one, world.settings, actor=REGISTRAR, now=world.clock.now)
    assert world.tasks() == []
    assert world.push(one).state == "registered"


@pytest.mark.parametrize("stuck", [uncertain, refused])
def test_a_number_typed_by_hand_registers_and_moves_the_case_on(world: World, stuck: object) -> None:
    one = stuck(world)  # type: ignore[operator]
    with world.database.write() as session:
        resolve.register_by_hand(session, one, "  KS  2026/00077 ", actor=REGISTRAR, now=world.clock.now)
    assert (world.row(one).number, world.case(one).registration_number) == (
        "KS 2026/00077",
        "KS 2026/00077",
    )
    assert world.case(one).status == "closed"
    with world.database.read() as session:
        event = next(e for e in history.of_case(session, world.row(one).case_id) if e.kind == "registered")
    assert (event.actor, event.data["how"]) == (REGISTRAR.id, "by_hand")


@pytest.mark.parametrize("number", ["", "   ", "x" * 101, "KS\x00"])
def test_a_number_that_cannot_be_right_is_refused(world: World, number: str) -> None:
    one = uncertain(world)
    with pytest.raises(Invalid) as caught, world.database.write() as session:
        resolve.register_by_hand(session, one, number, actor=REGISTRAR, now=world.clock.now)
    assert set(caught.value.fields) == {"number"}


def test_a_number_that_another_registration_has_cannot_be_typed(world: World) -> None:
    one, two = open_cases(world.database, 2)
    world.push(one)
    world.diarium.faults.append(Refused("nej"))
    world.push(two)
    with pytest.raises(Invalid), world.database.write() as session:
        resolve.register_by_hand(session, two, "KS 2026/00001", actor=REGISTRAR, now=world.clock.now)


def test_a_cancelled_registration_is_never_sent_and_the_flow_is_told(world: World) -> None:
    one = uncertain(world)
    with world.database.write() as session:
        resolve.cancel(session, one, "not_a_record", actor=REGISTRAR, now=world.clock.now)
    world.clock.pass_by(3600)
    assert world.push(one).state == "cancelled"
    assert world.diarium.calls == 1
    assert "registration_cancelled" in kinds(world, one)
    assert [(t.role, t.name) for t in world.tasks()] == [("process_owner", tasks.UNCAUGHT)]


def test_a_flow_that_catches_the_cancelling_goes_that_way(world: World) -> None:
    process = deploy(
        world.database,
        {
            "model.bpmn": models.process(
                models.start(),
                models.service("op", "register_case"),
                models.user("other", lane="Registrator"),
                models.boundary("given_up", "op", models.error()),
                models.end(),
                models.end("end2"),
                "start -> op -> end",
                "given_up -> other -> end2",
            )
        },
    )
    arrival = cases.Arrival("e-post", "Nytt ärende", NOON, "Kommunstyrelsen")
    with world.database.write() as session:
        cases.open_case(session, process, arrival, actor=SYSTEM, now=NOON)
    with world.database.write() as session:
        one = session.scalars(select(RegistrationRow.id)).one()
        resolve.cancel(session, one, "not_a_record", actor=REGISTRAR, now=world.clock.now)
    assert [(t.kind, t.element) for t in world.tasks()] == [("form", "other")]


def test_cancelling_needs_one_of_the_reasons(world: World) -> None:
    one = uncertain(world)
    with pytest.raises(Invalid), world.database.write() as session:
        resolve.cancel(session, one, "Karin bad om det", actor=REGISTRAR, now=world.clock.now)


def test_only_a_registrar_decides(world: World) -> None:
    one = uncertain(world)
    officer = Actor("p-2", "Hans", frozenset({"case_officer", "system_administrator"}))
    with pytest.raises(Forbidden):
        look_up(world, one, officer)
    for decide in (
        lambda s: resolve.send_again(s, one, world.settings, actor=officer, now=NOON),
        lambda s: resolve.register_by_hand(s, one, "1", actor=officer, now=NOON),
        lambda s: resolve.cancel(s, one, "replaced", actor=officer, now=NOON),
    ):
        with pytest.raises(Forbidden), world.database.write() as session:
            decide(session)
    with pytest.raises(NotFound), world.database.write() as session:
        resolve.cancel(session, str(uuid4()), "replaced", actor=REGISTRAR, now=NOON)


def test_what_is_settled_or_on_its_way_is_not_decided(world: World) -> None:
    (one,) = open_cases(world.database, 1)

    def decide(_: object = None) -> None:
        with pytest.raises(Conflict), world.database.write() as session:
            resolve.cancel(session, one, "replaced", actor=REGISTRAR, now=world.clock.now)

    world.diarium.during = decide
    world.push(one)
    decide()
    assert world.row(one).state == "registered"


# ── the sweeper ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def nudging(world: World) -> Iterator[World]:
    jobs.connect(world.database, world.settings)
    yield world
    jobs.stop()


def nudges(world: World) -> int:
    schema = "" if world.database.sqlite else f"{world.database.schema}_jobs."
    with world.database.read() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {schema}workflow_status")).scalar_one())


def test_a_row_whose_job_vanished_is_nudged_once_an_interval_whatever_its_state(
    nudging: World,
) -> None:
    world = nudging
    ids = open_cases(world.database, 3)
    with world.database.write() as session:
        rows = [session.get_one(RegistrationRow, one) for one in ids]
        rows[1].state, rows[1].next_attempt_at = "retry", NOON
        rows[2].state, rows[2].lease_until = "sending", NOON
        before = nudges(world)
    assert sweep(world.database, world.settings, world.clock).nudged == 0
    world.clock.pass_by(61)
    assert sweep(world.database, world.settings, world.clock).nudged == 2
    world.clock.pass_by(60)
    assert sweep(world.database, world.settings, world.clock).nudged == 3
    made = nudges(world)
    sweep(world.database, world.settings, world.clock)
    assert nudges(world) == made == before + 5


def test_a_timer_that_is_due_is_fired_once(world: World) -> None:
    process = deploy(
        world.database,
        {
            "model.bpmn": models.process(
                models.start(),
                models.catch("wait", models.timer("PT1H")),
                models.end(),
                "start -> wait -> end",
            )
        },
    )
    arrival = cases.Arrival("e-post", "Nytt ärende", NOON, "Kommunstyrelsen")
    with world.database.write() as session:
        case = cases.open_case(session, process, arrival, actor=SYSTEM, now=NOON).id
    assert sweep(world.database, world.settings, world.clock).fired == 0
    world.clock.pass_by(3601)
    assert sweep(world.database, world.settings, world.clock).fired == 1
    assert sweep(world.database, world.settings, world.clock).fired == 0
    with world.database.read() as session:
        assert "case_closed" in [e.kind for e in history.of_case(session, case)]


def test_a_timer_whose_flow_is_broken_is_put_aside_and_shown(world: World) -> None:
    (one,) = open_cases(world.database, 1)
    case = world.row(one).case_id
    with world.database.write() as session:
        session.add(
            TimerRow(
                id=str(uuid4()),
                case_id=case,
                task="none",
                element="wait",
                name="Vänta",
                due_at=NOON - timedelta(seconds=1),
                state="waiting",
            )
        )
        world_case = session.get_one(type(world.case(one)), case)
        world_case.state = b"broken"
    assert sweep(world.database, world.settings, world.clock).fired == 0
    with world.database.read() as session:
        assert [t.state for t in session.scalars(select(TimerRow))] == ["failed"]
    assert [t.name for t in world.tasks()] == [tasks.TIMER]
