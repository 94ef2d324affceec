"""Messages at the door: the API takes them in, a page shows those that found no case."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.store import CaseRow, MessageRow
from tests.service import waiting_world as world
from tests.service.http.web import Web, words

SENT = {
    "name": "Svar",
    "correlation": "K-1",
    "source": "etjänst",
    "external_id": "m-1",
    "payload": {"namn": "Karin Sträng"},
}


def _waiting(web: Web) -> tuple[str, str]:
    """A case that waits for the answer with the key K-1: its id and number."""
    world.deploy(web.database, world.ANSWERED)
    case_id = world.a_case(web.database, nyckel="K-1")
    world.done(web.database, case_id, "ask")
    with web.database.read() as session:
        return case_id, session.get_one(CaseRow, case_id).number


def test_a_program_sends_a_message_and_hears_what_became_of_it(one_web: Web) -> None:
    case_id, _ = _waiting(one_web)
    browser = one_web.browser("rut")
    answer = browser.api("POST", "/messages", json=SENT)
    assert (answer.status_code, answer.json["state"], answer.json["case_id"]) == (201, "delivered", case_id)
    again = browser.api("POST", "/messages", json=SENT)
    assert (again.status_code, again.json["duplicate"]) == (200, True)
    assert browser.api("POST", "/messages", json={**SENT, "correlation": "K-2"}).status_code == 409
    assert "Ett meddelande från ett annat system kom fram" in browser.get(f"/arenden/{case_id}").text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": 7}, "name"),
        ({"payload": []}, "payload"),
        ({"correlation": "x" * 201}, "correlation"),
        ({"payload": {"a": "x" * 70_000}}, "payload"),
        ({"other": 1}, "other"),
    ],
)
def test_a_message_that_is_wrong_is_refused_field_by_field(
    one_web: Web, change: dict[str, object], field: str
) -> None:
    answer = one_web.browser("rut").api("POST", "/messages", json={**SENT, **change})
    assert answer.status_code == 422 and field in answer.json["errors"]


def test_only_those_who_see_to_messages_send_or_see_them(one_web: Web) -> None:
    for login, allowed in {"rut": True, "sven": True, "johan": False, "olle": False}.items():
        browser = one_web.browser(login)
        assert (browser.get("/meddelanden").status_code == 200) is allowed, login
        assert ("/meddelanden" in browser.get("/inkorg").text) is allowed, login
        sent = browser.api("POST", "/messages", json={**SENT, "external_id": login})
        assert sent.status_code == (201 if allowed else 403), login


def test_a_kept_message_is_shown_without_its_words_and_delivered_by_hand(one_web: Web) -> None:
    case_id, number = _waiting(one_web)
    browser = one_web.browser("rut")
    ident = browser.api("POST", "/messages", json={**SENT, "correlation": "K1"}).json["id"]
    page, place = words(browser.get("/meddelanden").text), f"/meddelanden/{ident}"
    assert "Svar" in page and "K1" in page and "etjänst" in page and "Karin" not in page
    form = {"action": "lamna", "version": "1", "number": number}
    assert browser.submit(place, form | {"number": " "}, page=place).status_code == 422
    assert "Är du säker?" in browser.submit(place, form, page=place).text
    wrong = browser.submit(place, form | {"number": "Ä 2026-9", "bekrafta": "ja"}, page=place)
    assert wrong.status_code == 422 and "Det finns inget ärende med det numret." in wrong.text
    done = browser.submit(place, form | {"bekrafta": "ja"}, page=place)
    assert done.headers["Location"] == "/meddelanden?meddelande=meddelande_lamnat"
    assert browser.get(place).status_code == 409
    with one_web.database.read() as session:
        assert world.open_at(session, case_id) == {"done"}


def test_a_message_is_taken_off_the_list_only_after_a_second_thought(one_web: Web) -> None:
    browser = one_web.browser("sven")
    ident = browser.api("POST", "/messages", json=SENT).json["id"]
    place, form = f"/meddelanden/{ident}", {"action": "ta_bort", "version": "1"}
    assert "Är du säker?" in browser.submit(place, form, page=place).text
    assert browser.submit(place, {**form, "version": "9", "bekrafta": "ja"}, page=place).status_code == 412
    assert browser.submit(place, {**form, "bekrafta": "ja"}, page=place).status_code == 303
    assert "Inga meddelanden väntar." in browser.get("/meddelanden").text
    with one_web.database.read() as session:
        assert session.scalars(select(MessageRow.state)).one() == "discarded"
