"""What people have answered in the forms of a case: kept encrypted beside each task, and opened again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from service.keys import CaseKey
from service.store import CaseRow, TaskRow, case_key

OWN = ("answer_text", "referral_text")
"""The fields of forms that hold what the municipality itself wrote in the channel."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the municipality wrote to somebody: `step` is the task, `at` when it was done (aware UTC)."""

    step: str
    text: str
    at: datetime


def lock(session: Session, case: CaseRow, task_id: str, column: str, given: Mapping[str, object]) -> bytes:
    """Answers as the case's key locks them, bound to the task and the column (`answers` or `draft`)."""
    text = json.dumps(given, ensure_ascii=True, allow_nan=False)
    return case_key(session, case).lock_text(text, _place(task_id, column))


def unlock(session: Session, case: CaseRow, task_id: str, column: str, locked: bytes) -> dict[str, object]:
    """The answers again. Raises keys.Unreadable when they are not those that were locked."""
    return opened(case_key(session, case), task_id, column, locked)


def opened(key: CaseKey, task_id: str, column: str, locked: bytes) -> dict[str, object]:
    """The answers again, for who opens many of one case. Raises like `unlock`."""
    found: dict[str, object] = json.loads(key.open_text(locked, _place(task_id, column)))
    return found


def of_case(session: Session, case: CaseRow) -> dict[str, object]:
    """All completed answers of the case by field name, the latest one of each."""
    session.flush()  # the task that is being completed counts
    found: dict[str, object] = {}
    for _, given in _completed(session, case):
        found.update(given)
    return found


def drawn_up(session: Session, case: CaseRow) -> tuple[Drawn, ...]:
    """What the municipality wrote in the case, the oldest first: each is a public record, drawn up when it
    was given. Source: Ystad, "Gallring, arkivering, m.m."."""
    return tuple(
        Drawn(row.name, text, row.closed_at or row.opened_at)
        for row, given in _completed(session, case)
        for name in OWN
        if isinstance(text := given.get(name), str) and text
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """A completed task with what was answered in it, by field name; `at` is aware UTC."""

    element: str
    step: str
    form: str | None
    at: datetime
    values: Mapping[str, object]


def by_task(session: Session, case: CaseRow) -> tuple[Answered, ...]:
    """Every completed task of the case that was answered, the oldest first. The caller has seen to it that
    whoever reads may know of the case."""
    return tuple(
        Answered(row.element, row.name, row.form, row.closed_at or row.opened_at, given)
        for row, given in _completed(session, case)
        if given
    )


def _completed(session: Session, case: CaseRow) -> Iterator[tuple[TaskRow, dict[str, object]]]:
    rows = session.scalars(
        select(TaskRow)
        .where(TaskRow.case_id == case.id, TaskRow.status == "completed", TaskRow.answers_locked.is_not(None))
        .order_by(TaskRow.closed_at, TaskRow.opened_at, TaskRow.id)
        .options(undefer(TaskRow.answers_locked))
    )
    for row in rows:
        if row.answers_locked is not None:
            yield row, unlock(session, case, row.id, "answers", row.answers_locked)


def _place(task_id: str, column: str) -> str:
    return f"task/{task_id}/{column}"
