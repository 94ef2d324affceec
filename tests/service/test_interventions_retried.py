"""An incident is tried again and written about: what went, what did not, and who tried."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from service import cases, interventions, messages, secrecy
from service.actors import SYSTEM
from service.errors import Conflict, Forbidden, NotFound, Stale
from service.interventions import Tried
from service.settings import Settings, from_environment
from service.store import CaseRow, Database, MessageRow, RegistrationRow, TaskRow, TimerRow
from tests.service import waiting_world as world
from tests.service.test_interventions import JOHAN, LATER, NOW, OLLE, SVEN, begun, open_at, registering


@pytest.fixture
def settings(database: Database) -> Settings:
    url = database.engine.url.render_as_string(hide_password=False)
    return from_environment({"ORDNA_DATABASE_URL": url})


def broken(database: Database, case_id: str, **given: object) -> str:
    told = {
        "kind": "incident",
        "name": "Något brast",
        "role": "process_owner",
        "element": "a",
        "now": NOW,
    } | given
    with database.write() as session:
        return cases.raise_incident(session, case_id, **told).id  # type: ignore[arg-type]


def test_a_failed_timer_is_tried_again_and_the_incident_is_settled(
    database: Database, settings: Settings
) -> None:
    case_id = begun(database)
    incident = broken(database, case_id, element="late", role="system_administrator")
    with database.write() as session:
        session.scalars(select(TimerRow)).one().state = "failed"
    hour = NOW + timedelta(hours=1)
    assert interventions.retry(database, settings, incident, actor=SVEN, now=hour) is Tried.WENT
    assert open_at(database, case_id) == ["a", "told"]
    with database.read() as session:
        assert session.get_one(TaskRow, incident).status == "completed"
        (made,) = interventions.attempts(session, {incident: case_id})[incident]
        assert (made.at, made.by, made.went) == (hour, "Sven Ås", True)
    with pytest.raises(Conflict, match="redan ordnat"):
        interventions.retry(database, settings, incident, actor=SVEN, now=hour)


def test_a_flow_that_breaks_again_leaves_everything_as_it_was_and_an_attempt_behind(
    database: Database, settings: Settings
) -> None:
    case_id = begun(database)
    incident = broken(database, case_id, element="late")
    with database.write() as session:
        timer = session.scalars(select(TimerRow)).one()
        timer.state = "failed"
        session.get_one(CaseRow, case_id).state = b"not a state"
    assert interventions.retry(database, settings, incident, actor=SVEN, now=LATER) is Tried.FAILED
    with database.read() as session:
        assert session.scalars(select(TimerRow.state)).one() == "failed"
        assert session.get_one(TaskRow, incident).status == "open"
        assert [a.went for a in interventions.attempts(session, {incident: case_id})[incident]] == [False]


def test_a_message_that_broke_the_flow_is_given_again(database: Database, settings: Settings) -> None:
    case_id = begun(database, world.ANSWERED, nyckel="K-1")
    with database.write() as session:
        kept = messages.receive(
            session, "Svar", "K-1", {}, source="x", external_id="1", actor=SYSTEM, now=NOW
        )
        session.get_one(MessageRow, kept.id).state = "failed"
    world.done(database, case_id, "ask")
    incident = broken(database, case_id, element="wait", role="system_administrator")
    assert interventions.retry(database, settings, incident, actor=SVEN, now=LATER) is Tried.WENT
    assert open_at(database, case_id) == ["done"]


def test_a_step_that_stopped_is_tried_with_the_answers_that_were_kept(
    database: Database, settings: Settings
) -> None:
    case_id = begun(database)
    with database.write() as session:
        task = world.task_at(session, case_id, "a")
        cases.step_failed(session, task.id, {}, actor=JOHAN, now=NOW)
        incident = session.scalars(select(TaskRow.id).where(TaskRow.kind == "incident")).one()
    assert interventions.retry(database, settings, incident, actor=OLLE, now=LATER) is Tried.WENT
    assert open_at(database, case_id) == ["a"]  # whoever has the task completes it
    nothing = broken(database, case_id, element="b")
    assert interventions.retry(database, settings, nothing, actor=OLLE, now=LATER) is Tried.NOTHING


def test_a_registration_is_put_in_line_again_by_who_mended_the_machine(
    database: Database, settings: Settings
) -> None:
    case_id, registration = registering(database)
    with database.write() as session:
        session.get_one(RegistrationRow, registration).state = "uncertain"
    incident = broken(
        database, case_id, kind="registration", role="registrar", element="open_case",
        registration_id=registration,
    )  # fmt: skip
    with pytest.raises(Forbidden):
        interventions.retry(database, settings, incident, actor=JOHAN, now=LATER)
    assert interventions.retry(database, settings, incident, actor=SVEN, now=LATER) is Tried.SENT
    with database.read() as session:
        assert session.get_one(RegistrationRow, registration).state == "retry"
        assert session.get_one(TaskRow, incident).status == "completed"


def test_a_note_is_kept_under_the_cases_key_and_two_do_not_write_over_each_other(database: Database) -> None:
    incident = broken(database, case_id := begun(database))
    with database.write() as session:
        interventions.write_note(session, incident, "Ring leverantören.", version=None, actor=SVEN, now=NOW)
    with database.read() as session:
        note = interventions.note_of(session, incident, actor=OLLE, now=NOW)
        assert (note.text, note.by, note.at, note.version) == ("Ring leverantören.", "Sven Ås", NOW, 1)
    with database.write() as session, pytest.raises(Stale):
        interventions.write_note(session, incident, "Nej", version=None, actor=OLLE, now=LATER)
    with database.write() as session:
        interventions.write_note(session, incident, "Ringt.", version=1, actor=OLLE, now=LATER)
    with database.write() as session:
        session.get_one(CaseRow, case_id).secrecy = secrecy.NEED_TO_KNOW
    with database.read() as session:
        assert interventions.note_of(session, incident, actor=OLLE, now=LATER).text == ""
    with database.write() as session, pytest.raises(NotFound):
        interventions.write_note(session, incident, "x", version=2, actor=OLLE, now=LATER)
