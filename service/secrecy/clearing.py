"""Locking a case, and who is let in: each grant and each withdrawal is an event of the case."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import history
from service.actors import SYSTEM, Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.secrecy.knowing import NEED_TO_KNOW, REGISTRAR, in_force, knows_case
from service.store import CaseRow, ClearanceRow, PersonRow, TaskRow, case_key

MAX_DEPUTY_DAYS = 90
MAX_REASON = 500
PARTS = ("handler", "deputy")


def lock(session: Session, case: CaseRow, *, actor: Actor, now: datetime, reason_code: str = "") -> None:
    """From now on the case is need-to-know and `actor` its named handler. Whoever holds a task of it and
    may not know of it loses the task to its role. The case is held for writing. Locking again changes
    nothing. `reason_code` is a closed choice of the form that led here."""
    if case.secrecy is None:
        case.secrecy = NEED_TO_KNOW
        data = {"reason": reason_code} if reason_code else {}
        history.append(session, case, "case_locked", at=now, actor=actor.id, data=data)
        if actor.id != SYSTEM.id and session.get(PersonRow, actor.id) is not None:
            _let_in(session, case, actor.id, "handler", None, None, actor, now)
    session.flush()
    _release_uncleared(session, case, now)


def grant(
    session: Session,
    case_id: str,
    person_id: str,
    *,
    part: str,
    until: datetime | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> ClearanceRow:
    """Let a person know of the case: as `handler`, or as `deputy` for at most 90 days and with a reason.
    Granted by a named handler or a secrecy registrar. `until` is aware UTC. Raises Invalid by field:
    `person`, `part`, `until`, `reason`; Forbidden for a deputy."""
    case = _held(session, case_id, actor, now)
    _may_grant(session, case, actor, now)
    reason = " ".join(reason.split())
    errors: dict[str, str] = {}
    person = session.get(PersonRow, person_id) if person_id else None
    if person is None or not person.active:
        errors["person"] = "Välj en medarbetare med ett konto i bruk."
    if part not in PARTS:
        errors["part"] = "Välj handläggare eller ersättare."
    if part == "deputy" and until is None:
        errors["until"] = "Ange till och med när ersättaren behöver ärendet."
    if until is not None and not now < until <= now + timedelta(days=MAX_DEPUTY_DAYS):
        errors["until"] = f"Ange en dag inom {MAX_DEPUTY_DAYS} dagar från i dag."
    if part == "deputy" and not reason:
        errors["reason"] = "Skriv varför ersättaren behöver ärendet."
    if len(reason) > MAX_REASON:
        errors["reason"] = f"Skälet får vara högst {MAX_REASON} tecken."
    if errors:
        raise Invalid(fields=errors)
    for known in session.scalars(
        select(ClearanceRow).where(
            ClearanceRow.case_id == case.id, ClearanceRow.person_id == person_id, in_force(now)
        )
    ):
        # one at a time for each person: the new one says until when and why
        known.revoked_at, known.revoked_by = now, actor.id
    return _let_in(session, case, person_id, part, until, reason, actor, now)


def revoke(session: Session, case_id: str, clearance_id: str, *, actor: Actor, now: datetime) -> None:
    """Take a clearance back: the person's tasks in the case go back to their roles. The last named handler
    cannot be taken away before another is named. Raises NotFound, Conflict, Forbidden."""
    case = _held(session, case_id, actor, now)
    _may_grant(session, case, actor, now)
    row = session.get(ClearanceRow, clearance_id)
    if row is None or row.case_id != case.id:
        raise NotFound()
    if row.revoked_at is not None:
        raise Conflict("Behörigheten är redan återtagen.")
    others = session.scalar(
        select(ClearanceRow.id)
        .where(
            ClearanceRow.case_id == case.id,
            ClearanceRow.part == "handler",
            ClearanceRow.id != row.id,
            in_force(now),
        )
        .limit(1)
    )
    if row.part == "handler" and others is None:
        raise Conflict("Ärendet måste ha en namngiven handläggare. Utse en annan först.")
    row.revoked_at, row.revoked_by = now, actor.id
    history.append(
        session,
        case,
        "clearance_revoked",
        at=now,
        actor=actor.id,
        data={"clearance": row.id, "person": row.person_id},
    )
    session.flush()
    _release_uncleared(session, case, now)


def is_handler(session: Session, case_id: str, actor: Actor, now: datetime) -> bool:
    """Whether `actor` may say who else may know: a named handler, or a secrecy registrar."""
    if actor.may(REGISTRAR):
        return True
    found = select(ClearanceRow.id).where(
        ClearanceRow.case_id == case_id,
        ClearanceRow.person_id == actor.id,
        ClearanceRow.part == "handler",
        in_force(now),
    )
    return session.scalar(found.limit(1)) is not None


def _may_grant(session: Session, case: CaseRow, actor: Actor, now: datetime) -> None:
    if not is_handler(session, case.id, actor, now):
        raise Forbidden("En ersättare kan inte ge andra behörighet till ärendet.")


def _held(session: Session, case_id: str, actor: Actor, now: datetime) -> CaseRow:
    """The locked case held for writing, or NotFound when `actor` may not know of it."""
    case = session.scalar(
        select(CaseRow)
        .where(CaseRow.id == case_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if case is None or case.secrecy is None or not knows_case(session, case_id, actor, now):
        raise NotFound()
    return case


def _let_in(
    session: Session,
    case: CaseRow,
    person_id: str,
    part: str,
    until: datetime | None,
    reason: str | None,
    actor: Actor,
    now: datetime,
) -> ClearanceRow:
    ident = str(uuid4())
    key = case_key(session, case)
    row = ClearanceRow(
        id=ident,
        case_id=case.id,
        person_id=person_id,
        part=part,
        reason_locked=key.lock_text(reason, reason_place(ident)) if reason else None,
        granted_by=actor.id,
        granted_at=now,
        until=until,
    )
    session.add(row)
    history.append(
        session,
        case,
        "clearance_granted",
        at=now,
        actor=actor.id,
        data={
            "clearance": ident,
            "person": person_id,
            "part": part,
            "until": until.isoformat() if until else None,
        },
    )
    return row


def reason_place(ident: str) -> str:
    """Where a grant's reason stands, for its key."""
    return f"clearance/{ident}/reason"


def _release_uncleared(session: Session, case: CaseRow, now: datetime) -> None:
    held = session.scalars(
        select(TaskRow).where(
            TaskRow.case_id == case.id, TaskRow.status == "open", TaskRow.assignee.is_not(None)
        )
    ).all()
    for task in held:
        person = session.get(PersonRow, task.assignee)
        holder = Actor(task.assignee or "", "", frozenset(person.roles if person else ()))
        if not knows_case(session, case.id, holder, now):
            task.assignee = None
            history.append(session, case, "task_released", at=now, actor=SYSTEM.id, element=task.element)
