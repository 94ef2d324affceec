"""Reading what an item holds, for those who have to judge whether the evidence is whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from service.store import CaseRow, ItemRow, case_key


def place(item_id: str) -> str:
    """Where an item's content stands, as its ciphertext is bound."""
    return f"item/{item_id}/content"


def items(session: Session, case: CaseRow) -> list[ItemRow]:
    """The case's items with their locked content, by id."""
    return list(
        session.scalars(
            select(ItemRow)
            .where(ItemRow.case_id == case.id)
            .order_by(ItemRow.id)
            .options(undefer(ItemRow.content_locked))
        )
    )


def opened(session: Session, case: CaseRow, item: ItemRow) -> Mapping[str, Any]:
    """The item's words: author, address, url, subject, text, remarks, unknown_sender. Raises Unreadable."""
    key = case_key(session, case)
    found = json.loads(key.open_text(item.content_locked, place(item.id)))
    assert isinstance(found, dict)
    return found
