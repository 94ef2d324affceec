"""A year in numbers: what was received, done in time, registered; and nothing of what one may not know."""

from __future__ import annotations

import csv
import io

from service import cases
from service.store import CaseRow
from tests.service.http.web import Browser, Web


def _numbers(browser: Browser, query: str = "") -> dict[str, str]:
    text = browser.get(f"/rapport.csv{query}").text.lstrip("\ufeff")
    return {f"{table}/{row}": value for table, row, value in list(csv.reader(io.StringIO(text)))[1:]}


def _praised(web: Web) -> str:
    received = web.post("maria")
    task = web.task(received.case_id)
    answers = {"kind_of_item": "praise", "remove": "no", "response": "monitor", "belongs_to": "none"}
    web.browser("maria").submit(f"/uppgifter/{task.id}", {"action": "slutfor", **answers})
    return received.case_id


def test_a_year_counts_what_came_and_how_it_ended(web: Web):
    _praised(web)
    maria = web.browser("maria")
    numbers = _numbers(maria, "?ar=2026")
    assert (numbers["total/received"], numbers["total/closed"], numbers["total/open_now"]) == ("1", "1", "0")
    assert numbers["total/tasks_in_time"] == "1" and numbers["outcome/complaint/monitored"] == "1"
    page = maria.get("/rapport?ar=2026&manad=3")
    assert page.status_code == 200 and "mars 2026" in page.text and "Låtet stå" in page.text


def test_another_month_is_empty(web: Web):
    _praised(web)
    assert _numbers(web.browser("maria"), "?ar=2026&manad=2")["total/received"] == "0"


def test_a_secret_case_is_in_no_number_of_who_is_not_cleared(web: Web):
    empty = _numbers(web.browser("maria"), "?ar=2026")
    case_id = _praised(web)
    with web.database.write() as session:
        cases.hold(session, case_id).secrecy = "need_to_know"
    assert _numbers(web.browser("maria"), "?ar=2026") == empty
    with web.database.read() as session:
        assert session.get_one(CaseRow, case_id).outcome == "monitored"


def test_a_period_that_is_none_is_told(web: Web):
    for query in ("?ar=99", "?manad=13", "?ar=20xx"):
        assert web.browser("maria").get(f"/rapport{query}").status_code == 422
