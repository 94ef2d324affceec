"""The barest transaction that keeps a process: lock, load, complete the user task, save, history, commit.

Both engines go through this same code against SQLite (WAL, synchronous=FULL), without ORM, forms,
encryption, sessions or HTTP, so that what differs is the engine and its saved state alone.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from service.bench.measured import Tally
from service.bench.rounds import next_size
from service.bench.runners import Moved, Ours, Runner, StockRunner
from service.bench.work import APPROVAL, STEPS, Work

_WARM_UP = 4
_TABLES = """
CREATE TABLE case_file (id TEXT PRIMARY KEY, state BLOB NOT NULL, version INTEGER NOT NULL) STRICT;
CREATE TABLE task (id TEXT PRIMARY KEY, case_id TEXT NOT NULL, element TEXT NOT NULL,
                   status TEXT NOT NULL) STRICT;
CREATE INDEX ix_task_case ON task (case_id);
CREATE TABLE history (case_id TEXT NOT NULL, position INTEGER NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL,
                      kind TEXT NOT NULL, element TEXT, PRIMARY KEY (case_id, position)) STRICT;
"""


class Bare:
    """One database file with cases of one runner."""

    def __init__(self, path: Path, runner: Runner) -> None:
        self._runner = runner
        self._db = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_TABLES)
        self._opened = 0

    def close(self) -> None:
        self._db.close()

    def batch(self, size: int, tally: Tally) -> None:
        """Open `size` cases, and complete every task of each, one case at a time per step."""
        cases = self._open(size)
        for work in STEPS:
            begun, given = time.perf_counter(), time.process_time()
            for case in cases:
                before = time.perf_counter()
                self._complete(case, work)
                tally.durations.append(time.perf_counter() - before)
            tally.elapsed += time.perf_counter() - begun
            tally.processor += time.process_time() - given
            if work is not STEPS[-1]:
                tally.saw(size, self._bytes(cases))

    def _open(self, size: int) -> list[str]:
        cases = [f"case-{self._opened + n}" for n in range(size)]
        self._opened += size
        self._db.execute("BEGIN IMMEDIATE")
        for case in cases:
            moved = self._runner.start(case)
            self._db.execute("INSERT INTO case_file VALUES (?, ?, 1)", [case, moved.state])
            self._tasks(case, moved)
        self._db.execute("COMMIT")
        return cases

    def _complete(self, case: str, work: Work) -> None:
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        state, version = db.execute("SELECT state, version FROM case_file WHERE id = ?", [case]).fetchone()
        task = db.execute(
            "SELECT id FROM task WHERE case_id = ? AND element = ? AND status = 'open'", [case, work.element]
        ).fetchone()[0]
        moved = self._runner.complete(case, state, task, work.answers)
        db.execute(
            "UPDATE case_file SET state = ?, version = version + 1 WHERE id = ? AND version = ?",
            [moved.state, case, version],
        )
        db.execute("UPDATE task SET status = 'completed' WHERE id = ?", [task])
        self._tasks(case, moved)
        db.execute(
            "INSERT INTO history VALUES (?, ?, ?, 'someone', 'task_completed', ?)",
            [case, version, "2026-01-01T00:00:00+00:00", work.element],
        )
        db.execute("COMMIT")

    def _tasks(self, case: str, moved: Moved) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO task VALUES (?, ?, ?, 'open')",
            [(task, case, element) for task, element in moved.opened],
        )

    def _bytes(self, cases: Sequence[str]) -> int:
        total: int = self._db.execute(
            "SELECT sum(length(state)) FROM case_file WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(cases)],
        ).fetchone()[0]
        return total


class Comparison:
    """Stock and ours, a batch each in turn, so that what else the machine does falls on both alike."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self._stock = Bare(folder / "stock.sqlite", StockRunner(APPROVAL, now))
        self._ours = Bare(folder / "ours.sqlite", Ours(APPROVAL, now))
        self.stock, self.ours = Tally(), Tally()
        self._sides = ((self._stock, self.stock), (self._ours, self.ours))
        for bare, _ in self._sides:
            bare.batch(_WARM_UP, Tally())

    def go_on(self, seconds: float) -> None:
        """Measure each for so many seconds more."""
        until = [tally.elapsed + seconds for _, tally in self._sides]
        while any(tally.elapsed < end for (_, tally), end in zip(self._sides, until, strict=True)):
            for bare, tally in self._sides:
                bare.batch(next_size(tally, seconds / 4) if tally.elapsed else _WARM_UP, tally)

    def close(self) -> None:
        for bare, _ in self._sides:
            bare.close()
