"""Cases of which no copy may be kept: depictions of child abuse. To hold one is itself a crime, so what
stands there is the address, ids, times and who saw it; what had come in with the item is destroyed."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service import history
from service.actors import Actor
from service.evidence import contents
from service.store import CaseRow, CopyRuleRow, EvidenceRow, case_key

NO_COPY = "I det här ärendet får ingen kopia sparas: bara adress, avsändare, tid och vem som såg."
KEPT = ("author", "address", "url", "message_id", "unknown_sender")
"""What an item of such a case may hold."""


def forbidden(session: Session, case_id: str) -> bool:
    """Whether no copy may be kept in the case."""
    return session.scalar(select(CopyRuleRow.case_id).where(CopyRuleRow.case_id == case_id)) is not None


def metadata_only(session: Session, case: CaseRow, *, actor: Actor, now: datetime) -> None:
    """From now on no file and no words are taken into the case. What stands there already stays until
    somebody destroys it (`destroy_copies`); nothing is sealed before that. The case is held for writing."""
    if forbidden(session, case.id):
        return
    session.add(CopyRuleRow(case_id=case.id, set_at=now, set_by=actor.id))
    history.append(session, case, "copies_forbidden", at=now, actor=actor.id)
    session.flush()


def destroy_copies(session: Session, case: CaseRow, *, actor: Actor, now: datetime) -> int:
    """Destroy every file and all words of a case of which no copy may be kept; address, sender and times
    stay. Returns how many rows were touched. Each is an event with the hash of what it was, so that a
    later check tells destroyed from lost. Raises LookupError for any other case."""
    if not forbidden(session, case.id):
        raise LookupError("copies are destroyed in cases of which none may be kept")
    key = case_key(session, case)
    gone = 0
    for row in session.scalars(select(EvidenceRow).where(EvidenceRow.case_id == case.id)).all():
        history.append(
            session,
            case,
            "copy_destroyed",
            at=now,
            actor=actor.id,
            data={"evidence": row.id, "sha256": row.sha256, "size": row.size},
        )
        gone += 1
    session.execute(delete(EvidenceRow).where(EvidenceRow.case_id == case.id))
    for item in contents.items(session, case):
        held = contents.opened(session, case, item)
        if not has_words(held):
            continue
        rest = {name: held[name] for name in KEPT if held.get(name)} | {"text": ""}
        item.content_locked = key.lock_text(json.dumps(rest), contents.place(item.id))
        history.append(session, case, "copy_destroyed", at=now, actor=actor.id, data={"item": item.id})
        gone += 1
    session.flush()
    return gone


def has_words(held: object) -> bool:
    """Whether an item's content holds more than where, when and who."""
    assert isinstance(held, dict)
    return any(value for name, value in held.items() if name not in KEPT)
