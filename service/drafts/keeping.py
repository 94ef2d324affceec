"""Drafts as rows: begun from a version, saved whole, kept by content, never two people's at once unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

import workflows
from service import definitions
from service.actors import ROLES, Actor
from service.drafts.archives import from_archive
from service.errors import Conflict, Forbidden, NotFound, Stale
from service.store import DefinitionRow, DraftRow, SnapshotRow, lock_rows
from workflows import Definition, Finding, ModelRefused, checks, forms

LIVING = ("open", "review")
Kind = Literal["model", "folder"]


class Raced(Stale):
    """Någon annan har sparat utkastet sedan du öppnade det."""

    def __init__(self, by: str, at: datetime) -> None:
        self.by, self.at = by, at
        super().__init__()


def brought(data: bytes, kind: Kind, beside: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of an upload: a lone model, which takes the model's place among the files `beside`, or a
    whole folder as a zip. Raises ModelRefused, with everything that is wrong with the drawing, its forms and
    its tables: a draft may fail its scenarios, but nobody can go on from one that cannot be understood."""
    files = {**beside, "model.bpmn": data} if kind == "model" else from_archive(data)
    definition = workflows.read(files)
    checks.require(definition, operations=definitions.OPERATIONS, roles=tuple(ROLES.values()))
    for name, schema in definition.forms.items():
        forms.load(name, schema)
    return files


def belonging(files: Mapping[str, bytes], definition: Definition) -> dict[str, bytes]:
    """Those of the files that are the definition: what else lay in the folder goes no further."""
    names = {"model.bpmn", "scenarios.yaml"}
    names |= {f"forms/{name}.json" for name in definition.forms}
    names |= {f"decisions/{name}.dmn" for name in definition.decisions}
    names |= {f"texts/{name}.md" for name in definition.texts}
    return {name: content for name, content in files.items() if name in names}


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
    """The draft as a definition."""
    return workflows.read(files_of(session, row.content))


def files_of(session: Session, snapshot: str) -> dict[str, bytes]:
    """The files of a snapshot. Raises NotFound."""
    row = session.get(SnapshotRow, snapshot, options=[undefer(SnapshotRow.files)])
    if row is None:
        raise NotFound("Innehållet finns inte.")
    return definitions.unpack(row.files)


def keep(session: Session, process: str, files: Mapping[str, bytes], *, now: datetime) -> str:
    """Keep the files under the hash of their content. Raises ModelRefused when they cannot be read, or are
    another process."""
    definition = workflows.read(files)
    if definition.process != process:
        raise ModelRefused(
            [
                Finding(
                    "other-process",
                    definition.process,
                    f"Filen är processen ”{definition.process}”, inte ”{process}”.",
                    f"Ge processen id {process} i ritverktyget.",
                )
            ]
        )
    name = _digest(files)
    if session.get(SnapshotRow, name) is None:
        session.add(SnapshotRow(hash=name, process=process, files=definitions.pack(files), created_at=now))
        session.flush()
    return name


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256(b"ordna snapshot 1\0")
    for name, content in sorted(files.items()):
        for part in (name.encode(), content):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def begin(
    session: Session, process: str, files: Mapping[str, bytes] | None = None, *, actor: Actor, now: datetime
) -> DraftRow:
    """A new draft from the version in force, with these files or the version's own."""
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
    )
    session.add(row)
    return row


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
    waits for review, ModelRefused when the content cannot be read; the draft is then as it was."""
    _owner(actor)
    row = held(session, process, draft_id, version=version, state="open")
    row.content = keep(session, process, files, now=now)
    row.changed_at, row.changed_by = now, actor.id
    return row


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
