"""`ordna lint` and `ordna deploy`: what process owners send gets an answer that they understand."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.service.cli_world import copied, ordna

SHIPPED = Path(__file__).parents[2] / "bpmn" / "complaint"
DEFINITIONS = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' targetNamespace="urn:t" id="d">'
    '<process id="p" name="Prov" isExecutable="true">{}</process></definitions>'
)
FLOW = '<sequenceFlow id="{0}_{1}" sourceRef="{0}" targetRef="{1}"/>'


def model(*inner: str) -> bytes:
    return DEFINITIONS.format("".join(inner)).encode()


def in_a_row(*nodes: tuple[str, str]) -> bytes:
    """Nodes (tag, id) from a start event to an end event."""
    row = [("startEvent", "start"), *nodes, ("endEvent", "end")]
    drawn = [f'<{tag} id="{ident}" name="{ident}"/>' for tag, ident in row]
    flows = [FLOW.format(a, b) for (_, a), (_, b) in pairwise(row)]
    return model(*drawn, *flows)


DOCTYPE = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + in_a_row(("userTask", "do"))
REFUSED = {
    "document type": (DOCTYPE, "xml-doctype", "Filen innehåller en dokumenttyp eller entitet"),
    "script task": (in_a_row(("scriptTask", "count")), "script-task", "Skriptuppgifter körs inte."),
    "four hundred nodes": (
        in_a_row(*(("userTask", f"t{n}") for n in range(400))),
        "too-many-nodes",
        "Modellen är för stor",
    ),
    "ten thousand nodes": (
        in_a_row(*(("userTask", f"t{n}") for n in range(10_000))),
        "xml-count",
        "Filen innehåller för många element",
    ),
    "thirty megabytes": (b"<a>" + b" " * 30_000_000 + b"</a>", "xml-size", "är för stor: högst"),
    "no xml": ("Hej! Här är vår process.".encode(), "xml-syntax", "Filen är inte en läsbar XML-fil."),
    "nothing": (b"", "xml-syntax", "Filen är inte en läsbar XML-fil."),
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("models") / "data"
    assert ordna("migrate", data=data).code == 0
    return data


def deployed(data: Path) -> list[tuple[str, int, bool]]:
    with contextlib.closing(sqlite3.connect(data / "ordna.sqlite")) as connection:
        return connection.execute(
            "SELECT hash, number, active FROM definition WHERE process = 'complaint' ORDER BY number"
        ).fetchall()


@pytest.mark.parametrize("name", REFUSED)
def test_a_model_that_may_not_run_is_refused_in_swedish_within_two_seconds(name: str, tmp_path: Path) -> None:
    content, rule, words = REFUSED[name]
    file = tmp_path / "model.bpmn"
    file.write_bytes(content)
    began = time.monotonic()
    answer = ordna("lint", file, "--json", data=tmp_path / "data")
    assert time.monotonic() - began < 2
    assert answer.code == 1 and answer.err == ""
    said = json.loads(answer.out)
    assert said["accepted"] is False and said["findings"]
    for finding in said["findings"]:
        assert set(finding) == {"rule", "element", "text", "hint", "level"}
        assert finding["text"].endswith(".") and finding["level"] in {"error", "note", "warning"}
    assert [f["rule"] for f in said["findings"]] == [rule]
    assert words in said["findings"][0]["text"]
    assert not (tmp_path / "data").exists()


def test_the_finding_about_a_script_names_its_element(tmp_path: Path) -> None:
    file = tmp_path / "model.bpmn"
    file.write_bytes(in_a_row(("scriptTask", "count")))
    said = json.loads(ordna("lint", file, "--json", data=tmp_path).out)
    assert "count" in {f["element"] for f in said["findings"]}


def test_the_shipped_flow_is_accepted_as_a_folder(tmp_path: Path) -> None:
    answer = ordna("lint", SHIPPED, "--json", data=tmp_path)
    assert answer.code == 0
    assert json.loads(answer.out)["accepted"] is True


def test_a_file_that_is_not_there_is_wrong_use_and_no_verdict(tmp_path: Path) -> None:
    answer = ordna("lint", tmp_path / "saknas.bpmn", "--json", data=tmp_path)
    assert answer.code == 2 and answer.out == ""
    assert answer.err.startswith("Filen går inte att läsa:")


@pytest.mark.parametrize("spoiled", ["model", "form", "scenario", "empty"])
def test_deploying_a_bad_folder_changes_nothing(spoiled: str, installed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "complaint"
    shutil.copytree(SHIPPED, folder)
    match spoiled:
        case "model":
            (folder / "model.bpmn").write_bytes(in_a_row(("scriptTask", "count")))
        case "form":
            (folder / "forms" / "assess.json").write_text("{", encoding="utf-8")
        case "scenario":
            (folder / "forms" / "answer.json").unlink()
        case _:
            shutil.rmtree(folder)
    before = deployed(installed)
    answer = ordna("deploy", folder, data=installed)
    assert answer.code == 1
    assert answer.err.strip() and "Traceback" not in answer.err
    assert deployed(installed) == before


def test_what_a_municipality_deployed_is_not_taken_back_at_the_next_start(
    installed: Path, tmp_path: Path
) -> None:
    data = copied(installed, tmp_path / "data")
    folder = tmp_path / "complaint"
    shutil.copytree(SHIPPED, folder)
    path = folder / "forms" / "answer.json"
    form = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(form | {"title": "Svara den som skrev"}), encoding="utf-8")
    answer = ordna("deploy", folder, data=data)
    assert answer.code == 0, answer.err
    assert "version 2" in answer.out
    assert ordna("setup", data=data).code == 0  # a start puts the shipped models in force
    assert [(number, active) for _, number, active in deployed(data)] == [(1, 0), (2, 1)]


def test_a_model_that_nobody_has_drawn_is_drawn_and_that_is_told(tmp_path: Path) -> None:
    path = tmp_path / "model.bpmn"
    path.write_bytes(in_a_row(("userTask", "read")))
    told = ordna("draw", str(path), data=tmp_path / "data")
    assert told.code == 0 and 'data-id="read"' in told.out and "saknade ritning" in told.err


def test_a_variable_that_nothing_sets_is_a_note_in_a_lone_model_and_refuses_a_folder(tmp_path):
    choice = (
        '<startEvent id="start"/><userTask id="do" name="Gör"/><exclusiveGateway id="g" default="no"/>'
        '<endEvent id="a"/><endEvent id="b"/><sequenceFlow id="f" sourceRef="start" targetRef="do"/>'
        '<sequenceFlow id="i" sourceRef="do" targetRef="g"/>'
        '<sequenceFlow id="no" sourceRef="g" targetRef="b"/>'
        '<sequenceFlow id="yes" sourceRef="g" targetRef="a">'
        "<conditionExpression>kindd = 1</conditionExpression></sequenceFlow>"
    )
    lone = tmp_path / "lone.bpmn"
    lone.write_bytes(model(choice))
    answer = ordna("lint", lone, "--json", data=tmp_path / "data")
    said = json.loads(answer.out)
    assert answer.code == 0
    unset = [(f["element"], f["level"]) for f in said["findings"] if f["rule"] == "unset-variable"]
    assert unset == [("yes", "note")]
    folder = copied(SHIPPED, tmp_path / "complaint")
    drawn = (folder / "model.bpmn").read_text("utf-8")
    (folder / "model.bpmn").write_text(drawn.replace(">answer_due<", ">answer_duee<", 1), "utf-8")
    answer = ordna("lint", folder, "--json", data=tmp_path / "data")
    said = json.loads(answer.out)
    assert answer.code == 1
    assert [f["level"] for f in said["findings"] if f["rule"] == "unset-variable"] == ["error"]
