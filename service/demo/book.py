"""The register itself: numbers, entries, files and look-ups, in an SQLite file of its own."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, astuple, replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from service.demo.records import Draft, Key, Receipt, Refusal
from service.demo.uploads import received_files

SWEDEN = ZoneInfo("Europe/Stockholm")


class Book:
    """Used by many threads at once: one writer connection behind a lock, a reader for each look."""

    def __init__(self, database: Path, *, prefix: str = "KS", deduplicate: bool = True) -> None:
        self.database = database
        self.prefix = prefix
        self.deduplicate = deduplicate
        self._lock = threading.Lock()
        self._writer = _connect(database)
        self._writer.execute("PRAGMA journal_mode = WAL")
        schema = resources.files("service.demo").joinpath("schema.sql").read_text("utf-8")
        self._writer.executescript(schema)

    def close(self) -> None:
        with self._lock:
            self._writer.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, durable when the block ends, undone when it raises."""
        with self._lock:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with closing(_connect(self.database)) as connection:
            connection.execute("PRAGMA query_only = 1")
            yield connection

    def register(self, draft: Draft, now: datetime) -> Receipt:
        """Enter the record and its files, all or nothing. `now` is aware UTC.
        Raises `Refusal` (Validation, NotFound, Conflict)."""
        with self.writing() as db:
            if self.deduplicate and (first := _first_receipt(db, draft)):
                return replace(first, replayed=True)
            files = received_files(db, draft.files)
            case_id = _open_case(db, draft) if draft.kind == "document" else None
            if case_id is None:
                sequence, number = self._next_case(db, now)
            else:
                sequence, number = _next_document(db, case_id)
            columns = asdict(draft.facts) | {
                "kind": draft.kind,
                "number": number,
                "sequence": sequence,
                "case_id": case_id,
                "key_source": draft.key.source,
                "key_id": draft.key.id,
                "digest": draft.digest,
                "registered_at": now.astimezone(UTC).isoformat(timespec="microseconds"),
            }
            names = ", ".join(columns)
            marks = ", ".join(f":{name}" for name in columns)
            # Column names are the fields of our own dataclass, never text from a message.
            entry = db.execute(f"INSERT INTO entry ({names}) VALUES ({marks})", columns).lastrowid
            db.executemany(
                "INSERT INTO party VALUES (?,?,?,?,?,?,?,?,?,?)",
                [(entry, n, *astuple(party)) for n, party in enumerate(draft.parties)],
            )
            db.executemany(
                "INSERT INTO file VALUES (?,?,?,?,?,?,?,?)",
                [
                    (entry, n, f.name, f.media_type, f.sha256, len(f.content), f.main, f.content)
                    for n, f in enumerate(files)
                ],
            )
            if draft.kind == "case":
                _note_status(db, entry, "Open", None, now)
            return Receipt(draft.key, number, f"E{entry}", now, False, tuple(f.sha256 for f in files))

    def find(self, key: Key, *, indexed_until: datetime | None = None) -> tuple[Receipt, ...]:
        """Every entry that carries the key, oldest first, all `replayed`. Entries later than
        `indexed_until` (aware) are not seen: an index that lags behind."""
        with self.reading() as db:
            found = tuple(replace(r, replayed=True) for r in _receipts(db, key))
        return tuple(r for r in found if indexed_until is None or r.registered_at <= indexed_until)

    def set_status(self, number: str, status: str, reason: str | None, now: datetime) -> str:
        """Raises `Refusal` NotFound, or Conflict when the case is cancelled."""
        with self.writing() as db:
            row = db.execute("SELECT id FROM entry WHERE number = ? AND kind = 'case'", (number,)).fetchone()
            if row is None:
                raise Refusal("NotFound", "Det finns inget ärende med det diarienumret.")
            before = status_of(db, row["id"])
            if before == "Cancelled" and status != before:
                raise Refusal("Conflict", "Ärendet är makulerat och kan inte ändras.")
            if before != status:
                _note_status(db, row["id"], status, reason, now)
            return status

    def _next_case(self, db: sqlite3.Connection, now: datetime) -> tuple[int, str]:
        # The series is of the Swedish year: 23.30 UTC on 31 December is next year.
        year = now.astimezone(SWEDEN).year
        (last,) = db.execute(
            "INSERT INTO series VALUES (?, 1) "
            "ON CONFLICT (year) DO UPDATE SET last = last + 1 RETURNING last",
            (year,),
        ).fetchone()
        return last, f"{self.prefix} {year}/{last:05d}"


def status_of(db: sqlite3.Connection, case_id: int) -> str:
    (status,) = db.execute(
        "SELECT status FROM status_change WHERE entry_id = ? ORDER BY id DESC LIMIT 1", (case_id,)
    ).fetchone()
    return str(status)


def _connect(database: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(database, timeout=30, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _first_receipt(db: sqlite3.Connection, draft: Draft) -> Receipt | None:
    row = db.execute(
        "SELECT kind, digest FROM entry WHERE key_source = ? AND key_id = ? ORDER BY id",
        (draft.key.source, draft.key.id),
    ).fetchone()
    if row is None:
        return None
    if (row["kind"], row["digest"]) != (draft.kind, draft.digest):
        raise Refusal("Conflict", "Nyckeln är redan använd för en registrering med annat innehåll.")
    return next(_receipts(db, draft.key))


def _receipts(db: sqlite3.Connection, key: Key) -> Iterator[Receipt]:
    for row in db.execute(
        "SELECT id, number, registered_at FROM entry WHERE key_source = ? AND key_id = ? ORDER BY id",
        (key.source, key.id),
    ).fetchall():
        hashes = db.execute(
            "SELECT sha256 FROM file WHERE entry_id = ? ORDER BY position", (row["id"],)
        ).fetchall()
        yield Receipt(
            key,
            row["number"],
            f"E{row['id']}",
            datetime.fromisoformat(row["registered_at"]),
            False,
            tuple(h["sha256"] for h in hashes),
        )


def _open_case(db: sqlite3.Connection, draft: Draft) -> int:
    where, values = "number = ?", (str(draft.case),)  # type: str, tuple[str, ...]
    if isinstance(draft.case, Key):
        where, values = "key_source = ? AND key_id = ?", (draft.case.source, draft.case.id)
    row = db.execute(
        f"SELECT id FROM entry WHERE kind = 'case' AND {where} ORDER BY id LIMIT 1", values
    ).fetchone()
    if row is None:
        raise Refusal("NotFound", "Ärendet som handlingen ska läggas i finns inte i diariet.")
    if status_of(db, row["id"]) != "Open":
        raise Refusal("Conflict", "Ärendet är inte öppet och tar inte emot fler handlingar.")
    return int(row["id"])


def _next_document(db: sqlite3.Connection, case_id: int) -> tuple[int, str]:
    case, sequence = db.execute(
        "SELECT number, (SELECT coalesce(max(sequence), 0) + 1 FROM entry WHERE case_id = c.id) "
        "FROM entry AS c WHERE id = ?",
        (case_id,),
    ).fetchone()
    return sequence, f"{case}-{sequence}"


def _note_status(
    db: sqlite3.Connection, entry: int | None, status: str, reason: str | None, now: datetime
) -> None:
    db.execute(
        "INSERT INTO status_change (entry_id, status, reason, changed_at) VALUES (?,?,?,?)",
        (entry, status, reason, now.astimezone(UTC).isoformat(timespec="microseconds")),
    )
