"""What the editor asks of the server: the model, findings while somebody draws, and saving by itself."""

from __future__ import annotations

import io
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from service import definitions, drafts
from service.store import DraftRow
from tests.corpora import attacks
from tests.service.http.web import Web, words

FOLDER = definitions.folder(Path(str(resources.files("bpmn"))) / "complaint")
MODEL = FOLDER["model.bpmn"]
PLACE = "/processer/complaint"


def a_draft(web: Web, login: str = "olle") -> str:
    """A new draft, begun on the editor's own page. Gives its id."""
    answer = web.browser(login).submit(f"{PLACE}/redigera", {})
    assert answer.status_code == 303, words(answer.text)
    found = re.search(r"/utkast/([0-9a-f-]{36})/redigera$", str(answer.headers["Location"]))
    assert found is not None
    return found[1]


def row(web: Web, ident: str) -> DraftRow:
    with web.database.read() as session:
        return session.get_one(DraftRow, ident)


def model_of(web: Web, ident: str) -> bytes:
    with web.database.read() as session:
        return drafts.files_of(session, session.get_one(DraftRow, ident).content)["model.bpmn"]


def api(web: Web, method: str, ident: str, what: str, login: str = "olle", **given: Any) -> TestResponse:
    return web.browser(login).api(method, f"/processes/complaint/drafts/{ident}/{what}", **given)


def put(web: Web, ident: str, xml: bytes, version: int | str, login: str = "olle") -> TestResponse:
    headers = {"If-Match": f'"{version}"'}
    return api(web, "PUT", ident, "model", login, data=xml, content_type="application/xml", headers=headers)


def lint(web: Web, ident: str, xml: bytes, login: str = "olle") -> dict[str, Any]:
    answer = api(web, "POST", ident, "lint", login, data=xml, content_type="application/xml")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def renamed(name: str) -> bytes:
    return MODEL.replace("Bedöm inlägget".encode(), name.encode())


def test_the_way_in_begins_a_draft_once_and_then_leads_to_it(one_web: Web) -> None:
    browser = one_web.browser("olle")
    assert "Börja på ett utkast" in browser.get(f"{PLACE}/redigera").text
    ident = a_draft(one_web)
    again = browser.get(f"{PLACE}/redigera")
    assert again.status_code == 303 and ident in again.headers["Location"]
    one_web.person("pia", "process_owner")
    other = one_web.browser("pia").get(f"{PLACE}/redigera")
    assert other.status_code == 200 and ident in other.text and "Olle Lind" in other.text
    assert one_web.browser("johan").get(f"{PLACE}/redigera").status_code == 403
    assert one_web.browser("johan").submit(f"{PLACE}/redigera", {}).status_code == 403
    assert browser.get("/processer/finns-inte/redigera").status_code == 404


def test_the_editors_page_alone_may_have_style_attributes_and_always_leads_to_the_step_list(
    one_web: Web,
) -> None:
    ident = a_draft(one_web)
    browser = one_web.browser("olle")
    page = browser.get(f"{PLACE}/utkast/{ident}/redigera")
    policy = page.headers["Content-Security-Policy"]
    assert "style-src-attr 'unsafe-inline'" in policy and "font-src 'self'" in policy
    assert "script-src 'self';" in policy and "style-src 'self';" in policy
    assert f"{PLACE}/utkast/{ident}/steg" in page.text and "Ritningen behöver JavaScript." in page.text
    for other in (PLACE, f"{PLACE}/redigera?x=1", f"{PLACE}/utkast/{ident}", "/processer"):
        assert "unsafe" not in browser.get(other).headers["Content-Security-Policy"]


def test_everything_that_the_page_asks_for_is_there(one_web: Web) -> None:
    ident = a_draft(one_web)
    browser = one_web.browser("olle")
    for name in ("redigera", "provkor"):
        page = browser.get(f"{PLACE}/utkast/{ident}/{name}").text
        asked = re.findall(r'(?:src|href|data-model|data-catalogue)="(/(?:static|api)/[^"]+)"', page)
        assert len(asked) >= 5
        for path in asked:
            assert browser.get(path.replace("&amp;", "&")).status_code == 200, path


def test_a_draft_that_waits_for_review_is_shown_and_simulated_but_not_drawn(one_web: Web) -> None:
    ident = a_draft(one_web)
    assert put(one_web, ident, renamed("Läs inlägget"), row(one_web, ident).version).status_code == 200
    with one_web.database.write() as session:
        session.get_one(DraftRow, ident).state = "review"
    page = one_web.browser("olle").get(f"{PLACE}/utkast/{ident}/redigera").text
    assert "väntar på granskning" in words(page) and 'id="rita"' not in page
    assert one_web.browser("olle").get(f"{PLACE}/utkast/{ident}/provkor").status_code == 200
    refused = put(one_web, ident, MODEL, row(one_web, ident).version)
    assert refused.status_code == 409
    assert b"L\xc3\xa4s inl\xc3\xa4gget" in model_of(one_web, ident)


def test_what_is_drawn_is_saved_against_the_version_that_was_seen(web: Web) -> None:
    ident = a_draft(web)
    first = api(web, "GET", ident, "model")
    assert first.mimetype == "application/xml" and first.data == MODEL
    seen = int(first.headers["ETag"].strip('"'))
    saved = put(web, ident, renamed("Läs inlägget"), seen)
    assert saved.status_code == 200 and saved.json["version"] > seen
    assert re.fullmatch(r"\d\d:\d\d", saved.json["at"])
    assert model_of(web, ident) == renamed("Läs inlägget")
    again = put(web, ident, renamed("Läs inlägget noga"), saved.json["version"])
    assert again.status_code == 200
    told = words(web.browser("olle").get(f"{PLACE}/utkast/{ident}").text)
    assert "heter nu ”Läs inlägget noga”" in told


def test_whoever_comes_second_hears_who_was_first_and_loses_nothing(web: Web) -> None:
    web.person("pia", "process_owner")
    ident = a_draft(web)
    seen = row(web, ident).version
    assert put(web, ident, renamed("Först"), seen, "pia").status_code == 200
    second = put(web, ident, renamed("Sist"), seen)
    assert second.status_code == 412
    assert second.json["by"] == "Pia Lind" and "2026" in second.json["at"]
    assert model_of(web, ident) == renamed("Först")
    beside = web.browser("olle").get(second.json["compare"])
    assert beside.status_code == 200 and "Pia Lind" in beside.text
    own = web.browser("olle").submit(f"{PLACE}/utkast", {"action": "eget", "snapshot": second.json["kept"]})
    assert own.status_code == 303
    kept = re.search(r"/utkast/([0-9a-f-]{36})", own.headers["Location"])
    assert kept is not None and model_of(web, kept[1]) == renamed("Sist")


def test_saving_again_what_is_there_is_no_clash_for_the_first_answer_may_have_been_lost(web: Web) -> None:
    ident = a_draft(web)
    seen = row(web, ident).version
    first = put(web, ident, renamed("Läs inlägget"), seen)
    again = put(web, ident, renamed("Läs inlägget"), seen)
    assert again.status_code == 200 and again.json["version"] == first.json["version"]


def test_a_model_that_is_not_finished_is_kept_and_one_that_is_no_model_is_not(one_web: Web) -> None:
    ident = a_draft(one_web)
    version = row(one_web, ident).version
    half = re.sub(rb"<spiffworkflow:calledDecisionId>.*?</spiffworkflow:calledDecisionId>", b"", MODEL)
    kept = put(one_web, ident, half, version)
    assert kept.status_code == 200
    assert lint(one_web, ident, half)["findings"]
    for bad in (b"", b"<a/>", b"inte xml", MODEL.replace(b'id="complaint"', b'id="annat"')):
        answer = put(one_web, ident, bad, kept.json["version"])
        assert answer.status_code == 422 and answer.json["detail"]
    assert model_of(one_web, ident) == half


def test_findings_name_the_element_the_rule_and_what_to_change(one_web: Web) -> None:
    ident = a_draft(one_web)
    assert lint(one_web, ident, MODEL) == {"findings": [], "notes": []}
    broken = MODEL.replace(b'value="assess"/>', b'value="finns_inte"/>', 1)
    found = lint(one_web, ident, broken)["findings"]
    assert [f for f in found if f["element"] == "assess" and f["level"] == "error" and f["text"]]
    unknown = MODEL.replace(b'name="due" value="answer"', b'name="due" value="P3D"', 1)
    assert [f["rule"] for f in lint(one_web, ident, unknown)["findings"]] == ["unknown-deadline"]
    assert model_of(one_web, ident) == MODEL


def test_how_a_foreign_drawing_was_read_is_told_beside_the_findings(one_web: Web) -> None:
    ident = a_draft(one_web)
    sketch = MODEL.replace(b'isExecutable="true"', b'isExecutable="false"')
    notes = lint(one_web, ident, sketch)["notes"]
    assert [n["rule"] for n in notes if n["level"] == "note"] and "körbar" in notes[0]["text"]


@pytest.mark.parametrize("place", sorted(attacks.PLACES)[::6])
def test_hostile_models_are_told_of_and_nothing_runs(one_web: Web, place: str, tmp_path: Path) -> None:
    ident, canary = a_draft(one_web), tmp_path / "canary"
    for number in range(0, len(attacks.PAYLOADS), 11):
        xml = attacks.PLACES[place](attacks.attack(number, canary))["model.bpmn"]
        lint(one_web, ident, xml)
        put(one_web, ident, xml, row(one_web, ident).version)
        assert one_web.browser("olle").get(f"{PLACE}/utkast/{ident}/redigera").status_code == 200
        assert api(one_web, "GET", ident, "model").status_code == 200
    assert not canary.exists()


def test_what_is_too_large_or_no_xml_is_refused_before_it_is_read(one_web: Web) -> None:
    ident = a_draft(one_web)
    version = row(one_web, ident).version
    assert put(one_web, ident, b"<a>" + b"x" * 2_000_001, version).status_code == 413
    large = {"data": b" " * 2_000_001, "content_type": "application/xml"}
    assert api(one_web, "POST", ident, "lint", **large).status_code == 413
    assert api(one_web, "POST", ident, "lint", json={"xml": "<a/>"}).status_code == 415
    entity = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + MODEL.partition(b"?>")[2]
    assert lint(one_web, ident, entity)["findings"][0]["rule"] == "xml-doctype"
    assert put(one_web, ident, entity, version).status_code == 422
    assert model_of(one_web, ident) == MODEL


def test_only_an_owner_with_a_token_and_a_version_reaches_the_draft(one_web: Web) -> None:
    ident = a_draft(one_web)
    version = row(one_web, ident).version
    for what in ("model", "catalogue"):
        assert api(one_web, "GET", ident, what, "johan").status_code == 403
    assert put(one_web, ident, MODEL, version, "johan").status_code == 403
    assert put(one_web, ident, MODEL, "").status_code == 422
    path = f"/api/v1/processes/complaint/drafts/{ident}/model"
    bare = one_web.browser("olle").client.put(
        path, data=MODEL, content_type="application/xml", headers={"If-Match": f'"{version}"'}
    )
    assert bare.status_code == 403
    assert one_web.browser().get(path).status_code == 401
    other = f"/processes/duty/drafts/{ident}/model"
    assert one_web.browser("olle").api("GET", other).status_code == 404


def test_the_panel_is_offered_what_exists_here_and_in_the_draft(one_web: Web) -> None:
    ident = a_draft(one_web)
    found = api(one_web, "GET", ident, "catalogue").json
    assert {"name": "Handläggare", "title": "Handläggare"} in found["roles"]
    assert {one["name"] for one in found["forms"]} == {
        path.removeprefix("forms/").removesuffix(".json") for path in FOLDER if path.startswith("forms/")
    }
    assert {one["name"] for one in found["due"]} >= {"answer", "registration", "at_once"}
    seal = next(one for one in found["operations"] if one["name"] == "seal_evidence")
    assert seal["help"] and "bundle_number" in seal["outputs"] and "sender_missing" in seal["codes"]
    assert {one["name"] for one in found["operations"]} == definitions.OPERATIONS
    assert {"outcome", "registration"} <= {one["file"] for one in found["decisions"]}
    assert "sla.answer" in {one["name"] for one in found["whys"]}
    assert found["comments"] == {}


def test_the_sheet_shows_the_drawing_alone(one_web: Web) -> None:
    ident = a_draft(one_web)
    page = one_web.browser("olle").get(f"{PLACE}/utkast/{ident}/utskrift")
    assert page.status_code == 200 and 'class="diagram"' in page.text and "Bedöm inlägget" in page.text


def test_a_drawing_without_places_is_laid_out_for_the_editor(one_web: Web) -> None:
    ident = a_draft(one_web)
    bare = re.sub(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", MODEL, flags=re.DOTALL)
    assert put(one_web, ident, bare, row(one_web, ident).version).status_code == 200
    shown = api(one_web, "GET", ident, "model").data
    assert b"BPMNShape" in shown and model_of(one_web, ident) == bare


def test_a_dropped_file_goes_the_way_of_every_upload(one_web: Web) -> None:
    ident = a_draft(one_web)
    sent = {
        "action": "ladda",
        "version": str(row(one_web, ident).version),
        "file": (io.BytesIO(renamed("Läs inlägget")), "ritning.bpmn"),
    }
    answer = one_web.browser("olle").submit(f"{PLACE}/utkast/{ident}", sent)
    assert answer.status_code == 303 and model_of(one_web, ident) == renamed("Läs inlägget")
