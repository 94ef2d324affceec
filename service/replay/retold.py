"""Finished cases that a scenario can be made from, and one of them told again with nobody's words in it.

A locked case is never among them, whoever asks. What people wrote is opened in memory, one case at a time,
and goes no further: what comes out holds invented words and what the draft itself has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import deadlines, definitions, profiles, secrecy, waits
from service.actors import Actor
from service.errors import Conflict, NotFound
from service.replay.reading import read
from service.store import CaseRow
from workflows import Definition
from workflows.scenarios import Retold, retold

MAX_CHOSEN = 50
"""Finished cases to choose from, the latest ones."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A case that is closed, by its neutral number. `closed_at` is aware UTC."""

    id: str
    number: str
    outcome: str | None
    closed_at: datetime


def finished(session: Session, process: str, *, actor: Actor, now: datetime) -> list[Finished]:
    """The latest closed cases of the process that `actor` may know of and that nobody has locked."""
    rows = session.execute(
        select(CaseRow.id, CaseRow.number, CaseRow.outcome, CaseRow.closed_at)
        .where(
            CaseRow.process == process,
            CaseRow.status == "closed",
            CaseRow.secrecy.is_(None),
            CaseRow.closed_at.is_not(None),
            secrecy.knows(actor, now),
        )
        .order_by(CaseRow.closed_at.desc(), CaseRow.id)
        .limit(MAX_CHOSEN)
    )
    return [Finished(ident, number, outcome, at) for ident, number, outcome, at in rows if at is not None]


def again(session: Session, draft: Definition, case_id: str, *, actor: Actor, now: datetime) -> Retold:
    """One finished case on the draft. Raises NotFound for a case that is open, locked, of another process or
    unknown to `actor`; Conflict when its content is destroyed or cannot be read; Difference like `retold`."""
    for told in read(session, [case_id], draft.process, actor=actor, now=now):
        case = told.case
        if case.secrecy is not None or case.status != "closed" or case.process != draft.process:
            raise NotFound
        if told.disposed or told.unreadable or told.by_hand:
            raise Conflict("Ärendets innehåll är gallrat eller går inte att läsa. Välj ett annat.")
        name = (case.profile or "").partition(" ")[0]
        profile = name if name in profiles.names() else None
        given = {**deadlines.variables(waits.deadline(case)), **told.given}
        return retold(
            draft,
            given,
            told.began,
            tuple(told.steps),
            profile=profile,
            variables_of=definitions.variables_of,
        )
    raise NotFound
