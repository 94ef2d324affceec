"""`ordna move`: tried first, one case at a time, and whole wherever it is stopped."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from service import history
from service.store import CaseRow, Database, TaskRow
from tests.service import waiting_world as world
from tests.service.cli_world import ROOT, Answer, environment, ordna
from tests.workflows import models as m

Move = Callable[..., Answer]
S, E = m.start(), m.end()
OLD = m.process(
    m.lanes(Handläggare="start a b end"), S, m.user("a"), m.user("b"), E, "start -> a -> b -> end", id="fraga"
)
NEW = m.process(
    m.lanes(Registrator="start a between end"),
    S,
    m.user("a"),
    m.user("between"),
    E,
    "start -> a -> between -> end",
    id="fraga",
)
OTHER = m.process(m.lanes(Registrator="start a end"), S, m.user("a"), E, "start -> a -> end", id="fraga")


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> dict[str, str]:
    """What lets `ordna` open this very database."""
    key = tmp_path / "key"
    key.write_text(bytes(range(32)).hex())
    key.chmod(0o600)
    url = database.engine.url.render_as_string(hide_password=False)
    return {"KEY_FILE": str(key), "DATABASE_URL": url, "DATABASE_SCHEMA": database.schema or ""}


@pytest.fixture
def move(settings: dict[str, str], tmp_path: Path) -> Move:
    return lambda *arguments: ordna("move", *arguments, data=tmp_path / "data", **settings)


def _versions(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {row.id: row.definition for row in session.scalars(select(CaseRow).order_by(CaseRow.number))}


def _json(answer: Answer) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(answer.out)["cases"]
    return found


def test_nothing_moves_until_it_is_said_and_then_all_that_can(move: Move, database: Database) -> None:
    old = world.deploy(database, OLD)
    movable, stuck = world.a_case(database), world.a_case(database)
    world.done(database, stuck, "a")
    new = world.deploy(database, OTHER)
    tried = move("fraga")
    assert (tried.code, tried.err) == (1, "")
    assert "1 ärende kan flytta till version 2." in tried.out and "--yes" in tried.out
    assert "00002 är kvar på version 1: " in tried.out and "”B”" in tried.out
    assert _json(move("fraga", "--dry-run", "--json"))[0]["reasons"] == []
    assert set(_versions(database).values()) == {old.hash}
    done = move("fraga", "--yes")
    assert done.code == 1 and "1 ärende har flyttats" in done.out and done.err.count("flyttad") == 1
    assert _versions(database) == {movable: new.hash, stuck: old.hash}


def test_a_process_without_cases_elsewhere_has_nothing_to_move(move: Move, database: Database) -> None:
    world.deploy(database, OLD)
    world.a_case(database)
    answer = move("fraga")
    assert (answer.code, answer.out) == (0, "Inga pågående ärenden står på en annan version.\n")
    for wrong in (("okänd",), ("fraga", "--to", "9")):
        answer = move(*wrong)
        assert answer.code == 1 and "är inte i drift" in answer.err
    assert move("fraga", "--dry-run", "--yes").code == 2


def test_moving_back_to_an_earlier_version_is_asked_for_by_number(move: Move, database: Database) -> None:
    old = world.deploy(database, OLD)
    case_id = world.a_case(database)
    world.deploy(database, NEW)
    assert move("fraga", "--yes").code == 0
    assert move("fraga", "--to", "1", "--yes").code == 0
    assert _versions(database) == {case_id: old.hash}


def test_killed_between_two_cases_every_case_is_whole_and_the_next_run_takes_the_rest(
    move: Move, database: Database, settings: dict[str, str], tmp_path: Path
) -> None:
    old = world.deploy(database, OLD)
    count = 25
    for _ in range(count):
        world.a_case(database)
    new = world.deploy(database, NEW)
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "move", "fraga", "--yes"],
        cwd=ROOT,
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(tmp_path / "data", **settings),
    )
    assert process.stderr is not None
    for _ in range(2):
        assert "flyttad" in process.stderr.readline()
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    process.stderr.close()
    after = _versions(database)
    assert sum(version == new.hash for version in after.values()) >= 2
    with database.read() as session:
        assert list(history.verify(session)) == []
        for case_id, version in after.items():
            task = session.scalars(select(TaskRow).where(TaskRow.case_id == case_id)).one()
            kinds = {row.kind for row in history.of_case(session, case_id)}
            assert task.role == ("registrar" if version == new.hash else "case_officer")
            assert ("case_migrated" in kinds) is (version == new.hash)
            assert version in (old.hash, new.hash)
    rest = move("fraga", "--yes", "--json")
    assert rest.code == 0 and len(_json(rest)) == sum(version == old.hash for version in after.values())
    assert set(_versions(database).values()) == {new.hash}
    with database.write() as session:
        for case_id in after:
            assert world.open_at(session, case_id) == {"a"}
