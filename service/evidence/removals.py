"""The removal log: what was hidden, deleted or reported on the platform, and how soon."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import history
from service.actors import Actor
from service.errors import Invalid
from service.evidence import digests
from service.evidence.sealing import require_sealed
from service.store import CaseRow, RemovalRow

How = Literal["hidden", "deleted", "reported"]
HOWS: tuple[How, ...] = ("hidden", "deleted", "reported")
_AHEAD = timedelta(minutes=5)


def record_removal(
    session: Session,
    case: CaseRow,
    *,
    how: How,
    at: datetime,
    actor: Actor,
    now: datetime,
    still_visible: bool | None = None,
) -> RemovalRow:
    """Record that the post was hidden, deleted or reported at `at` (aware). The case is held for writing.
    Raises EvidenceRefused(`not_sealed`) without a sealed bundle, Invalid for a time that has not come."""
    bundle = require_sealed(session, case.id)
    if how not in HOWS:
        raise Invalid(fields={"how": "Ange om inlägget doldes, togs bort eller anmäldes."})
    if at.tzinfo is None or at > now + _AHEAD:
        raise Invalid(fields={"at": "Tiden har inte varit än."})
    row = RemovalRow(
        id=str(uuid4()),
        case_id=case.id,
        bundle_id=bundle.id,
        how=how,
        removed_at=at,
        still_visible=still_visible,
        seconds_to_hide=max(0, int((at - case.received_at).total_seconds())),
        recorded_at=now,
        recorded_by=actor.id,
        hash="",
    )
    row.hash = digests.of_removal(row)
    session.add(row)
    history.append(
        session,
        case,
        "removal_recorded",
        at=now,
        actor=actor.id,
        data={"removal": row.id, "how": how, "still_visible": still_visible, "hash": row.hash},
    )
    session.flush()
    return row


def removals(session: Session, case_id: str) -> list[RemovalRow]:
    """The case's removals, oldest first."""
    return list(
        session.scalars(
            select(RemovalRow)
            .where(RemovalRow.case_id == case_id)
            .order_by(RemovalRow.recorded_at, RemovalRow.id)
        )
    )
