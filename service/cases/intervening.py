"""Stepping in by hand: a case is paused and goes on, a token is moved, a case is cancelled.

Each is an event of the case, with its reason kept beside it under the case's key. Whether somebody may is for
the entrances to say (`service.interventions`); what must never be lost is refused here."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.orm import Session

from service import definitions, evidence, history, pauses, waits
from service.actors import Actor
from service.cases.incidents import settle_incident
from service.cases.stepping import record
from service.errors import Conflict, Invalid
from service.store import (
    CaseRow,
    DefinitionRow,
    HeldAnswerRow,
    InterventionRow,
    RegistrationRow,
    TaskRow,
    case_key,
    hold_case,
    keys_of,
)
from workflows.migration import Migrated

MAX_REASON = 500
"""Characters of a reason."""
CANCELLED = "cancelled"
"""The outcome of a case that was cancelled."""
_NEEDS_A_REASON = f"Skriv varför, med högst {MAX_REASON} tecken. Skriv inga personuppgifter."


def pause(session: Session, case_id: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Let the case stand still until `resume`. Raises Conflict when it is closed or paused already."""
    case = _open_case(session, case_id)
    pauses.refuse(session, case)
    row = _kept(session, case, "pause", reason, actor, now)
    history.append(session, case, "case_paused", at=now, actor=actor.id, data={"intervention": row.id})


def resume(session: Session, case_id: str, *, actor: Actor, now: datetime) -> None:
    """Let the case go on. What has come due or come in meanwhile is given to the flow by the outbox's round,
    each in a transaction of its own. Raises Conflict when the case itself is not paused."""
    case = hold_case(session, case_id)
    row = session.scalar(_in_force().where(InterventionRow.case_id == case.id))
    if row is None:
        raise Conflict("Ärendet är inte pausat.")
    row.ended_at, row.ended_by = now, actor.id
    history.append(session, case, "case_resumed", at=now, actor=actor.id, data={"intervention": row.id})


def pause_version(session: Session, definition: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Let every case that follows the version stand still, also those that begin meanwhile. A case that is
    moved to another version goes on there. Raises Conflict when it is paused already."""
    version = _version(session, definition)
    if (found := pauses.of_version(session, definition)) is not None:
        raise pauses.Paused(found.sentence)
    ident = str(uuid4())
    session.add(
        InterventionRow(
            id=ident,
            kind="pause",
            definition=definition,
            at=now,
            by=actor.id,
            reason_locked=keys_of(session)
            .arrival_key()
            .lock_text(_reason(reason), pauses.reason_place(ident)),
        )
    )
    data = {"intervention": ident, "process": version.process, "version": version.number}
    history.append_system(session, "version_paused", at=now, actor=actor.id, data=data)


def resume_version(session: Session, definition: str, *, actor: Actor, now: datetime) -> None:
    """Let the version's cases go on. A case that is paused by itself stays so."""
    version = _version(session, definition)
    row = session.scalar(_in_force().where(InterventionRow.definition == definition))
    if row is None:
        raise Conflict("Versionen är inte pausad.")
    row.ended_at, row.ended_by = now, actor.id
    data = {"intervention": row.id, "process": version.process, "version": version.number}
    history.append_system(session, "version_resumed", at=now, actor=actor.id, data=data)


def moved_token(
    session: Session,
    case: CaseRow,
    migrated: Migrated,
    reason: str,
    *,
    source: str,
    target: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Write that a token of the case, held for writing, was moved by hand from one element to another."""
    row = _kept(session, case, "move", reason, actor, now)
    history.append(
        session,
        case,
        "token_moved",
        at=now,
        actor=actor.id,
        element=source,
        data={"intervention": row.id, "to": target},
    )
    record(session, case, migrated.advance, actor=actor, now=now)


def cancel(session: Session, case_id: str, reason: str, *, actor: Actor, now: datetime) -> CaseRow:
    """End the case where it stands: its tasks are withdrawn, it waits for nothing more, and its outcome is
    CANCELLED. The case, its history and its evidence stay. What has been asked of the diarium and not been
    sent yet is still sent. Raises Conflict with the reason why not (`cannot_cancel`)."""
    case = _open_case(session, case_id)
    if (why_not := cannot_cancel(session, case)) is not None:
        raise Conflict(why_not)
    row = _kept(session, case, "cancel", reason, actor, now)
    waits.end_all(session, case, now)
    for shown in session.scalars(
        select(TaskRow).where(
            TaskRow.case_id == case.id,
            TaskRow.kind == "incident",
            TaskRow.status == "open",
            TaskRow.registration_id.is_(None),
        )
    ):
        settle_incident(session, shown, actor=actor, now=now)
    session.execute(delete(HeldAnswerRow).where(HeldAnswerRow.case_id == case.id))
    own = session.scalar(_in_force().where(InterventionRow.case_id == case.id))
    if own is not None:
        own.ended_at, own.ended_by = now, actor.id
    case.status, case.closed_at, case.outcome = "closed", now, CANCELLED
    history.append(session, case, "case_cancelled", at=now, actor=actor.id, data={"intervention": row.id})
    return case


def cannot_cancel(session: Session, case: CaseRow) -> str | None:
    """Why the open case cannot be cancelled as it stands, or None."""
    unsure = exists().where(
        RegistrationRow.case_id == case.id,
        RegistrationRow.state.in_(("sending", "uncertain", "refused"))
        | ((RegistrationRow.state == "retry") & RegistrationRow.sent),
    )
    if session.scalar(select(unsure)):
        return (
            "Det är inte avgjort om diariet har tagit emot en av ärendets handlingar. "
            "Låt en registrator avgöra det först."
        )
    if not evidence.sealed(session, case.id) and (
        case.secrecy is not None or _guards(session, case) or evidence.removals(session, case.id)
    ):
        return (
            "Det som ska sparas innan något tas bort är inte förseglat än. "
            "Låt ärendet gå fram till förseglingen först."
        )
    return None


def _guards(session: Session, case: CaseRow) -> bool:
    """Whether evidence is being gathered, or waited for, in an open task."""
    definition = definitions.by_hash(session, case.definition)
    waiting = select(TaskRow.element).where(TaskRow.case_id == case.id, TaskRow.status == "open")
    return any("guard" in definitions.properties(definition, name) for name in session.scalars(waiting))


def _open_case(session: Session, case_id: str) -> CaseRow:
    case = hold_case(session, case_id)
    if case.status != "open":
        raise Conflict("Ärendet är redan avslutat.")
    return case


def _version(session: Session, definition: str) -> DefinitionRow:
    # held: two who pause at the same time take turns
    return session.scalars(
        select(DefinitionRow).where(DefinitionRow.hash == definition).with_for_update()
    ).one()


def _in_force() -> Select[*tuple[InterventionRow]]:
    return select(InterventionRow).where(InterventionRow.kind == "pause", InterventionRow.ended_at.is_(None))


def _kept(
    session: Session, case: CaseRow, kind: str, reason: str, actor: Actor, now: datetime
) -> InterventionRow:
    ident = str(uuid4())
    row = InterventionRow(
        id=ident,
        kind=kind,
        case_id=case.id,
        at=now,
        by=actor.id,
        reason_locked=case_key(session, case).lock_text(_reason(reason), pauses.reason_place(ident)),
    )
    session.add(row)
    return row


def _reason(text: str) -> str:
    """The reason as it is kept. Raises Invalid."""
    bare = " ".join(text.split())
    if not bare or len(bare) > MAX_REASON or not bare.isprintable():
        raise Invalid(fields={"reason": _NEEDS_A_REASON})
    return bare
