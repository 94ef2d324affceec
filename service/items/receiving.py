"""A mail or a post becomes an item and opens a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from adapters import mail
from service import cases, evidence
from service.actors import Actor
from service.errors import Conflict
from service.evidence import Upload
from service.items.keeping import keep_file, keep_item
from service.items.posts import Post, checked, neutral, title, transcript
from service.items.sameness import ALREADY_OPEN, Received, fingerprint, known, sameness
from service.store import CaseRow

PROCESS = "complaint"
SECRET = "secret-content"
"""The process of a post that is locked from its case's first moment."""
MAIL_CHANNEL = "E-post"


def receive_mail(
    session: Session,
    raw: bytes,
    *,
    actor: Actor,
    now: datetime,
    received_at: datetime | None = None,
    unit: str = "Kommunstyrelsen",
) -> Received:
    """Take in a mail (RFC 5322). `received_at` is when it reached the authority, where that was not
    now. The original is kept whole beside its attachments. Raises MailRefused."""
    letter = mail.read(raw)  # before the first statement: no transaction is open while it is read
    mark = fingerprint(session, "mail", [letter.message_id or "", letter.sha256])
    if (before := known(session, mark, actor, now)) is not None:
        return before
    arrived = received_at or now
    arrival = cases.Arrival(MAIL_CHANNEL, title("E-post från allmänheten", arrived), arrived, unit)
    case = cases.open_case(session, PROCESS, arrival, actor=actor, now=now)
    item = keep_item(
        session,
        case,
        mark,
        source="mail",
        kind="message",
        posted_at=letter.sent_at,
        raw_sha256=letter.sha256,
        actor=actor,
        now=now,
        content={
            "author": letter.sender_name,
            "address": letter.sender_address,
            "subject": letter.subject,
            "text": letter.text,
            "remarks": letter.remarks,
            "recipients": letter.recipients,
            "message_id": letter.message_id,
        },
    )
    keep_file(session, case, item, "original", Upload("original.eml", "message/rfc822", raw), actor, now)
    for file in letter.attachments:
        enclosed = Upload(file.name, file.media_type, file.content)
        keep_file(session, case, item, "attachment", enclosed, actor, now)
    return Received(case.id, item.id, case.number, duplicate=False)


def receive_post(
    session: Session,
    post: Post,
    files: Sequence[Upload] = (),
    *,
    actor: Actor,
    now: datetime,
    unit: str = "Kommunstyrelsen",
    process: str = PROCESS,
) -> Received:
    """Take in a post with its captures. What was typed is kept as a text file, so that the record
    has an original. In the process SECRET the case is locked before anything is put in it, and `actor` is its
    named handler. Raises Invalid (by field), TooLarge, Unsupported, or Conflict where the post shall be
    locked and lies already in a case that is not."""
    post = checked(post, bool(files))
    uploads = evidence.check_uploads(files)
    mark = fingerprint(session, "post", sameness(post, uploads))
    if (before := known(session, mark, actor, now)) is not None:
        if process == SECRET and session.get_one(CaseRow, before.case_id).secrecy is None:
            raise Conflict(ALREADY_OPEN.format(number=before.case_number))
        return before
    arrival = cases.Arrival(post.channel, title(neutral(post.channel), now), now, unit)
    case = cases.open_case(session, process, arrival, actor=actor, now=now)
    case.channel_id = post.channel_id
    item = keep_item(
        session,
        case,
        mark,
        source=post.source,
        kind="post",
        posted_at=post.posted_at,
        raw_sha256=None,
        actor=actor,
        now=now,
        content={"author": post.author or "", "url": post.url or "", "text": post.text},
    )
    typed = Upload("inlagg.txt", "text/plain", transcript(post, now))
    keep_file(session, case, item, "original", typed, actor, now)
    for upload in uploads:
        keep_file(session, case, item, "capture", upload, actor, now)
    return Received(case.id, item.id, case.number, duplicate=False)
