"""What the register holds, for the pages: newest first, a page at a time by keyset; and counts."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.demo.book import Book, status_of

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class ListedParty:
    role: str
    name: str
    public: bool


@dataclass(frozen=True, slots=True)
class ListedFile:
    name: str
    media_type: str
    sha256: str
    length: int


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as a page shows it. `arrived_at` is when a case was opened, or a document received
    or sent; `status` is a case's; times are aware UTC."""

    id: int
    kind: str
    number: str
    subject: str
    direction: str | None
    unit: str | None
    status: str | None
    secrecy: str | None
    arrived_at: datetime
    registered_at: datetime
    parties: tuple[ListedParty, ...]
    files: tuple[ListedFile, ...]

    def public(self) -> Listed:
        """The entry without what the public register leaves out: names that are not public, all
        names where secrecy is marked, the provision of secrecy, and the files, whose names anyone
        may have chosen. The subject is public by contract."""
        return Listed(
            self.id,
            self.kind,
            self.number,
            self.subject,
            self.direction,
            self.unit,
            self.status,
            None,
            self.arrived_at,
            self.registered_at,
            tuple(p for p in self.parties if p.public and self.secrecy is None),
            (),
        )


def entries_before(book: Book, before: int | None) -> tuple[tuple[Listed, ...], int | None]:
    """A page of the entries with ids below `before` (None: the newest), and where the next page
    begins, or None when there is none."""
    with book.reading() as db:
        rows = db.execute(
            "SELECT * FROM entry WHERE id < ? ORDER BY id DESC LIMIT ?",
            (2**62 if before is None else before, PAGE_SIZE + 1),
        ).fetchall()
        more = len(rows) > PAGE_SIZE
        rows = rows[:PAGE_SIZE]
        ids = [int(row["id"]) for row in rows]
        parties, files = _parties(db, ids), _files(db, ids)
        listed = tuple(_listed(db, row, tuple(parties[row["id"]]), tuple(files[row["id"]])) for row in rows)
    return listed, ids[-1] if more else None


def counted(book: Book) -> dict[str, object]:
    """`entries` by kind, and `doubled`: how many keys hold more than one entry."""
    with book.reading() as db:
        kinds = db.execute("SELECT kind, count(*) FROM entry GROUP BY kind").fetchall()
        (doubled,) = db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM entry GROUP BY key_source, key_id HAVING count(*) > 1)"
        ).fetchone()
    return {"entries": {"case": 0, "document": 0} | dict(map(tuple, kinds)), "doubled": doubled}


def _listed(
    db: sqlite3.Connection,
    row: sqlite3.Row,
    parties: tuple[ListedParty, ...],
    files: tuple[ListedFile, ...],
) -> Listed:
    secrecy = None
    if row["secrecy_chapter"] is not None:
        secrecy = f"{row['secrecy_law']} {row['secrecy_chapter']} kap. {row['secrecy_section']}"
    return Listed(
        row["id"],
        row["kind"],
        row["number"],
        row["subject"],
        row["direction"],
        row["unit"],
        status_of(db, row["id"]) if row["kind"] == "case" else None,
        secrecy,
        datetime.fromisoformat(row["opened_at"] or row["received_or_sent_at"]),
        datetime.fromisoformat(row["registered_at"]),
        parties,
        files,
    )


def _parties(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[ListedParty]]:
    found: dict[int, list[ListedParty]] = defaultdict(list)
    for row in db.execute(
        "SELECT entry_id, role, name, public AND NOT protected_identity AS public FROM party "
        f"WHERE entry_id IN ({_marks(ids)}) ORDER BY entry_id, position",
        ids,
    ):
        found[row["entry_id"]].append(ListedParty(row["role"], row["name"], bool(row["public"])))
    return found


def _files(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[ListedFile]]:
    found: dict[int, list[ListedFile]] = defaultdict(list)
    for row in db.execute(
        "SELECT entry_id, name, media_type, sha256, length FROM file "
        f"WHERE entry_id IN ({_marks(ids)}) ORDER BY entry_id, position",
        ids,
    ):
        found[row["entry_id"]].append(
            ListedFile(row["name"], row["media_type"], row["sha256"], row["length"])
        )
    return found


def _marks(ids: Sequence[int]) -> str:
    return ",".join("?" * len(ids))
