"""Attack texts in every place that holds a text: none runs, none hangs, each is answered within a second."""

from __future__ import annotations

import builtins
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from tests.corpora.attacks import PAYLOADS, PLACES, attack
from tests.corpora.play import play
from workflows import WorkflowError, drawing, forms, read, scenarios
from workflows.outline import outline

_heard: list[str] = []
_listening = [False]


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if not _listening[0]:
        return
    writing = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if writing or event in {"os.system", "subprocess.Popen", "os.exec", "socket.connect", "ctypes.dlopen"}:
        _heard.append(f"{event} {arguments!r:.200}")


sys.addaudithook(_listen)


@contextlib.contextmanager
def listening() -> Iterator[None]:
    """Hears what the interpreter itself tells of files written, commands run and networks met."""
    _heard.clear()
    _listening[0] = True
    try:
        yield
    finally:
        _listening[0] = False
    assert not _heard


def test_there_are_enough_attacks_and_places() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60
    assert len(PLACES) >= 50


def test_the_listener_hears(tmp_path: Path) -> None:
    with pytest.raises(AssertionError), listening():
        (tmp_path / "x").write_text("x")


@pytest.mark.parametrize("place", PLACES)
def test_no_attack_does_anything(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every place meets a fourth of the attacks, and every attack a fourth of the places."""
    first = list(PLACES).index(place) % 4
    _attacked(place, range(first, len(PAYLOADS), 4), tmp_path, monkeypatch)


@pytest.mark.soak
@pytest.mark.parametrize("place", PLACES)
def test_not_one_attack_does_anything(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _attacked(place, range(len(PAYLOADS)), tmp_path, monkeypatch)


def _attacked(place: str, numbers: range, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "canary", lambda *_: _heard.append("canary"), raising=False)
    canary = tmp_path / "canary"
    play(PLACES[place]("x"))  # what is loaded at first use is loaded before the clock starts
    for number in numbers:
        files = PLACES[place](attack(number, canary))
        begun = process_time()
        with listening():
            _everything(files)
        assert process_time() - begun < 1, PAYLOADS[number][:80]
    assert not canary.exists()


def _everything(files: dict[str, bytes]) -> None:
    """All that may be done with a folder: only our own refusals may come out."""
    played = play(files)
    assert played.result != "unlike"
    try:
        definition = read(files)
        if played.result != "refused":
            outline(definition)
        for name, schema in definition.forms.items():
            form = forms.load(name, schema)
            form.validate(form.parse({"falt": "a" * 50 + "!"}))
        scenarios.run_all(definition)
        drawing.draw(definition.model, title=definition.name)
    except WorkflowError as refusal:
        assert str(refusal)
