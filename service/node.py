"""One running process: its settings, keys, database and diarium, opened in the right order and closed again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from sqlalchemy import inspect

from adapters.contract import Diarium, Target
from adapters.registry import open_diarium
from service import definitions, jobs, keys, outbox
from service.actors import SYSTEM
from service.settings import Settings
from service.store import Database, open_database
from service.store.database import check_durability
from service.store.migrate import is_current, migrate


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
    """Open everything a process needs, making key and tables at the very first start. Raises
    SettingsRefused, KeyRefused, DatabaseRefused or the adapter's own loud errors."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    placeholder = keys.Keyring.of(bytes(32))
    probe = open_database(settings.database_url, placeholder, schema=settings.database_schema, pool=1)
    try:
        with probe.engine.connect() as connection:
            fresh = not inspect(connection).has_table("case_file", schema=settings.database_schema)
    finally:
        probe.close()
    keyring = keys.load(settings.key_file, make=fresh)
    database = open_database(settings.database_url, keyring, schema=settings.database_schema)
    check_durability(database)
    if fresh or not is_current(database):
        migrate(database)
    jobs.connect(database, settings)
    return Node(settings, database, open_diarium(settings.diarium, _target(settings)))


def _target(settings: Settings) -> Target:
    return Target(url=settings.diarium_url, wsdl=settings.diarium_wsdl, user=settings.diarium_user,
                  password=settings.diarium_password, timeout=settings.timeout)


def deploy_shipped(node: Node) -> None:
    """Put the models that come with this version into force, where nothing newer has been deployed."""
    root = Path(str(resources.files("bpmn")))
    for model in sorted(root.glob("*/model.bpmn")):
        with node.database.write() as session:
            definitions.deploy(session, definitions.folder(model.parent), actor=SYSTEM, now=clock())


def work(node: Node) -> None:
    """Start carrying registrations out and firing timers, in threads of this process."""
    outbox.start(node.database, node.diarium, node.settings, clock=clock)
