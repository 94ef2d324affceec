"""When the flow itself cannot go on: nothing half done, the answers kept, and somebody who can mend it told.
A way out that the drawing leaves to the person is asked in the form."""

from __future__ import annotations

import json

from sqlalchemy import select

from service import definitions
from service.actors import SYSTEM
from service.store import HistoryRow, TaskRow
from tests.service.http.web import NOW, Web, words
from tests.workflows.models import end, exclusive, lanes, process, start, user

_FORM = {
    "type": "object",
    "title": "Antal",
    "additionalProperties": False,
    "required": ["amount"],
    "properties": {"amount": {"type": "integer", "title": "Antal", "minimum": 0, "maximum": 9}},
}


def _deploy(web: Web, *flows: str, form: bool) -> None:
    model = process(
        lanes(Kanaladministratör="start assess gate yes no"),
        start(),
        user("assess", **({"form": "amount"} if form else {})),
        exclusive("gate", default="gate_no" if form else ""),
        end("yes"),
        end("no"),
        *flows,
        id="complaint",
    )
    files = {"model.bpmn": model} | ({"forms/amount.json": json.dumps(_FORM).encode()} if form else {})
    with web.database.write() as session:
        definitions.deploy(session, files, actor=SYSTEM, now=NOW)


def test_a_flow_that_stops_keeps_the_answers_and_tells_a_process_owner(web: Web) -> None:
    # a condition must be true, false or null: a number is found out only when the case gets there
    _deploy(web, "start -> assess -> gate", "gate -> yes : amount", "gate -> no", form=True)
    case = web.post().case_id
    task = web.task(case, "ASSESS")
    answer = web.browser("kim").submit(f"/uppgifter/{task.id}", {"action": "slutfor", "amount": "3"})
    assert answer.status_code == 409
    assert "Dina svar är sparade som utkast" in words(answer.text)
    with web.database.read() as session:
        tasks = {t.kind: t for t in session.scalars(select(TaskRow).where(TaskRow.status == "open"))}
        assert set(tasks) == {"form", "incident"} and tasks["incident"].role == "process_owner"
        kinds = set(session.scalars(select(HistoryRow.kind).where(HistoryRow.stream == case)))
        assert "task_completed" not in kinds and "incident_raised" in kinds
    page = web.browser("kim").get(f"/uppgifter/{task.id}").text
    assert 'value="3"' in page
    assert web.browser("olle").get(f"/uppgifter/{tasks['incident'].id}").status_code == 200


def test_a_gateway_without_conditions_is_asked_in_the_form(web: Web) -> None:
    _deploy(web, "start -> assess -> gate", "gate -> yes", "gate -> no", form=False)
    case = web.post().case_id
    task = web.task(case, "ASSESS")
    page = web.browser("kim").get(f"/uppgifter/{task.id}").text
    assert page.count('type="radio"') == 2
    missing = web.browser("kim").submit(f"/uppgifter/{task.id}", {"action": "slutfor"})
    assert missing.status_code == 422
