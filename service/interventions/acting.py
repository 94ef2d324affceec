"""Pausing, moving and cancelling: who may, what is asked before, and the one door that does it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from service import cases, definitions, registrations, secrecy
from service.actors import Actor
from service.errors import Conflict, Forbidden, NotFound, Stale
from service.interventions.reading import may_act
from service.store import CaseRow, DefinitionRow, HistoryRow, RegistrationRow, keys_of
from workflows import Definition, Finding, StateRefused
from workflows.definition import model
from workflows.migration import Migrated, MigrationRefused, Rules, Verdict, live, shift
from workflows.model import Kind

_SETTLED = ("registered", "cancelled")
_KEEPING = ("guard", "four_eyes")
"""Properties of a task whose work may not be gone round."""
_CHANGED = "Ärendet har ändrats sedan du öppnade sidan. Läs om den och pröva igen."


def pause(session: Session, case_id: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Raises NotFound, Forbidden, Conflict, Invalid (`reason`), as all here do."""
    _may(session, case_id, actor, now)
    cases.pause(session, case_id, reason, actor=actor, now=now)


def resume(session: Session, case_id: str, *, actor: Actor, now: datetime) -> None:
    _may(session, case_id, actor, now)
    cases.resume(session, case_id, actor=actor, now=now)


def pause_version(session: Session, definition: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Pause every case of a version, those with restricted access too: nobody is told of them by it."""
    _may_version(session, definition, actor)
    cases.pause_version(session, definition, reason, actor=actor, now=now)


def resume_version(session: Session, definition: str, *, actor: Actor, now: datetime) -> None:
    _may_version(session, definition, actor)
    cases.resume_version(session, definition, actor=actor, now=now)


def try_move(
    session: Session, case_id: str, token: str, target: str, *, actor: Actor, now: datetime
) -> Verdict:
    """What moving the token would mean, or why it is refused. Changes nothing."""
    _may(session, case_id, actor, now)
    case = session.scalars(select(CaseRow).where(CaseRow.id == case_id).options(undefer(CaseRow.state))).one()
    try:
        _, moved = _shifted(session, case, token, target, now)
    except MigrationRefused as refused:
        return Verdict(refused.findings)
    return Verdict(after=moved.after)


def move(
    session: Session,
    case_id: str,
    token: str,
    target: str,
    reason: str,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Move the token, in the caller's transaction. `version` is the case's as it was shown: Stale when it has
    changed since."""
    _may(session, case_id, actor, now)
    case = cases.hold(session, case_id)
    _unchanged(case, version)
    try:
        source, moved = _shifted(session, case, token, target, now)
    except MigrationRefused as refused:
        raise Conflict(" ".join(finding.text for finding in refused.findings)) from refused
    cases.moved_token(session, case, moved, reason, source=source, target=target, actor=actor, now=now)


def cancel(
    session: Session, case_id: str, reason: str, *, version: int | None, actor: Actor, now: datetime
) -> None:
    _may(session, case_id, actor, now)
    _unchanged(cases.hold(session, case_id), version)
    cases.cancel(session, case_id, reason, actor=actor, now=now)


def _may(session: Session, case_id: str, actor: Actor, now: datetime) -> None:
    if not secrecy.knows_case(session, case_id, actor, now):
        raise NotFound
    if not may_act(actor):
        raise Forbidden


def _may_version(session: Session, definition: str, actor: Actor) -> None:
    if not may_act(actor):
        raise Forbidden
    if session.get(DefinitionRow, definition) is None:
        raise NotFound


def _unchanged(case: CaseRow, version: int | None) -> None:
    if version is not None and version != case.version:
        raise Stale(_CHANGED)


def _shifted(session: Session, case: CaseRow, token: str, target: str, now: datetime) -> tuple[str, Migrated]:
    """The element that the token leaves, and the case as it would be. Raises MigrationRefused."""
    if case.status != "open":
        raise MigrationRefused([Finding("ended", None, "Ärendet är redan avslutat.")])
    asked = session.scalar(select(RegistrationRow).where(RegistrationRow.task == token))
    if asked is not None and asked.state not in _SETTLED:
        text = "En registrering i diariet är begärd här och ska fullföljas."
        hint = "Vänta på diariets svar, eller låt en registrator avgöra den."
        raise MigrationRefused([Finding("registration-under-way", asked.element, text, hint)])
    definition = definitions.by_hash(session, case.definition)
    key, rules = keys_of(session).state, _rules(session, case, definition)
    try:
        tokens = live(definition, case.state, case=case.id, key=key)
        source = next((one.element for one in tokens if one.token == token), "")
        return source, shift(definition, case.state, token, target, rules, case=case.id, key=key, now=now)
    except StateRefused as refused:
        raise MigrationRefused([Finding("unreadable", None, str(refused))]) from refused


def _rules(session: Session, case: CaseRow, definition: Definition) -> Rules:
    """What Ordna does by itself, what is guarded and what two must agree on may not be gone round; what has
    been entered in the diarium may not be entered again."""
    nodes = list(model(definition).nodes())
    return Rules(
        kept=frozenset(n.id for n in nodes if n.kind is Kind.SERVICE or {*_KEEPING} & n.properties.keys()),
        once=frozenset(
            n.id for n in nodes if n.operation is not None and n.operation.name in registrations.OPERATIONS
        ),
        passed=_passed(session, case),
    )


def _passed(session: Session, case: CaseRow) -> frozenset[str]:
    """Elements that the case has been through since it came to this process, and what it has registered."""
    found: set[str] = set()
    rows = session.execute(
        select(HistoryRow.kind, HistoryRow.data)
        .where(HistoryRow.stream == case.id, HistoryRow.kind.in_(("passed", "case_continued")))
        .order_by(HistoryRow.position)
    )
    for kind, data in rows:
        if kind == "case_continued":
            found.clear()  # another drawing, whose ids may be the same
        else:
            found.update(data["elements"])
    # a number that came stands, whether the flow ever went on from it or not
    found.update(
        session.scalars(
            select(RegistrationRow.element).where(
                RegistrationRow.case_id == case.id, RegistrationRow.state == "registered"
            )
        )
    )
    return frozenset(found)
