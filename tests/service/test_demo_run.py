"""`ordna demo` as a stranger runs it: the whole chain in one command, and nothing left behind."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.service.cli_world import MAIL, ROOT, ordna

pytestmark = pytest.mark.xdist_group("demo")
"""On one worker, one after the other: each of them is three or four processes already."""
PATIENCE = 90


def demo(scratch: Path, *arguments: str | Path, **settings: str) -> subprocess.Popen[str]:
    """Start the command with `scratch` as the place for temporary files: it marks all its processes too."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ORDNA_")}
    return subprocess.Popen(
        [sys.executable, "-m", "service.cli", "demo", *map(str, arguments)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment | {"TMPDIR": str(scratch), "PYTHONPATH": str(ROOT)} | settings,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    try:
        out, err = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return process.returncode, out, err


def left(scratch: Path) -> list[str]:
    """The command lines of living processes that were started with `scratch`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"TMPDIR={scratch}\0".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


def nothing_left(scratch: Path, seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while left(scratch) and time.monotonic() < until:
        threading.Event().wait(0.1)
    return not left(scratch)


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    made = tmp_path / "scratch"
    made.mkdir()
    yield made
    for process in Path("/proc").glob("[0-9]*"):  # only what this test started, and failed to end
        with contextlib.suppress(OSError):
            if f"TMPDIR={made}\0".encode() in (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Kept:
    """What one checked run with `--eml` and `--keep` gave."""

    mail: Path
    folder: Path
    scratch: Path
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    place = tmp_path_factory.mktemp("demo")
    (place / "scratch").mkdir()
    mail = place / "klagomål.eml"
    mail.write_bytes(MAIL)
    arguments = ("--check", "--json", "--eml", mail, "--keep", place / "kept")
    code, out, err = ended(demo(place / "scratch", *arguments))
    return Kept(mail, place / "kept", place / "scratch", code, out, err)


def test_a_check_on_sqlite_takes_the_given_mail_to_a_number(kept: Kept) -> None:
    assert (kept.code, kept.err) == (0, "")
    (line,) = kept.out.splitlines()
    result = json.loads(line)
    assert re.fullmatch(r"KS 20\d\d/\d{5}", result["registration_number"])
    assert re.fullmatch(r"Ä 20\d\d-\d{5}", result["case"])
    assert result["document_sha256"] == hashlib.sha256(kept.mail.read_bytes()).hexdigest()
    assert nothing_left(kept.scratch)


def test_a_check_takes_an_application_to_a_channel_that_the_public_finds(kept: Kept) -> None:
    channel = json.loads(kept.out)["channel"]
    assert re.fullmatch(r"Ä 20\d\d-\d{5}", channel["case"])
    assert re.fullmatch(r"KS 20\d\d/\d{5}", channel["registration_number"])
    assert channel["address"].startswith("https://") and channel["name"]


def test_a_check_takes_a_secret_case_from_its_lock_to_a_marked_entry(kept: Kept) -> None:
    result = json.loads(kept.out)["secret"]
    with contextlib.closing(sqlite3.connect(kept.folder / "diarium.sqlite")) as book:
        (entry,) = book.execute(
            "SELECT secrecy_chapter || ' kap. ' || secrecy_section, subject FROM entry"
            " WHERE kind = 'case' AND number = ?",
            [result["registration_number"]],
        ).fetchall()
        documents = book.execute(
            "SELECT secrecy_chapter FROM entry WHERE kind = 'document' AND number LIKE ?",
            [f"{result['registration_number']}-%"],
        ).fetchall()
    assert entry[0] == result["provision"]
    assert "hemlig" not in entry[1].lower()
    assert documents and all(chapter for (chapter,) in documents)


def test_a_check_does_a_duty_that_came_by_itself(kept: Kept) -> None:
    result = json.loads(kept.out)
    assert result["profile"] == "sater"
    assert re.fullmatch(r"Ä 20\d\d-\d{5}", result["duty"]["case"]) and result["duty"]["name"]


def test_the_kept_folder_holds_the_number_and_the_file_in_the_diariums_own_book(kept: Kept) -> None:
    result = json.loads(kept.out)
    with contextlib.closing(sqlite3.connect(kept.folder / "diarium.sqlite")) as book:
        cases = book.execute(
            "SELECT id FROM entry WHERE kind = 'case' AND number = ?", [result["registration_number"]]
        ).fetchall()
        files = book.execute(
            "SELECT file.content, entry.case_id FROM file JOIN entry ON entry.id = file.entry_id"
            " WHERE file.sha256 = ?",
            [result["document_sha256"]],
        ).fetchall()
    assert len(cases) == 1
    assert files == [(kept.mail.read_bytes(), cases[0][0])]
    assert kept.folder.stat().st_mode & 0o777 == 0o700
    assert not any(kept.scratch.iterdir())


def test_the_kept_data_verifies(kept: Kept) -> None:
    answer = ordna("verify", "--json", data=kept.folder / "data")
    assert (answer.code, json.loads(answer.out)) == (
        0,
        {"breaks": [], "damaged": [], "evidence": []},
    )


@pytest.mark.soak
@pytest.mark.postgresql
def test_a_check_on_postgresql_leaves_no_schema_and_no_file(postgresql_url: str, scratch: Path) -> None:
    before = schemas(postgresql_url)
    code, out, err = ended(demo(scratch, "--check", "--json", ORDNA_DATABASE_URL=postgresql_url))
    assert (code, err) == (0, "")
    assert json.loads(out)["registration_number"]
    assert schemas(postgresql_url) <= before
    assert nothing_left(scratch)
    assert not any(scratch.iterdir())


def schemas(url: str) -> set[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'ordna_demo%'"))
        names = set(found)
    engine.dispose()
    return names


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_lives_on_after_the_demonstration(number: signal.Signals, scratch: Path) -> None:
    process = demo(scratch)
    assert process.stdout is not None and process.stderr is not None
    greeting = ""
    for line in process.stdout:
        greeting += line
        if "Ctrl-C" in line:
            break
    address = re.search(r"Inkorgen\s+(\S+)", greeting)
    assert address is not None, greeting + process.stderr.read()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address[1], timeout=30) as page:
        assert "snöröjning på torget" in page.read().decode()  # a password to sign in with
    assert len(left(scratch)) >= 4  # the command, the diarium, the server and its worker
    process.send_signal(number)
    code, out, err = ended(process)
    assert nothing_left(scratch), left(scratch)
    assert "Traceback" not in err
    if number is signal.SIGTERM:
        # on a busy machine the server may take longer to stop than it is given, and says so
        assert (code, "".join(line for line in err.splitlines() if "refused to gracefully" not in line)) == (
            0,
            "",
        )
        assert out.endswith("Demonstrationen är avslutad.\n")
        assert not any(scratch.iterdir())


def test_a_check_that_is_stopped_says_so_and_cleans_up(scratch: Path) -> None:
    process = demo(scratch, "--check", "--json")
    until = time.monotonic() + PATIENCE
    while not any("service.demo.web" in line for line in left(scratch)) and time.monotonic() < until:
        threading.Event().wait(0.05)
    process.terminate()
    assert ended(process) == (1, "", "Demonstrationen avbröts.\n")
    assert nothing_left(scratch)
    assert not any(scratch.iterdir())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Filen är tom."),
        (b"hej", "inte ett e-postmeddelande"),
        (MAIL + b"x" * 30_000_000, "större än 25 MB"),
        (None, "Filen går inte att läsa"),
    ],
)
def test_a_mail_that_cannot_be_sent_is_refused_before_anything_starts(
    content: bytes | None, words: str, tmp_path: Path
) -> None:
    mail = tmp_path / "mail.eml"
    if content is not None:
        mail.write_bytes(content)
    answer = ordna(
        "demo", "--check", "--json", "--eml", mail, "--keep", tmp_path / "kept", data=tmp_path / "data"
    )
    assert (answer.code, answer.out) == (1, "")
    assert words in answer.err and answer.err.count("\n") == 1
    assert not (tmp_path / "kept").exists()
