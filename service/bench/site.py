"""A database of its own for a measurement: a private folder with SQLite, or its own PostgreSQL schema."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import OperationalError

from service import cases, definitions, keys, people
from service.actors import SYSTEM
from service.bench.measured import tell
from service.bench.work import APPROVAL, FOLDERS
from service.cases import Arrival
from service.demo.place import folder, free_port
from service.node import clock
from service.settings import PREFIX, Settings, from_environment
from service.store import CaseRow, Database, PersonRow, TaskRow, open_database
from service.store.migrate import migrate

LOGIN = "bench"
_ROLES = ("channel_administrator", "case_officer", "registrar")
_SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"


@dataclass(frozen=True, slots=True)
class Site:
    """Settings for a server's own process, the same database opened here, and who signs in."""

    environment: Mapping[str, str]
    settings: Settings
    database: Database
    password: str

    def open_cases(self, count: int) -> list[str]:
        """New approvals at their first task. Returns their ids."""
        now = clock()
        arrival = Arrival(channel="Mätning", title="Ansökan", received_at=now, unit="Kansli")
        with self.database.write() as session:
            return [
                cases.open_case(session, APPROVAL, arrival, actor=SYSTEM, now=now).id for _ in range(count)
            ]

    def tasks(self, case_ids: Sequence[str], element: str) -> list[str]:
        """The open task at `element` of each case, in no order."""
        with self.database.read() as session:
            return list(
                session.scalars(
                    select(TaskRow.id).where(
                        TaskRow.case_id.in_(case_ids), TaskRow.element == element, TaskRow.status == "open"
                    )
                )
            )

    def state_bytes(self, case_ids: Sequence[str]) -> int:
        """How much the cases' states take together."""
        with self.database.read() as session:
            return (
                session.scalar(select(func.sum(func.length(CaseRow.state))).where(CaseRow.id.in_(case_ids)))
                or 0
            )

    def person(self) -> PersonRow:
        with self.database.read() as session:
            return session.scalars(select(PersonRow).where(PersonRow.login == LOGIN)).one()


@contextmanager
def site(postgresql: str | None) -> Iterator[Site]:
    """A place with tables, the measured model and one account; on PostgreSQL in schemas of its own."""
    with folder(None) as made, _schema(postgresql) as chosen:
        port = free_port()
        environment = (
            {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
            | chosen
            | {
                "ORDNA_DATA": str(made / "data"),
                "ORDNA_PORT": str(port),
                "ORDNA_DIARIUM": "memory",
                "ORDNA_PUBLIC_URL": f"http://127.0.0.1:{port}",
            }
        )
        settings = from_environment(environment)
        database = open_database(
            settings.database_url, keys.load(settings.key_file, make=True), schema=settings.database_schema
        )
        try:
            migrate(database)
            password = secrets.token_urlsafe(24)
            hashed = people.new_password(password, LOGIN)
            with database.write() as session:
                definitions.deploy(session, definitions.folder(FOLDERS[APPROVAL]), actor=SYSTEM, now=clock())
                people.create(
                    session,
                    login=LOGIN,
                    name="Mätning",
                    unit="Kansli",
                    password=hashed,
                    roles=_ROLES,
                    now=clock(),
                    actor=SYSTEM,
                )
            yield Site(environment, settings, database, password)
        finally:
            database.close()


def postgresql_url() -> str | None:
    """A PostgreSQL server that answers: the one of `ORDNA_DATABASE_URL`, else this machine's. None, with
    the reason on standard error, when there is none."""
    configured = os.environ.get(f"{PREFIX}DATABASE_URL", "")
    url = configured if configured.startswith("postgresql") else _SERVER
    engine = create_engine(url, connect_args={"connect_timeout": 3})
    try:
        with engine.connect():
            return url
    except OperationalError as error:
        where = engine.url.render_as_string(hide_password=True)
        tell(f"PostgreSQL mäts inte: {where} svarar inte ({str(error.orig).strip().splitlines()[0]}).")
        return None
    finally:
        engine.dispose()


@contextmanager
def _schema(url: str | None) -> Iterator[dict[str, str]]:
    if url is None:
        yield {}
        return
    name = f"ordna_bench_{secrets.token_hex(6)}"
    try:
        yield {"ORDNA_DATABASE_URL": url, "ORDNA_DATABASE_SCHEMA": name}
    finally:
        engine = create_engine(url)
        with engine.begin() as connection:
            for schema in (f"{name}_jobs", name):
                connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        engine.dispose()
