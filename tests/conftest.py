"""What every test may ask for: a database of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from service.keys import Keyring
from service.store import Database, open_database
from service.store.migrate import migrate

# No deadline for one example: a busy machine is not a fault, and speed is shown by `ordna bench`.
# The judge of a submission draws the same examples each time; everybody else draws new ones.
settings.register_profile("ordna", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("ordna")

KEYS = Keyring.of(bytes(range(32)))
_SERVERS = (
    "postgresql://postgres@127.0.0.1:5432/test",
    "postgresql://postgres@127.0.0.1:5432/postgres",
    "postgresql:///postgres",
)


def _answering_server() -> str | None:
    for url in filter(None, (os.environ.get("ORDNA_TEST_POSTGRESQL"), *_SERVERS)):
        engine = create_engine(url, connect_args={"connect_timeout": 3})
        try:
            with engine.connect():
                return url
        except OperationalError:
            continue
        finally:
            engine.dispose()
    return None


@pytest.fixture(scope="session")
def postgresql_url() -> str:
    """The URL of a server that answers; skips where there is none, fails where CI promised one."""
    url = _answering_server()
    if url is None:
        message = "no PostgreSQL answers (set ORDNA_TEST_POSTGRESQL)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database. Each test that asks for it runs on both."""
    if request.param == "sqlite":
        opened = open_database(f"sqlite:///{tmp_path / 'ordna.sqlite'}", KEYS)
        migrate(opened)
        yield opened
        opened.close()
        return
    url = request.getfixturevalue("postgresql_url")
    schema = f"ordna_test_{secrets.token_hex(6)}"
    opened = open_database(url, KEYS, schema=schema)
    migrate(opened)
    yield opened
    with opened.engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema}_jobs CASCADE"))
    opened.close()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Debian's Chromium, kept off the network; skips where there is none, fails where CI promised one."""
    chromium = os.environ.get("ORDNA_TEST_CHROMIUM", "/usr/bin/chromium")
    if not Path(chromium).exists():
        message = f"no Chromium at {chromium} (set ORDNA_TEST_CHROMIUM)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return {
        "executable_path": chromium,
        "args": [
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--lang=sv-SE",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """A Swedish desk. Movement is off, so that nothing has to be waited out."""
    return {"locale": "sv-SE", "timezone_id": "Europe/Stockholm", "reduced_motion": "reduce"}
