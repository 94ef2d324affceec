"""What was found later is added to a case that is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import evidence
from service.actors import Actor
from service.errors import Conflict, Invalid
from service.evidence import Upload
from service.items.keeping import keep_file, keep_item
from service.items.posts import Post, checked, transcript
from service.items.sameness import fingerprint, sameness
from service.store import CaseRow, ItemRow


def add_to(
    session: Session, case: CaseRow, post: Post, files: Sequence[Upload] = (), *, actor: Actor, now: datetime
) -> bool:
    """Add what was found to a case that is open, held for writing: captures, words, a link, the sender or
    why it cannot be known. The channel is the case's. False when it was there already. Raises Invalid (by
    field), TooLarge, Unsupported, or Conflict where no copy may be kept."""
    if case.status != "open":
        raise Conflict("Ärendet är avslutat.")
    said = bool(files) or bool(post.author) or bool(post.unknown_sender)
    post = checked(replace(post, channel=case.channel), said)
    if post.unknown_sender and post.author:
        raise Invalid(fields={"unknown_sender": "Ange avsändaren eller skälet, inte båda."})
    if evidence.forbidden(session, case.id) and (post.text or files):
        raise Conflict(evidence.NO_COPY)
    uploads = evidence.check_uploads(files)
    mark = fingerprint(session, "added", [case.id, post.unknown_sender, *sameness(post, uploads)])
    if session.scalar(select(ItemRow.id).where(ItemRow.fingerprint == mark)) is not None:
        return False
    content = {"author": post.author or "", "url": post.url or "", "text": post.text}
    item = keep_item(
        session,
        case,
        mark,
        source="post",
        kind="post",
        posted_at=post.posted_at,
        raw_sha256=None,
        actor=actor,
        now=now,
        received_at=now,
        content=content | ({"unknown_sender": post.unknown_sender} if post.unknown_sender else {}),
    )
    if post.text:
        typed = Upload("inlagg.txt", "text/plain", transcript(post, now))
        keep_file(session, case, item, "original", typed, actor, now)
    for upload in uploads:
        keep_file(session, case, item, "capture", upload, actor, now)
    return True
