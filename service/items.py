"""What comes in: a mail or a post becomes an item and opens a case. The same twice is kept once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import select, text
from sqlalchemy.orm import Session, undefer

from adapters import mail
from adapters.mail import clean, one_line
from service import cases, evidence, history
from service.actors import Actor
from service.deadlines import STOCKHOLM
from service.errors import Invalid
from service.evidence import EvidenceView, Upload
from service.store import CaseRow, HistoryRow, ItemRow, keys_of, lock_rows

PROCESS = "complaint"
MAIL_CHANNEL = "E-post"
_PLATFORMS = ("Facebook", "Instagram", "LinkedIn", "Mastodon", "Snapchat", "TikTok", "YouTube", "X")
_MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
_READ_AGAIN = timedelta(minutes=15)
"""Within this time one person's reading of one case is one event, not one for each reload."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post, comment or message that a person entered. `posted_at` is what the platform says."""

    channel: str
    url: str | None = None
    author: str | None = None
    text: str = ""
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What became of it. `duplicate`: it had come before, and nothing was changed."""

    case_id: str
    item_id: str
    case_number: str
    duplicate: bool


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item opened for reading. All but the channel and the times is the sender's."""

    id: str
    source: str
    channel: str
    kind: str
    author: str
    address: str
    url: str
    subject: str
    text: str
    posted_at: datetime | None
    received_at: datetime
    remarks: tuple[str, ...]
    evidence: tuple[EvidenceView, ...]


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
    mark = _fingerprint(session, "mail", [letter.message_id or "", letter.sha256])
    if (known := _known(session, mark)) is not None:
        return known
    arrived = received_at or now
    arrival = cases.Arrival(MAIL_CHANNEL, _title("E-post från allmänheten", arrived), arrived, unit)
    case = cases.open_case(session, PROCESS, arrival, actor=actor, now=now)
    item = _keep(
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
    evidence.keep(
        session,
        case,
        item_id=item.id,
        kind="original",
        name="original.eml",
        media_type="message/rfc822",
        content=raw,
        actor=actor,
        now=now,
    )
    for file in letter.attachments:
        evidence.keep(
            session,
            case,
            item_id=item.id,
            kind="attachment",
            name=file.name,
            media_type=file.media_type,
            content=file.content,
            actor=actor,
            now=now,
        )
    return Received(case.id, item.id, case.number, duplicate=False)


def receive_post(
    session: Session,
    post: Post,
    files: Sequence[Upload] = (),
    *,
    actor: Actor,
    now: datetime,
    unit: str = "Kommunstyrelsen",
) -> Received:
    """Take in a post with its captures. What was typed is kept as a text file, so that the record
    has an original. Raises Invalid (by field), TooLarge or Unsupported."""
    post = _checked(post, bool(files))
    uploads = evidence.check_uploads(files)
    mark = _fingerprint(session, "post", _sameness(post, uploads))
    if (known := _known(session, mark)) is not None:
        return known
    arrival = cases.Arrival(post.channel, _title(_neutral(post.channel), now), now, unit)
    case = cases.open_case(session, PROCESS, arrival, actor=actor, now=now)
    item = _keep(
        session,
        case,
        mark,
        source="post",
        kind="post",
        posted_at=post.posted_at,
        raw_sha256=None,
        actor=actor,
        now=now,
        content={"author": post.author or "", "url": post.url or "", "text": post.text},
    )
    evidence.keep(
        session,
        case,
        item_id=item.id,
        kind="original",
        name="inlagg.txt",
        media_type="text/plain",
        content=_transcript(post, now),
        actor=actor,
        now=now,
    )
    for upload in uploads:
        evidence.keep(
            session,
            case,
            item_id=item.id,
            kind="capture",
            name=upload.name,
            media_type=upload.media_type,
            content=upload.content,
            actor=actor,
            now=now,
        )
    return Received(case.id, item.id, case.number, duplicate=False)


def of_case(session: Session, case: CaseRow, actor: Actor, now: datetime) -> list[ItemView]:
    """The case's items, oldest first, and an event that `actor` read them: needs a write
    transaction. The caller has seen to it that `actor` may."""
    rows = session.scalars(
        select(ItemRow)
        .where(ItemRow.case_id == case.id)
        .order_by(ItemRow.received_at, ItemRow.id)
        .options(undefer(ItemRow.content_locked))
    ).all()
    files = evidence.views(session, case)
    key = cases.case_key(session, case)
    if rows:
        _record_reading(session, case.id, actor, now)
    found = []
    for row in rows:
        content = json.loads(key.open_text(row.content_locked, _place(row.id)))
        found.append(
            ItemView(
                row.id,
                row.source,
                row.channel,
                row.kind,
                content.get("author", ""),
                content.get("address", ""),
                content.get("url", ""),
                content.get("subject", ""),
                content["text"],
                row.posted_at,
                row.received_at,
                tuple(content.get("remarks", ())),
                tuple(files.get(row.id, ())),
            )
        )
    return found


def _record_reading(session: Session, case_id: str, actor: Actor, now: datetime) -> None:
    lately = (
        select(HistoryRow.position)
        .where(
            HistoryRow.stream == case_id,
            HistoryRow.kind == "items_read",
            HistoryRow.actor == actor.id,
            HistoryRow.at > now - _READ_AGAIN,
        )
        .limit(1)
    )
    if session.scalar(lately) is None:
        case = evidence.hold(session, case_id)
        history.append(session, case, "items_read", at=now, actor=actor.id)
        session.flush()  # no transaction that cannot record the read gets the words


# ── one and the same ─────────────────────────────────────────────────────────────────────────────


def _fingerprint(session: Session, source: str, parts: Sequence[object]) -> str:
    return keys_of(session).fingerprint(f"item/{source}", json.dumps(parts).encode())


def _sameness(post: Post, uploads: Sequence[Upload]) -> list[object]:
    """What makes two posts one. A link names a post; without one the time and the captures count
    too, or a second "Skandal!" of next week would be lost as a copy of the first."""
    same: list[object] = [post.channel, post.url, post.author, post.text]
    if not post.url:
        same.append(post.posted_at.isoformat() if post.posted_at else None)
        same.extend(sorted(hashlib.sha256(upload.content).hexdigest() for upload in uploads))
    return same


def _known(session: Session, mark: str) -> Received | None:
    """The item that came before. From here to the commit nobody else can take the same one in: on
    SQLite a writer is alone, on PostgreSQL a lock by fingerprint is waited for. The unique
    constraint stands behind both."""
    if lock_rows(session):
        number = int.from_bytes(bytes.fromhex(mark[:16]), "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": number})
    found = session.execute(
        select(ItemRow.case_id, ItemRow.id, CaseRow.number)
        .join(CaseRow, CaseRow.id == ItemRow.case_id)
        .where(ItemRow.fingerprint == mark)
    ).one_or_none()
    return Received(found[0], found[1], found[2], duplicate=True) if found else None


def _keep(
    session: Session,
    case: CaseRow,
    mark: str,
    *,
    source: str,
    kind: str,
    posted_at: datetime | None,
    raw_sha256: str | None,
    content: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> ItemRow:
    ident = str(uuid4())
    locked = cases.case_key(session, case).lock_text(json.dumps(content), _place(ident))
    item = ItemRow(
        id=ident,
        case_id=case.id,
        source=source,
        fingerprint=mark,
        channel=case.channel,
        kind=kind,
        content_locked=locked,
        posted_at=posted_at,
        received_at=case.received_at,
        raw_sha256=raw_sha256,
    )
    session.flush()  # the case stands before the item, the item before its files: no mapper knows
    session.add(item)
    session.flush()
    history.append(
        session, case, "item_received", at=now, actor=actor.id, data={"item": ident, "source": source}
    )
    return item


def _place(ident: str) -> str:
    return f"item/{ident}/content"


# ── a post as a person enters it ─────────────────────────────────────────────────────────────────


def _checked(post: Post, files: bool) -> Post:
    """The post within its bounds, without characters that a later step could not carry."""
    clean_post = Post(
        one_line(post.channel, 121),
        (post.url or "").strip() or None,
        one_line(post.author or "", 201) or None,
        clean(post.text).strip(),
        post.posted_at,
    )
    errors: dict[str, str] = {}
    if not 0 < len(clean_post.channel) <= 120:
        errors["channel"] = "Ange vilken kanal inlägget kom i, med högst 120 tecken."
    if clean_post.url and not _is_web_address(clean_post.url):
        errors["url"] = "Länken ska börja med https:// eller http:// och vara högst 2 000 tecken."
    if len(clean_post.author or "") > 200:
        errors["author"] = "Avsändaren får vara högst 200 tecken."
    if len(clean_post.text) > 20_000:
        errors["text"] = "Texten får vara högst 20 000 tecken. Lägg resten i en fil."
    if post.posted_at is not None and post.posted_at.tzinfo is None:
        errors["posted_at"] = "Tiden saknar tidszon."
    if not (clean_post.text or clean_post.url or files):
        errors["text"] = "Skriv inläggets text, ange en länk eller lägg till en skärmbild."
    if errors:
        raise Invalid(fields=errors)
    return clean_post


def _is_web_address(url: str) -> bool:
    if len(url) > 2000 or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _transcript(post: Post, now: datetime) -> bytes:
    """The post as a text file: what the diarium receives as the document when there is no other."""
    lines = [
        f"Kanal: {post.channel}",
        f"Länk: {post.url or 'saknas'}",
        f"Avsändare: {post.author or 'okänd'}",
        f"Publicerat: {_moment(post.posted_at) if post.posted_at else 'okänt'}",
        f"Upprättat: {_moment(now)}",
        "",
        post.text,
    ]
    return "\n".join(lines).encode()


def _moment(at: datetime) -> str:
    return at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M")


def _neutral(channel: str) -> str:
    """A title from the platform alone: what else stands in the channel may be somebody's name."""
    typed = channel.casefold()
    platform = next((p for p in _PLATFORMS if p.casefold() in re.split(r"\W+", typed)), None)
    return f"Inlägg på {platform}" if platform else "Inlägg i sociala medier"


def _title(words: str, at: datetime) -> str:
    day = at.astimezone(STOCKHOLM)
    return f"{words} {day.day} {_MONTHS[day.month - 1]} {day.year}"
