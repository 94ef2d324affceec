"""The gate as pages: try a draft against earlier cases, read what was found, and what stands in the way."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from service import cases, drafts, secrecy
from service.bench import walking
from service.replay import trials
from service.store import CaseRow, DraftRow
from tests.service.http.web import COMPLAINT, Browser, Web, words

PLACE = f"/processer/{walking.PROCESS}"
HARMFUL = ("forms/assess.json", '"complaint"', '"grievance"')
HARMLESS = ("texts/assess.md", " ", "  ")


def archive(change: tuple[str, str, str]) -> bytes:
    path, old, new = change
    files = walking.shipped()
    del files["scenarios.yaml"]
    return drafts.as_archive({**files, path: files[path].decode().replace(old, new).encode()})


def send(browser: Browser, place: str, data: bytes, **given: str) -> TestResponse:
    fields: dict[str, Any] = {"action": "ladda", "file": (io.BytesIO(data), "mapp.zip"), **given}
    return browser.submit(place, fields)


def a_draft(web: Web, change: tuple[str, str, str] = HARMLESS) -> str:
    """The address of a draft's page."""
    answer = send(web.browser("olle"), f"{PLACE}/utkast", archive(change))
    assert answer.status_code == 303, words(answer.text)
    return str(answer.headers["Location"]).partition("?")[0]


def assessed(web: Web, text: str = "Gungan är trasig.") -> str:
    """A case whose post somebody has assessed."""
    case_id = web.post(text).case_id
    task = web.task(case_id)
    with web.database.write() as session:
        cases.complete(session, task.id, COMPLAINT, version=None, actor=web.people["kim"], now=web.clock())
    return case_id


def version(web: Web, place: str) -> str:
    with web.database.read() as session:
        return str(session.get_one(DraftRow, place.rpartition("/")[2]).version)


def press(web: Web, login: str, place: str, action: str, **given: str) -> TestResponse:
    return web.browser(login).submit(place, {"action": action, **given})


def worked(web: Web, place: str) -> None:
    """Whoever works carries out what is asked for."""
    with web.database.read() as session:
        waiting = [
            run.id
            for run in trials.runs(session, session.get_one(DraftRow, place.rpartition("/")[2]))
            if run.state in trials.UNDER_WAY
        ]
    for run in waiting:
        trials.work(web.database, run, web.clock)


def number_of(web: Web, case_id: str) -> str:
    with web.database.read() as session:
        return session.get_one(CaseRow, case_id).number


def test_from_start_to_report_and_one_case(web: Web) -> None:
    case = assessed(web)
    place = a_draft(web, HARMFUL)
    olle = web.browser("olle")
    assert "Prova mot tidigare ärenden" in olle.get(place).text
    assert "Inte gjort för utkastet som det är nu." in words(olle.get(place).text)
    assert press(web, "olle", f"{place}/prova", "starta").status_code == 303
    page = olle.get(f"{place}/prova")
    assert "Väntar på sin tur." in page.text and f'data-poll="{place}/prova/lage"' in page.text
    assert "Stoppa" in page.text
    worked(web, place)
    told = words(olle.get(f"{place}/prova").text)
    assert "Samma väg: 0. Annan väg: 0. Stannar vid ett nytt steg: 0. Skulle misslyckas: 1." in told
    assert "Kan inte avgöras: 0." in told and number_of(web, case) in told
    one = olle.get(f"{place}/prova/{case}")
    assert one.status_code == 200 and one.text.count('class="diagram"') == 2
    said = words(one.text)
    assert "Så gick ärendet" in said and "Så skulle det gå" in said and "Här skiljer sig vägarna." in said
    assert (
        "Kanaladministratören bedömer inlägget." in said and "”Bedöm inlägget” går inte att göra klar" in said
    )
    assert "complaint" not in said and "Gungan" not in one.text


def test_how_far_it_has_come_is_asked_for_by_itself_and_told_once(one_web: Web) -> None:
    assessed(one_web)
    place = a_draft(one_web)
    olle = one_web.browser("olle")
    assert olle.get(f"{place}/prova/lage").status_code == 404
    press(one_web, "olle", f"{place}/prova", "starta")
    first = olle.get(f"{place}/prova/lage")
    assert "Väntar på sin tur." in first.text
    known = {"If-None-Match": first.headers["ETag"]}
    assert olle.get(f"{place}/prova/lage", headers=known).status_code == 304
    page = olle.get(f"{place}/prova").text
    assert f'data-etag="{first.headers["ETag"].strip(chr(34))}"' in page
    seen: list[str] = []
    with one_web.database.read() as session:
        run = trials.runs(session, session.get_one(DraftRow, place.rpartition("/")[2]))[0].id

    def half(point: str) -> None:
        if point == "before_done":
            seen.append(olle.get(f"{place}/prova/lage", headers=known).text)

    trials.work(one_web.database, run, one_web.clock, checkpoint=half)
    assert (
        "1 av 1 ärenden är provade" in seen[0]
        and '<progress aria-labelledby="replay-n" max="1" value="1">' in seen[0]
    )
    assert "Provet är klart." in olle.get(f"{place}/prova/lage").text


def test_it_is_stopped_by_a_button_and_begun_again(one_web: Web) -> None:
    assessed(one_web)
    place = a_draft(one_web)
    press(one_web, "olle", f"{place}/prova", "starta")
    assert press(one_web, "olle", f"{place}/prova", "stoppa").status_code == 303
    assert "Provet stoppas." in one_web.browser("olle").get(f"{place}/prova").text
    worked(one_web, place)
    page = one_web.browser("olle").get(f"{place}/prova").text
    assert "Provet stoppades 3 mars 2026" in page and "Prova igen" in page and "Samma väg" not in page
    press(one_web, "olle", f"{place}/prova", "starta")
    worked(one_web, place)
    told = words(one_web.browser("olle").get(f"{place}/prova").text)
    assert "Samma väg: 1." in told and "Prova en gång till" in told


def test_a_draft_that_is_saved_afterwards_has_not_been_tried_and_says_so(one_web: Web) -> None:
    assessed(one_web)
    place = a_draft(one_web)
    press(one_web, "olle", f"{place}/prova", "starta")
    saved = send(one_web.browser("olle"), place, archive(HARMFUL), version=version(one_web, place))
    assert saved.status_code == 303
    page = words(one_web.browser("olle").get(f"{place}/prova").text)
    assert "Utkastet har sparats sedan provet började." in page and "gäller ett tidigare innehåll" in page
    worked(one_web, place)
    page = words(one_web.browser("olle").get(f"{place}/prova").text)
    assert "Gäller ett tidigare innehåll" in page and "Samma väg:" not in page
    assert "Inte gjort för utkastet som det är nu." in words(one_web.browser("olle").get(place).text)


def test_the_gate_stands_on_the_drafts_page_in_order(web: Web) -> None:
    web.person("pia", "process_owner")
    assessed(web)
    place = a_draft(web)
    olle = web.browser("olle")
    page = olle.get(place).text
    heads = ["Kontroller", "Scenarier", "Prov mot tidigare ärenden", "Följder", "Granskning av någon annan"]
    gate = page[page.index('id="gate"') :]
    places = [gate.index(f">{head}<") for head in heads]
    assert places == sorted(places)
    assert "Kan lämnas när det ovan är klart." in gate and 'value="lamna"' not in page
    seen = version(web, place)
    assert press(web, "olle", place, "lamna", note="Ny", version=seen).status_code == 409
    press(web, "olle", f"{place}/prova", "starta")
    worked(web, place)
    page = olle.get(place).text
    assert "Klart. Inget ärende skulle misslyckas." in page and "Utkastet kan lämnas." in page
    assert press(web, "olle", place, "lamna", note="Ny", version=seen).status_code == 303
    assert "Utkastet väntar på granskning." in olle.get(place).text


def test_whoever_publishes_what_would_fail_writes_why(web: Web) -> None:
    web.person("pia", "process_owner")
    assessed(web)
    place = a_draft(web, HARMFUL)
    press(web, "olle", f"{place}/prova", "starta")
    worked(web, place)
    assert "Klart. 1 ärende skulle misslyckas." in web.browser("olle").get(place).text
    press(web, "olle", place, "lamna", note="Ny kod", version=version(web, place))
    pia = web.browser("pia")
    page = pia.get(place).text
    found = re.search(r'name="against" value="([0-9a-f]{64})"', page)
    assert found is not None and 'name="in_spite"' in page
    given = {"against": found[1], "version": version(web, place)}
    refused = press(web, "pia", place, "publicera", **given)
    assert refused.status_code == 422 and 'href="#f-in_spite"' in refused.text
    assert press(web, "pia", place, "publicera", in_spite="Koden användes fel.", **given).status_code == 303


def test_a_secret_case_is_in_no_number_list_or_address(web: Web) -> None:
    web.person("lisa", "channel_administrator", "process_owner")
    assessed(web)
    secret = assessed(web, "Hemligt")
    place = a_draft(web, HARMFUL)
    number = number_of(web, secret)
    with web.database.write() as session:
        held = cases.hold(session, secret)
        secrecy.lock(session, held, actor=web.people["lisa"], now=web.clock(), reason_code="secret")
    # whoever may know starts it: the run holds the case, and the outsider's page does not
    press(web, "lisa", f"{place}/prova", "starta")
    olle, lisa = web.browser("olle"), web.browser("lisa")
    worked(web, place)
    for browser, fails, there in ((olle, 1, False), (lisa, 2, True)):
        page = browser.get(f"{place}/prova").text
        assert f"Skulle misslyckas: {fails}." in words(page)
        assert (number in page, secret in page) == (there, there)
        assert browser.get(f"{place}/prova/{secret}").status_code == (200 if there else 404)
    with web.database.read() as session:
        assert [one.kind for one in secrecy.reads(session, session.get_one(CaseRow, secret))] == ["case_read"]


def test_how_far_anothers_run_has_come_is_not_told_in_numbers(one_web: Web) -> None:
    one_web.person("pia", "process_owner")
    assessed(one_web)
    place = a_draft(one_web)
    press(one_web, "olle", f"{place}/prova", "starta")
    with one_web.database.read() as session:
        run = trials.runs(session, session.get_one(DraftRow, place.rpartition("/")[2]))[0].id
    seen: list[str] = []

    def look(point: str) -> None:
        if point == "before_done":
            seen.extend(one_web.browser(login).get(f"{place}/prova").text for login in ("olle", "pia"))

    trials.work(one_web.database, run, one_web.clock, checkpoint=look)
    assert "1 av 1 ärenden" in seen[0] and "1 av 1" not in seen[1] and "Provet pågår." in seen[1]


@pytest.mark.parametrize("login", ["johan", "sven", "kim"])
def test_only_process_owners_try_drafts(one_web: Web, login: str) -> None:
    place = a_draft(one_web)
    browser = one_web.browser(login)
    assert browser.get(f"{place}/prova").status_code == 403
    assert browser.submit(f"{place}/prova", {"action": "starta"}).status_code == 403


def test_what_is_asked_for_wrongly_is_refused(one_web: Web) -> None:
    case = assessed(one_web)
    place = a_draft(one_web)
    olle = one_web.browser("olle")
    assert olle.submit(f"{place}/prova", {"action": "annat"}).status_code == 422
    assert olle.submit(f"{place}/prova", {"action": "starta", "last": "9"}).status_code == 422
    other = place.replace(walking.PROCESS, "secret-content")
    assert olle.get(f"{other}/prova").status_code == 404
    assert olle.get(f"{place}/prova/{case}").status_code == 200  # one case needs no run
    olle.submit(place, {"action": "kasta", "version": version(one_web, place)})
    assert olle.submit(f"{place}/prova", {"action": "starta"}).status_code == 409
