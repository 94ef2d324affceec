"""Moving running cases to another version of their process: the plan, a dry run for each, one move at a time.

A case stays on its version until somebody moves it. Each move is one transaction: between two cases
anything may happen, and every case is whole on one version or the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from service import cases, definitions
from service.actors import Actor
from service.errors import Conflict, NotFound
from service.store import CaseRow, DefinitionRow, keys_of
from workflows import Finding, StateRefused
from workflows.migration import MigrationRefused, Plan, Verdict, dry_run, migrate, propose


@dataclass(frozen=True, slots=True)
class Route:
    """From one deployed version (hash and number) to another, and what each element becomes."""

    old: str
    old_number: int
    new: str
    new_number: int
    plan: Plan


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """Whether one open case can move, and what the move would mean for it."""

    case_id: str
    number: str
    verdict: Verdict


def plan(
    session: Session, process: str, *, to: int | None = None, known: ColumnElement[bool] | None = None
) -> tuple[Route, ...]:
    """The plan proposed for each other version that open cases of `process` stand on, oldest first. `to` is
    the number of the version to move to, by default the one in force. `known` is a condition over `CaseRow`
    that says which cases there are for whoever asks. Raises NotFound without a version to move to."""
    chosen = DefinitionRow.active if to is None else DefinitionRow.number == to
    new = session.scalar(select(DefinitionRow).where(DefinitionRow.process == process, chosen))
    if new is None:
        version = "" if to is None else f" version {to}"
        raise NotFound(f"Processen {process}{version} är inte i drift.")
    open_here = (CaseRow.status == "open") & (true() if known is None else known)
    used = select(CaseRow.definition).where(open_here, CaseRow.process == process)
    rows = session.scalars(
        select(DefinitionRow)
        .where(DefinitionRow.hash.in_(used), DefinitionRow.hash != new.hash)
        .order_by(DefinitionRow.number)
    ).all()
    target = definitions.by_hash(session, new.hash)
    return tuple(
        Route(
            old.hash,
            old.number,
            new.hash,
            new.number,
            propose(definitions.by_hash(session, old.hash), target),
        )
        for old in rows
    )


def try_all(
    session: Session,
    old_hash: str,
    new_hash: str,
    plan: Plan,
    *,
    now: datetime,
    known: ColumnElement[bool] | None = None,
) -> list[CaseVerdict]:
    """What would become of each open case of the old version (of those `known`), oldest first. Changes
    nothing."""
    old, new = definitions.by_hash(session, old_hash), definitions.by_hash(session, new_hash)
    rows = session.execute(
        select(CaseRow.id, CaseRow.number, CaseRow.state)
        .where(CaseRow.definition == old_hash, CaseRow.status == "open", true() if known is None else known)
        .order_by(CaseRow.opened_at, CaseRow.number)
        .execution_options(yield_per=100)
    )
    key = keys_of(session).state
    found = []
    for row in rows:
        try:
            verdict = dry_run(plan, old, new, row.state, case=row.id, key=key, now=now)
        except StateRefused as refused:
            verdict = Verdict((Finding("unreadable", None, str(refused)),))
        found.append(CaseVerdict(row.id, row.number, verdict))
    return found


def move(
    session: Session,
    case_id: str,
    plan: Plan,
    new_hash: str,
    *,
    actor: Actor,
    now: datetime,
    old_hash: str | None = None,
) -> CaseRow:
    """Move one case; the caller's transaction holds all of it. `old_hash` is the version that the plan was
    made for: a case that has left it is not moved by that plan. Raises Conflict with the reasons."""
    case = cases.hold(session, case_id)
    if case.status != "open":
        raise Conflict("Ärendet är avslutat och flyttas inte.")
    if case.definition == new_hash or old_hash not in (None, case.definition):
        raise Conflict("Ärendet har redan flyttats till en annan version.")
    old, new = definitions.by_hash(session, case.definition), definitions.by_hash(session, new_hash)
    try:
        migrated = migrate(plan, old, new, case.state, case=case.id, key=keys_of(session).state, now=now)
    except MigrationRefused as refused:
        raise Conflict(" ".join(finding.text for finding in refused.findings)) from refused
    except StateRefused as refused:
        raise Conflict(str(refused)) from refused
    cases.moved(session, case, new_hash, migrated, actor=actor, now=now)
    return case
