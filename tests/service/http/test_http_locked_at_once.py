"""The thirty-second path: what is registered as secret is locked from its first moment, for its finder."""

from __future__ import annotations

import io
from importlib import resources
from pathlib import Path

from sqlalchemy import select

from service import definitions, history, secrecy
from service.actors import SYSTEM
from service.store import CaseRow, TaskRow
from tests.service.http.web import NOW, Web, picture

SECRET = {"kanal": "Facebook, Exempelkommun", "avsandare": "Profil i kanalen", "text": "Grannens diagnos"}


def _deploy(web: Web) -> None:
    folder = Path(str(resources.files("bpmn"))) / "secret-content"
    with web.database.write() as session:
        definitions.deploy(session, definitions.folder(folder), actor=SYSTEM, now=NOW)


def _case(web: Web) -> CaseRow:
    with web.database.read() as session:
        return session.scalars(select(CaseRow)).one()


def test_a_ticked_box_locks_the_case_before_anything_is_put_in_it(web: Web):
    _deploy(web)
    fields = {**SECRET, "las": "ja", "bild": (io.BytesIO(picture()), "bild.png")}
    sent = web.browser("kim").submit("/registrera", fields)
    case = _case(web)
    assert (case.process, case.secrecy) == ("secret-content", secrecy.NEED_TO_KNOW)
    with web.database.read() as session:
        kinds = [event.kind for event in history.of_case(session, case.id)]
        task = session.scalars(select(TaskRow)).one()
    assert kinds.index("case_locked") < kinds.index("item_received") < kinds.index("evidence_kept")
    assert sent.headers["Location"] == f"/uppgifter/{task.id}?meddelande=registrerat"


def test_the_finder_does_the_tasks_and_a_colleague_sees_nothing(web: Web):
    _deploy(web)
    fields = {**SECRET, "las": "ja", "bild": (io.BytesIO(picture()), "bild.png")}
    web.browser("kim").submit("/registrera", fields)
    case = _case(web)
    with web.database.read() as session:
        task = session.scalars(select(TaskRow)).one()
    maria, kim = web.browser("maria"), web.browser("kim")
    for path in (f"/arenden/{case.id}", f"/uppgifter/{task.id}"):
        assert maria.get(path).status_code == 404
    assert case.number not in maria.get("/arenden").text
    answers = {"preserved_as": "picture", "version": str(task.version), "action": "slutfor"}
    assert kim.submit(f"/uppgifter/{task.id}", answers).status_code == 303
    remove = web.task(case.id, "Dölj eller ta bort genast")
    assert kim.get(f"/uppgifter/{remove.id}").status_code == 200


def test_a_post_that_lies_open_already_is_not_called_locked(web: Web):
    _deploy(web)
    kim = web.browser("kim")
    kim.submit("/registrera", {**SECRET, "lank": "https://social.example/p/1"})
    case = _case(web)
    again = kim.submit("/registrera", {**SECRET, "lank": "https://social.example/p/1", "las": "ja"})
    assert again.status_code == 422
    assert f"finns redan i ärende {case.number}" in again.text
    assert _case(web).secrecy is None


def test_a_locked_post_that_comes_again_leads_its_finder_to_the_locked_case(web: Web):
    _deploy(web)
    kim = web.browser("kim")
    first = kim.submit("/registrera", {**SECRET, "lank": "https://social.example/p/1", "las": "ja"})
    again = kim.submit("/registrera", {**SECRET, "lank": "https://social.example/p/1"})
    assert again.headers["Location"].split("?")[0] == first.headers["Location"].split("?")[0]
    assert _case(web).secrecy is not None


def test_a_locked_case_is_begun_with_what_was_found_and_never_from_the_list(web: Web):
    _deploy(web)
    web.person("hanna", "secrecy_handler", "channel_administrator")
    hanna = web.browser("hanna")
    listed = hanna.get("/starta").text
    assert "Hemligt innehåll" not in listed and "Synpunkt till ärende" not in listed
    for process in ("secret-content", "complaint"):
        assert hanna.submit("/starta", {"process": process}).status_code == 404


def test_the_task_that_gathers_evidence_says_what_is_missing_and_takes_it(web: Web):
    _deploy(web)
    kim = web.browser("kim")
    sent = kim.submit("/registrera", {**SECRET, "las": "ja"})
    page = kim.get(sent.headers["Location"]).text
    assert "Innehållet är inte sparat än" in page and 'value="forsegla"' in page
