"""The job engine: nudges in our transactions, no pickles, no noise, and its tables where they
belong."""

from __future__ import annotations

import base64
import logging
import os
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dbos import DBOS
from dbos import _serialization as theirs
from sqlalchemy import text

from service import jobs
from service.jobs.quiet import DuplicateRegistration
from service.store import CounterRow, Database
from service.store.migrate import check
from tests.service.outbox_world import quick


class Seen:
    """What the handlers were told, and a way to wait for it."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._changed = threading.Condition()

    def __call__(self, id: str) -> None:
        with self._changed:
            self.ids.append(id)
            self._changed.notify_all()

    def wait_for(self, *ids: str, seconds: float = 30.0) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: set(ids) <= set(self.ids), timeout=seconds)


@pytest.fixture
def connected(database: Database) -> Iterator[Database]:
    jobs.connect(database, quick(database))
    yield database
    jobs.stop()


def table(database: Database, name: str) -> str:
    return name if database.sqlite else f"{database.schema}_jobs.{name}"


def count(database: Database) -> int:
    with database.engine.begin() as connection:
        return int(
            connection.execute(
                text(f"SELECT count(*) FROM {table(database, 'workflow_status')}")
            ).scalar_one()
        )


def eventually(holds: Callable[[], bool], seconds: float = 30.0) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        threading.Event().wait(0.02)
    return True


def test_a_job_of_a_transaction_that_is_undone_never_was(connected: Database) -> None:
    with pytest.raises(ZeroDivisionError), connected.write() as session:
        session.add(CounterRow(series="s", last=1))
        jobs.enqueue(session, "push", "r-1")
        raise ZeroDivisionError
    assert count(connected) == 0


def test_the_same_nudge_made_again_is_one_job(connected: Database) -> None:
    seen = Seen()
    for _ in range(3):
        with connected.write() as session:
            jobs.enqueue(session, "push", "r-1")
            jobs.enqueue(session, "push", "r-1", turn="second")
    jobs.work(connected, {"push": seen}, quick(connected))
    with connected.write() as session:
        jobs.enqueue(session, "push", "last")
    assert seen.wait_for("r-1", "last")
    assert sorted(seen.ids) == ["last", "r-1", "r-1"]


def test_a_job_can_wait_for_its_time(connected: Database) -> None:
    seen = Seen()
    jobs.work(connected, {"push": seen}, quick(connected))
    with connected.write() as session:
        jobs.enqueue(session, "push", "later", delay=0.3)
        jobs.enqueue(session, "push", "now")
    assert seen.wait_for("now", "later")
    assert seen.ids == ["now", "later"]


def test_nothing_is_enqueued_where_no_engine_is_connected(database: Database) -> None:
    with database.write() as session:
        jobs.enqueue(session, "push", "r-1")


def test_a_job_holds_a_kind_and_an_id_as_json_and_nothing_else(connected: Database) -> None:
    with connected.write() as session:
        jobs.enqueue(session, "push", "r-1")
    with connected.engine.begin() as connection:
        inputs = connection.execute(text(f"SELECT inputs FROM {table(connected, 'workflow_input')}")).all()
        kept = connection.execute(
            text(f"SELECT serialization FROM {table(connected, 'workflow_status')}")
        ).all()
    assert [i[0] for i in inputs] == ['{"namedArgs":{},"positionalArgs":["push","r-1"]}']
    assert [k[0] for k in kept] == ["portable_json"]


def test_the_engines_tables_are_in_our_file_or_beside_our_schema(connected: Database) -> None:
    check(connected)  # and they do not disturb our own migrations
    query = "SELECT name FROM sqlite_master WHERE name = 'workflow_status'"
    if not connected.sqlite:
        query = (
            "SELECT table_schema FROM information_schema.tables WHERE table_name = "
            f"'workflow_status' AND table_schema = '{connected.schema}_jobs'"
        )
    with connected.engine.begin() as connection:
        assert len(connection.execute(text(query)).all()) == 1


def test_a_handler_that_raises_is_logged_without_its_words_and_others_go_on(
    connected: Database, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    seen = Seen()

    def handle(id: str) -> None:
        if id == "bad":
            raise ValueError("Karin Svensson, Storgatan 1")
        seen(id)

    jobs.work(connected, {"push": handle}, quick(connected))
    with caplog.at_level(logging.DEBUG), connected.write() as session:
        for id in ("bad", "good"):
            jobs.enqueue(session, "push", id)
    assert seen.wait_for("good")
    assert eventually(lambda: any(r.message == "job_failed" for r in caplog.records))
    record = next(r for r in caplog.records if r.message == "job_failed")
    assert (record.__dict__["kind"], record.__dict__["id"], record.__dict__["error"]) == (
        "push",
        "bad",
        "ValueError",
    )
    jobs.stop()
    assert "Karin" not in caplog.text
    assert capfd.readouterr() == ("", "")
    with connected.engine.begin() as connection:
        errors = connection.execute(text(f"SELECT * FROM {table(connected, 'workflow_status')}")).all()
    assert "Karin" not in str(errors)


class _Hostile:
    """Unpickled, it makes the file `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("where", ["inputs", "serialization left out"])
def test_a_planted_pickle_is_not_read(connected: Database, tmp_path: Path, where: str) -> None:
    trap = tmp_path / "sprung"
    hostile = base64.b64encode(pickle.dumps({"args": (_Hostile(trap),), "kwargs": {}})).decode()
    seen = Seen()
    with connected.write() as session:
        jobs.enqueue(session, "push", "planted")
        session.execute(text(f"UPDATE {table(connected, 'workflow_input')} SET inputs = :i"), {"i": hostile})
        session.execute(
            text(f"UPDATE {table(connected, 'workflow_status')} SET serialization = :s"),
            {"s": "py_pickle" if where == "inputs" else None},
        )
    jobs.work(connected, {"push": seen}, quick(connected))
    with connected.write() as session:
        jobs.enqueue(session, "push", "honest")
    assert seen.wait_for("honest")
    DBOS.list_workflows()  # whoever looks at the jobs reads them too
    jobs.stop()
    assert seen.ids == ["honest"]
    assert not trap.exists()


def test_a_planted_result_is_not_read_either(connected: Database, tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    hostile = base64.b64encode(pickle.dumps(_Hostile(trap))).decode()
    for read in (theirs.deserialize_value, theirs.deserialize_args, theirs.deserialize_exception):
        with pytest.raises(ValueError, match="pickle"):
            read(hostile, "py_pickle", theirs.DefaultSerializer())
    with pytest.raises(ValueError, match="pickle"):
        theirs.DefaultSerializer().serialize("x")
    assert not trap.exists()


def test_two_jobs_of_one_name_are_an_error() -> None:
    def again(kind: str, id: str) -> None: ...

    DBOS.workflow(name="twice")(again)
    with pytest.raises(DuplicateRegistration):  # DBOS itself only warns
        DBOS.workflow(name="twice")(again)


def test_upkeep_goes_on_after_it_failed(connected: Database) -> None:
    rounds = threading.Semaphore(0)

    def upkeep() -> None:
        rounds.release()
        raise RuntimeError

    jobs.work(connected, {}, quick(connected, POLL="0.01"), upkeep=upkeep)
    assert all(rounds.acquire(timeout=10) for _ in range(3))


def test_stopping_lets_what_runs_finish_and_begins_nothing_more(connected: Database) -> None:
    began, go, ended = threading.Event(), threading.Event(), threading.Event()

    def handle(id: str) -> None:
        began.set()
        go.wait(10)
        ended.set()

    jobs.work(connected, {"push": handle}, quick(connected))
    with connected.write() as session:
        jobs.enqueue(session, "push", "slow")
    assert began.wait(10)
    threading.Timer(0.1, go.set).start()
    jobs.stop()
    assert ended.is_set()
    jobs.work(connected, {"push": handle}, quick(connected))  # and it can begin again


def test_a_process_works_once(connected: Database) -> None:
    jobs.work(connected, {}, quick(connected))
    with pytest.raises(jobs.JobsRefused):
        jobs.work(connected, {}, quick(connected))


def test_traces_of_old_jobs_are_forgotten(connected: Database) -> None:
    seen = Seen()
    jobs.work(connected, {"push": seen}, quick(connected))
    with connected.write() as session:
        jobs.enqueue(session, "push", "r-1")
    assert seen.wait_for("r-1")
    assert eventually(lambda: jobs.forget(connected, datetime.now(UTC) + timedelta(seconds=5)) == 1)
    assert count(connected) == 0


def test_users_and_jobs_share_the_writer_without_errors(connected: Database) -> None:
    """On SQLite both go through one fair queue; nobody sees a locked database."""
    seen = Seen()
    with connected.write() as session:
        session.add(CounterRow(series="s", last=0))

    def handle(id: str) -> None:
        with connected.write() as session:
            session.execute(text("UPDATE counter SET last = last + 1 WHERE series = 's'"))
        seen(id)

    jobs.work(connected, {"push": handle}, quick(connected))
    ids = [f"r-{n}" for n in range(60)]

    def user(mine: list[str]) -> None:
        for id in mine:
            with connected.write() as session:
                session.execute(text("UPDATE counter SET last = last + 1 WHERE series = 's'"))
                jobs.enqueue(session, "push", id)

    threads = [threading.Thread(target=user, args=(ids[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen.wait_for(*ids)
    with connected.read() as session:
        assert session.get_one(CounterRow, "s").last == 120
