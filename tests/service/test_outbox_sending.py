"""The outbox: what becomes of a registration, outcome by outcome, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.contract import Misconfigured, Refused, Registration, Unavailable, Unknown
from service import cases, evidence, history
from service.actors import SYSTEM
from service.outbox import Checkpoint, Policy, sweep, tasks
from service.outbox.policy import Point
from service.store import CaseRow, Database, EndpointRow, RegistrationRow
from tests.service.outbox_world import NOON, Lost, World, open_cases, quick

SILENT = Unknown("svaret kom aldrig")


@pytest.fixture
def world(database: Database) -> World:
    return World(database, quick(database))


def test_a_registration_is_sent_once_and_its_case_gets_the_number(world: World) -> None:
    (one,) = open_cases(world.database, 1)
    assert world.push(one).state == "registered"
    assert world.push(one).number == "KS 2026/00001"
    assert (world.diarium.calls, world.diarium.questions) == (1, 0)
    case = world.case(one)
    assert (case.registration_number, case.status) == ("KS 2026/00001", "closed")


def test_the_history_tells_of_the_registration_and_holds(world: World) -> None:
    (one,) = open_cases(world.database, 1)
    world.push(one)
    with world.database.read() as session:
        kinds = [event.kind for event in history.of_case(session, world.row(one).case_id)]
        assert list(history.verify(session)) == []
    assert kinds.index("registration_requested") < kinds.index("registered")


def test_a_document_is_requested_and_sent_after_its_case(world: World) -> None:
    (one,) = open_cases(world.database, 1, "register_case", "register_document")
    with world.database.write() as session:  # a document has a file
        case = cases.hold(session, world.row(one).case_id)
        evidence.keep(
            session,
            case,
            item_id=None,
            kind="original",
            name="inlagg.txt",
            media_type="text/plain",
            content=b"Gungan",
            actor=SYSTEM,
            now=NOON,
        )
    world.push(one)
    with world.database.read() as session:
        document = session.scalars(select(RegistrationRow.id).where(RegistrationRow.kind == "document")).one()
    assert world.push(document).state == "registered"
    assert [r.key for r in world.diarium.entries] == [one, document]


def test_an_earlier_registration_of_the_same_case_goes_first(world: World) -> None:
    first, other = open_cases(world.database, 2)
    with world.database.write() as session:  # the second becomes a later one of the first's case
        session.get_one(RegistrationRow, first).created_at = NOON - timedelta(seconds=1)
        session.get_one(RegistrationRow, other).case_id = world.row(first).case_id
    assert world.push(other).state == "pending"
    assert world.diarium.calls == 0
    world.push(first)
    world.push(other)
    assert world.diarium.calls == 1  # its content belongs to the other case and no longer opens
    assert world.row(other).state == "retry"


def test_the_mark_that_it_was_sent_is_kept_before_the_first_byte_leaves(world: World) -> None:
    (one,) = open_cases(world.database, 1)
    seen: list[tuple[str, bool]] = []
    world.diarium.during = lambda _: seen.append((world.row(one).state, world.row(one).sent))
    world.push(one)
    assert seen == [("sending", True)]


def test_no_transaction_is_open_while_the_diarium_thinks(world: World) -> None:
    (one,) = open_cases(world.database, 1)
    borrowed: list[object] = []
    world.diarium.during = lambda _: borrowed.append(world.database.engine.pool.status())
    world.push(one)
    assert "Current Checked out connections: 0" in str(borrowed[0])


def test_a_lost_answer_is_looked_up_after_the_settling_time_and_not_sent_again(
    world: World,
) -> None:
    (one,) = open_cases(world.database, 1)
    world.diarium.faults.append(Lost(SILENT))
    row = world.push(one)
    assert (row.state, row.sent, row.number) == ("retry", True, None)
    assert row.next_attempt_at is not None
    assert row.next_attempt_at - world.clock.now >= timedelta(seconds=world.settings.settle)
    world.clock.pass_by(world.settings.settle - 1)
    world.push(one)
    assert world.diarium.questions == 0
    world.until_due(one)
    assert world.push(one).state == "registered"
    assert (world.diarium.calls, world.diarium.questions) == (1, 1)


def test_what_never_arrived_is_sent_after_the_diarium_proved_that_it_holds_nothing(
    world: World,
) -> None:
    (one,) = open_cases(world.database, 1)
    world.diarium.faults.append(SILENT)
    world.push(one)
    world.until_due(one)
    assert world.push(one).state == "registered"
    assert (world.diarium.calls, world.diarium.questions) == (2, 1)


@pytest.mark.parametrize(
    "error",
    [
        SILENT,
        Unavailable("nere"),
        Refused("får inte fråga"),
        Misconfigured("fel"),
        ValueError("fel i adaptern"),
    ],
)
def test_an_unusable_look_up_never_means_not_found(world: World, error: Exception) -> None:
    (one,) = open_cases(world.database, 1)
    world.diarium.faults.append(Lost(SILENT))
    world.push(one)
    world.diarium.unfindable.append(error)
    world.until_due(one)
    row = world.push(one)
    assert (row.state, row.sent, world.diarium.calls) == ("retry", True, 1)
    world.until_due(one)
    assert world.push(one).state == "registered"
    assert len(world.diarium.entries) == 1


def test_two_found_are_left_to_a_person_with_the_lowest_number_first(world: World) -> None:
    (one,) = open_cases(world.database, 1)

    def enter_it_twice(record: Registration) -> None:
        world.diarium.enter(record)

    world.diarium.during = enter_it_twice
    world.diarium.faults.append(Lost(SILENT))
    world.push(one)
    world.until_due(one)
    row = world.push(one)
    assert (row.state, row.number) == ("uncertain", None)
    assert row.receipt == {"found": ["KS 2026/00001", "KS 2026/00002"]}
    assert [(t.kind, t.role, t.name) for t in world.tasks()] == [("registration", "registrar", tasks.SEVERAL)]


def test_attempts_used_up_mean_uncertain_and_never_refused(world: World) -> None:
    (one,) = open_cases(world.database, 1)
    world.diarium.faults.append(Lost(SILENT))
    world.diarium.unfindable.extend([SILENT] * 10)
    states = []
    for _ in range(world.settings.attempts):
        states.append(world.push(one).state)
        if states[-1] == "retry":
            world.until_due(one)
    assert states == ["retry", "retry", "retry", "uncertain"]
    assert [t.name for t in world.tasks()] == [tasks.UNCERTAIN]


def test_a_refusal_is_final_at_once_and_becomes_a_task(world: World) -> None:
    (one,) = open_cases(world.database, 1)
    world.diarium.faults.append(Refused("Rubrik saknas."))
    row = world.push(one)
    assert (row.state, row.last_error) == ("refused", "Refused: Rubrik saknas.")
    assert [t.name for t in world.tasks()] == [tasks.REFUSED]
    world.push(one)
    assert world.diarium.calls == 1


def test_wrong_settings_are_shown_and_the_task_closes_when_they_are_put_right(world: World) -> None:
    (one,) = open_cases(world.database, 1)
    world.diarium.faults.extend([Misconfigured("fel lösenord")] * 7)
    for _ in range(7):  # more often than there are attempts
        assert world.push(one).state == "retry"
        assert [t.name for t in world.tasks()] == [tasks.MISCONFIGURED]
        world.until_due(one)
    assert world.push(one).state == "registered"
    assert world.tasks() == []
    assert world.diarium.questions == 0


def test_when_nothing_was_sent_nothing_has_to_be_looked_up(world: World) -> None:
    (one,) = open_cases(world.database, 1)
    world.diarium.faults.append(Unavailable("nere"))
    assert world.push(one).sent is False
    world.until_due(one)
    assert world.push(one).state == "registered"
    assert world.diarium.questions == 0


def test_nothing_sent_now_does_not_unsay_what_was_sent_before(world: World) -> None:
    (one,) = open_cases(world.database, 1)
    world.diarium.faults.extend([SILENT, Unavailable("nere")])
    world.push(one)
    world.until_due(one)
    assert world.push(one).sent is True


def test_a_number_that_another_registration_has_is_not_believed(world: World) -> None:
    one, two = open_cases(world.database, 2)
    world.diarium.numbers = lambda _: "KS 2026/00001"
    world.push(one)
    row = world.push(two)
    assert (row.state, row.number) == ("uncertain", None)
    assert world.case(two).registration_number is None


@pytest.mark.parametrize("number", ["", "  ", "x" * 201, "KS\n1"])
def test_a_receipt_without_a_usable_number_is_an_unknown_outcome(world: World, number: str) -> None:
    (one,) = open_cases(world.database, 1)
    world.diarium.numbers = lambda _: number
    assert world.push(one).state == "retry"


def test_an_adapter_that_breaks_leaves_an_unknown_outcome_and_no_words_of_its_own(
    world: World,
) -> None:
    (one,) = open_cases(world.database, 1)
    world.diarium.faults.append(ValueError("Karin Svensson"))
    row = world.push(one)
    assert (row.state, row.sent) == ("retry", True)
    assert "Karin" not in str(row.last_error)


def test_content_that_does_not_open_is_shown_and_never_sent(world: World) -> None:
    (one,) = open_cases(world.database, 1)
    with world.database.write() as session:
        session.get_one(RegistrationRow, one).payload_locked = b"\x01" + b"x" * 60
    row = world.push(one)
    assert (row.state, row.sent, world.diarium.calls) == ("retry", False, 0)
    assert [t.name for t in world.tasks()] == [tasks.MISCONFIGURED]


def test_a_flow_that_cannot_go_on_does_not_lose_the_receipt(world: World) -> None:
    (one,) = open_cases(world.database, 1)
    with world.database.write() as session:
        session.get_one(CaseRow, world.row(one).case_id).state = b"broken"
    row = world.push(one)
    assert (row.state, row.number) == ("registered", "KS 2026/00001")
    assert [(t.kind, t.name) for t in world.tasks()] == [("incident", tasks.STOPPED)]


# ── leases and zombies ────────────────────────────────────────────────────────────────────────────


def _at(point: Point, act: Callable[[], object]) -> Checkpoint:
    def checkpoint(reached: Point) -> None:
        if reached == point:
            act()

    return checkpoint


@pytest.mark.parametrize(
    ("policy", "entries"),
    [
        (Policy(), 1),
        (Policy(lease=False), 2),
    ],
    ids=["with the lease", "without the lease"],
)
def test_two_workers_at_one_registration_make_one_entry_only_with_the_lease(
    world: World, policy: Policy, entries: int
) -> None:
    (one,) = open_cases(world.database, 1)

    def second_worker() -> None:
        world.push(one, policy=policy)

    world.push(one, policy=policy, checkpoint=_at("before_send", second_worker))
    assert len(world.diarium.entries) == entries


@pytest.mark.parametrize(
    ("policy", "entries"),
    [
        (Policy(), 1),
        (Policy(look_up=False), 2),
    ],
    ids=["with the look-up", "without the look-up"],
)
def test_an_answer_lost_makes_one_entry_only_with_the_look_up(
    world: World, policy: Policy, entries: int
) -> None:
    (one,) = open_cases(world.database, 1)
    world.diarium.faults.append(Lost(SILENT))
    world.push(one, policy=policy)
    world.until_due(one)
    world.push(one, policy=policy)
    assert len(world.diarium.entries) == entries


def test_a_worker_that_slept_past_its_time_sends_nothing(world: World) -> None:
    (one,) = open_cases(world.database, 1)
    slept = _at("before_send", lambda: world.clock.pass_by(31))  # 59 s left of the lease, a call may take 60
    row = world.push(one, checkpoint=slept)
    assert (row.state, row.attempt, row.sent, world.diarium.calls) == ("retry", 0, False, 0)
    assert world.push(one).state == "registered"


def test_a_worker_that_slept_past_its_lease_gives_way_to_the_one_that_took_over(
    world: World,
) -> None:
    (one,) = open_cases(world.database, 1)

    def take_over() -> None:
        world.clock.pass_by(world.settings.lease + world.settings.settle)
        world.push(one)

    world.push(one, checkpoint=_at("before_send", take_over))
    assert (len(world.diarium.entries), world.row(one).state) == (1, "registered")


def test_the_failure_of_a_worker_that_lost_its_lease_is_not_heard(world: World) -> None:
    (one,) = open_cases(world.database, 1)

    def take_over(_: Registration) -> None:
        world.diarium.during = lambda _: None
        world.clock.pass_by(world.settings.lease + world.settings.settle)
        world.push(one)

    world.diarium.during = take_over
    world.diarium.faults.append(Lost(SILENT))
    row = world.push(one)
    assert row.state == "registered"


def test_the_receipt_of_a_worker_that_lost_its_lease_is_true_all_the_same(world: World) -> None:
    (one,) = open_cases(world.database, 1)

    def take_over() -> None:
        world.clock.pass_by(world.settings.lease + world.settings.settle)
        world.diarium.unfindable.append(SILENT)
        world.push(one)

    row = world.push(one, checkpoint=_at("after_send", take_over))
    assert (row.state, row.number, world.diarium.calls) == ("registered", "KS 2026/00001", 1)


def test_a_second_entry_that_shows_up_after_registration_becomes_a_task(world: World) -> None:
    (one,) = open_cases(world.database, 1)

    def second_worker() -> None:
        world.push(one, policy=Policy(lease=False))

    world.push(one, policy=Policy(lease=False), checkpoint=_at("before_send", second_worker))
    assert [t.name for t in world.tasks()] == [tasks.SURPLUS]
    assert world.row(one).number == "KS 2026/00001"


# ── the breaker ───────────────────────────────────────────────────────────────────────────────────


def test_a_silent_diarium_is_asked_once_an_interval_and_no_attempts_are_used_up(
    world: World,
) -> None:
    ids = open_cases(world.database, 12)
    world.diarium.faults.extend([Unavailable("nere")] * 7)
    for one in ids:
        world.push(one)
    assert world.diarium.calls == 5
    assert [world.row(one).attempt for one in ids] == [1] * 5 + [0] * 7
    assert {world.row(one).state for one in ids} == {"retry"}
    for probes in (6, 7):
        world.clock.pass_by(361)  # past the back-off and the spread
        with world.database.write() as session:
            endpoint = session.get_one(EndpointRow, "diarium")
            assert endpoint.open_until is not None and endpoint.open_until < world.clock.now
        for one in ids:
            world.push(one)
        assert world.diarium.calls == probes
    world.clock.pass_by(361)
    for one in ids * 2:
        world.push(one)
        world.clock.pass_by(30)
    assert {world.row(one).state for one in ids} == {"registered"}
    assert len(world.diarium.entries) == 12


def test_refusals_do_not_open_the_breaker(world: World) -> None:
    ids = open_cases(world.database, 7)
    world.diarium.faults.extend([Refused("nej")] * 6)
    assert [world.push(one).state for one in ids] == ["refused"] * 6 + ["registered"]


# ── silence ───────────────────────────────────────────────────────────────────────────────────────


def test_what_is_unknown_for_a_quarter_of_an_hour_is_shown_until_it_is_known(world: World) -> None:
    (one,) = open_cases(world.database, 1)
    world.diarium.faults.append(Lost(SILENT))
    world.push(one)
    world.clock.pass_by(14 * 60)
    assert sweep(world.database, world.settings, world.clock).shown == 0
    world.clock.pass_by(2 * 60)
    assert sweep(world.database, world.settings, world.clock).shown == 1
    assert sweep(world.database, world.settings, world.clock).shown == 0
    assert [(t.name, t.registration_id) for t in world.tasks()] == [(tasks.SILENT, one)]
    assert world.push(one).state == "registered"
    assert world.tasks() == []
