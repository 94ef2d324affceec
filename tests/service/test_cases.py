"""The one door: a task is done once, by the right person, on the version they saw; a step is whole or not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from service import cases, history
from service.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Stale
from service.store import CaseRow, Database, RegistrationRow, TaskRow, TimerRow
from tests.service import case_world as world

NOW, MARIA, JOHAN, ANNA, COMPLAINT, REGISTER = (
    world.NOW,
    world.MARIA,
    world.JOHAN,
    world.ANNA,
    world.COMPLAINT,
    world.REGISTER,
)


@pytest.fixture
def case_id(database: Database) -> Iterator[str]:
    world.deploy(database)
    yield world.a_post(database).case_id


def _complete(database: Database, case_id: str, name: str, answers: dict[str, object], actor: object) -> None:
    with database.write() as session:
        task = world.task_named(session, case_id, name)
        cases.complete(session, task.id, answers, version=task.version, actor=actor, now=NOW)


def test_a_complaint_opens_the_next_tasks_for_those_who_do_them(database: Database, case_id: str) -> None:
    _complete(database, case_id, "Bedöm inlägget", COMPLAINT, MARIA)
    with database.read() as session:
        assert world.open_names(session, case_id) == {"Registrera i diariet", "Besvara inlägget"}
        assert world.task_named(session, case_id, "Registrera i diariet").role == "registrar"


def test_the_registrars_subject_goes_to_the_case_and_into_line(database: Database, case_id: str) -> None:
    _complete(database, case_id, "Bedöm inlägget", COMPLAINT, MARIA)
    _complete(database, case_id, "Registrera i diariet", REGISTER, ANNA)
    with database.read() as session:
        assert world.the_case(session, case_id).subject == "Synpunkt på lekplats"
        assert session.scalars(select(RegistrationRow.state)).all() == ["pending"]


def test_a_case_ends_when_number_and_answer_are_there(database: Database, case_id: str) -> None:
    _complete(database, case_id, "Bedöm inlägget", COMPLAINT, MARIA)
    _complete(database, case_id, "Registrera i diariet", REGISTER, ANNA)
    _complete(
        database,
        case_id,
        "Besvara inlägget",
        {"answer_text": "Tack, vi lagar den.", "answered_how": "public_reply"},
        JOHAN,
    )
    for number in ("KS 2026/00001", "KS 2026/00001-1"):
        with database.write() as session:
            row = session.scalars(select(RegistrationRow).where(RegistrationRow.state == "pending")).one()
            row.state, row.number = "registered", number
            cases.operation_answered(session, case_id, row.task, {"number": number}, now=NOW)
    with database.read() as session:
        case = world.the_case(session, case_id)
        assert (case.status, case.registration_number) == ("closed", "KS 2026/00001")
        assert world.open_names(session, case_id) == set()
        assert list(history.verify(session)) == []


def test_a_task_is_done_only_once(database: Database, case_id: str) -> None:
    with database.read() as session:
        task = world.task_named(session, case_id, "Bedöm inlägget")
    _complete(database, case_id, "Bedöm inlägget", COMPLAINT, MARIA)
    with pytest.raises(Conflict), database.write() as session:
        cases.complete(session, task.id, COMPLAINT, version=None, actor=MARIA, now=NOW)


def test_an_old_version_is_turned_away(database: Database, case_id: str) -> None:
    with database.write() as session:
        task = world.task_named(session, case_id, "Bedöm inlägget")
        seen = task.version
        cases.claim(session, task.id, version=seen, actor=MARIA, now=NOW)
    with pytest.raises(Stale), database.write() as session:
        cases.complete(session, task.id, COMPLAINT, version=seen, actor=MARIA, now=NOW)


def test_another_role_may_not_touch_the_task(database: Database, case_id: str) -> None:
    with pytest.raises(Forbidden):
        _complete(database, case_id, "Bedöm inlägget", COMPLAINT, ANNA)


def test_a_claimed_task_is_its_holders(database: Database, case_id: str) -> None:
    colleague = world.EVA
    with database.write() as session:
        task = world.task_named(session, case_id, "Bedöm inlägget")
        cases.claim(session, task.id, version=None, actor=MARIA, now=NOW)
    with pytest.raises(Forbidden, match="kollega"):
        _complete(database, case_id, "Bedöm inlägget", COMPLAINT, colleague)
    with database.write() as session:
        cases.release(session, task.id, version=None, actor=MARIA, now=NOW)
    _complete(database, case_id, "Bedöm inlägget", COMPLAINT, colleague)


def test_what_does_not_exist_is_not_found(database: Database, case_id: str) -> None:
    with pytest.raises(NotFound), database.write() as session:
        cases.claim(session, "no-such-task", version=None, actor=MARIA, now=NOW)


@pytest.mark.parametrize("key", ["status", "__builtins__", "len", "typename", "__class__", "approved"])
def test_undeclared_answers_are_refused_and_nothing_is_stored(
    database: Database, case_id: str, key: str
) -> None:
    with pytest.raises(Invalid) as refused:
        _complete(database, case_id, "Bedöm inlägget", {**COMPLAINT, key: True}, MARIA)
    assert key in refused.value.fields
    with database.read() as session:
        assert world.open_names(session, case_id) == {"Bedöm inlägget"}


def test_a_draft_is_kept_encrypted_and_comes_back(database: Database, case_id: str) -> None:
    _complete(database, case_id, "Bedöm inlägget", COMPLAINT, MARIA)
    draft = {"answer_text": "Hej, jag skriver på svaret …"}
    with database.write() as session:
        task = world.task_named(session, case_id, "Besvara inlägget")
        cases.save_draft(session, task.id, draft, version=task.version, actor=JOHAN, now=NOW)
    with database.read() as session:
        task = cases.open_task(session, task.id, JOHAN, now=world.NOW)
        assert cases.draft_of(session, task) == draft
        assert task.draft_locked is not None and b"skriver" not in task.draft_locked


def test_when_the_answer_is_late_somebody_is_told_and_the_task_stays(
    database: Database, case_id: str
) -> None:
    with database.read() as session:
        timer = session.scalars(
            select(TimerRow).where(TimerRow.case_id == case_id, TimerRow.element == "answer_time_out")
        ).one()
    assert timer.due_at == NOW + timedelta(hours=24)
    with database.write() as session:
        assert not cases.timer_due(session, timer.id, now=NOW)
        assert cases.timer_due(session, timer.id, now=timer.due_at)
        assert not cases.timer_due(session, timer.id, now=timer.due_at)
    with database.read() as session:
        assert world.open_names(session, case_id) == {
            "Bedöm inlägget",
            "Svarstiden har gått ut: ta ställning",
        }


def test_a_step_that_fails_leaves_nothing_behind(database: Database, case_id: str) -> None:
    def counts(session: object) -> list[int]:
        return [
            session.scalar(select(func.count()).select_from(t))  # type: ignore[attr-defined]
            for t in (TaskRow, TimerRow, history.HistoryRow, RegistrationRow)
        ]

    with database.read() as session:
        before, state = counts(session), world.the_case(session, case_id).version
    with pytest.raises(ZeroDivisionError), database.write() as session:
        task = world.task_named(session, case_id, "Bedöm inlägget")
        cases.complete(session, task.id, COMPLAINT, version=None, actor=MARIA, now=NOW)
        session.flush()
        raise ZeroDivisionError
    with database.read() as session:
        assert (counts(session), world.the_case(session, case_id).version) == (before, state)


def test_of_two_who_finish_the_same_task_at_once_exactly_one_does(database: Database, case_id: str) -> None:
    with database.read() as session:
        task = world.task_named(session, case_id, "Bedöm inlägget")
    results: list[str] = []
    ready = threading.Barrier(2)

    def finish() -> None:
        ready.wait()
        try:
            with database.write() as session:
                cases.complete(session, task.id, COMPLAINT, version=task.version, actor=MARIA, now=NOW)
            results.append("done")
        except Refusal as refused:
            results.append(type(refused).__name__)

    threads = [threading.Thread(target=finish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["Conflict", "done"]


def test_numbers_are_given_in_order_and_never_twice(database: Database) -> None:
    world.deploy(database)
    numbers = [world.a_post(database, f"Synpunkt {n}").case_number for n in range(3)]
    assert numbers == ["Ä 2026-00001", "Ä 2026-00002", "Ä 2026-00003"]


def test_an_incident_is_one_visible_task_however_often_it_is_raised(database: Database, case_id: str) -> None:
    for _ in range(2):
        with database.write() as session:
            task = cases.raise_incident(
                session,
                case_id,
                kind="incident",
                name="Steget gick inte att ta",
                role="case_officer",
                element="assess",
                now=NOW,
            )
    with database.write() as session:
        found = session.scalars(select(TaskRow).where(TaskRow.kind == "incident")).all()
        assert [t.id for t in found] == [task.id]
        cases.settle_incident(session, found[0], actor=JOHAN, now=NOW)
    with database.read() as session:
        assert session.get_one(TaskRow, task.id).status == "completed"
        assert session.get_one(CaseRow, case_id).status == "open"


def test_what_a_closed_account_held_goes_back_to_its_role(database: Database, case_id: str) -> None:
    with database.write() as session:
        task = world.task_named(session, case_id, "Bedöm inlägget")
        cases.claim(session, task.id, version=None, actor=MARIA, now=NOW)
    with database.write() as session:
        assert cases.release_all(session, MARIA.id, actor=ANNA, now=NOW) == 1
    with database.read() as session:
        assert world.task_named(session, case_id, "Bedöm inlägget").assignee is None
