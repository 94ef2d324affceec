"""From draft to live by two people: one hands it over with a note, another publishes or rejects it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service import definitions, history, processes, profiles
from service.actors import Actor
from service.drafts.admitting import belonging, unread_forms
from service.drafts.keeping import content_of, files_of, held
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.replay import trials
from service.store import DefinitionRow, DraftRow
from workflows import Definition, Finding, ModelRefused
from workflows.kept import Kept

MAX_NOTE = 2000
"""Characters of a note or a reason."""

_found: Kept[str, tuple[Finding, ...]] = Kept(64)


def findings_of(session: Session, row: DraftRow) -> tuple[Finding, ...]:
    """Everything that stands between the draft and being live: what cannot be read, checks, forms, scenarios
    and the municipality's profile. Empty when nothing does. Kept by content; the scenarios are played the
    first time, which may take a second."""
    try:
        definition = content_of(session, row)
    except ModelRefused as refused:
        return refused.findings
    return findings(session, definition)


def findings(session: Session, definition: Definition) -> tuple[Finding, ...]:
    """Everything that stands between the content and being live. Empty when nothing does."""
    own = _found.get(definition.hash, lambda: _required(definition))
    if own:  # a profile is held against what holds in itself
        return own
    return profiles.check(profiles.of(session), (definition,))


def _required(definition: Definition) -> tuple[Finding, ...]:
    try:
        definitions.require(definition)
    except ModelRefused as refused:
        return tuple(dict.fromkeys((*refused.findings, *unread_forms(definition))))
    return ()


def notes(session: Session, row: DraftRow, definition: Definition) -> tuple[Finding, ...]:
    """What was changed in order to read the drawing, that was not so in the version it began from."""
    before = {
        (note.rule, note.element, note.text) for note in definitions.by_hash(session, row.base).findings
    }
    return tuple(n for n in definition.findings if (n.rule, n.element, n.text) not in before)


def may_publish(row: DraftRow, actor: Actor) -> bool:
    """Whether these are other eyes than those that prepared it."""
    return actor.may("process_owner") and actor.id not in (row.changed_by, row.handed_by)


def hand_over(
    session: Session, process: str, draft_id: str, note: str, *, version: int, actor: Actor, now: datetime
) -> DraftRow:
    """Leave the draft for somebody else's review. Raises Invalid without a note, Conflict when it is the
    version in force, its notes have not been accepted or this very content has not been tried against
    earlier cases, ModelRefused when it may not go live."""
    if not actor.may("process_owner"):
        raise Forbidden
    row = held(session, process, draft_id, version=version, state="open")
    definition = content_of(session, row)
    if definition.hash == _in_force(session, process):
        raise Conflict("Utkastet är lika med versionen i drift. Det finns inget att granska.")
    if notes(session, row, definition) and row.accepted != row.content:
        raise Conflict("Läs och godta först vad som ändrades när ritningen lästes in.")
    if found := findings(session, definition):
        raise ModelRefused(found)
    if not trials.tried(session, row, actor=actor, now=now).enough:
        raise Conflict("Prova först utkastet mot tidigare ärenden, som det är nu.")
    row.note = _said(note, "note", "Skriv vad som ändras och varför.")
    row.state, row.handed_at, row.handed_by, row.reason = "review", now, actor.id, ""
    return row


def take_back(
    session: Session, process: str, draft_id: str, *, version: int, actor: Actor, now: datetime
) -> DraftRow:
    """Go on working on a draft that waits for review."""
    if not actor.may("process_owner"):
        raise Forbidden
    row = held(session, process, draft_id, version=version, state="review")
    row.state = "open"
    return row


def reject(
    session: Session, process: str, draft_id: str, reason: str, *, version: int, actor: Actor, now: datetime
) -> DraftRow:
    """Send the draft back with a reason. Raises Forbidden for the one who prepared it."""
    row = held(session, process, draft_id, version=version, state="review")
    if not may_publish(row, actor):
        raise Forbidden("Någon annan än den som har förberett utkastet granskar det.")
    row.reason = _said(reason, "reason", "Skriv varför utkastet lämnas tillbaka.")
    row.state, row.decided_at, row.decided_by = "open", now, actor.id
    history.append_system(
        session,
        "draft_rejected",
        at=now,
        actor=actor.id,
        data={"process": process, "draft": row.id, "prepared_by": row.handed_by},
    )
    return row


def publish(
    session: Session,
    process: str,
    draft_id: str,
    *,
    against: str,
    version: int,
    actor: Actor,
    now: datetime,
    in_spite: str = "",
) -> DefinitionRow:
    """Make the draft the version that new cases start on, in the caller's one transaction. `against` is the
    version in force that the reviewer compared it with. Running cases stay where they are. `in_spite` is why,
    where the replay says that some case would fail.

    Raises Invalid without such a reason, Forbidden for the one who prepared it, Stale when another version
    has come in force meanwhile, and ModelRefused when it may not go live any more."""
    row = held(session, process, draft_id, version=version, state="review")
    if not may_publish(row, actor):
        raise Forbidden("Någon annan än den som har förberett utkastet publicerar det.")
    if _in_force(session, process) != against:
        raise Stale("En annan version har tagits i drift sedan du jämförde. Läs om sidan och jämför på nytt.")
    tried = trials.accept(session, row, in_spite, actor=actor, now=now)
    old, new = definitions.by_hash(session, against), content_of(session, row)
    files = belonging(files_of(session, row.content))
    deployed = definitions.deploy(session, files, actor=actor, now=now, shared=row.shared)
    session.flush()
    row.state, row.decided_at, row.decided_by, row.published = "published", now, actor.id, deployed.hash
    history.append_system(
        session,
        "draft_published",
        at=now,
        actor=actor.id,
        data={
            "process": process,
            "draft": row.id,
            "number": deployed.number,
            "hash": deployed.hash,
            "instead_of": against,
            "prepared_by": row.changed_by,
            "handed_over_by": row.handed_by,
            "published_by": actor.id,
            "sentences": len(processes.compared(old, new).sentences),
            "replay": tried.run.id if tried.run else None,
            "would_fail": tried.fails,
        },
    )
    return deployed


def _in_force(session: Session, process: str) -> str:
    return definitions.active(session, process).hash


def _said(text: str, field: str, missing: str) -> str:
    said = text.strip()
    if not said or len(said) > MAX_NOTE:
        raise Invalid(fields={field: missing if not said else f"Högst {MAX_NOTE} tecken."})
    return said
