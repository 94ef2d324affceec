"""Messages from outside reach the one case that waits for them, once, and none is lost on the way."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest
from sqlalchemy import func, select

from service import history, messages
from service.actors import SYSTEM, Actor
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.messages import Outcome
from service.outbox.sweep import sweep
from service.store import CaseRow, Database, HistoryRow, MessageRow, TaskRow
from tests.service import waiting_world as world
from tests.service.http.web import settings_of
from tests.workflows import models as m

NOW, RUT = world.NOW, world.RUT


def _receive(
    database: Database,
    key: str = "K-1",
    external_id: str = "m-1",
    name: str = "Svar",
    payload: Mapping[str, object] | None = None,
) -> Outcome:
    with database.write() as session:
        return messages.receive(
            session,
            name,
            key,
            payload or {"ja": True},  # type: ignore[arg-type]
            source="etjänst",
            external_id=external_id,
            actor=SYSTEM,
            now=NOW,
        )


def _sweep(database: Database) -> int:
    return sweep(database, settings_of(database), lambda: NOW).delivered


def _arrived(database: Database, case_id: str) -> int:
    with database.read() as session:
        assert list(history.verify(session)) == []
        return (
            session.scalar(
                select(func.count())
                .select_from(HistoryRow)
                .where(HistoryRow.stream == case_id, HistoryRow.kind == "message_arrived")
            )
            or 0
        )


@pytest.fixture
def case_id(database: Database) -> str:
    """A case that has asked and waits for the answer with the key K-1."""
    world.deploy(database, world.ANSWERED)
    case_id = world.a_case(database, nyckel="K-1")
    world.done(database, case_id, "ask")
    return case_id


def test_a_message_goes_to_the_one_case_that_waits_for_it(database: Database, case_id: str) -> None:
    other = world.a_case(database, nyckel="K-2")
    world.done(database, other, "ask")
    outcome = _receive(database)
    assert (outcome.state, outcome.case_id, outcome.duplicate) == ("delivered", case_id, False)
    with database.read() as session:
        assert world.open_at(session, case_id) == {"done"}
        assert world.open_at(session, other) == set()
        assert world.waits_for(session, case_id) == []
        assert session.scalars(select(MessageRow.payload_locked)).all() == [None]
    assert (_arrived(database, case_id), _arrived(database, other)) == (1, 0)


def test_the_same_message_again_changes_nothing_and_gets_the_same_answer(
    database: Database, case_id: str
) -> None:
    first, again = _receive(database), _receive(database)
    assert again == Outcome(first.id, "delivered", case_id, duplicate=True)
    assert _arrived(database, case_id) == 1


def test_another_message_under_a_used_id_is_refused_and_not_swallowed(
    database: Database, case_id: str
) -> None:
    _receive(database, key="K-9")
    with pytest.raises(Conflict, match="samma id"):
        _receive(database)
    assert _arrived(database, case_id) == 0


def test_of_two_identical_messages_at_once_one_has_effect(database: Database, case_id: str) -> None:
    ready, outcomes = threading.Barrier(2), list[Outcome]()

    def send() -> None:
        ready.wait()
        outcomes.append(_receive(database))

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [o.case_id for o in outcomes] == [case_id, case_id]
    assert sorted(o.duplicate for o in outcomes) == [False, True]
    assert _arrived(database, case_id) == 1


def test_of_two_different_messages_at_once_one_is_delivered_and_one_kept(
    database: Database, case_id: str
) -> None:
    ready, outcomes = threading.Barrier(2), list[Outcome]()

    def send(external_id: str) -> None:
        ready.wait()
        outcomes.append(_receive(database, external_id=external_id))

    threads = [threading.Thread(target=send, args=(name,)) for name in ("m-1", "m-2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(o.state for o in outcomes) == ["delivered", "waiting"]
    assert _arrived(database, case_id) == 1


def test_a_message_before_the_case_waits_is_delivered_when_it_does(database: Database) -> None:
    world.deploy(database, world.ANSWERED)
    case_id = world.a_case(database, nyckel="K-1")
    assert _receive(database, payload={"namn": "Karin Sträng"}).state == "waiting"
    assert _sweep(database) == 0
    with database.read() as session:
        locked = session.scalars(select(MessageRow.payload_locked)).one()
        assert locked is not None and b"Karin" not in locked
    world.done(database, case_id, "ask")
    assert _sweep(database) == 1
    assert _sweep(database) == 0
    with database.read() as session:
        assert world.open_at(session, case_id) == {"done"}
    assert _receive(database, payload={"namn": "Karin Sträng"}).case_id == case_id


def test_a_message_to_an_ended_case_is_kept(database: Database, case_id: str) -> None:
    _receive(database)
    world.done(database, case_id, "done")
    assert _receive(database, external_id="m-2").state == "waiting"
    assert _sweep(database) == 0
    with database.read() as session:
        assert session.get_one(CaseRow, case_id).status == "closed"
        assert [line.correlation for line in messages.kept(session, RUT).lines] == ["K-1"]


def test_a_message_that_fits_two_cases_is_given_to_none_until_a_person_says(
    database: Database, case_id: str
) -> None:
    other = world.a_case(database, nyckel="K-1")
    world.done(database, other, "ask")
    outcome = _receive(database)
    assert (outcome.state, outcome.case_id) == ("ambiguous", None)
    with database.write() as session:
        number = session.get_one(CaseRow, other).number
        found = messages.deliver(session, outcome.id, f" {number} ", version=None, actor=RUT, now=NOW)
    assert (found.state, found.case_id) == ("delivered", other)
    assert (_arrived(database, case_id), _arrived(database, other)) == (0, 1)


def test_a_person_may_correct_a_correlation_but_not_the_name(database: Database, case_id: str) -> None:
    wrong_key, wrong_name = _receive(database, key="K1"), _receive(database, name="Tips", external_id="m-2")
    with database.read() as session:
        number = session.get_one(CaseRow, case_id).number
    for message, named in ((wrong_name, number), (wrong_key, "Ä 2026-99999")):
        with pytest.raises(Invalid) as refused, database.write() as session:
            messages.deliver(session, message.id, named, version=None, actor=RUT, now=NOW)
        assert "number" in refused.value.fields
    with database.write() as session:
        messages.deliver(session, wrong_key.id, number, version=None, actor=RUT, now=NOW)
    with pytest.raises(Conflict), database.write() as session:
        messages.discard(session, wrong_key.id, version=None, actor=RUT, now=NOW)


def test_a_discarded_message_is_off_the_list_and_never_delivered(database: Database) -> None:
    world.deploy(database, world.ANSWERED)
    case_id, kept = world.a_case(database, nyckel="K-1"), _receive(database)
    with pytest.raises(Stale), database.write() as session:
        messages.discard(session, kept.id, version=99, actor=RUT, now=NOW)
    with database.write() as session:
        messages.discard(session, kept.id, version=1, actor=RUT, now=NOW)
    world.done(database, case_id, "ask")
    assert _sweep(database) == 0
    assert _receive(database).state == "discarded"
    with database.read() as session:
        assert messages.kept(session, RUT).lines == ()
        assert (
            session.scalar(select(HistoryRow.actor).where(HistoryRow.kind == "message_discarded")) == RUT.id
        )


def test_a_message_that_the_flow_cannot_bear_is_kept_and_shown_and_the_case_stands(
    database: Database,
) -> None:
    world.deploy(
        database,
        m.process(
            m.lanes(Handläggare="start ask wait x done end"),
            m.start(),
            m.user("ask"),
            m.catch("wait", m.message("Svar"), correlation="nyckel"),
            m.exclusive("x"),
            m.user("done"),
            m.end(),
            "start -> ask -> wait -> x; x -> done : antal > 3; x -> end : antal <= 3; done -> end",
            beside=m.messages("Svar"),
            id="fraga",
        ),
    )
    case_id = world.a_case(database, nyckel="K-1")
    world.done(database, case_id, "ask")
    assert _receive(database, payload={"antal": "många"}).state == "failed"
    with database.read() as session:
        shown = session.scalars(select(TaskRow).where(TaskRow.kind == "incident")).one()
        assert (shown.case_id, shown.role) == (case_id, "system_administrator")
        assert world.waits_for(session, case_id) == [("Svar", "K-1")]
    assert _receive(database, payload={"antal": 4}, external_id="m-2").state == "delivered"
    assert _sweep(database) == 0


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("name", {"name": "x" * 201}),
        ("correlation", {"key": ""}),
        ("external_id", {"external_id": "a\x00b"}),
        ("payload", {"payload": {"text": "x" * 65_536}}),
        ("payload", {"payload": {"inte ett namn": 1}}),
    ],
)
def test_what_is_too_large_or_cannot_be_kept_is_refused(
    database: Database, field: str, given: dict[str, object]
) -> None:
    with pytest.raises(Invalid) as refused:
        _receive(database, **given)  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]


def test_a_message_nested_too_deep_is_refused(database: Database) -> None:
    deep: object = 1
    for _ in range(22):
        deep = [deep]
    with pytest.raises(Invalid):
        _receive(database, payload={"a": deep})


def test_the_list_goes_on_page_by_page_and_is_for_those_who_see_to_it(database: Database) -> None:
    for number in range(5):
        _receive(database, external_id=f"m-{number}", key=f"K-{number}")
    with database.read() as session:
        seen, after = list[str](), ""
        for _ in range(3):
            found = messages.kept(session, RUT, after=after, size=2)
            seen, after = [*seen, *(line.correlation for line in found.lines)], found.after or ""
        assert (sorted(seen), after) == ([f"K-{n}" for n in range(5)], "")
        with pytest.raises(Forbidden):
            messages.kept(session, Actor("p-olle", "Olle", frozenset({"case_officer"})))
