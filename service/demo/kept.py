"""What the register has under a key, in full, for whoever checks what reached it; and cases of others."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.demo.book import Book

_SECRECY = ("secrecy_law", "secrecy_chapter", "secrecy_section", "secrecy_note", "secrecy_review_date")


_DIRECTIONS = {"In": "incoming", "Out": "outgoing", "Internal": "internal"}


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as the register has it: its columns, its case's number, and its parties and files in order,
    by column."""

    entry: Mapping[str, Any]
    case: str | None
    parties: Sequence[Mapping[str, Any]]
    files: Sequence[Mapping[str, Any]]

    @property
    def direction(self) -> str | None:
        return _DIRECTIONS.get(self.entry["direction"])

    @property
    def secret(self) -> bool:
        return any(self.entry[name] is not None for name in _SECRECY)


def whole(book: Book, key: str) -> Kept | None:
    """The latest entry with the key, or None."""
    with book.reading() as db:
        row = db.execute("SELECT * FROM entry WHERE key_id = ? ORDER BY id DESC LIMIT 1", (key,)).fetchone()
        if row is None:
            return None
        parties = _rows(db, "SELECT * FROM party WHERE entry_id = ? ORDER BY position", row["id"])
        files = _rows(
            db,
            "SELECT name, media_type, sha256, main FROM file WHERE entry_id = ? ORDER BY position",
            row["id"],
        )
        cases = _rows(db, "SELECT number FROM entry WHERE id = ?", row["case_id"])
    return Kept(
        dict(row),
        cases[0]["number"] if cases else None,
        [dict(party) for party in parties],
        [dict(file) for file in files],
    )


def entry(book: Book, key: str) -> dict[str, object] | None:
    """The latest entry with the key: its columns, with `direction` as incoming, outgoing or internal, and
    besides them `secrecy` (marked or not), `parties` and `files` (names, in order), `public_parties` (those
    that everybody may see), `protected` (a party has a protected identity) and `case` (its case's number).
    None where there is no such entry."""
    found = whole(book, key)
    if found is None:
        return None
    return dict(found.entry) | {
        "direction": found.direction,
        "secrecy": found.secret,
        "parties": [party["name"] for party in found.parties],
        "public_parties": [party["name"] for party in found.parties if party["public"]],
        "protected": any(party["protected_identity"] for party in found.parties),
        "files": [file["name"] for file in found.files],
        "case": found.case,
    }


def opened_by_others(book: Book, number: str, now: datetime) -> None:
    """Let the register hold an open case with the number, as if somebody else had opened it. Nothing where
    there is an entry with the number already. `now` is aware."""
    with book.writing() as db:
        if db.execute("SELECT 1 FROM entry WHERE number = ?", (number,)).fetchone():
            return
        made = db.execute(
            "INSERT INTO entry (kind, number, key_source, key_id, digest, sequence, subject, opened_at, "
            "registered_at) VALUES ('case', ?, 'someone', ?, '', 0, 'Ett pågående ärende', ?, ?)",
            (number, number, now.isoformat(), now.isoformat()),
        )
        db.execute(
            "INSERT INTO status_change (entry_id, status, changed_at) VALUES (?, 'Open', ?)",
            (made.lastrowid, now.isoformat()),
        )


def _rows(db: sqlite3.Connection, query: str, ident: object) -> list[sqlite3.Row]:
    return list(db.execute(query, (ident,)).fetchall())
