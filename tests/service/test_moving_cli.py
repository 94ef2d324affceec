"""`ordna move`: tried first, one case at a time, and whole wherever it is stopped."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from service import history, keys
from service.store import CaseRow, Database, TaskRow, open_database
from tests.service import waiting_world as world
from tests.service.cli_world import ROOT, Answer, environment, ordna
from tests.workflows import models as m

S, E = m.start(), m.end()
OLD = m.process(m.lanes(Handläggare="start a b end"), S, m.user("a"), m.user("b"), E,
                "start -> a -> b -> end", id="fraga")
NEW = m.process(m.lanes(Registrator="start a between end"), S, m.user("a"), m.user("between"), E,
                "start -> a -> between -> end", id="fraga")
OTHER = m.process(m.lanes(Registrator="start a end"), S, m.user("a"), E, "start -> a -> end", id="fraga")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with tables, keys and the shipped flow."""
    assert ordna("migrate", data=tmp_path / "data").code == 0
    return tmp_path / "data"


@pytest.fixture
def own(data: Path) -> Iterator[Database]:
    ring = keys.load(data / "master.key", make=False)
    opened = open_database(f"sqlite:///{data / 'ordna.sqlite'}", ring)
    yield opened
    opened.close()


def _versions(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {row.id: row.definition for row in session.scalars(select(CaseRow).order_by(CaseRow.number))}


def _json(answer: Answer) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(answer.out)["cases"]
    return found


def test_nothing_moves_until_it_is_said_and_then_all_that_can(data: Path, own: Database) -> None:
    old = world.deploy(own, OLD)
    movable, stuck = world.a_case(own), world.a_case(own)
    world.done(own, stuck, "a")
    new = world.deploy(own, OTHER)
    tried = ordna("move", "fraga", data=data)
    assert (tried.code, tried.err) == (1, "")
    assert "1 ärende kan flytta till version 2." in tried.out and "--yes" in tried.out
    assert "00002 är kvar på version 1: " in tried.out and "”B”" in tried.out
    assert _json(ordna("move", "fraga", "--dry-run", "--json", data=data))[0]["reasons"] == []
    assert set(_versions(own).values()) == {old.hash}
    done = ordna("move", "fraga", "--yes", data=data)
    assert done.code == 1 and "1 ärende har flyttats" in done.out and done.err.count("flyttad") == 1
    assert _versions(own) == {movable: new.hash, stuck: old.hash}


def test_a_process_without_cases_elsewhere_has_nothing_to_move(data: Path, own: Database) -> None:
    world.deploy(own, OLD)
    world.a_case(own)
    answer = ordna("move", "fraga", data=data)
    assert (answer.code, answer.out) == (0, "Inga pågående ärenden står på en annan version.\n")
    for wrong in (("okänd",), ("fraga", "--to", "9")):
        answer = ordna("move", *wrong, data=data)
        assert answer.code == 1 and "är inte i drift" in answer.err
    assert ordna("move", "fraga", "--dry-run", "--yes", data=data).code == 2


def test_moving_back_to_an_earlier_version_is_asked_for_by_number(data: Path, own: Database) -> None:
    old = world.deploy(own, OLD)
    case_id = world.a_case(own)
    world.deploy(own, NEW)
    assert ordna("move", "fraga", "--yes", data=data).code == 0
    assert ordna("move", "fraga", "--to", "1", "--yes", data=data).code == 0
    assert _versions(own) == {case_id: old.hash}


def test_killed_between_two_cases_every_case_is_whole_and_the_next_run_takes_the_rest(
    data: Path, own: Database
) -> None:
    old = world.deploy(own, OLD)
    count = 25
    for _ in range(count):
        world.a_case(own)
    new = world.deploy(own, NEW)
    process = subprocess.Popen([sys.executable, "-m", "service.cli", "move", "fraga", "--yes"], cwd=ROOT, text=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment(data))
    assert process.stderr is not None
    for _ in range(2):
        assert "flyttad" in process.stderr.readline()
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    process.stderr.close()
    after = _versions(own)
    assert 2 <= sum(version == new.hash for version in after.values())
    with own.read() as session:
        assert list(history.verify(session)) == []
        for case_id, version in after.items():
            task = session.scalars(select(TaskRow).where(TaskRow.case_id == case_id)).one()
            kinds = {row.kind for row in history.of_case(session, case_id)}
            assert task.role == ("registrar" if version == new.hash else "case_officer")
            assert ("case_migrated" in kinds) is (version == new.hash)
            assert version in (old.hash, new.hash)
    rest = ordna("move", "fraga", "--yes", "--json", data=data)
    assert rest.code == 0 and len(_json(rest)) == sum(version == old.hash for version in after.values())
    assert set(_versions(own).values()) == {new.hash}
    with own.write() as session:
        for case_id in after:
            assert world.open_at(session, case_id) == {"a"}
