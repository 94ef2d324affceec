"""Numbers in a series: each given once, in order, as part of the caller's transaction."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.store.database import lock_rows
from service.store.tables import CounterRow


def next_in(session: Session, series: str) -> int:
    """The next number of `series`, from 1. Two that ask at the same time take turns."""
    insert = postgresql.insert if lock_rows(session) else sqlite.insert
    statement = (
        insert(CounterRow)
        .values(series=series, last=1)
        .on_conflict_do_update(index_elements=["series"], set_={"last": CounterRow.last + 1})
        .returning(CounterRow.last)
    )
    return session.execute(statement).scalar_one()
