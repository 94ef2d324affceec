"""What a diagram asks for and Ordna does by itself: inside the step, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import workflows
from service import history, operations
from service.operations import Asked, Operation, OperationRefused
from service.store import CaseRow, Database
from tests.service import waiting_world as world
from tests.workflows import models as m
from workflows import Value

FIRST = m.process(
    m.lanes(Handläggare="start ask stamp refused mend done end"),
    m.start(),
    m.user("ask"),
    m.service("stamp", "stamp", what='"blå"'),
    m.boundary("refused", "stamp", m.error("no_ink")),
    m.user("mend"),
    m.user("done"),
    m.end(),
    "start -> ask -> stamp -> done -> end",
    "refused -> mend -> stamp",
    beside=m.errors("no_ink"),
    id="first",
)
LEAVES = m.process(
    m.lanes(Handläggare="start ask go end"),
    m.start(),
    m.user("ask"),
    m.service("go", operations.CONTINUE, process='"second"', seen="1 + 1"),
    m.end(),
    "start -> ask -> go -> end",
    id="leaves",
)
SECOND = m.process(
    m.lanes(Handläggare="start which follow other end"),
    m.node("startEvent", "start", m.properties(starts_with="seen")),
    m.exclusive("which", default="which_other"),
    m.user("follow"),
    m.user("other"),
    m.end(),
    "start -> which",
    "which -> follow : seen = 2",
    "which -> other",
    "follow -> end",
    "other -> end",
    id="second",
)


@pytest.fixture
def stamps(monkeypatch: pytest.MonkeyPatch) -> list[Value]:
    """An operation that stamps, and says no the first time."""
    made: list[Value] = []

    def stamp(asked: Asked) -> Mapping[str, Value]:
        asked.case.title = "stämplat"
        if not made:
            made.append("försök")
            raise OperationRefused("no_ink")
        made.append(asked.inputs["what"])
        return {"stamped": True}

    offered = {**operations.OPERATIONS, "stamp": Operation("stamp", "Stämplar.", stamp, codes=("no_ink",))}
    monkeypatch.setattr(operations, "OPERATIONS", offered)
    monkeypatch.setattr("service.definitions.INTERNAL", offered)
    monkeypatch.setattr("service.definitions.OPERATIONS", frozenset(offered))
    return made


def _names(database: Database, case_id: str) -> set[str]:
    with database.read() as session:
        return world.open_at(session, case_id)


def test_what_is_refused_leaves_nothing_and_goes_where_the_drawing_says(
    database: Database, stamps: list[Value]
) -> None:
    world.deploy(database, FIRST)
    case_id = world.a_case(database, "first")
    world.done(database, case_id, "ask")
    assert _names(database, case_id) == {"mend"}
    with database.read() as session:
        assert session.get_one(CaseRow, case_id).title != "stämplat"


def test_what_is_done_is_done_in_the_step_with_its_parameters(
    database: Database, stamps: list[Value]
) -> None:
    world.deploy(database, FIRST)
    case_id = world.a_case(database, "first")
    world.done(database, case_id, "ask")
    world.done(database, case_id, "mend")
    assert _names(database, case_id) == {"done"} and stamps == ["försök", "blå"]
    with database.read() as session:
        kinds = [event.kind for event in history.of_case(session, case_id)]
        assert session.get_one(CaseRow, case_id).title == "stämplat"
        assert kinds.count("operation_refused") == kinds.count("operation_done") == 1
        assert not list(history.verify(session))


def test_an_operation_that_says_no_uncaught_is_refused_at_deployment(
    database: Database, stamps: list[Value]
) -> None:
    bare = m.process(
        m.lanes(Handläggare="start ask stamp end"),
        m.start(),
        m.user("ask"),
        m.service("stamp", "stamp"),
        m.end(),
        "start -> ask -> stamp -> end",
        id="bare",
    )
    with pytest.raises(workflows.ModelRefused, match="no_ink"):
        world.deploy(database, bare)


def test_a_case_goes_on_in_another_flow_with_its_number_and_history(database: Database) -> None:
    world.deploy(database, LEAVES)
    world.deploy(database, SECOND)
    case_id = world.a_case(database, "leaves")
    with database.read() as session:
        number = session.get_one(CaseRow, case_id).number
    world.done(database, case_id, "ask")
    assert _names(database, case_id) == {"follow"}  # the parameter came along
    world.done(database, case_id, "follow")
    with database.read() as session:
        case = session.get_one(CaseRow, case_id)
        kinds = [event.kind for event in history.of_case(session, case_id)]
        assert (case.number, case.process, case.status) == (number, "second", "closed")
        assert kinds.count("case_opened") == kinds.count("case_continued") == kinds.count("case_closed") == 1
        assert not list(history.verify(session))


def test_a_chain_of_operations_without_end_stops_the_step(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.deploy(database, LEAVES)
    circle = m.process(
        m.lanes(Handläggare="start go end"),
        m.start(),
        m.service("go", operations.CONTINUE, process='"second"'),
        m.end(),
        "start -> go -> end",
        id="second",
    )
    world.deploy(database, circle)
    case_id = world.a_case(database, "leaves")
    with pytest.raises(workflows.WorkflowError, match="för många operationer"):
        world.done(database, case_id, "ask")
    assert _names(database, case_id) == {"ask"}  # nothing of the step was kept
