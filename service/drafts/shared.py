"""Shared models, which come with the product, and the municipality's own that have grown from them.

A release never replaces what the municipality has put in force. Its owners are told that there is a newer
shared version, and can compare, begin from it, merge it with their own, or stay with what they have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session, undefer

import workflows
from service import definitions, history
from service.actors import Actor
from service.drafts.elements import Side
from service.drafts.keeping import begin
from service.drafts.merging import Merged, merge
from service.errors import Conflict, Forbidden, NotFound
from service.store import ChoiceRow, DefinitionRow, DraftRow, PersonRow, SharedRow, lock_rows
from workflows import Definition

_DEPLOYING = 7_061_788


@dataclass(frozen=True, slots=True)
class Own:
    """A version in force that people of the municipality have published: its number, by whom (a name) and
    when (aware UTC)."""

    process: str
    number: int
    by: str
    at: datetime


def came(
    session: Session,
    files: Mapping[str, bytes],
    *,
    actor: Actor,
    now: datetime,
    proved: Collection[str] = (),
) -> None:
    """A shared model has come with a release: remember it, and put it in force where nothing is, or where the
    shared one before it came by itself. Raises ModelRefused."""
    if lock_rows(session):  # several processes may start at once
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _DEPLOYING})
    definition = workflows.read(files)
    _remember(session, definition, files, now)
    choice = session.get(ChoiceRow, definition.process)
    if choice is not None and choice.definition == definition.hash:
        choice.shared = definition.hash
    elif choice is None or choice.by == actor.id:
        definitions.deploy(session, files, actor=actor, now=now, proved=proved, shared=definition.hash)


def _remember(session: Session, definition: Definition, files: Mapping[str, bytes], now: datetime) -> None:
    row = session.get(SharedRow, (definition.process, definition.hash))
    if row is not None and row.current:
        return
    session.execute(update(SharedRow).where(SharedRow.process == definition.process).values(current=False))
    if row is None:
        row = SharedRow(
            process=definition.process, hash=definition.hash, files=definitions.pack(files), came_at=now
        )
        session.add(row)
    row.current = True
    session.flush()  # what is put in force next asks for it


def own(session: Session, process: str) -> Own | None:
    """Whether what is in force is the municipality's own: published by a person, and no shared version."""
    row = session.execute(
        select(DefinitionRow.number, DefinitionRow.hash, ChoiceRow.at, PersonRow.name)
        .join(ChoiceRow, ChoiceRow.definition == DefinitionRow.hash)
        .join(PersonRow, PersonRow.id == ChoiceRow.by)
        .where(DefinitionRow.process == process, DefinitionRow.active)
    ).one_or_none()
    if row is None or session.get(SharedRow, (process, row.hash)) is not None:
        return None
    return Own(process, row.number, row.name, row.at)


def newer(session: Session, process: str) -> SharedRow | None:
    """The shared version that is newer than what the one in force has taken in, unless it was declined."""
    row = session.scalar(select(SharedRow).where(SharedRow.process == process, SharedRow.current))
    choice = session.get(ChoiceRow, process)
    if row is None or choice is None or row.declined_at is not None:
        return None
    return None if row.hash in (choice.definition, choice.shared) else row


def shared_definition(session: Session, process: str) -> Definition:
    """The latest shared version. Raises NotFound where the process does not come with the product."""
    return workflows.read(_files(_current(session, process)))


def decline(session: Session, process: str, name: str, *, actor: Actor, now: datetime) -> None:
    """Stay with one's own: the shared version with this hash is not told of any more. Raises Conflict when
    another has come meanwhile."""
    row = _asked(session, process, name, actor)
    if row.declined_at is None:
        row.declined_at, row.declined_by = now, actor.id
        history.append_system(
            session,
            "shared_model_declined",
            at=now,
            actor=actor.id,
            data={"process": process, "hash": row.hash},
        )


def begin_from_shared(session: Session, process: str, name: str, *, actor: Actor, now: datetime) -> DraftRow:
    """A draft with the content of the shared version with this hash. Raises Conflict when another came."""
    row = _asked(session, process, name, actor)
    return begin(session, process, _files(row), actor=actor, now=now, shared=row.hash)


def meet_shared(session: Session, process: str, chosen: Mapping[str, Side] | None = None) -> Merged:
    """What the shared version and the municipality's own have changed since they were one, together."""
    row = _current(session, process)
    choice = session.get(ChoiceRow, process)
    before = None
    if choice is not None and choice.shared is not None:
        before = session.get(SharedRow, (process, choice.shared), options=[undefer(SharedRow.files)])
    common = {} if before is None else definitions.unpack(before.files)
    mine = definitions.files_of(session, definitions.active(session, process).hash)
    return merge(common, _files(row), mine, chosen)


def merge_shared(
    session: Session, process: str, name: str, chosen: Mapping[str, Side], *, actor: Actor, now: datetime
) -> DraftRow:
    """A draft with both. Raises Conflict when something that both changed has not been chosen between, or
    another shared version has come meanwhile."""
    row = _asked(session, process, name, actor)
    merged = meet_shared(session, process, chosen)
    if not merged.settled:
        raise Conflict("Välj först vad som ska gälla där båda har ändrat.")
    return begin(session, process, merged.files, actor=actor, now=now, shared=row.hash)


def _current(session: Session, process: str) -> SharedRow:
    row = session.scalar(
        select(SharedRow)
        .where(SharedRow.process == process, SharedRow.current)
        .options(undefer(SharedRow.files))
    )
    if row is None:
        raise NotFound("Processen har ingen delad version.")
    return row


def _asked(session: Session, process: str, name: str, actor: Actor) -> SharedRow:
    if not actor.may("process_owner"):
        raise Forbidden
    row = _current(session, process)
    if row.hash != name:
        raise Conflict("En annan delad version har kommit. Läs om sidan.")
    return row


def _files(row: SharedRow) -> dict[str, bytes]:
    return definitions.unpack(row.files)
