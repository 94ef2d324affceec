"""Opening the database, SQLite or PostgreSQL, and the two ways to talk to it: read and write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session, sessionmaker

from service.keys import Keyring
from service.store.writer import FairQueue, connection_factory

READ = "ordna_read"


class DatabaseRefused(Exception):
    """The database cannot be used safely. The text says why, and what to change."""


class _ReadSession(Session):
    def flush(self, objects: Any = None) -> None:
        if self.new or self.dirty or self.deleted:
            raise RuntimeError("a read session was asked to write")


@dataclass(frozen=True, slots=True)
class Database:
    """One open database. Rooms receive a `Session` and never commit; entrances open transactions."""

    engine: Engine
    keys: Keyring
    schema: str | None
    info: dict[str, Any]
    """What every session carries: `keys`, and `jobs` once a job engine is connected."""
    _write: sessionmaker[Session]
    _read: sessionmaker[_ReadSession]

    @property
    def sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        with self._write.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A snapshot to look at. Changing anything in it raises."""
        with self._read() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def keys_of(session: Session) -> Keyring:
    """The keyring that this session's database was opened with."""
    keys = session.info["keys"]
    assert isinstance(keys, Keyring)
    return keys


def lock_rows(session: Session) -> bool:
    """Whether `FOR UPDATE` means anything here: on SQLite a write transaction is alone anyway."""
    return session.get_bind().dialect.name == "postgresql"


def open_database(url: str, keys: Keyring, *, schema: str | None = None, pool: int = 40) -> Database:
    """Open `url`. `schema` (PostgreSQL) is where our tables live. Tables are made by `migrate`."""
    parsed = make_url(url)
    name = parsed.get_backend_name()
    if name == "sqlite":
        engine = _sqlite(url, Path(parsed.database or ""), pool)
    elif name == "postgresql":
        engine = _postgresql(url, schema, pool)
    else:
        raise DatabaseRefused(f"Databasen {name} stöds inte: använd sqlite eller postgresql.")
    info: dict[str, Any] = {"keys": keys}
    write = sessionmaker(engine, info=info, expire_on_commit=False)
    read = sessionmaker(
        engine.execution_options(**{READ: True}),
        info=info,
        expire_on_commit=False,
        autoflush=False,
        class_=_ReadSession,
    )
    return Database(engine, keys, schema, info, write, read)


def _sqlite(url: str, path: Path, pool: int) -> Engine:
    if not path.name:
        raise DatabaseRefused("SQLite i minnet tappar allt: ange en fil.")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    queue = FairQueue()
    engine = create_engine(
        url,
        pool_size=pool,
        max_overflow=20,
        connect_args={
            "factory": connection_factory(queue),
            "check_same_thread": False,
            "timeout": 30.0,
            "isolation_level": None,
        },
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        # FULL, not NORMAL: a register may not lose its last commits at a power cut
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.begin(write=not connection.get_execution_options().get(READ, False))

    return engine


def _postgresql(url: str, schema: str | None, pool: int) -> Engine:
    options = "-c timezone=UTC -c lock_timeout=30s -c idle_in_transaction_session_timeout=120s"
    if schema:
        if not schema.isidentifier() or not schema.islower():
            raise DatabaseRefused(f"Schemat ska vara ett enkelt namn med gemener: {schema!r}")
        options += f" -c search_path={schema}"
    engine = create_engine(
        url, pool_size=min(pool, 20), max_overflow=20, pool_pre_ping=True, connect_args={"options": options}
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(READ, False):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    return engine


def check_durability(database: Database) -> None:
    """Refuse a server that may lose what it has acknowledged."""
    if database.sqlite:
        return
    with database.read() as session:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            if session.execute(text(f"SHOW {name}")).scalar_one() == "off":
                raise DatabaseRefused(f"PostgreSQL har {name}=off: då kan kvitterade poster gå förlorade.")
