"""Decision files of a draft over HTTP: made, brought in and out, taken away and back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.service.http.test_http_decision_editor import Forms, a_draft, after, content, me
from tests.service.http.web import Web, words
from tests.workflows.decision_models import definitions, table


def test_a_new_table_is_made_and_can_be_taken_away_while_no_step_asks_it(web: Web) -> None:
    place = a_draft(web)
    browser = me(web)
    given = next(one for one in Forms(browser.get(place).text).forms if "title" in one)
    assert browser.client.post(place, data={**given, "action": "ny"}).status_code == 422
    made = {
        "title": "Hur bråttom är det?",
        "label": "Slag",
        "expression": "kind_of_item",
        "answer": "bradska",
    }
    wrong = browser.client.post(place, data={**given, **made, "action": "ny", "expression": "a ="})
    assert wrong.status_code == 422 and 'href="#f-expression"' in wrong.text
    answer = browser.client.post(place, data={**given, **made, "action": "ny"})
    assert "/beslut/hur_brattom_ar_det?" in answer.headers["Location"]
    assert "Tabellen är skapad." in words(after(web, answer))
    listed = browser.get(place).text
    remove = next(one for one in Forms(listed).forms if one.get("name") == "hur_brattom_ar_det")
    assert listed.count('value="tabort"') == 1
    asked = browser.client.post(place, data={**remove, "action": "tabort"})
    assert asked.status_code == 200 and "hur_brattom_ar_det.dmn tas bort" in words(asked.text)
    sure = Forms(asked.text).forms[-1]
    gone = after(web, browser.client.post(place, data=sure))
    assert "decisions/hur_brattom_ar_det.dmn" not in content(web, place)
    undo = Forms(gone).by_id["angra"]
    browser.client.post(place, data={**undo, "action": "angra"})
    assert "decisions/hur_brattom_ar_det.dmn" in content(web, place)
    used = {**remove, "version": Forms(browser.get(place).text).forms[-1]["version"], "name": "registration"}
    assert browser.client.post(place, data={**used, "action": "tabort"}).status_code == 409


def upload(web: Web, place: str, data: bytes, file: str, **more: str) -> TestResponse:
    browser = me(web)
    given = next(one for one in Forms(browser.get(place).text).forms if "version" in one)
    sent: dict[str, Any] = {**given, **more, "action": "ladda", "file": (io.BytesIO(data), file)}
    return browser.client.post(place, data=sent)


def test_a_dmn_file_comes_in_and_goes_out_byte_for_byte(web: Web) -> None:
    place = a_draft(web)
    made = definitions(table(["antal"], ["svar"], [["-", "1"]], id="egen"))
    data = b'<?xml version="1.0"?><!-- kvar -->' + made
    assert "inhämtad" in words(after(web, upload(web, place, data, "egen.dmn")))
    answer = me(web).get(f"{place}/egen.dmn")
    assert answer.data == data and 'filename="egen.dmn"' in answer.headers["Content-Disposition"]
    other = definitions(table(["antal"], ["svar"], [["> 1", "2"]], id="egen"))
    after(web, upload(web, place, other, "vad som helst.dmn", name="egen"))
    assert me(web).get(f"{place}/egen.dmn").data == other


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<!DOCTYPE x []><definitions/>", "dokumenttyp"),
        (b"<definitions", "inte en läsbar XML-fil"),
        (b"<a/>", "inte en beslutsmodell"),
        (b"x" * 2_100_000, "för stor"),
        (definitions(table(["a"], ["b"], [["oskrivet", "1"]], id="ny")), "inom citattecken"),
        (definitions(table(["a"], ["b"], [["-", "1"]], id="registration")), "finns redan i en annan fil"),
        (b"<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'>" + b"<x>" * 200, "läsbar"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(one_web: Web, data: bytes, said: str) -> None:
    place = a_draft(one_web)
    before = content(one_web, place)
    answer = upload(one_web, place, data, "ny.dmn")
    assert answer.status_code == 422 and said in words(answer.text)
    assert content(one_web, place) == before
