"""That a case's content is destroyed, and by which authority: what its page says calmly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.store import AuthorityRow, DisposalRow, ProposalRow


@dataclass(frozen=True, slots=True)
class Disposed:
    """That a case's content is destroyed: `at` is aware UTC; the rest names the disposal authority."""

    at: datetime
    number: str
    decided_by: str
    decided_on: date


def disposed(session: Session, case_id: str) -> Disposed | None:
    """When, and by which authority, the case's content was destroyed; None: it was not."""
    found = session.execute(
        select(DisposalRow.disposed_at, AuthorityRow.number, AuthorityRow.decided_by, AuthorityRow.decided_on)
        .join(ProposalRow, ProposalRow.id == DisposalRow.proposal_id)
        .join(AuthorityRow, AuthorityRow.id == ProposalRow.authority_id)
        .where(DisposalRow.case_id == case_id, DisposalRow.disposed_at.is_not(None))
    ).first()
    return None if found is None or found[0] is None else Disposed(found[0], *found[1:])
