"""One running process: settings, keys, database and diarium, opened in the right order and closed again."""

from __future__ import annotations

import signal
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.exc import ArgumentError, OperationalError

import workflows
from adapters.archive import open_archive
from adapters.contract import Diarium, Target
from adapters.registry import open_diarium
from service import definitions, drafts, evidence, jobs, keys, outbox, people, profiles
from service.actors import SYSTEM, Actor
from service.settings import Settings
from service.store import CaseRow, Database, DatabaseRefused, open_database
from service.store.database import check_durability
from service.store.migrate import is_current, migrate
from workflows.scenarios import plain_yaml

SHIPPED = Actor("shipped", "Ordna", SYSTEM.roles)
"""Who puts the models into force that come with the product."""


def clock() -> datetime:
    """The only clock of the product: aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Node:
    """What the entrances share."""

    settings: Settings
    database: Database
    diarium: Diarium

    def close(self) -> None:
        jobs.stop()
        self.database.close()


def open_node(settings: Settings) -> Node:
    """Open everything a process needs, making key, tables and models at the very first start. Raises
    SettingsRefused, KeyRefused, DatabaseRefused, ProfileRefused or the adapter's own loud errors."""
    profile = profiles.load(settings.profile)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = _fresh(settings)
    keyring = keys.load(settings.key_file, make=fresh)
    database = open_database(settings.database_url, keyring, schema=settings.database_schema)
    database.info[evidence.PLACE] = settings.data / "anchors.log"
    database.info[profiles.INFO] = profile
    check_durability(database)
    if fresh or not is_current(database):
        migrate(database)
    _check_key(database, settings)
    jobs.connect(database, settings)
    node = Node(settings, database, open_diarium(settings.diarium, _target(settings)))
    if fresh:
        deploy_shipped(node)
    return node


def _fresh(settings: Settings) -> bool:
    """Whether nothing has been stored yet: only then may a key be made."""
    try:
        probe = open_database(
            settings.database_url, keys.Keyring.of(bytes(32)), schema=settings.database_schema, pool=1
        )
    except (ArgumentError, ValueError) as error:
        raise DatabaseRefused(
            "ORDNA_DATABASE_URL är inte en adress till en databas, till exempel "
            "postgresql://ordna@server/ordna."
        ) from error
    try:
        with probe.engine.connect() as connection:
            return not inspect(connection).has_table("case_file", schema=settings.database_schema)
    except OperationalError as error:
        where = probe.engine.url.host or probe.engine.url.database or ""  # never the whole URL: a password
        raise DatabaseRefused(f"Databasen svarar inte: {where}.") from error
    finally:
        probe.close()


def _check_key(database: Database, settings: Settings) -> None:
    """Refuse a key that is not the one the cases were locked with, before anything is locked with it."""
    with database.read() as session:
        kept = session.execute(select(CaseRow.id, CaseRow.key_wrapped).limit(1)).one_or_none()
    try:
        if kept is not None:
            database.keys.case_key(*kept)
    except keys.Unreadable:
        raise keys.KeyRefused(
            f"Nyckelfilen hör inte till databasen: {settings.key_file}. "
            "Läs tillbaka den rätta från säkerhetskopian."
        ) from None


def _target(settings: Settings) -> Target:
    return Target(
        url=settings.diarium_url,
        wsdl=settings.diarium_wsdl,
        user=settings.diarium_user,
        password=settings.diarium_password,
        timeout=settings.timeout,
    )


def deploy_shipped(node: Node) -> None:
    """Put the models that come with this version into force, except where the municipality has put one of
    its own there (in the workshop or by `ordna deploy`): that one stays, and its owners are told. The
    examples of a folder whose very content stands in `bpmn/proved.yaml` held when it was shipped, and are not
    run again at every first start."""
    root = Path(str(resources.files("bpmn")))
    proved = _proved(root / "proved.yaml")
    for model in sorted(root.glob("*/model.bpmn")):
        files = definitions.folder(model.parent)
        with node.database.write() as session:
            drafts.came(session, files, actor=SHIPPED, now=clock(), proved=proved)
    check_profile(node)  # a folder that was in force before is held against a profile that is new


def _proved(listed: Path) -> frozenset[str]:
    """The hashes of the folders that were shipped with examples that hold; none where the list is missing."""
    if not listed.exists():
        return frozenset()
    read = plain_yaml.read(listed.read_bytes())
    return frozenset(str(name) for name in read.values()) if isinstance(read, dict) else frozenset()


def check_profile(node: Node) -> None:
    """Hold the municipality's profile against every model in force. Raises ModelRefused with what the
    models cannot do of it: a case would stop in the middle, and nobody would know why."""
    with node.database.read() as session:
        profile = profiles.of(session)
        found = profiles.check(profile, definitions.in_force(session))
    if found:
        raise workflows.ModelRefused(found)


def work(node: Node) -> None:
    """Start carrying registrations out and firing timers, in threads of this process."""
    archive = open_archive(node.settings.archive, node.settings.archive_path)
    outbox.start(node.database, node.diarium, node.settings, clock=clock, archive=archive)


def run_worker(settings: Settings) -> None:
    """Work until told to stop (SIGTERM or SIGINT). PostgreSQL only; main thread only."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    node = open_node(settings)
    try:
        deploy_shipped(node)
        work(node)
        stop.wait()
    finally:
        node.close()


def first_start(settings: Settings) -> str | None:
    """Make what a first start needs, and where nobody has an account yet: the sentence (Swedish) with the
    address that makes one. Each call makes the address of the one before it worthless."""
    node = open_node(settings)
    try:
        deploy_shipped(node)
        with node.database.write() as session:
            token = people.setup_token(session, clock())
    finally:
        node.close()
    if token is None:
        return None
    address = f"{settings.public_url}/forsta-start?kod={token}"
    return f"Första start: öppna {address} för att skapa det första kontot."
