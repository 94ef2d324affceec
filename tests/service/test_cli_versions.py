"""The verbs `outline` and `diff`: what a process owner reads in a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.cli import main

COMPLAINT = Path(__file__).parents[2] / "bpmn" / "complaint"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    model = (COMPLAINT / "model.bpmn").read_text(encoding="utf-8")
    assert old in model
    path = tmp_path / "ny.bpmn"
    path.write_text(model.replace(old, new), encoding="utf-8")
    return path


def test_outline_writes_the_routine_and_marks_where_a_case_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outline", str(COMPLAINT), "--here", "answer"]) == 0
    written = capsys.readouterr().out
    assert "[DU ÄR HÄR] Handläggaren besvarar inlägget." in written
    assert "svarstiden" in written and "öppna ett ärende i diariet" in written


def test_diff_compares_an_edited_model_with_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = changed(tmp_path, 'id="answer" name="Besvara inlägget"', 'id="answer" name="Svara"')
    assert main(["diff", str(COMPLAINT), str(path)]) == 0
    assert capsys.readouterr().out == "Uppgiften ”Besvara inlägget” heter nu ”Svara”.\n"
    assert main(["diff", "--json", str(path), str(COMPLAINT / "model.bpmn")]) == 0
    (said,) = json.loads(capsys.readouterr().out)["sentences"]
    assert (said["kind"], said["element"]) == ("renamed", "answer")


def test_diff_says_when_only_the_drawing_has_changed_or_nothing_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = changed(tmp_path, '<dc:Bounds x="190"', '<dc:Bounds x="191"')
    assert main(["diff", str(COMPLAINT), str(path)]) == 0
    assert main(["diff", str(COMPLAINT), str(COMPLAINT)]) == 0
    assert capsys.readouterr().out == "Bara ritningens utseende har ändrats.\nVersionerna är lika.\n"


def test_a_file_that_is_not_there_or_is_no_model_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["outline", str(tmp_path / "saknas.bpmn")]) == 2
    (tmp_path / "trasig.bpmn").write_text("<nej")
    assert main(["diff", str(COMPLAINT), str(tmp_path / "trasig.bpmn")]) == 1
    assert "inte en läsbar XML-fil" in capsys.readouterr().err
