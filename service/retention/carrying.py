"""Carrying a list out: the content is destroyed, the trace that it existed stays.

A case loses its items, files, answers, drafts and the copy of what was registered; the key that opened
them is exchanged. Number, dates, history and the certificate stay."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service import history
from service.actors import Actor
from service.errors import Conflict, NotFound, Stale
from service.retention.proposing import held, term_is_over, unsettled
from service.retention.rules import require_archivist, rules
from service.store import (
    AuthorityRow,
    CaseRow,
    DisposalRow,
    EvidenceRow,
    ItemRow,
    ProposalRow,
    RegistrationRow,
    TaskRow,
    hold_case,
    keys_of,
)


def decline(session: Session, proposal_id: str, *, version: int | None, actor: Actor, now: datetime) -> None:
    """Destroy nothing of the list. It may be proposed again."""
    row = _waiting(session, proposal_id, version, actor)
    row.state, row.decided_at, row.decided_by = "declined", now, actor.id
    history.append_system(
        session, "disposal_declined", at=now, actor=actor.id, data={"proposal": proposal_id}
    )


def carry_out(
    session: Session,
    proposal_id: str,
    *,
    keep: Collection[str] = (),
    version: int | None,
    actor: Actor,
    now: datetime,
) -> ProposalRow:
    """Destroy the content of the list's cases, but for those in `keep` and those that something has come in
    the way of since, and write the certificate: all in the caller's transaction. Raises Conflict when the
    authority is in force no more."""
    row = _waiting(session, proposal_id, version, actor)
    authority = session.get_one(AuthorityRow, row.authority_id)
    if authority.ended_at is not None:
        raise Conflict("Gallringsbeslutet gäller inte längre. Ingenting har gallrats.")
    rule = next(rule for rule in rules(session) if rule.type.id == row.record_type)
    gone = []
    for line in session.scalars(
        select(DisposalRow).where(DisposalRow.proposal_id == proposal_id).order_by(DisposalRow.case_id)
    ):
        case = hold_case(session, line.case_id)
        stands = session.execute(
            select(held(), unsettled()).select_from(CaseRow).where(CaseRow.id == case.id)
        ).one()
        if case.id in keep:
            line.kept_because = "chosen"
        elif stands[0]:
            line.kept_because = "held"
        elif stands[1] or case.status != "closed":
            line.kept_because = "unsettled"
        elif case.secrecy is not None:
            line.kept_because = "secrecy"
        elif rule.id != row.rule_id or not term_is_over(rule, case, now):
            line.kept_because = "rule_changed"
        else:
            line.disposed_at = now
            _destroy(session, case)
            history.append(
                session,
                case,
                "case_disposed",
                at=now,
                actor=actor.id,
                data={"proposal": proposal_id, "authority": authority.number},
            )
            gone.append(case)
    row.state, row.decided_at, row.decided_by = "carried_out", now, actor.id
    row.certificate = {
        "authority": authority.number,
        "decided_on": authority.decided_on.isoformat(),
        "decided_by": authority.decided_by,
        "record_type": row.record_type,
        "carried_out_at": now.isoformat(),
        "carried_out_by": actor.id,
        "cases": [
            {
                "id": case.id,
                "number": case.number,
                "registration_number": case.registration_number,
                "opened_at": case.opened_at.isoformat(),
                "closed_at": case.closed_at.isoformat() if case.closed_at else None,
                "outcome": case.outcome,
            }
            for case in gone
        ],
    }
    text = json.dumps(row.certificate, sort_keys=True, separators=(",", ":"))
    history.append_system(
        session,
        "disposal_carried_out",
        at=now,
        actor=actor.id,
        data={
            "proposal": proposal_id,
            "authority": authority.number,
            "cases": len(gone),
            "certificate_sha256": hashlib.sha256(text.encode()).hexdigest(),
        },
    )
    return row


def _destroy(session: Session, case: CaseRow) -> None:
    session.execute(delete(EvidenceRow).where(EvidenceRow.case_id == case.id))
    session.execute(delete(ItemRow).where(ItemRow.case_id == case.id))
    session.execute(
        update(TaskRow)
        .where(TaskRow.case_id == case.id)
        .values(answers_locked=None, draft_locked=None, version=TaskRow.version + 1)
    )
    session.execute(
        update(RegistrationRow)
        .where(RegistrationRow.case_id == case.id)
        .values(payload_locked=b"", version=RegistrationRow.version + 1)
    )
    # what still lies in a free page of the database, in its log or in a back-up is opened by no key here
    _, case.key_wrapped = keys_of(session).new_case_key(case.id)


def _waiting(session: Session, proposal_id: str, version: int | None, actor: Actor) -> ProposalRow:
    require_archivist(actor)
    row = session.get(ProposalRow, proposal_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.state != "proposed":
        raise Conflict("Listan är redan avgjord.")
    if version is not None and version != row.version:
        raise Stale()
    return row
