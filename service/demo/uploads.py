"""Files that arrive in pieces, and the check of every file against what the sender said of it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from service.demo.records import File, Refusal

MAX_UPLOAD_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file whose content is here; `sha256` is computed from it."""

    name: str
    media_type: str
    sha256: str
    main: bool
    content: bytes


def store_chunk(
    db: sqlite3.Connection, upload_id: str, offset: int, data: bytes, last: bool
) -> tuple[int, str | None]:
    """Keep one piece; the same piece again changes nothing. Returns the next offset in bytes, and
    after the last piece the SHA-256 of the whole. Raises `Refusal`."""
    if not data and not last:
        raise Refusal("Validation", "Delen är tom.")
    held = db.execute(
        "SELECT last, data FROM chunk WHERE upload_id = ? AND offset = ?", (upload_id, offset)
    ).fetchone()
    if held is not None:
        if (held["data"], bool(held["last"])) != (data, last):
            raise Refusal("Conflict", "Delen är redan mottagen med annat innehåll.")
    else:
        size, done = db.execute(
            "SELECT coalesce(sum(length(data)), 0), coalesce(max(last), 0) FROM chunk WHERE upload_id = ?",
            (upload_id,),
        ).fetchone()
        if done:
            raise Refusal("Conflict", "Uppladdningen är redan avslutad.")
        if offset != size:
            raise Refusal("Validation", f"Delen börjar på fel ställe: nästa byte är {size}.")
        if size + len(data) > MAX_UPLOAD_BYTES:
            raise Refusal("TooLarge", f"En fil får vara högst {MAX_UPLOAD_BYTES} byte.")
        db.execute("INSERT INTO chunk VALUES (?,?,?,?)", (upload_id, offset, last, data))
    return offset + len(data), _sha256(_assembled(db, upload_id)) if last else None


def received_files(db: sqlite3.Connection, files: Sequence[File]) -> tuple[ReceivedFile, ...]:
    """The files with their content in hand, each checked. Raises `Refusal`."""
    if files and sum(f.main for f in files) != 1:
        raise Refusal("Validation", "Exakt en av filerna ska vara huvudfil.")
    return tuple(_received(db, n, f) for n, f in enumerate(files, start=1))


def _received(db: sqlite3.Connection, position: int, file: File) -> ReceivedFile:
    content = file.content
    if content is None:
        content = _assembled(db, file.upload_id or "")
    if len(content) != file.length:
        raise Refusal("Validation", f"Fil {position} har en annan längd än den uppgivna.")
    if (computed := _sha256(content)) != file.sha256:
        raise Refusal("Validation", f"Fil {position} har en annan kontrollsumma än den uppgivna.")
    return ReceivedFile(file.name, file.media_type, computed, file.main, content)


def _assembled(db: sqlite3.Connection, upload_id: str) -> bytes:
    # Kept after use: a sender that lost the receipt sends the same reference again.
    rows = db.execute(
        "SELECT data, last FROM chunk WHERE upload_id = ? ORDER BY offset, last", (upload_id,)
    ).fetchall()
    if not rows or not rows[-1]["last"]:
        raise Refusal("NotFound", "Den uppladdade filen finns inte eller är inte avslutad.")
    return b"".join(row["data"] for row in rows)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
