"""What a row is, as SHA-256: every column of it, so that a changed byte anywhere is seen.

Words stand in rows as ciphertext with a nonce, so a row's hash tells nobody what was said.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from service.store import BundleRow, EvidenceRow, ItemRow, RemovalRow


def canonical(value: object) -> bytes:
    """JSON with sorted keys, ASCII, no spaces: one text for one value. Times in UTC."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=_plain
    ).encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(type(value).__name__)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def of(value: object) -> str:
    """SHA-256 (hex) of the value's canonical JSON."""
    return sha256(canonical(value))


def of_item(row: ItemRow) -> str:
    return of(
        [
            row.id,
            row.case_id,
            row.source,
            row.fingerprint,
            row.channel,
            row.kind,
            sha256(row.content_locked),
            row.posted_at,
            row.received_at,
            row.raw_sha256,
        ]
    )


def of_file(row: EvidenceRow) -> str:
    """The content is held by its own `sha256` column, and its ciphertext by the case's key."""
    return of(
        [
            row.id,
            row.case_id,
            row.item_id,
            row.kind,
            sha256(row.name_locked),
            row.media_type,
            row.size,
            row.sha256,
            row.created_at,
            row.created_by,
        ]
    )


def of_bundle(row: BundleRow) -> str:
    """The link: what was sealed, by whom and when, and the link before it."""
    return of(
        [
            row.previous,
            row.number,
            row.id,
            row.case_id,
            row.sealed_at,
            row.sealed_by,
            row.manifest_sha256,
        ]
    )


def of_removal(row: RemovalRow) -> str:
    return of(
        [
            row.id,
            row.case_id,
            row.bundle_id,
            row.how,
            row.removed_at,
            row.still_visible,
            row.seconds_to_hide,
            row.recorded_at,
            row.recorded_by,
        ]
    )
