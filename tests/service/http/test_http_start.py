"""Starting a case by hand, and two pairs of eyes: an invented process that no Python knows of."""

from __future__ import annotations

from sqlalchemy import select

from service import definitions
from service.actors import SYSTEM
from service.store import CaseRow, TaskRow
from tests.service.http.web import NOW, Web
from tests.workflows import models as m

INVENTED = m.process(
    m.lanes(Sökande="start ask", Enhetschef="approve end"),
    m.start(),
    m.user("ask"),
    m.user("approve", four_eyes="ask"),
    m.end(),
    "start -> ask -> approve -> end",
    id="lending",
)


def _deploy(web: Web, model: bytes = INVENTED) -> None:
    with web.database.write() as session:
        definitions.deploy(session, {"model.bpmn": model}, actor=SYSTEM, now=NOW)


def _open(web: Web) -> list[TaskRow]:
    with web.database.read() as session:
        return list(session.scalars(select(TaskRow).where(TaskRow.status == "open")))


def test_a_process_folder_that_no_code_knows_is_started_and_ended_in_the_browser(web: Web):
    _deploy(web)
    web.person("sara", "applicant")
    web.person("berit", "head_of_unit")
    sara, berit = web.browser("sara"), web.browser("berit")
    assert "lending" in sara.get("/starta").text
    assert sara.submit("/starta", {"process": "lending"}).status_code == 303
    (asked,) = _open(web)
    assert asked.element == "ask"
    assert sara.submit(f"/uppgifter/{asked.id}", {"action": "slutfor"}).status_code == 303
    (approve,) = _open(web)
    assert berit.submit(f"/uppgifter/{approve.id}", {"action": "slutfor"}).status_code == 303
    with web.database.read() as session:
        assert session.scalars(select(CaseRow.status)).all() == ["closed"]


def test_who_has_no_role_at_the_start_neither_sees_nor_starts_it(web: Web):
    _deploy(web)
    web.person("berit", "head_of_unit")
    berit = web.browser("berit")
    assert "lending" not in berit.get("/starta").text
    assert berit.submit("/starta", {"process": "lending"}).status_code == 404
    assert _open(web) == []


def test_the_one_who_asked_cannot_approve(web: Web):
    _deploy(web)
    web.person("sara", "applicant", "head_of_unit")
    sara = web.browser("sara")
    sara.submit("/starta", {"process": "lending"})
    (asked,) = _open(web)
    sara.submit(f"/uppgifter/{asked.id}", {"action": "slutfor"})
    (approve,) = _open(web)
    answer = sara.submit(f"/uppgifter/{approve.id}", {"action": "slutfor"})
    assert answer.status_code == 403 and "kan inte själv godkänna" in answer.text
    assert [task.element for task in _open(web)] == ["approve"]
