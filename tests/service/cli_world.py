"""Arrangements for tests of the command line: `ordna` in this process, or as a process of its own."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from service.cli import main

ROOT = Path(__file__).parents[2]
MAIL = (
    "From: Karin <karin@post.example>\r\nTo: kommun@exempel.example\r\nSubject: Gungan\r\n"
    "Date: Tue, 3 Mar 2026 09:14:00 +0100\r\nMessage-ID: <gunga-1@post.example>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    "Gungan på lekplatsen är trasig.\r\n"
).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verb left behind: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def environment(data: Path, **settings: str) -> dict[str, str]:
    """This process's environment with exactly these settings of ours; a diarium in memory."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("ORDNA_") or k.startswith("ORDNA_TEST_")}
    given = {"DATA": str(data), "DIARIUM": "memory"} | settings
    return plain | {f"ORDNA_{name}": value for name, value in given.items()}


def ordna(*arguments: str | Path, data: Path, stdin: bytes = b"", **settings: str) -> Answer:
    """Run one verb here, with `settings` as ORDNA_ variables."""
    out, err = io.StringIO(), io.StringIO()
    given = io.TextIOWrapper(io.BytesIO(stdin))
    with (
        patch.dict(os.environ, environment(data, **settings), clear=True),
        patch("sys.stdin", given),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            code = main([str(a) for a in arguments])
        except SystemExit as wrong_use:
            code = int(wrong_use.code or 0)
    return Answer(code, out.getvalue(), err.getvalue())


def copied(data: Path, to: Path) -> Path:
    """The data folder as it stands, to be spoiled."""
    shutil.copytree(data, to)
    return to


def kept(data: Path) -> Mapping[str, int]:
    """How many rows each of our tables holds."""
    with contextlib.closing(sqlite3.connect(data / "ordna.sqlite")) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A real `ordna serve` on a free port. What it says on standard error is collected, line by line."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._said: list[str] = []
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "serve"],
            cwd=ROOT,
            text=True,
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(data, PORT=str(self.port), **settings),
        )
        self._readers = [
            threading.Thread(target=self._read, args=(stream,), daemon=True)
            for stream in (self.process.stdout, self.process.stderr)
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: io.TextIOBase) -> None:
        for line in stream:
            with self._changed:
                self._said.append(line.strip())
                self._changed.notify_all()

    @property
    def said(self) -> list[str]:
        with self._changed:
            return list(self._said)

    def wait_for(self, words: str, seconds: float = 60.0) -> str:
        """The first line that holds `words`."""

        def found() -> str | None:
            return next((line for line in self._said if words in line), None)

        with self._changed:
            self._changed.wait_for(lambda: found() is not None, timeout=seconds)
            line = found()
        assert line is not None, self.said
        return line

    def wait_until_listening(self, seconds: float = 60.0) -> None:
        for _ in range(int(seconds * 10)):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            threading.Event().wait(0.1)
        raise AssertionError(self.said)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        finally:
            self.process.kill()
            for reader in self._readers:
                reader.join(5)


@contextlib.contextmanager
def served(data: Path, **settings: str) -> Iterator[Served]:
    server = Served(data, **settings)
    try:
        yield server
    finally:
        server.stop()
