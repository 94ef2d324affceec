"""Scenarios that a changed drawing has left behind, mended in the browser: a new step is answered once."""

from __future__ import annotations

import re
from collections.abc import Mapping

from werkzeug.test import TestResponse

from service import definitions, drafts
from service.store import DraftRow
from tests.service.http.test_http_scenarios import FOLDER, a_draft, kept, row
from tests.service.http.web import NOW, Web, fields, words
from workflows import editing, read, scenarios
from workflows.editing import Edit, StepKind

NEW = "Ring upp den som skrev"
STEP = "ring_upp_den_som_skrev"
ANSWER = {"answer_text": "Tack för samtalet.", "answered_how": "public_reply"}
ADD = editing.AddStep("assess", StepKind.USER, NEW, "Handläggare", "answer", "answer")


def drawn(web: Web, *edits: Edit) -> str:
    """A draft where only the drawing has been changed: the address of its scenarios."""
    return a_draft(web, {**FOLDER, "model.bpmn": editing.apply(FOLDER["model.bpmn"], *edits)})


def sent(web: Web, place: str, action: str, **given: str) -> TestResponse:
    fields = {"s.version": str(row(web, place).version), "s.action": action, **given}
    return web.browser("olle").submit(f"{place}/komplettera", fields)


def held(files: Mapping[str, bytes]) -> bool:
    results = scenarios.run_all(read(dict(files)), variables_of=definitions.variables_of)
    return all(result.held for result in results)


def test_a_new_step_is_filled_in_once_and_every_scenario_that_stopped_at_it_holds(web: Web) -> None:
    place = drawn(web, ADD)
    browser = web.browser("olle")
    assert "stannar vid ett steg" not in browser.get(place).text
    ran = browser.get(f"{place}?kor=alla").text
    assert "52 av 55 scenarier höll inte." in words(ran)
    assert f"52 scenarier stannar vid ett steg som de inte svarar på: {NEW}" in words(ran)
    link = re.search(r'href="([^"]*/komplettera\?steg=[^"]*)"', ran)
    assert link is not None and link[1].endswith(STEP)

    page = browser.get(link[1])
    assert page.status_code == 200 and 'name="answer_text"' in page.text
    assert "Ett klagomål registreras som nytt ärende och besvaras" in page.text
    wrong = sent(web, place, "svara", **{"s.element": STEP})
    assert wrong.status_code == 422 and 'class="err"' in wrong.text
    assert kept(web, place)["scenarios.yaml"] == FOLDER["scenarios.yaml"]

    done = sent(web, place, "svara", **{"s.element": STEP, **ANSWER})
    assert done.status_code == 200
    assert "52 scenarier är ändrade och sparade i utkastet. De håller nu." in words(done.text)
    files = kept(web, place)
    assert held(files)
    assert {**files, "scenarios.yaml": b""} == {
        **FOLDER, "scenarios.yaml": b"", "model.bpmn": files["model.bpmn"],
    }  # fmt: skip
    assert "Alla 55 scenarier höll." in words(browser.get(f"{place}?kor=alla").text)
    assert browser.get(link[1]).status_code == 303  # nothing left to mend
    again = sent(web, place, "svara", **{"s.element": STEP, **ANSWER})
    assert again.status_code == 409 and kept(web, place) == files


def test_a_new_name_and_a_step_that_is_gone_are_a_press_each(one_web: Web) -> None:
    place = drawn(one_web, editing.Rename("assess", "Läs inlägget"), editing.RemoveStep("forward_report"))
    told = words(one_web.browser("olle").get(f"{place}?kor=alla").text)
    assert "Bedöm inlägget heter nu Läs inlägget" in told
    assert "2 scenarier svarar på något som inte finns i ritningen längre" in told
    done = sent(one_web, place, "byt", **{"s.name": "Bedöm inlägget"})
    assert "55 scenarier är ändrade och sparade i utkastet. 53 håller nu, 2 gör det inte." in words(done.text)
    gone = {"s.name": "Vidarebefordra anmälan för registrering", "s.kind": "task"}
    assert "2 scenarier är ändrade" in words(sent(one_web, place, "glom", **gone).text)
    assert held(kept(one_web, place))


def test_who_comes_second_is_told_who_was_first_and_nothing_is_lost(web: Web) -> None:
    place = drawn(web, ADD)
    page = web.browser("olle").get(f"{place}/komplettera?steg={STEP}")
    pia = web.person("pia", "process_owner")
    with web.database.write() as session:
        draft = session.get_one(DraftRow, place.split("/")[4])
        files = {**drafts.files_of(session, draft.content), "texts/extra.md": b"Pias."}
        drafts.save(session, "complaint", draft.id, files, version=draft.version, actor=pia, now=NOW)
    late = sent(
        web, place, "svara", **{**ANSWER, "s.element": STEP, "s.version": fields(page.text)["s.version"]}
    )
    assert late.status_code == 412 and "Pia Lind" in late.text
    assert kept(web, place) == files


def test_what_is_not_to_be_mended_and_who_may_not_are_refused(one_web: Web) -> None:
    place = drawn(one_web, ADD)
    mend = f"{place}/komplettera"
    assert one_web.browser("johan").get(f"{mend}?steg={STEP}").status_code == 403
    assert one_web.browser("olle").get(f"{mend}?steg=assess").status_code == 303
    for action, given in (
        ("svara", {"s.element": "assess"}),
        ("byt", {"s.name": "Bedöm inlägget"}),
        ("glom", {"s.name": "Bedöm inlägget", "s.kind": "task"}),
        ("hitta-på", {}),
    ):
        assert sent(one_web, place, action, **given).status_code in (409, 422), action
    assert sent(one_web, place, "svara", **{"s.element": STEP, "s.version": "x"}).status_code == 422
    assert kept(one_web, place)["scenarios.yaml"] == FOLDER["scenarios.yaml"]
