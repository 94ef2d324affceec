"""`ordna run`: a process owner tries a model without a database, with answers from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from service.cli import main
from tests.workflows import models as m

COMPLAINT = Path(__file__).parents[2] / "bpmn" / "complaint"
S, E = m.start(), m.end()
JUDGED = {
    "kind_of_item": "complaint",
    "remove": "no",
    "response": "answer",
    "belongs_to": "none",
    "private_message": False,
    "insignificant": False,
}
REGISTERED = {"register_in": "new", "case_subject": "Trasig gunga", "sender_public": False}
ANSWERED = {"answer_text": "Tack, vi lagar den.", "answered_how": "public_reply"}


class Told:
    """What a run answered: exit code, the JSON, and what it said."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err
        self.json: dict[str, Any] = json.loads(out) if out.startswith("{") else {}


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def running(model: bytes | Path, answers: object = None, *, as_json: bool = True) -> Told:
        file = model
        if isinstance(model, bytes):
            file = tmp_path / "model.bpmn"
            file.write_bytes(model)
        given: list[str] = []
        if answers is not None:
            path = tmp_path / "svar"
            path.write_text(answers if isinstance(answers, str) else json.dumps(answers), encoding="utf-8")
            given = ["--answers", str(path)]
        code = main(["run", str(file), *given, *(["--json"] if as_json else [])])
        return Told(code, *capsys.readouterr())

    return running


def test_a_shipped_process_runs_from_arrival_to_end_with_replies_by_name(run: Any) -> None:
    told = run(COMPLAINT, {"Bedöm inlägget": JUDGED, "register": REGISTERED, "Besvara inlägget": ANSWERED})
    assert (told.code, told.err) == (0, "")
    assert told.json["ended"] and told.json["end"] == "Ärendet är avslutat"
    assert told.json["path"][:2] == ["arrived", "assess"] and told.json["path"][-1] == "closed"
    assert told.json["names"][1] == "Bedöm inlägget"
    assert len(told.json["path"]) == len(told.json["names"])
    assert told.json["variables"]["outcome"] == "registered_and_answered"
    assert told.json["waiting"] == [] and told.json["findings"] == []


def test_a_scenario_of_the_folder_runs_as_it_stands(run: Any) -> None:
    scenario = (COMPLAINT / "scenarios.yaml").read_text(encoding="utf-8").split("\n- name:")[1]
    told = run(COMPLAINT, "- name:" + scenario)
    assert told.code == 0 and told.json["end"] == "Ärendet är avslutat"


LATE = m.process(
    S, m.user("a"), m.boundary("t", "a", m.timer("P14D")), m.user("b"), m.service("s"), E,
    "start -> a -> s -> end; t -> b -> end",
)  # fmt: skip


def test_a_timer_that_is_named_is_let_out_and_one_that_is_not_waits(run: Any) -> None:
    assert run(LATE, {"a": {}}).json["path"] == ["start", "a", "s", "end"]
    told = run(LATE, "a: {}\nb: {}\nt:\n")
    assert (told.code, told.json["path"]) == (0, ["start", "t", "b", "end"])
    in_order = run(LATE, [{"timer": "t"}, {"task": "B"}])
    assert (in_order.code, in_order.json["path"]) == (0, ["start", "t", "b", "end"])


def test_an_operation_is_answered_from_the_file_or_with_a_number_for_tests(run: Any) -> None:
    model = m.process(S, m.service("s", result="svar"), E, "start -> s -> end")
    assert run(model).json["variables"]["svar"] == {"number": "TEST 1"}
    told = run(model, {"register": {"number": "KS 2026/7"}})
    assert told.json["variables"]["svar"] == {"number": "KS 2026/7"}
    refused = run(model, {"S": {"fails": "refused"}})
    assert refused.code == 1 and "misslyckas" in refused.err


def test_a_task_without_answers_stops_the_run_and_says_which(run: Any) -> None:
    told = run(LATE, {"b": {}})
    assert told.code == 1
    assert told.err == (
        "Körningen når inte slutet: den väntar på ”A”, ”t”, och svarsfilen säger inget om det.\n"
    )
    assert told.json["waiting"] == [
        {"kind": "task", "element": "a", "name": "A"},
        {"kind": "timer", "element": "t", "name": "t"},
    ]
    assert not told.json["ended"] and told.json["end"] is None and told.json["path"] == ["start"]
    assert "answer_due" in told.json["variables"]


def test_a_step_for_what_does_not_wait_stops_the_run_at_that_step(run: Any) -> None:
    told = run(LATE, [{"task": "b"}])
    assert (told.code, told.err) == (1, "Steg 1: ”b” väntar inte. Det som väntar är ”A”, ”t”.\n")


LOOP = m.process(
    S, m.exclusive("in"), m.user("a"), m.exclusive("g", default="g_end"), E,
    "start -> in -> a -> g; g -> in : mer; g -> end",
)  # fmt: skip


def test_replies_in_a_list_are_used_one_by_one_and_the_last_one_stays(run: Any) -> None:
    told = run(LOOP, {"a": [{"mer": True}, {"mer": True}, {"mer": False}]})
    assert told.code == 0 and told.json["path"].count("a") == 3


def test_a_run_that_never_ends_is_stopped(run: Any) -> None:
    told = run(LOOP, {"a": {"mer": True}})
    assert told.code == 1 and "har inte nått något slut på 500 steg" in told.err


def test_a_way_is_chosen_by_its_label(run: Any) -> None:
    flows = (
        "start -> a -> g",
        '<sequenceFlow id="ja" name="Ja" sourceRef="g" targetRef="x"/>',
        '<sequenceFlow id="nej" name="Nej" sourceRef="g" targetRef="end"/>',
        "x -> end",
    )
    gateway = m.node("exclusiveGateway", "g", name="Räcker det?")
    model = m.process(S, m.user("a"), gateway, m.user("x"), E, *flows)
    assert run(model, {"a": {"Räcker det?": "Nej"}}).json["path"] == ["start", "a", "g", "end"]
    assert run(model, {"a": {"val_g": "ja"}, "x": {}}).json["path"] == ["start", "a", "g", "x", "end"]
    assert "Välj väg innan uppgiften görs klar: Ja, Nej." in run(model, {"a": {}}).err


def test_answers_go_through_the_form_as_a_persons_do(run: Any) -> None:
    told = run(COMPLAINT, {"assess": JUDGED | {"remove": "kanske"}})
    assert told.code == 1 and "Svaret ”remove” i ”Bedöm inlägget” godtas inte" in told.err


def test_a_model_that_is_not_accepted_is_not_run(run: Any) -> None:
    told = run(m.process(S, m.node("scriptTask", "x"), E, "start -> x -> end"))
    assert (told.code, told.err) == (1, "Modellen godtas inte.\n")
    assert "script-task" in [finding["rule"] for finding in told.json["findings"]]
    assert told.json["path"] == []
    assert run(b"inte xml").code == 1


@pytest.mark.parametrize(
    "answers",
    [
        "[1, 2",
        "text",
        "- a: *b",
        "a: [1]",
        "a: 1",
        '{"a": 1, "a": 2}',
        "given: 1",
        "[" * 5000,
        "- {task: a, answers: 1}",
    ],
)
def test_answers_that_cannot_be_read_are_wrong_use_and_said_so(run: Any, answers: str) -> None:
    told = run(LATE, answers)
    assert told.code == 2 and told.out == "" and "Svar" in told.err


def test_files_that_are_not_there_are_wrong_use(run: Any, tmp_path: Path) -> None:
    assert run(tmp_path / "finns-inte.bpmn").code == 2
    assert main(["run", str(COMPLAINT), "--answers", str(tmp_path / "finns-inte")]) == 2


def test_without_json_the_way_is_told_in_lines(run: Any) -> None:
    told = run(LATE, {"a": {}}, as_json=False)
    assert told.out.endswith("1. start\n2. A\n3. S\n4. end\nSlut: end\n")
