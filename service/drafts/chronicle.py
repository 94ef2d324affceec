"""The history of a process: every version that has been in force and every draft, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, exists, func, literal, select, union_all
from sqlalchemy.orm import Session

from service import processes
from service.store import DefinitionRow, DraftRow

PAGE = 30
"""Entries that are shown at once."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A draft, a version, or the draft that became a version. `at` is when the last thing happened to it
    (aware UTC); names of people are empty where nobody is known. `number` is the version's, None for what has
    not been published; `draft` is None for what was put in force in another way."""

    at: datetime
    number: int | None
    active: bool
    draft: str | None
    state: str
    begun_by: str
    prepared_by: str
    handed_by: str
    decided_by: str
    note: str
    reason: str

    @property
    def side(self) -> str:
        """What it is called in the address of a comparison."""
        return str(self.number) if self.number is not None else self.draft or ""


@dataclass(frozen=True, slots=True)
class Chronicle:
    """One page of the history, and how many entries and pages there are of it."""

    entries: tuple[Entry, ...]
    count: int
    page: int
    pages: int


def chronicle(session: Session, process: str, page: int = 1) -> Chronicle:
    """The page of the history, counted from 1; a page that is not there becomes the last. Four questions to
    the database, however long it is."""
    happened = case(
        (DraftRow.state.in_(("published", "discarded")), DraftRow.decided_at),
        (DraftRow.state == "review", DraftRow.handed_at),
        else_=DraftRow.changed_at,
    )
    drafts = select(DraftRow.id.label("draft"), literal(None).label("version"), happened.label("at")).where(
        DraftRow.process == process
    )
    came_of_a_draft = exists().where(  # a draft that brought an old version back did not make it
        DraftRow.published == DefinitionRow.hash, DraftRow.decided_at <= DefinitionRow.deployed_at
    )
    versions = select(literal(None), DefinitionRow.hash, DefinitionRow.deployed_at).where(
        DefinitionRow.process == process, ~came_of_a_draft
    )
    both = union_all(drafts, versions).subquery()
    count = session.scalars(select(func.count()).select_from(both)).one()
    pages = max(1, -(-count // PAGE))
    at = min(max(page, 1), pages)
    rows = session.execute(
        select(both.c.draft, both.c.version)
        .order_by(both.c.at.desc(), both.c.draft, both.c.version)
        .limit(PAGE)
        .offset((at - 1) * PAGE)
    ).all()
    return Chronicle(_told(session, [tuple(row) for row in rows]), count, at, pages)


def _told(session: Session, rows: list[tuple[str | None, str | None]]) -> tuple[Entry, ...]:
    drafts = {
        row.id: row
        for row in session.scalars(select(DraftRow).where(DraftRow.id.in_([d for d, _ in rows if d])))
    }
    wanted = {v for _, v in rows if v} | {row.published for row in drafts.values() if row.published}
    versions = {
        row.hash: row for row in session.scalars(select(DefinitionRow).where(DefinitionRow.hash.in_(wanted)))
    }
    people = [
        who
        for row in drafts.values()
        for who in (row.created_by, row.changed_by, row.handed_by, row.decided_by)
    ]
    names = processes.named(session, [*people, *(row.deployed_by for row in versions.values())])
    return tuple(
        _draft(drafts[draft], versions.get(drafts[draft].published or ""), names)
        if draft
        else _version(versions[version or ""], names)
        for draft, version in rows
    )


def _draft(row: DraftRow, version: DefinitionRow | None, names: dict[str, str]) -> Entry:
    closed = row.state in ("published", "discarded")
    when = row.decided_at if closed else row.handed_at if row.state == "review" else row.changed_at
    return Entry(
        when or row.changed_at,
        None if version is None else version.number,
        version is not None and version.active,
        row.id,
        row.state,
        names.get(row.created_by, ""),
        names.get(row.changed_by, ""),
        names.get(row.handed_by or "", ""),
        names.get(row.decided_by or "", ""),
        row.note,
        row.reason,
    )


def _version(row: DefinitionRow, names: dict[str, str]) -> Entry:
    by = names.get(row.deployed_by, "")
    return Entry(row.deployed_at, row.number, row.active, None, "deployed", "", "", "", by, "", "")
