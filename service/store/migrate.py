"""Bring the database to this version's tables, forwards only. The job engine's own tables stand apart."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from service.store.database import Database


def _config(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["database"] = database
    return config


def migrate(database: Database) -> None:
    """Make or upgrade the tables. Safe to call again; two at once wait for each other."""
    if database.schema:
        with database.engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {database.schema}"))
    command.upgrade(_config(database), "head")


def is_current(database: Database) -> bool:
    """Whether the tables are those of this version."""
    head = ScriptDirectory.from_config(_config(database)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def check(database: Database) -> None:
    """Raise when the tables differ from the mappings (`alembic check`)."""
    command.check(_config(database))
