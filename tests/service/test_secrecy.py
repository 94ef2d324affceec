"""Need to know: who is let in, for how long and by whom, and what everybody else sees: nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from service import cases, history, inbox, items, secrecy
from service.actors import Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.store import CaseRow, Database, TaskRow
from tests.service import case_world as world
from tests.service.locked_world import ASSESS, OLLE, SIRI, SVEN, a_locked_case, let_in

NOW, MARIA, JOHAN, ANNA, EVA = world.NOW, world.MARIA, world.JOHAN, world.ANNA, world.EVA


@pytest.fixture
def locked(database: Database) -> str:
    return a_locked_case(database)


def sees(database: Database, actor: Actor, case_id: str, *, now: datetime = NOW) -> bool:
    """Whether the case exists for `actor` on every way that leads to it; all ways agree."""
    with database.read() as session:
        task = session.scalars(select(TaskRow).where(TaskRow.case_id == case_id)).first()
        assert task is not None
        ways: list[Callable[[], object]] = [
            lambda: inbox.case_row(session, actor, case_id, now=now),
            lambda: cases.open_task(session, task.id, actor, now=now),
            lambda: inbox.task_line(session, task.id, actor, now=now),
        ]
        found = {case_id in [c.id for c in inbox.cases(session, actor, now=now).lines]}
        found |= {bool(inbox.open_tasks(session, actor, case_id, now=now))}
        for way in ways:
            try:
                way()
                found.add(True)
            except NotFound:
                found.add(False)
            except Forbidden:
                found.add(True)
    assert len(found) == 1, found
    return found.pop()


def test_a_locked_case_is_there_for_its_handler_and_the_secrecy_registrar_only(
    database: Database, locked: str
) -> None:
    assert {a.name for a in (MARIA, SIRI) if sees(database, a, locked)} == {MARIA.name, SIRI.name}
    assert [a.name for a in (EVA, JOHAN, ANNA, OLLE, SVEN) if sees(database, a, locked)] == []


def test_whoever_held_a_task_and_may_not_know_loses_it_to_its_role(database: Database, locked: str) -> None:
    with database.read() as session:
        assert world.task_named(session, locked, ASSESS).assignee is None
        assert inbox.counts(session, EVA, "mine", now=NOW).views == {"mine": 0, "group": 0, "all": 0}
    assert [e.kind for e in events(database, locked)][-3:] == [
        "case_locked",
        "clearance_granted",
        "task_released",
    ]


def events(database: Database, case_id: str) -> list[object]:
    with database.read() as session:
        return list(history.of_case(session, case_id))


def test_a_deputy_is_let_in_for_a_time_and_out_again_when_it_has_passed(
    database: Database, locked: str
) -> None:
    let_in(database, locked, JOHAN)
    assert sees(database, JOHAN, locked)
    assert sees(database, JOHAN, locked, now=NOW + timedelta(days=6, hours=23))
    assert not sees(database, JOHAN, locked, now=NOW + timedelta(days=7))


def test_a_grant_that_is_taken_back_ends_at_once_and_the_persons_tasks_go_back(
    database: Database, locked: str
) -> None:
    clearance = let_in(database, locked, EVA)
    with database.write() as session:
        task = world.task_named(session, locked, ASSESS)
        cases.claim(session, task.id, version=None, actor=EVA, now=NOW)
    with database.write() as session:
        secrecy.revoke(session, locked, clearance, actor=MARIA, now=NOW + timedelta(hours=1))
    assert not sees(database, EVA, locked, now=NOW + timedelta(hours=1))
    with database.read() as session:
        assert world.task_named(session, locked, ASSESS).assignee is None
    with pytest.raises(Conflict), database.write() as session:
        secrecy.revoke(session, locked, clearance, actor=MARIA, now=NOW + timedelta(hours=2))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"until": None}, "until"),
        ({"until": NOW + timedelta(days=90, seconds=1)}, "until"),
        ({"until": NOW}, "until"),
        ({"part": "friend"}, "part"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_a_deputy_needs_a_reason_and_an_end_within_ninety_days(
    database: Database, locked: str, given: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        let_in(database, locked, JOHAN, **given)
    assert field in refused.value.fields
    assert not sees(database, JOHAN, locked)


def test_who_lets_in_is_a_handler_or_the_secrecy_registrar_never_a_deputy_or_an_outsider(
    database: Database, locked: str
) -> None:
    let_in(database, locked, JOHAN)
    with pytest.raises(Forbidden):
        let_in(database, locked, ANNA, by=JOHAN)
    for outsider in (EVA, OLLE, SVEN):
        with pytest.raises(NotFound):
            let_in(database, locked, ANNA, by=outsider)
    let_in(database, locked, ANNA, by=SIRI)
    assert sees(database, ANNA, locked)


def test_the_last_named_handler_cannot_be_taken_away(database: Database, locked: str) -> None:
    with database.read() as session:
        (first,) = secrecy.clearances(session, session.get_one(CaseRow, locked), NOW)
    with pytest.raises(Conflict), database.write() as session:
        secrecy.revoke(session, locked, first.id, actor=SIRI, now=NOW)
    let_in(database, locked, JOHAN, part="handler", until=None, reason="")
    with database.write() as session:
        secrecy.revoke(session, locked, first.id, actor=JOHAN, now=NOW)
    assert not sees(database, MARIA, locked)


def test_each_grant_is_an_event_and_its_reason_stands_only_encrypted(database: Database, locked: str) -> None:
    let_in(database, locked, JOHAN, reason="Kanariegul anledning")
    data = [e for e in events(database, locked) if e.kind == "clearance_granted"][-1].data  # type: ignore[attr-defined]
    assert data["person"] == JOHAN.id and "Kanariegul" not in str(data)
    with database.read() as session:
        case = session.get_one(CaseRow, locked)
        reasons = {c.person_name: c.reason for c in secrecy.clearances(session, case, NOW)}
    assert reasons == {"Maria Lind": "", "Johan Ek": "Kanariegul anledning"}


def test_a_task_that_nobody_cleared_may_do_is_shown_to_the_secrecy_registrar(
    database: Database, locked: str
) -> None:
    with database.read() as session:
        assert inbox.tasks(session, SIRI, "all", now=NOW).lines == ()  # Maria has the task's role
    let_in(database, locked, JOHAN, part="handler", until=None, reason="")
    with database.write() as session:
        known = secrecy.clearances(session, session.get_one(CaseRow, locked), NOW)
        first = next(c for c in known if c.person_name == MARIA.name)
        secrecy.revoke(session, locked, first.id, actor=SIRI, now=NOW)
    with database.read() as session:
        (line,) = inbox.tasks(session, SIRI, "group", now=NOW).lines
        assert line.case_id == locked and line.unmanned
        task = cases.open_task(session, line.id, SIRI, now=NOW)
        assert task.role == "channel_administrator"
    let_in(database, locked, EVA, by=SIRI)
    with database.read() as session:
        assert inbox.tasks(session, SIRI, "all", now=NOW).lines == ()


def test_what_breaks_in_a_locked_case_is_told_to_technicians_without_a_word_of_it(
    database: Database, locked: str
) -> None:
    with database.write() as session:
        cases.raise_incident(
            session, locked, kind="incident", name="Hemligt namn", role="process_owner", element="x", now=NOW
        )
    with database.read() as session:
        (line,) = inbox.tasks(session, OLLE, "all", now=NOW).lines
        assert (line.name, line.title, line.channel) == (secrecy.BROKEN, secrecy.NEUTRAL, "")
        assert line.technical and line.registration_number is None
        assert inbox.tasks(session, OLLE, "all", search="Facebook", now=NOW).lines == ()
        assert inbox.tasks(session, SVEN, "all", now=NOW).lines == ()
        with pytest.raises(NotFound):
            inbox.case_row(session, OLLE, locked, now=NOW)
        row = cases.open_task(session, line.id, OLLE, now=NOW)
    with database.write() as session:
        again = cases.open_task(session, row.id, OLLE, now=NOW, for_change=True)
        cases.settle_incident(session, again, actor=OLLE, now=NOW)
    with pytest.raises(NotFound), database.write() as session:
        items.of_case(session, session.get_one(CaseRow, locked), OLLE, NOW)


def test_each_reading_of_a_locked_case_is_an_event_however_often(database: Database, locked: str) -> None:
    for minute in range(3):
        with database.write() as session:
            items.of_case(session, cases.hold(session, locked), MARIA, NOW + timedelta(minutes=minute))
    with database.read() as session:
        read = secrecy.reads(session, session.get_one(CaseRow, locked))
    assert [(r.person_name, r.kind) for r in read] == [("Maria Lind", "case_read")] * 3


def test_the_same_post_entered_by_an_outsider_opens_nothing_and_tells_nothing(
    database: Database, locked: str
) -> None:
    post = items.Post(
        "Facebook, Exempelkommun",
        "https://social.example/1",
        "Karin S",
        "Pojken i 4B får hjälp av socialen.",
        None,
    )
    with pytest.raises(Conflict) as told, database.write() as session:
        items.receive_post(session, post, (), actor=EVA, now=NOW)
    assert str(told.value) == items.ALREADY
    with database.write() as session:
        assert items.receive_post(session, post, (), actor=MARIA, now=NOW).duplicate


def test_locking_twice_changes_nothing(database: Database, locked: str) -> None:
    before = len(events(database, locked))
    with database.write() as session:
        secrecy.lock(session, cases.hold(session, locked), actor=JOHAN, now=NOW)
    assert len(events(database, locked)) == before
    assert not sees(database, JOHAN, locked)
