"""Whether a case is paused, by whom, since when and why. Pausing itself belongs to `service.cases`.

A paused case takes no step: tasks are not completed, timers and messages wait. Its deadlines go on, because
the law does not pause, and registrations that were asked for go on to the diarium."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased

from service.deadlines import STOCKHOLM
from service.errors import Conflict
from service.keys import Unreadable
from service.store import CaseRow, InterventionRow, PersonRow, case_key, keys_of


class Paused(Conflict):
    """Ärendet är pausat."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause in force. `version`: it holds for every case of the version, and not for this one alone.
    `at` is aware UTC."""

    at: datetime
    by: str
    reason: str
    version: bool

    @property
    def sentence(self) -> str:
        local = self.at.astimezone(STOCKHOLM)
        since = f"{local.day}/{local.month} {local.year} kl. {local:%H:%M}"
        what = "Alla ärenden på den här versionen är pausade" if self.version else "Ärendet är pausat"
        return f"{what} av {self.by} sedan {since}, för att: {self.reason}"


def paused() -> ColumnElement[bool]:
    """Whether a case is paused: a condition over `CaseRow`."""
    row = aliased(InterventionRow)
    return (
        exists()
        .where(
            row.kind == "pause",
            row.ended_at.is_(None),
            or_(row.case_id == CaseRow.id, row.definition == CaseRow.definition),
        )
        .correlate(CaseRow)
    )


def of_case(session: Session, case: CaseRow) -> Pause | None:
    """The pause that the case stands under: its own before its version's."""
    row = session.execute(
        select(InterventionRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == InterventionRow.by)
        .where(
            InterventionRow.kind == "pause",
            InterventionRow.ended_at.is_(None),
            or_(InterventionRow.case_id == case.id, InterventionRow.definition == case.definition),
        )
        .order_by(InterventionRow.case_id.is_(None))
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    found, name = row
    return Pause(found.at, name or found.by, reason(session, found, case), found.case_id is None)


def of_version(session: Session, definition: str) -> Pause | None:
    """The pause of every case of the version, named by its hash."""
    row = session.execute(
        select(InterventionRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == InterventionRow.by)
        .where(
            InterventionRow.kind == "pause",
            InterventionRow.ended_at.is_(None),
            InterventionRow.definition == definition,
        )
    ).one_or_none()
    if row is None:
        return None
    found, name = row
    return Pause(found.at, name or found.by, reason(session, found, None), True)


def which(session: Session, case_ids: Collection[str]) -> frozenset[str]:
    """Those of the cases that are paused."""
    return frozenset(session.scalars(select(CaseRow.id).where(CaseRow.id.in_(sorted(case_ids)), paused())))


def refuse(session: Session, case: CaseRow) -> None:
    """Raise Paused, with the sentence, when the case is paused."""
    found = of_case(session, case)
    if found is not None:
        raise Paused(found.sentence)


def reason(session: Session, row: InterventionRow, case: CaseRow | None) -> str:
    """What was written as the reason; nothing where the case's key is gone."""
    place = reason_place(row.id)
    if row.case_id is None:
        return keys_of(session).arrival_key().open_text(row.reason_locked, place)
    assert case is not None and case.id == row.case_id
    try:
        return case_key(session, case).open_text(row.reason_locked, place)
    except Unreadable:  # disposed of: the words went with the key
        return ""


def reason_place(ident: str) -> str:
    return f"intervention/{ident}/reason"
