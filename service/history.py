"""The append-only history: each event is chained to the one before it in its stream by SHA-256.

A stream is a case's id, or `system` for what belongs to no case. The head of a case's chain stands in
the case's row too, so that cutting the tail off is seen. Event data holds ids, element names and closed
choices; never citizen text, names of citizens or secrets.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.store import CaseRow, HistoryRow, lock_rows

SYSTEM = "system"
_CODE = r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*"
_MOMENT = r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?"
_CLOSED = re.compile(rf"{_CODE}|{_MOMENT}|P[0-9DTHMSWY]{{2,20}}")
_SYSTEM_LOCK = 7_061_787


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold: the stream, the position, and what is wrong (Swedish)."""

    stream: str
    position: int
    text: str


def _hash(
    previous: str,
    stream: str,
    position: int,
    at: datetime,
    actor: str,
    kind: str,
    element: str | None,
    data: Mapping[str, Any],
) -> str:
    body = json.dumps(
        [stream, position, at.astimezone(UTC).isoformat(), actor, kind, element, data],
        sort_keys=True,
        ensure_ascii=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def append(
    session: Session,
    case: CaseRow,
    kind: str,
    *,
    at: datetime,
    actor: str,
    element: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Add one event to the case's stream. The caller holds the case's row for writing."""
    position = case.history_position + 1
    row = _row(case.history_hash, case.id, position, at, actor, kind, element, data or {})
    session.add(row)
    case.history_position, case.history_hash = position, row.hash


def closed(given: Mapping[str, object]) -> dict[str, Any]:
    """Those of the values that may stand in an event: truths, numbers, times and codes, and lists of them.
    Whatever could be somebody's words is left out."""
    return {name: value for name, value in given.items() if len(name) <= 100 and _is_closed(value)}


def _is_closed(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= 60 and _CLOSED.fullmatch(value) is not None
    if isinstance(value, list | tuple):
        return len(value) <= 50 and all(isinstance(one, str) and _is_closed(one) for one in value)
    return value is None or isinstance(value, bool | int | float)


def append_system(
    session: Session, kind: str, *, at: datetime, actor: str, data: Mapping[str, Any] | None = None
) -> None:
    """Add one event to the system stream: sign-ins, deployments, settings."""
    if lock_rows(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _SYSTEM_LOCK})
    last = session.execute(
        select(HistoryRow.position, HistoryRow.hash)
        .where(HistoryRow.stream == SYSTEM)
        .order_by(HistoryRow.position.desc())
        .limit(1)
    ).one_or_none()
    position, previous = (last[0] + 1, last[1]) if last else (1, "")
    session.add(_row(previous, SYSTEM, position, at, actor, kind, None, data or {}))
    session.flush()  # the next event of the same transaction must see this one


def _row(
    previous: str,
    stream: str,
    position: int,
    at: datetime,
    actor: str,
    kind: str,
    element: str | None,
    data: Mapping[str, Any],
) -> HistoryRow:
    return HistoryRow(
        stream=stream,
        position=position,
        at=at,
        actor=actor,
        kind=kind,
        element=element,
        data=dict(data),
        previous=previous,
        hash=_hash(previous, stream, position, at, actor, kind, element, data),
    )


def of_case(session: Session, case_id: str) -> list[HistoryRow]:
    """The case's events, oldest first."""
    return list(
        session.scalars(select(HistoryRow).where(HistoryRow.stream == case_id).order_by(HistoryRow.position))
    )


def verify(session: Session) -> Iterator[Break]:
    """Every place where a chain does not hold: an event changed, removed, moved, or a tail cut off."""
    stream, position, previous = "", 0, ""
    query = select(HistoryRow).order_by(HistoryRow.stream, HistoryRow.position)
    for row in session.scalars(query.execution_options(yield_per=500)):
        if row.stream != stream:
            stream, position, previous = row.stream, 0, ""
        position += 1
        if row.position != position:
            yield Break(stream, position, f"händelse {position} saknas")
            position = row.position
        elif row.previous != previous:
            yield Break(stream, position, "kedjan är bruten: föregående händelse är en annan")
        if row.hash != _hash(
            row.previous, row.stream, row.position, row.at, row.actor, row.kind, row.element, row.data
        ):
            yield Break(stream, position, "händelsen har ändrats i efterhand")
        previous = row.hash
    yield from _cut_tails(session)


def _cut_tails(session: Session) -> Iterator[Break]:
    last = (
        select(HistoryRow.stream, func.max(HistoryRow.position).label("position"))
        .group_by(HistoryRow.stream)
        .subquery()
    )
    query = (
        select(CaseRow.id, CaseRow.history_position, CaseRow.history_hash, HistoryRow.hash)
        .outerjoin(last, last.c.stream == CaseRow.id)
        .outerjoin(
            HistoryRow, (HistoryRow.stream == last.c.stream) & (HistoryRow.position == last.c.position)
        )
    )
    for case_id, position, expected, found in session.execute(query):
        if (found or "") != expected:
            yield Break(case_id, position, "historikens slut stämmer inte med ärendet")
