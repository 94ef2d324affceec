"""What people say of a draft and of its elements, before it goes live. Resolved comments stay to be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.actors import Actor
from service.drafts.keeping import LIVING, files_of, read_draft
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.store import CommentRow, DraftRow
from workflows.folder import sorted_out
from workflows.normalise import parse_xml
from workflows.normalise.vocabulary import NODES, attribute, identifier, local

MAX_COMMENT = 2000
"""Characters of a comment."""
MAX_COMMENTS = 500
"""Comments on one draft."""
_NAMED = NODES | {"sequenceFlow", "lane", "participant", "process", "textAnnotation", "group"}


def of(session: Session, draft_id: str) -> tuple[CommentRow, ...]:
    """The comments on the draft, the unresolved first and the oldest of them first. `element` is None for
    what is said of the whole."""
    return tuple(
        session.scalars(
            select(CommentRow)
            .where(CommentRow.draft == draft_id)
            .order_by(CommentRow.resolved_at.is_not(None), CommentRow.at, CommentRow.id)
        )
    )


def elements(session: Session, row: DraftRow) -> Mapping[str, str]:
    """What may be commented on in the draft, by id: the names of its elements in drawing order, also when the
    drawing cannot be read as a process. An element without a name has its id."""
    root = parse_xml(sorted_out(files_of(session, row.content)).model)
    return {
        name: attribute(element, "name") or name
        for element in root.iter()
        if local(element) in _NAMED and (name := identifier(element)) is not None
    }


def add(
    session: Session,
    process: str,
    draft_id: str,
    text: str,
    *,
    element: str | None = None,
    actor: Actor,
    now: datetime,
) -> CommentRow:
    """Say something of a draft that is worked on or waits for review. Raises Invalid without words, with too
    many, or for an element that is not there; Conflict when there are too many comments or the draft is
    closed."""
    row = _living(session, process, draft_id, actor)
    said = text.strip()
    if not said or len(said) > MAX_COMMENT:
        wrong = f"Högst {MAX_COMMENT} tecken." if said else "Skriv en kommentar."
        raise Invalid(fields={"text": wrong})
    name = ""
    if element:
        name = elements(session, row).get(element, "")[:200]
        if not name:
            raise Invalid(fields={"element": "Elementet finns inte i utkastet."})
    counted = select(func.count()).select_from(CommentRow).where(CommentRow.draft == draft_id)
    if session.scalars(counted).one() >= MAX_COMMENTS:
        raise Conflict("Utkastet har för många kommentarer. Gå vidare i ett nytt utkast.")
    made = CommentRow(
        id=str(uuid4()),
        draft=row.id,
        element=element or None,
        name=name,
        text=said,
        at=now,
        by=actor.id,
    )
    session.add(made)
    return made


def resolve(
    session: Session, process: str, draft_id: str, comment_id: str, *, actor: Actor, now: datetime
) -> CommentRow:
    """What the comment asked for is done, or answered. A second time changes nothing."""
    _living(session, process, draft_id, actor)
    found = session.get(CommentRow, comment_id)
    if found is None or found.draft != draft_id:
        raise NotFound("Kommentaren finns inte.")
    if found.resolved_at is None:
        found.resolved_at, found.resolved_by = now, actor.id
    return found


def _living(session: Session, process: str, draft_id: str, actor: Actor) -> DraftRow:
    if not actor.may("process_owner"):
        raise Forbidden
    row = read_draft(session, process, draft_id)
    if row.state not in LIVING:
        raise Conflict("Utkastet är avslutat och kan inte kommenteras.")
    return row
