"""Where a demonstration lives: a private folder, free ports, and on PostgreSQL schemas of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from service.settings import PREFIX, Settings, from_environment


class DemoFailed(Exception):
    """The demonstration could not be run. The text says what did not answer."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with everything in it, and the environment that its processes get."""

    folder: Path
    environment: Mapping[str, str]
    settings: Settings

    @property
    def diarium_database(self) -> Path:
        return self.folder / "diarium.sqlite"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def folder(keep: Path | None) -> Iterator[Path]:
    """A folder that only this user can read: `keep`, which stays, or a temporary one, which goes."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield keep.absolute()
        return
    made = Path(tempfile.mkdtemp(prefix="ordna-demo-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def diarium(database: Path) -> Iterator[str]:
    """A diarium of its own process and database; gives its address. It ends with this process."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "service.demo.diarium",
            "--port",
            "0",
            "--database",
            str(database),
            "--with-parent",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=_plain(os.environ),
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline().split()
        if len(first) != 2 or first[0] != "diarium":
            raise DemoFailed("Diariet startade inte.")
        yield first[1]
    finally:
        end(process)


@contextmanager
def prepared(keep: Path | None, *, quick: bool, profile: str | None = None) -> Iterator[tuple[Place, str]]:
    """A place with a running diarium, and the diarium's address. `quick` shortens every wait: nothing
    else can be working on this diarium. `profile` is the municipality; none: what the settings say."""
    with folder(keep) as made, diarium(made / "diarium.sqlite") as address:
        port = free_port()
        environment = (
            _plain(os.environ)
            | {
                "ORDNA_DATA": str(made / "data"),
                "ORDNA_PORT": str(port),
                "ORDNA_DIARIUM": "neutral",
                "ORDNA_DIARIUM_URL": f"{address}diarium",
                "ORDNA_PUBLIC_URL": f"http://127.0.0.1:{port}",
                "ORDNA_DIARIUM_SETTLE": "1" if quick else "5",
                "ORDNA_BACKOFF": "1" if quick else "5",
                "ORDNA_POLL": "0.2" if quick else "1",
                "ORDNA_TIMEOUT": "10",
                "ORDNA_LEASE": "15",
            }
            | ({"ORDNA_PROFILE": profile} if profile else {})
        )
        with _schemas(os.environ.get("ORDNA_DATABASE_URL", "")) as chosen:
            environment |= chosen
            yield Place(made, environment, from_environment(environment)), address


def _plain(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without Ordna's own settings: a demonstration touches no real installation."""
    return {k: v for k, v in environment.items() if not k.startswith(PREFIX)}


@contextmanager
def _schemas(url: str) -> Iterator[dict[str, str]]:
    """On PostgreSQL a schema for our tables and one for the job engine's, dropped afterwards."""
    if not url or url.startswith("sqlite"):
        yield {}
        return
    schema = f"ordna_demo_{secrets.token_hex(6)}"
    try:
        yield {"ORDNA_DATABASE_URL": url, "ORDNA_DATABASE_SCHEMA": schema}
    finally:
        engine = create_engine(url)
        with engine.begin() as connection:
            for name in (f"{schema}_jobs", schema):
                connection.execute(text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
        engine.dispose()


@contextmanager
def running(place: Place) -> Iterator[None]:
    """The application in processes of its own: one on SQLite, web and worker on PostgreSQL."""
    commands = [[sys.executable, "-m", "service.demo.web"]]
    if not place.settings.sqlite:
        commands.append([*commands[0], "worker"])
    with contextlib.ExitStack() as stack:
        for command in commands:
            process = subprocess.Popen(
                command, env=dict(place.environment), stdin=subprocess.PIPE, start_new_session=True
            )
            stack.callback(end, process)
        yield


def end(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """Ask it to stop, and insist after ten seconds."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
