"""The web on both databases (`web`), or on SQLite alone (`one_web`) where the database is no subject."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.keys import Keyring
from service.store import Database, open_database
from service.store.migrate import migrate
from tests.service.http.web import Web, a_web


@pytest.fixture
def web(database: Database) -> Web:
    return a_web(database)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'one.sqlite'}", Keyring.of(bytes(range(32))))
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def one_web(sqlite: Database) -> Web:
    return a_web(sqlite)
