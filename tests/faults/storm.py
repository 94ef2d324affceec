"""The pieces of a storm: the demonstration's diarium as a process, workers to kill, and the count
after it."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from service import jobs
from service.outbox import resolve
from service.outbox.policy import Point
from service.store import CaseRow, Database, RegistrationRow
from tests.service.outbox_world import REGISTRAR, open_cases, quick

ROOT = Path(__file__).parents[2]
TIMES = {
    "TIMEOUT": "1",
    "LEASE": "2",
    "DIARIUM_SETTLE": "3",
    "BACKOFF": "0.2",
    "POLL": "0.2",
    "ATTEMPTS": "8",
}
"""Seconds. The diarium's slowest commit comes well before time-out and settling time are over."""
BRISK = TIMES | {"LEASE": "1.5", "DIARIUM_SETTLE": "1.2"}
"""For a diarium that commits within the time-out."""


class Process:
    """A child that speaks in lines on its standard output, and ends when we do."""

    def __init__(self, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            self._lines.put(line.strip())

    def says(self, seconds: float = 60.0) -> str:
        """The next line. Raises queue.Empty when none comes."""
        return self._lines.get(timeout=seconds)

    def signal(self, number: signal.Signals) -> None:
        self._child.send_signal(number)

    def kill(self) -> None:
        """SIGKILL: nothing in the child gets to know."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


@dataclass(frozen=True, slots=True)
class Register:
    """A running diarium that does not remove doubles, with its own database file."""

    url: str
    file: Path

    def disturb(self, *switches: Mapping[str, object]) -> None:
        request = urllib.request.Request(
            f"{self.url}faults", json.dumps(switches).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 201

    def calm(self) -> None:
        """No more faults, and all work that was begun late is done."""
        request = urllib.request.Request(f"{self.url}faults", method="DELETE")
        urllib.request.urlopen(request, timeout=20).close()

        def idle() -> bool:
            with urllib.request.urlopen(f"{self.url}statistics", timeout=20) as answer:
                return bool(json.load(answer)["pending"] == 0)

        assert eventually(idle)

    def entries(self) -> Counter[str]:
        """How many entries the register's own file holds for each key."""
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            return Counter(dict(connection.execute("SELECT key_id, count(*) FROM entry GROUP BY key_id")))

    def numbers(self) -> dict[str, str]:
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            return dict(connection.execute("SELECT key_id, number FROM entry"))


@contextlib.contextmanager
def register(folder: Path) -> Iterator[Register]:
    file = folder / "diarium.sqlite"
    process = Process("service.demo.diarium", "--database", str(file), "--no-dedup", "--with-parent")
    try:
        yield Register(process.says().removeprefix("diarium "), file)
    finally:
        process.kill()


@dataclass(slots=True)
class Storm:
    """Registrations in one database, a disturbed register, and workers that are killed."""

    database: Database
    register: Register
    key_file: Path
    policy: tuple[str, ...]
    times: Mapping[str, str]
    registrations: list[str] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)

    def open(self, count: int) -> None:
        """`count` more cases that wait to be registered, each nudged twice."""
        more = open_cases(self.database, count, now=datetime.now(UTC))
        with self.database.write() as session:
            for one in more:
                jobs.enqueue(session, "push", one, turn="again")
        self.registrations += more

    def begin(self, *arguments: str) -> Process:
        """A worker that has been started; it says `ready` when it works."""
        values = dict(self.times) | {
            "DATABASE_URL": self.database.engine.url.render_as_string(hide_password=False),
            "DATABASE_SCHEMA": self.database.schema or "",
            "KEY_FILE": str(self.key_file),
            "DIARIUM": "neutral",
            "DIARIUM_URL": f"{self.register.url}diarium",
        }
        self.workers.append(
            Process(
                "tests.faults.worker",
                *self.policy,
                *arguments,
                environment={f"ORDNA_{name}": value for name, value in values.items()},
            )
        )
        return self.workers[-1]

    def worker(self) -> Process:
        process = self.begin()
        assert process.says() == "ready"
        return process

    def kill_at(self, *places: tuple[Point, int], seconds: float = 10.0) -> set[Point]:
        """Let one worker for each place work, all at the same time, until it stands at its point
        for the nth time, and kill it there. Returns the points that were reached in time; all are
        killed."""
        workers = [(point, self.begin("--hold", point, str(nth))) for point, nth in places]
        reached = set()
        for point, worker in workers:
            with contextlib.suppress(queue.Empty):
                assert worker.says() == "ready"
                if worker.says(seconds) == point:
                    reached.add(point)
            worker.kill()
        return reached

    def wait_until_registered(self, seconds: float = 180.0) -> bool:
        """Until all are, with a registrar who sends again what the outbox could not make certain."""
        return eventually(lambda: self._registrar_finds_nothing_left(), seconds)

    def _registrar_finds_nothing_left(self) -> bool:
        states = self.states()
        if states["uncertain"]:
            settings = quick(self.database, **self.times)
            with self.database.write() as session:
                for one in session.scalars(
                    select(RegistrationRow.id).where(RegistrationRow.state == "uncertain")
                ):
                    resolve.send_again(session, one, settings, actor=REGISTRAR, now=datetime.now(UTC))
        return states["registered"] == len(self.registrations)

    def states(self) -> Counter[str]:
        with self.database.read() as session:
            return Counter(session.scalars(select(RegistrationRow.state)))

    def ours(self) -> dict[str, str | None]:
        with self.database.read() as session:
            return {row.id: row.number for row in session.scalars(select(RegistrationRow))}

    def open_cases(self) -> int:
        with self.database.read() as session:
            return (
                session.scalar(select(func.count()).select_from(CaseRow).where(CaseRow.status != "closed"))
                or 0
            )


@contextlib.contextmanager
def storm(
    database: Database, folder: Path, count: int, *policy: str, times: Mapping[str, str] = TIMES
) -> Iterator[Storm]:
    """A register, and `count` cases that wait for it."""
    key_file = folder / "key"
    key_file.touch(mode=0o600)
    key_file.write_text(bytes(range(32)).hex())
    jobs.connect(database, quick(database))
    with register(folder) as diarium:
        current = Storm(database, diarium, key_file, policy, times)
        current.open(count)
        try:
            yield current
        finally:
            for worker in current.workers:
                worker.kill()


def eventually(holds: Callable[[], bool], seconds: float = 60.0) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        threading.Event().wait(0.1)
    return True
