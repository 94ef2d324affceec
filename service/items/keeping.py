"""An item and its files kept in a case: what is the sender's is encrypted under the case's key."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from service import evidence, history
from service.actors import Actor
from service.evidence import Upload
from service.store import CaseRow, ItemRow, case_key


def keep_item(
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
    received_at: datetime | None = None,
) -> ItemRow:
    """`received_at` (aware UTC) where the item did not come with the case but was added to it later."""
    ident = str(uuid4())
    locked = case_key(session, case).lock_text(json.dumps(content), place(ident))
    item = ItemRow(
        id=ident,
        case_id=case.id,
        source=source,
        fingerprint=mark,
        channel=case.channel,
        kind=kind,
        content_locked=locked,
        posted_at=posted_at,
        received_at=received_at or case.received_at,
        raw_sha256=raw_sha256,
    )
    session.flush()  # the case stands before the item, the item before its files: no mapper knows
    session.add(item)
    session.flush()
    history.append(
        session, case, "item_received", at=now, actor=actor.id, data={"item": ident, "source": source}
    )
    return item


def keep_file(
    session: Session, case: CaseRow, item: ItemRow, kind: str, file: Upload, actor: Actor, now: datetime
) -> None:
    evidence.keep(
        session,
        case,
        item_id=item.id,
        kind=kind,
        name=file.name,
        media_type=file.media_type,
        content=file.content,
        actor=actor,
        now=now,
    )


def place(ident: str) -> str:
    return f"item/{ident}/content"
