"""Drafts as rows: begun from a version, saved whole, kept by content, never two people's at once unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, undefer

import workflows
from service import definitions
from service.actors import Actor
from service.drafts import presence
from service.drafts.admitting import admit, another, understood
from service.drafts.archives import from_archive
from service.errors import Conflict, Forbidden, NotFound, Stale
from service.store import Base, DefinitionRow, DraftRow, SaveRow, SnapshotRow, lock_rows
from workflows import Definition

LIVING = ("open", "review")
KEPT_FOR = timedelta(days=7)
"""How long the content of a save is kept that no draft holds any more: for whoever comes second."""
Kind = Literal["model", "folder"]


class Raced(Stale):
    """Någon annan har sparat utkastet sedan du öppnade det."""

    def __init__(self, by: str, at: datetime) -> None:
        self.by, self.at = by, at
        super().__init__()


def brought(data: bytes, kind: Kind, beside: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of an upload: a lone model, which takes the model's place among the files `beside`, or a
    whole folder as a zip. Raises ModelRefused, with everything in the drawing, its forms and its tables that
    cannot be understood: a draft may fail checks and scenarios, which its page tells of, but nobody can go on
    from a file that says what nobody can read."""
    files = {**beside, "model.bpmn": data} if kind == "model" else from_archive(data)
    understood(workflows.read(files))
    return files


def living(session: Session, process: str) -> list[DraftRow]:
    """The drafts of the process that are worked on or wait for review, the latest changed first."""
    return list(
        session.scalars(
            select(DraftRow)
            .where(DraftRow.process == process, DraftRow.state.in_(LIVING))
            .order_by(DraftRow.changed_at.desc(), DraftRow.id)
        )
    )


def read_draft(session: Session, process: str, draft_id: str) -> DraftRow:
    """Raises NotFound."""
    row = session.get(DraftRow, draft_id)
    if row is None or row.process != process:
        raise NotFound("Utkastet finns inte.")
    return row


def held(session: Session, process: str, draft_id: str, *, version: int, state: str) -> DraftRow:
    """The draft for changing, in the version that the asker saw. Raises NotFound, Raced and Conflict."""
    query = select(DraftRow).where(DraftRow.id == draft_id, DraftRow.process == process)
    if lock_rows(session):
        query = query.with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("Utkastet finns inte.")
    if row.version != version:
        raise Raced(row.changed_by, row.changed_at)
    if row.state != state:
        raise Conflict("Utkastet är inte längre i det läget. Läs om sidan.")
    return row


def content_of(session: Session, row: DraftRow) -> Definition:
    """The draft as a definition. Raises ModelRefused while it cannot be read: somebody is still drawing."""
    return read_as(row.process, files_of(session, row.content))


def read_as(process: str, files: Mapping[str, bytes]) -> Definition:
    """The files as a definition of `process`. Raises ModelRefused."""
    definition = workflows.read(files)
    if definition.process != process:
        raise another(process, definition.process)
    return definition


def files_of(session: Session, snapshot: str) -> dict[str, bytes]:
    """The files of a snapshot. Raises NotFound."""
    row = session.get(SnapshotRow, snapshot, options=[undefer(SnapshotRow.files)])
    if row is None:
        raise NotFound("Innehållet finns inte.")
    return definitions.unpack(row.files)


def keep(session: Session, process: str, files: Mapping[str, bytes], *, now: datetime) -> str:
    """Keep the files under the hash of their content. Raises ModelRefused when they may not lie in a draft of
    the process; what is only unfinished may."""
    admit(process, files)
    name = _digest(files)
    insert = pg_insert if lock_rows(session) else sqlite_insert
    values = {"hash": name, "process": process, "files": definitions.pack(files), "created_at": now}
    made = insert(SnapshotRow).values(values)
    # two may save the same at once; and what is kept again is kept from now on
    session.execute(made.on_conflict_do_update(index_elements=["hash"], set_={"created_at": now}))
    return name


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256(b"ordna snapshot 1\0")
    for name, content in sorted(files.items()):
        for part in (name.encode(), content):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def begin(
    session: Session,
    process: str,
    files: Mapping[str, bytes] | None = None,
    *,
    actor: Actor,
    now: datetime,
    shared: str | None = None,
) -> DraftRow:
    """A new draft from the version in force, with these files or the version's own. `shared` is the hash of
    the shared version that the files have taken in, if any."""
    _owner(actor)
    base = session.scalar(
        select(DefinitionRow.hash).where(DefinitionRow.process == process, DefinitionRow.active)
    )
    if base is None:
        raise NotFound(f"Processen {process} är inte i drift.")
    content = keep(session, process, definitions.files_of(session, base) if files is None else files, now=now)
    row = DraftRow(
        id=str(uuid4()),
        process=process,
        state="open",
        base=base,
        content=content,
        created_at=now,
        created_by=actor.id,
        changed_at=now,
        changed_by=actor.id,
        shared=shared,
    )
    session.add(row)
    _saved(session, row)
    return row


def _saved(session: Session, row: DraftRow) -> None:
    """Note what the draft holds from this version on, and forget what was long ago."""
    session.flush()  # gives the row its number
    session.add(
        SaveRow(draft=row.id, version=row.version, content=row.content, at=row.changed_at, by=row.changed_by)
    )
    presence.mark(session, row.id, row.changed_by, now=row.changed_at)
    session.flush()  # the statements below count it in
    long_ago = row.changed_at - KEPT_FOR
    session.execute(
        delete(SaveRow).where(SaveRow.draft == row.id, SaveRow.at < long_ago, SaveRow.content != row.content)
    )
    gone = [SnapshotRow.process == row.process, SnapshotRow.created_at < long_ago]
    session.execute(delete(SnapshotRow).where(*gone, *(~held for held in _holders())))


def _holders() -> list[ColumnElement[bool]]:
    """For each column that refers to snapshots, that it holds the row: also in tables of other rooms."""
    return [
        exists().where(column == SnapshotRow.hash).correlate(SnapshotRow.__table__)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table is SnapshotRow.__table__ for key in column.foreign_keys)
    ]


def restore(session: Session, process: str, number: int, *, actor: Actor, now: datetime) -> DraftRow:
    """A new draft with the content of an old version. Raises NotFound."""
    name = session.scalar(
        select(DefinitionRow.hash).where(DefinitionRow.process == process, DefinitionRow.number == number)
    )
    if name is None:
        raise NotFound(f"Processen {process} har ingen version {number}.")
    return begin(session, process, definitions.files_of(session, name), actor=actor, now=now)


def save(
    session: Session,
    process: str,
    draft_id: str,
    files: Mapping[str, bytes],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> DraftRow:
    """Put other content in the draft. Raises Raced when somebody saved since `version`, Conflict when it
    waits for review, ModelRefused when the content may not lie in a draft; the draft is then as it was. A
    model that is not finished, or cannot be read yet, may."""
    _owner(actor)
    row = held(session, process, draft_id, version=version, state="open")
    content = keep(session, process, files, now=now)
    if content == row.content:  # whoever saves what is there already has not changed it
        presence.mark(session, row.id, actor.id, now=now)
        return row
    row.content, row.changed_at, row.changed_by = content, now, actor.id
    _saved(session, row)
    return row


def begun_from(session: Session, row: DraftRow, seen: int) -> dict[str, bytes]:
    """The files of the draft in the version `seen`: what whoever saw it and those who saved since have in
    common. Where that is too long ago, the deployed version that the draft began from."""
    content = session.scalar(
        select(SaveRow.content)
        .where(SaveRow.draft == row.id, SaveRow.version <= seen)
        .order_by(SaveRow.version.desc())
        .limit(1)
    )
    return definitions.files_of(session, row.base) if content is None else files_of(session, content)


def own_copy(session: Session, process: str, snapshot: str, *, actor: Actor, now: datetime) -> DraftRow:
    """A draft of one's own with content that was kept when somebody else had been first."""
    row = session.get(SnapshotRow, snapshot)
    if row is None or row.process != process:
        raise NotFound("Innehållet finns inte.")
    return begin(session, process, files_of(session, snapshot), actor=actor, now=now)


def accept_notes(
    session: Session, process: str, draft_id: str, *, version: int, actor: Actor, now: datetime
) -> DraftRow:
    """Somebody has read what was changed in order to read the model, and accepts it."""
    _owner(actor)
    row = held(session, process, draft_id, version=version, state="open")
    row.accepted = row.content
    return row


def discard(
    session: Session, process: str, draft_id: str, *, version: int, actor: Actor, now: datetime
) -> DraftRow:
    """Throw the draft away; its content stays, for whoever asks later."""
    _owner(actor)
    row = held(session, process, draft_id, version=version, state="open")
    row.state, row.decided_at, row.decided_by = "discarded", now, actor.id
    return row


def _owner(actor: Actor) -> None:
    if not actor.may("process_owner"):
        raise Forbidden
