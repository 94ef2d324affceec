"""A case held for writing, and the key that opens what it keeps: one way for every room."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from service.errors import NotFound
from service.keys import CaseKey
from service.store.database import keys_of
from service.store.tables import CaseRow


def hold_case(session: Session, case_id: str) -> CaseRow:
    """The case held for writing, with its state, as it stands when the wait for it is over. Its history
    can be added to from here to the commit. Raises NotFound."""
    case = session.scalar(
        select(CaseRow)
        .where(CaseRow.id == case_id)
        .with_for_update()
        .options(undefer(CaseRow.state))
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise NotFound()
    return case


def case_key(session: Session, case: CaseRow) -> CaseKey:
    """The key that opens what the case keeps encrypted."""
    return keys_of(session).case_key(case.id, case.key_wrapped)
