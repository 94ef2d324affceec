"""Why: the municipality's own sentence, on a page, beside a task and in the API."""

from __future__ import annotations

import re
from html import unescape
from importlib import resources
from pathlib import Path

import pytest

from service import definitions, profiles
from service.actors import SYSTEM
from tests.service.http.web import ASSESS, NOW, Web

_SENTENCE = "Svar ska ges med snabbhet som ledstjärna, inom 24 timmar med undantag av helger."


@pytest.fixture
def sater(one_web: Web) -> Web:
    """The town hall of Säter."""
    one_web.database.info[profiles.INFO] = profiles.load("sater")
    return one_web


def test_a_key_answers_with_the_sentence_its_section_and_its_date(sater: Web) -> None:
    page = unescape(sater.browser("maria").get("/varfor/sla.answer").text)
    assert f"”{_SENTENCE}”" in page
    assert "6. Uppsikt och moderering" in page and "2021-09-02" in page
    assert "Kommunens riktlinje" in page and "24 timmar" in page
    assert 'href="/varfor/SAT-31"' in page


def test_a_rule_answers_with_its_own_words_and_what_is_done_about_it(sater: Web) -> None:
    page = unescape(sater.browser("maria").get("/varfor/HAP-22").text)
    assert "Besökare ska informeras om att ett inlägg, meddelande med mera tagits bort." in page
    assert profiles.rules()["HAP-22"].does in page


def test_where_the_guideline_is_silent_it_says_that_the_municipality_chooses(sater: Web) -> None:
    page = sater.browser("maria").get("/varfor/criminal.police_report").text
    assert "Kommunen väljer" in page and "Riktlinjen säger inget om polisanmälan." in page
    assert "<blockquote" not in page


def test_where_the_guideline_says_two_things_both_are_told(one_web: Web) -> None:
    one_web.database.info[profiles.INFO] = profiles.load("haparanda")
    page = one_web.browser("maria").get("/varfor/approval.steps").text
    assert "Kommunen väljer" in page
    assert "Tillstånd från chef och kommunikatör behövs för konto i tjänsten." in page


def test_all_the_values_stand_in_one_list_in_words(sater: Web) -> None:
    page = unescape(sater.browser("maria").get("/varfor").text)
    for key in profiles.KEYS.values():
        assert f'href="/varfor/{key.name}"' in page and key.label in page
    assert "Kommunikationschef, sedan Kommunledningsgrupp" in page


def test_what_does_not_exist_is_not_found_and_nobody_reads_without_signing_in(sater: Web) -> None:
    for path in ("/varfor/hemligt.recept", "/api/v1/why/SAT-99"):
        assert sater.browser("maria").get(path).status_code == 404
    assert sater.browser().get("/varfor/sla.answer").status_code in (302, 303)
    assert sater.browser().get("/api/v1/why/sla.answer").status_code == 401


def test_the_api_answers_with_the_same(sater: Web) -> None:
    said = sater.browser("maria").get("/api/v1/why/sla.answer").json
    assert said["quote"] == _SENTENCE and said["status"] == "rule"
    assert said["value"] == "klockan står stilla på helger, 24 timmar"
    assert said["rules"] == ["SAT-04", "SAT-31"]


def test_a_task_shows_why_it_is_there_with_the_municipalitys_own_rules_only(sater: Web) -> None:
    folder = Path(str(resources.files("bpmn"))) / "complaint"
    files = definitions.folder(folder)
    drawn = re.sub(rb'<spiffworkflow:property name="why"[^>]*/>', b"", files["model.bpmn"])
    before, task, after = drawn.partition(f'name="{ASSESS}"'.encode())
    said = b'<spiffworkflow:properties><spiffworkflow:property name="why" value="sla.answer SAT-28 ORE-13"/>'
    files["model.bpmn"] = before + task + after.replace(b"<spiffworkflow:properties>", said, 1)
    with sater.database.write() as session:
        definitions.deploy(session, files, actor=SYSTEM, now=NOW)
    opened = sater.task(sater.post().case_id)
    page = unescape(sater.browser("maria").get(f"/uppgifter/{opened.id}").text)
    assert 'href="/varfor/sla.answer">Hur fort en fråga ska besvaras</a>' in page
    assert f"”{_SENTENCE}”" in page and 'href="/varfor/SAT-28"' in page
    assert "ORE-13" not in page
