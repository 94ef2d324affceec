"""One and the same: what comes twice is kept once, and is told to nobody who may not know of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service import secrecy
from service.actors import Actor
from service.errors import Conflict
from service.evidence import Upload
from service.items.posts import Post
from service.store import CaseRow, ItemRow, keys_of, lock_rows

ALREADY = "Inlägget har redan kommit in och tas om hand. Du behöver inte göra något mer."
ALREADY_OPEN = (
    "Inlägget finns redan i ärende {number}, som fler kan läsa. Bedöm det där som hemligt: då låses det."
)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of it. `duplicate`: it had come before, and nothing was changed."""

    case_id: str
    item_id: str
    case_number: str
    duplicate: bool


def fingerprint(session: Session, source: str, parts: Sequence[object]) -> str:
    return keys_of(session).fingerprint(f"item/{source}", json.dumps(parts).encode())


def sameness(post: Post, uploads: Sequence[Upload]) -> list[object]:
    """What makes two posts one. A link names a post; without one the time and the captures count
    too, or a second "Skandal!" of next week would be lost as a copy of the first."""
    same: list[object] = [post.channel, post.url, post.author, post.text]
    if not post.url:
        same.append(post.posted_at.isoformat() if post.posted_at else None)
        same.extend(sorted(hashlib.sha256(upload.content).hexdigest() for upload in uploads))
    return same


def known(session: Session, mark: str, actor: Actor, now: datetime) -> Received | None:
    """The item that came before. From here to the commit nobody else can take the same one in: on
    SQLite a writer is alone, on PostgreSQL a lock by fingerprint is waited for. The unique
    constraint stands behind both. What lies in a case that `actor` may not know of is not opened anew in
    a case that all may read: Conflict, with no word of which case."""
    if lock_rows(session):
        number = int.from_bytes(bytes.fromhex(mark[:16]), "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": number})
    found = session.execute(
        select(ItemRow.case_id, ItemRow.id, CaseRow.number, secrecy.knows(actor, now))
        .join(CaseRow, CaseRow.id == ItemRow.case_id)
        .where(ItemRow.fingerprint == mark)
    ).one_or_none()
    if found is None:
        return None
    if not found[3]:
        raise Conflict(ALREADY)
    return Received(found[0], found[1], found[2], duplicate=True)
