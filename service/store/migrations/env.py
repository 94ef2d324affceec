"""Alembic's entrance: runs inside the database that `service.store.migrate` hands over."""

from alembic import context
from sqlalchemy import text

from service.store import tables
from service.store.database import Database
from service.store.types import Base

assert tables


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the job engine's tables alone, where they share the file."""
    return kind != "table" or name in Base.metadata.tables


database = context.config.attributes["database"]
assert isinstance(database, Database)
with database.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        include_name=_ours,
        compare_type=False,
    )
    with context.begin_transaction():
        if not database.sqlite:
            # two processes that start at once: the second waits and finds it done
            connection.execute(text("SELECT pg_advisory_xact_lock(7061786)"))
        context.run_migrations()
    connection.commit()
