"""Processes as their owners see them: what is in force, since when and by whom, and what a change would mean.

Nothing is changed here. Cases are counted only as far as whoever asks may know of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import definitions, profiles, secrecy
from service.actors import APPLICANT, ROLES, SYSTEM, Actor, role_of_lane
from service.errors import NotFound
from service.profiles import Why
from service.store import CaseRow, DefinitionRow, DraftRow, PersonRow, TimerRow
from workflows import Definition, ModelRefused, scenarios
from workflows.definition import model
from workflows.diff import Difference, diff

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "at_once": "genast",
        "answer": "svar inom den tid som kommunen har lovat",
        "answer_due": "svarstiden",
        "escalation_responsible_due": "tiden då den ansvarige får veta",
        "escalation_head_due": "tiden då chefen får veta",
        "registration": "registrering senast nästa arbetsdag",
        "responsible": "då den ansvarige får veta",
        "head": "då chefen får veta",
        "duty": "då den återkommande uppgiften ska vara klar",
        "register_case": "öppna ett ärende i diariet",
        "register_document": "diarieföra handlingen",
    }
)
"""What the operations, deadline rules and variables that are set outside the models are called."""
ENOUGH = 2
"""People that a role needs, so that one may be away."""


@dataclass(frozen=True, slots=True)
class Version:
    """A deployed version. `at` is aware UTC; `by` published it and `prepared_by` wrote it, by name (empty
    where nobody is known to have); `running` are open cases that stand on it."""

    hash: str
    process: str
    number: int
    name: str
    at: datetime
    by: str
    prepared_by: str
    note: str
    active: bool
    running: int


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows when a version replaces another: open cases that stay on versions before, their waiting
    timers, the roles that too few people have (name and number), and rules of guidelines that no scenario
    proves any more."""

    running: int
    timers: int
    thin: tuple[tuple[str, int], ...]
    unproven: tuple[str, ...]


def in_force(session: Session, actor: Actor, *, now: datetime) -> list[Version]:
    """The version in force of every process, by name."""
    return _versions(session, actor, now, None)


def versions(session: Session, process: str, actor: Actor, *, now: datetime) -> list[Version]:
    """Every version of the process, newest first. Raises NotFound when there is none."""
    found = _versions(session, actor, now, process)
    if not found:
        raise NotFound(f"Processen {process} är inte i drift.")
    return found


def numbered(session: Session, process: str, number: int) -> Definition:
    """The version of the process with this number. Raises NotFound."""
    name = session.scalar(
        select(DefinitionRow.hash).where(DefinitionRow.process == process, DefinitionRow.number == number)
    )
    if name is None:
        raise NotFound(f"Processen {process} har ingen version {number}.")
    return definitions.by_hash(session, name)


def named(session: Session, people: Iterable[str | None]) -> dict[str, str]:
    """The names of those with these ids. The system has one; a person who is gone has not."""
    wanted = {person for person in people if person}
    rows = session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(sorted(wanted))))
    return {SYSTEM.id: SYSTEM.name, **{row.id: row.name for row in rows}}


def _versions(session: Session, actor: Actor, now: datetime, process: str | None) -> list[Version]:
    which = DefinitionRow.active if process is None else DefinitionRow.process == process
    rows = session.scalars(
        select(DefinitionRow).where(which).order_by(DefinitionRow.name, DefinitionRow.number.desc())
    ).all()
    counted = session.execute(
        select(CaseRow.definition, func.count())
        .where(CaseRow.status == "open", secrecy.knows(actor, now))
        .group_by(CaseRow.definition)
    )
    running = {row[0]: row[1] for row in counted}
    # the same content may have been published more than once: the last time is when it came in force
    drafts = {
        row.published: row
        for row in session.scalars(
            select(DraftRow).where(DraftRow.state == "published").order_by(DraftRow.decided_at)
        )
    }
    names = named(
        session,
        [r.deployed_by for r in rows]
        + [who for d in drafts.values() for who in (d.decided_by, d.handed_by, d.changed_by)],
    )
    found = []
    for row in rows:
        draft = drafts.get(row.hash)
        found.append(
            Version(
                row.hash,
                row.process,
                row.number,
                row.name,
                (draft.decided_at if draft else None) or row.deployed_at,
                names.get((draft.decided_by if draft else None) or row.deployed_by, ""),
                names.get(draft.changed_by, "") if draft else "",
                draft.note if draft else "",
                row.active,
                running.get(row.hash, 0),
            )
        )
    return found


def compared(old: Definition, new: Definition) -> Difference:
    """What changes from one version to another, in Swedish sentences."""
    return diff(old, new, words=WORDS)


def consequences(
    session: Session, old: Definition, new: Definition, actor: Actor, *, now: datetime
) -> Consequences:
    """What follows when `new` replaces `old` for new cases."""
    others = (CaseRow.process == new.process) & (CaseRow.definition != new.hash) & (CaseRow.status == "open")
    known = secrecy.knows(actor, now)
    running = session.scalars(select(func.count()).select_from(CaseRow).where(others, known)).one()
    timers = session.scalars(
        select(func.count())
        .select_from(TimerRow)
        .join(CaseRow, CaseRow.id == TimerRow.case_id)
        .where(others, known, TimerRow.state == "waiting")
    ).one()
    return Consequences(running, timers, _thin(session, new), tuple(sorted(_proven(old) - _proven(new))))


def _thin(session: Session, definition: Definition) -> tuple[tuple[str, int], ...]:
    """The lanes' roles that fewer than ENOUGH active people have. Whoever applies is a role by itself."""
    held: dict[str, int] = {}
    for roles in session.scalars(select(PersonRow.roles).where(PersonRow.active)):
        for role in roles:
            held[role] = held.get(role, 0) + 1
    wanted = {node.role for node in model(definition).nodes() if node.role}
    found = {role_of_lane(lane) for lane in wanted} - {APPLICANT}
    return tuple(
        (ROLES[role], held.get(role, 0)) for role in ROLES if role in found and held.get(role, 0) < ENOUGH
    )


def _proven(definition: Definition) -> frozenset[str]:
    """The rules that the version's scenarios name."""
    if definition.scenarios is None:
        return frozenset()
    try:
        told = scenarios.read(definition.scenarios)
    except ModelRefused:
        return frozenset()
    return frozenset(rule for scenario in told for rule in scenario.rules)


def reads(session: Session, definition: Definition) -> tuple[Why, ...]:
    """The municipality's choices that the model reads or names, each with the sentence behind it."""
    profile = profiles.of(session)
    keys = {key.name for name, key in profiles.VARIABLES.items() if name in definition.reads}
    keys |= {
        why.name
        for node in model(definition).nodes()
        for why in profiles.of_names(profile, node.properties.get("why", ""))
        if why.name in profiles.KEYS
    }
    return tuple(profiles.explain(profile, key) for key in profiles.KEYS if key in keys)
