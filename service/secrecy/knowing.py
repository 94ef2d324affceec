"""The rule itself, as SQL: every query over cases and what belongs to them is narrowed by it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, exists, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from service.actors import SYSTEM, Actor
from service.secrecy.standing_in import absent, acts_as
from service.store import AbsenceRow, CaseRow, ClearanceRow, PersonRow, TaskRow

NEED_TO_KNOW = "need_to_know"
"""What `CaseRow.secrecy` says of a locked case."""
REGISTRAR = "secrecy_registrar"
"""The role that is cleared for every locked case, and that does a registrar's tasks in them."""
HANDLER = "secrecy_handler"
"""The role whose tasks in a locked case are also those of whoever is named on it."""
TECHNICAL_ROLES = frozenset({"process_owner", "system_administrator"})
"""Roles that are told that something broke in a locked case, never what the case is."""
NEUTRAL = "Ärende med begränsad insyn"
"""The title that stands where somebody sees that there is a case and no more."""
BROKEN = "Ett tekniskt fel i ett ärende med begränsad insyn"
"""The name of the task in which a technical role is told so."""


def knows(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Whether `actor` may know of a case at `now` (aware UTC): a condition over `CaseRow`."""
    if actor.id == SYSTEM.id or actor.may(REGISTRAR):
        return true()
    return or_(CaseRow.secrecy.is_(None), _cleared(ClearanceRow.person_id == actor.id, now))


def _cleared(whom: ColumnElement[bool], now: datetime) -> ColumnElement[bool]:
    return exists().where(
        ClearanceRow.case_id == CaseRow.id, whom, ClearanceRow.granted_at <= now, in_force(now)
    )


def in_force(now: datetime) -> ColumnElement[bool]:
    """Whether a clearance counts at `now`: not taken back, not run out."""
    return and_(
        ClearanceRow.revoked_at.is_(None), or_(ClearanceRow.until.is_(None), ClearanceRow.until > now)
    )


def unmanned(now: datetime) -> ColumnElement[bool]:
    """Whether nobody who is there and may know of the locked case has the task's role: a condition over
    `TaskRow` and `CaseRow`. Such a task would starve, so whoever has the secrecy registrar's role sees it."""
    cleared, away, standing = aliased(ClearanceRow), aliased(AbsenceRow), aliased(AbsenceRow)
    is_away = exists().where(away.person_id == PersonRow.id, absent(away, now)).correlate(PersonRow)
    deputy = (
        exists()
        .where(
            standing.person_id == TaskRow.assignee,
            standing.deputy_id == PersonRow.id,
            absent(standing, now),
        )
        .correlate(TaskRow, PersonRow)
    )
    holder = (
        exists()
        .where(
            cleared.case_id == TaskRow.case_id,
            cleared.revoked_at.is_(None),
            or_(cleared.until.is_(None), cleared.until > now),
            PersonRow.id == cleared.person_id,
            PersonRow.active,
            ~is_away,
            or_(_has_role(), PersonRow.id == TaskRow.assignee, TaskRow.role == HANDLER, deputy),
        )
        .correlate(TaskRow, CaseRow)
    )
    return and_(CaseRow.secrecy.is_not(None), TaskRow.role != REGISTRAR, ~holder)


def _has_role() -> ColumnElement[bool]:
    # the list of roles is JSON text of ours: `["registrar", "case_officer"]`
    return cast(PersonRow.roles, String).like(literal('%"') + TaskRow.role + '"%')


def _theirs(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The role's, the person's own, and what those have who are away and whose deputy they are; for a
    secrecy registrar also what would starve in a locked case."""
    # whoever is named on a locked case is its secrecy handler: the post that must come down on a Saturday
    # night is not left to a role that nobody on duty has
    named = and_(
        CaseRow.secrecy.is_not(None),
        TaskRow.role == HANDLER,
        _cleared(ClearanceRow.person_id == actor.id, now),
    )
    own = or_(TaskRow.role.in_(sorted(actor.roles)), theirs_to_do(actor, now), named)
    if not actor.may(REGISTRAR):
        return own
    registrars = and_(CaseRow.secrecy.is_not(None), TaskRow.role == "registrar")
    return or_(own, registrars, unmanned(now))


def theirs_to_do(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Whether the task is assigned to `actor`, or to somebody whose work they do at `now`."""
    return TaskRow.assignee.in_(acts_as(actor, now))


def sees_task(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Who sees a task, over `TaskRow` joined with `CaseRow`. A technical role sees that something broke in
    a case that it may not know of: the row is then shown without a word of the case."""
    return and_(_theirs(actor, now), may_know_of_task(actor, now))


def may_know_of_task(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Whether the task exists for `actor`, whatever its role is."""
    broken = and_(TaskRow.kind == "incident", TaskRow.role.in_(sorted(actor.roles & TECHNICAL_ROLES)))
    return or_(knows(actor, now), broken)


def knows_case(session: Session, case_id: str, actor: Actor, now: datetime) -> bool:
    """Whether the case exists for `actor`. False also when there is none."""
    return session.scalar(select(CaseRow.id).where(CaseRow.id == case_id, knows(actor, now))) is not None


def may_do(session: Session, task: TaskRow, actor: Actor, now: datetime) -> bool:
    """Whether `actor` may do the task, once it is known that they may know of its case."""
    if actor.may(task.role) or task.assignee == actor.id:
        return True
    found = select(TaskRow.id).join(CaseRow, CaseRow.id == TaskRow.case_id)
    return session.scalar(found.where(TaskRow.id == task.id, sees_task(actor, now))) is not None
