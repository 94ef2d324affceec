"""The store: migrations meet the mappings, history holds, and writers take turns."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError

from service import history
from service.store import CounterRow, Database, SetupRow
from service.store.migrate import check, is_current, migrate

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_migrations_lead_to_the_tables_that_the_code_maps(database: Database) -> None:
    assert is_current(database)
    check(database)
    migrate(database)


def test_a_time_comes_back_as_the_same_instant_in_utc(database: Database) -> None:
    stockholm = timezone(timedelta(hours=2))
    with database.write() as session:
        session.add(SetupRow(id=1, token_sha256="x" * 64, created_at=NOW.astimezone(stockholm)))
    with database.read() as session:
        back = session.get_one(SetupRow, 1).created_at
    assert back == NOW
    assert back.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError), database.write() as session:
        session.add(SetupRow(id=1, token_sha256="x" * 64, created_at=datetime(2026, 3, 2)))  # noqa: DTZ001
        session.flush()


def test_nothing_is_kept_of_a_transaction_that_raises(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as session:
        session.add(CounterRow(series="case/2026", last=1))
        session.flush()
        raise ZeroDivisionError
    with database.read() as session:
        assert session.get(CounterRow, "case/2026") is None


def test_a_read_session_cannot_write(database: Database) -> None:
    with pytest.raises(RuntimeError), database.read() as session:
        session.add(CounterRow(series="case/2026", last=1))
        session.flush()


def test_many_writers_at_once_lose_nothing(database: Database) -> None:
    with database.write() as session:
        session.add(CounterRow(series="s", last=0))

    def add_ten() -> None:
        for _ in range(10):
            with database.write() as session:
                session.execute(text("UPDATE counter SET last = last + 1 WHERE series = 's'"))

    threads = [threading.Thread(target=add_ten) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.get_one(CounterRow, "s").last == 80


def test_a_whole_history_verifies(database: Database) -> None:
    with database.write() as session:
        for n in range(5):
            history.append_system(
                session, "signed_in", at=NOW + timedelta(seconds=n), actor="p1", data={"n": n}
            )
    with database.read() as session:
        assert list(history.verify(session)) == []


@pytest.mark.parametrize("statement", ["UPDATE history SET actor = 'x'", "DELETE FROM history"])
def test_history_can_only_be_added_to(database: Database, statement: str) -> None:
    with database.write() as session:
        history.append_system(session, "signed_in", at=NOW, actor="p1")
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE history SET actor = 'x' WHERE position = 2", "ändrats"),
        ("DELETE FROM history WHERE position = 2", "saknas"),
    ],
)
def test_a_change_made_past_the_lock_is_found(database: Database, statement: str, found: str) -> None:
    with database.write() as session:
        for _ in range(3):
            history.append_system(session, "signed_in", at=NOW, actor="p1")
    with database.write() as session:  # an administrator of the server can take the lock away
        if database.sqlite:
            session.execute(text("DROP TRIGGER history_no_update"))
            session.execute(text("DROP TRIGGER history_no_delete"))
        else:
            session.execute(text("DROP TRIGGER history_append_only ON history"))
        session.execute(text(statement))
    with database.read() as session:
        assert any(found in b.text for b in history.verify(session))
