"""Whatever file a verb for models is given, it answers with a sentence and its exit code, soon and small."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from service.cli import main
from tests.workflows import models as m

MODEL = m.process(m.start(), m.user("a"), m.end(), "start -> a -> end")
VERBS = ("lint", "run", "outline", "draw")


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.bpmn", b"0" * 50_000_000)
    return held.getvalue()


REFUSED = {
    "tom.bpmn": b"",
    "bara-blanksteg.bpmn": b" \n\t",
    "binär.bpmn": bytes(range(256)) * 40,
    "bomb.bpmn": bomb(),
    "bild.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "text.txt": b"En text, ingen modell.",
    "annat.xml": b"<a/>",
    "sida.html": b"<!doctype html><html></html>",
    "skratt.bpmn": b'<!DOCTYPE l [<!ENTITY a "ha">]><l>&a;</l>',
    "kapad.bpmn": MODEL[:200],
    "två.bpmn": MODEL + MODEL,
    "stor.bpmn": b"<a>" + b" " * 9_000_000 + b"</a>",
    "många.bpmn": b"<a>" + b"<b/>" * 400_000 + b"</a>",
    "djup.bpmn": b"<a>" * 100_000,
    "fel-kodning.bpmn": b'<?xml version="1.0" encoding="utf-7"?><a/>',
    "noll.bpmn": MODEL.replace(b"<process", b"\0<process"),
}
READ = {
    "bom.bpmn": b"\xef\xbb\xbf" + MODEL,
    "utf16.bpmn": MODEL.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "utf16le.bpmn": MODEL.decode().replace("UTF-8", "UTF-16").encode("utf-16-le"),
    "latin.bpmn": MODEL.decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"),
    "modell.txt": MODEL,
    "utan ändelse": MODEL,
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_model_is_refused_with_a_sentence(
    verb: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(REFUSED[name])
    begun = time.process_time()
    assert main([verb, str(tmp_path / name)]) == 1
    assert time.process_time() - begun < 2
    told = capsys.readouterr()
    assert "." in told.out + told.err
    assert "Traceback" not in told.out + told.err


@pytest.mark.parametrize("name", READ)
def test_a_model_is_read_whatever_its_encoding_and_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(READ[name])
    assert main(["lint", str(tmp_path / name), "--json"]) == 0


@pytest.mark.parametrize("verb", VERBS)
def test_a_file_that_is_not_there_is_wrong_use(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("borta.bpmn", "å" * 300, "med\nrad.bpmn"):
        assert main([verb, str(tmp_path / name)]) == 2
        assert "går inte att läsa" in capsys.readouterr().err


@pytest.mark.parametrize("verb", VERBS)
def test_a_folder_without_a_model_is_refused(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([verb, str(tmp_path)]) == 1
    for number in range(3000):
        (tmp_path / f"{number}.md").touch()
    assert main([verb, str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "för stor" in said.out + said.err


def test_a_huge_file_takes_little_time_and_memory(tmp_path: Path) -> None:
    with (tmp_path / "jätte.bpmn").open("wb") as file:
        file.truncate(3_000_000_000)  # sparse: it takes no room
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "service.cli", "lint", str(tmp_path / "jätte.bpmn"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONUTF8": "1"})
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert '"xml-size"' in done.stdout
    assert used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime < 4
    if used.ru_maxrss > before.ru_maxrss:  # else some other child has been larger
        assert used.ru_maxrss < 300 * 1024
