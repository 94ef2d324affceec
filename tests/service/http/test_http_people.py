"""The administrator's pages for accounts, and everyone's own."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from service import cases, history, people
from service.actors import SYSTEM
from service.store import HistoryRow, PersonRow, SessionRow
from tests.service.http.web import PASSWORD, Browser, Web, fields, words

NEW = "sju svanar simmar söderut"
SIV = {"login": "siv", "name": "Siv Ek", "unit": "Kansli", "roles": ["registrar", "case_officer"]}


def _start(page: str) -> str:
    found = re.search(r'<code class="once">([^<]*)</code>', page)
    assert found is not None, words(page)
    return unescape(found[1])


def _row(web: Web, login: str) -> PersonRow:
    with web.database.read() as session:
        return people.by_login(session, login)


def _sent(web: Web, login: str, action: str, **given: object) -> tuple[str, dict[str, object]]:
    """A person's page, and what its form sends when the button `action` is pressed."""
    row = _row(web, login)
    return f"/personer/{row.id}", {"action": action, "version": row.version, **given}


def _kinds(web: Web) -> list[str]:
    with web.database.read() as session:
        assert list(history.verify(session)) == []
        kinds = session.scalars(
            select(HistoryRow.kind).where(HistoryRow.stream == history.SYSTEM).order_by(HistoryRow.position)
        )
        return [kind for kind in kinds if kind not in ("signed_in", "deployed", "definition_deployed")]


def _signs_in(web: Web, login: str, password: str) -> Browser | None:
    browser = web.browser()
    answer = browser.submit("/logga-in", {"login": login, "password": password, "till": ""}, page="/logga-in")
    return browser if answer.status_code == 303 else None


def _siv(web: Web, password: str = PASSWORD) -> Browser:
    """An account with a password that is known, and a browser signed in to it."""
    with web.database.write() as session:
        people.create(
            session,
            login="siv",
            name="Siv Ek",
            unit="",
            roles=["registrar"],
            actor=SYSTEM,
            password=people.new_password(password, "siv"),
            now=web.clock(),
        )
    browser = _signs_in(web, "siv", password)
    assert browser is not None
    return browser


def test_an_administrator_makes_an_account_that_can_be_signed_in_to(web: Web) -> None:
    browser = web.browser("sven")
    made = browser.submit("/personer/ny", SIV)
    assert made.status_code == 200 and made.headers["Cache-Control"] == "no-store"
    start = _start(made.text)
    assert len(start) >= 15
    assert "Siv Ek" in browser.get("/personer").text
    page = browser.get(f"/personer/{_row(web, 'siv').id}").text
    assert start not in page and start not in browser.get("/personer").text
    assert _row(web, "siv").roles == ["case_officer", "registrar"]
    signed_in = _signs_in(web, "siv", start)
    assert signed_in is not None and signed_in.get("/arenden").status_code == 200
    assert "account_made" in _kinds(web)


def test_the_start_password_stands_nowhere_in_the_database(one_web: Web) -> None:
    start = _start(one_web.browser("sven").submit("/personer/ny", SIV).text)
    with one_web.database.read() as session:
        rows = [*session.scalars(select(HistoryRow.data)), *session.scalars(select(PersonRow.password_hash))]
    assert start not in str(rows) and rows[-1].startswith("$argon2id$")


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_made(one_web: Web) -> None:
    browser = one_web.browser("sven")
    for data, field in (
        ({**SIV, "login": "KIM"}, "login"),
        ({**SIV, "login": ""}, "login"),
        ({**SIV, "login": "a b"}, "login"),
        ({**SIV, "name": " "}, "name"),
        ({**SIV, "roles": ["kung"]}, "roles"),
    ):
        answer = browser.submit("/personer/ny", data)
        assert answer.status_code == 422 and f'href="#f-{field}"' in answer.text, data
        assert "Siv Ek" in answer.text or field == "name"
    with one_web.database.read() as session:
        assert len(people.listing(session)) == len(one_web.people)
    assert browser.submit("/personer/ny", {**SIV, "active": "1"}).status_code == 422
    assert browser.submit("/personer/ny", {**SIV, "password": NEW}).status_code == 422


def test_name_unit_and_roles_are_changed_and_only_what_changed_is_in_the_history(web: Web) -> None:
    browser = web.browser("sven")
    path, data = _sent(web, "kim", "spara", name="Kim Åberg", unit="Kultur", roles=["registrar"])
    assert browser.submit(path, data).headers["Location"].endswith("?meddelande=konto_sparat")
    row = _row(web, "kim")
    assert (row.name, row.unit, row.roles) == ("Kim Åberg", "Kultur", ["registrar"])
    assert _kinds(web) == ["account_changed", "roles_set"]
    again = _sent(web, "kim", "spara", name="Kim Åberg", unit="Kultur", roles=["registrar"])
    assert browser.submit(*again).status_code == 303
    assert _kinds(web) == ["account_changed", "roles_set"]
    with web.database.read() as session:
        assert "berg" not in str(session.scalars(select(HistoryRow.data)).all())


def test_of_two_who_change_the_same_account_the_second_is_told(web: Web) -> None:
    browser = web.browser("sven")
    path, first = _sent(web, "kim", "spara", name="Kim Ett", unit="", roles=["registrar"])
    assert browser.submit(path, first).status_code == 303
    for action in ("spara", "losenord", "stang", "oppna"):
        data = {"action": action, "version": first["version"]} | (
            {"name": "Kim Två"} if action == "spara" else {}
        )
        assert browser.submit(path, data).status_code == 412, action
    assert _row(web, "kim").name == "Kim Ett"


def test_a_mistake_put_right_does_not_hide_what_a_colleague_changed(one_web: Web) -> None:
    browser = one_web.browser("sven")
    path, mine = _sent(one_web, "kim", "spara", name="", unit="", roles=[])
    browser.submit(path, {**mine, "name": "Kim Kollega"})
    page = browser.submit(path, mine)
    assert page.status_code == 422
    again = browser.submit(path, {**mine, "name": "Kim Jag", "version": fields(page.text)["version"]})
    assert again.status_code == 412


def test_the_last_administrator_keeps_the_role_and_the_account(web: Web) -> None:
    browser = web.browser("sven")
    path, data = _sent(web, "sven", "spara", name="Sven Lind", unit="", roles=["registrar"])
    answer = browser.submit(path, data)
    assert answer.status_code == 409 and "minst en systemadministratör" in answer.text
    path, data = _sent(web, "sven", "stang", bekrafta="ja")
    answer = browser.submit(path, data)
    assert answer.status_code == 409 and "minst en systemadministratör" in words(answer.text)
    row = _row(web, "sven")
    assert row.active and row.roles == ["system_administrator"]


def test_a_closed_administrator_does_not_count_as_one(web: Web) -> None:
    web.person("siri", "system_administrator")
    browser = web.browser("sven")
    path, data = _sent(web, "siri", "stang", bekrafta="ja")
    assert browser.submit(path, data).status_code == 303
    path, data = _sent(web, "sven", "stang", bekrafta="ja")
    assert browser.submit(path, data).status_code == 409


def test_one_of_two_administrators_may_leave(web: Web) -> None:
    web.person("siri", "system_administrator")
    browser = web.browser("sven")
    path, data = _sent(web, "sven", "stang", bekrafta="ja")
    assert browser.submit(path, data).headers["Location"] == "/logga-in"
    assert browser.get("/inkorg").status_code == 303
    assert not _row(web, "sven").active


def test_closing_an_account_is_asked_about_and_bites_at_once(web: Web) -> None:
    browser, kim = web.browser("sven"), web.browser("kim")
    path, data = _sent(web, "kim", "stang")
    question = browser.submit(path, data)
    assert question.status_code == 200 and "Kim Lind loggas ut genast" in question.text
    assert f'href="{path}"' in question.text
    assert _row(web, "kim").active and kim.get("/inkorg").status_code == 200
    assert browser.submit(path, {**data, "bekrafta": "ja"}).status_code == 303
    assert kim.get("/inkorg").status_code == 303
    assert "Avstängd" in browser.get("/personer").text
    path, data = _sent(web, "kim", "oppna")
    assert "Ja, öppna kontot" in browser.submit(path, data).text
    assert browser.submit(path, {**data, "bekrafta": "ja"}).status_code == 303
    assert _row(web, "kim").active
    assert _kinds(web) == ["account_disabled", "account_enabled"]


def test_the_question_tells_of_tasks_that_go_back(one_web: Web) -> None:
    task = one_web.task(one_web.post().case_id)
    with one_web.database.write() as session:
        cases.claim(session, task.id, version=None, actor=one_web.people["kim"], now=one_web.clock())
    question = one_web.browser("sven").submit(*_sent(one_web, "kim", "stang"))
    assert "går tillbaka till sin roll" in question.text


def test_a_new_password_is_shown_once_and_ends_what_was_open(web: Web) -> None:
    siv, browser = _siv(web), web.browser("sven")
    answer = browser.submit(*_sent(web, "siv", "losenord"))
    start = _start(answer.text)
    assert siv.get("/inkorg").status_code == 303
    assert _signs_in(web, "siv", PASSWORD) is None
    assert _signs_in(web, "siv", start) is not None
    assert "password_set" in _kinds(web)


def test_an_administrators_own_password_is_not_changed_without_the_old_one(one_web: Web) -> None:
    before = _row(one_web, "sven").password_hash
    browser = one_web.browser("sven")
    assert browser.submit(*_sent(one_web, "sven", "losenord")).status_code == 409
    assert _row(one_web, "sven").password_hash == before
    assert "Skapa nytt lösenord" not in browser.get(f"/personer/{_row(one_web, 'sven').id}").text


def test_the_list_comes_a_page_at_a_time_and_leaves_nobody_out(web: Web) -> None:
    for number in range(48):
        web.person(f"person{number:02}", "registrar")
    browser, seen, address = web.browser("sven"), [], "/personer"
    for length in (25, 25, 5):
        page = browser.get(address).text
        found = re.findall(r'<th scope="row"><a href="/personer/([0-9a-f-]{36})"', page)
        assert len(found) == length
        seen += found
        further = re.search(r'href="(/personer\?efter=[^"&]+)"', page)
        address = further[1] if further else ""
    assert address == ""
    assert len(set(seen)) == 55 == len(web.people)
    assert browser.get(f"/personer?efter={seen[-1]}").text.count('<th scope="row">') == 0
    assert "Inga fler personer" in browser.get(f"/personer?efter={seen[-1]}").text
    assert browser.get("/personer?efter=' OR 1=1--").status_code == 200


@pytest.mark.parametrize("login", ["kim", "rut", "chef", "olle"])
def test_only_an_administrator_sees_the_way_to_the_people(one_web: Web, login: str) -> None:
    browser = one_web.browser(login)
    assert 'href="/personer"' not in browser.get("/inkorg").text
    for path, data in (
        ("/personer/ny", SIV),
        _sent(one_web, "kim", "stang", bekrafta="ja"),
        _sent(one_web, login, "spara", name="X", roles=["system_administrator"]),
    ):
        assert browser.submit(path, data, page="/mitt-konto").status_code == 403
    assert _row(one_web, "kim").active and "system_administrator" not in _row(one_web, login).roles
    assert 'href="/personer"' in one_web.browser("sven").get("/inkorg").text


def test_a_person_or_button_that_is_not_there_is_no_fault_of_ours(one_web: Web) -> None:
    browser = one_web.browser("sven")
    nobody = "/personer/00000000-0000-4000-8000-000000000000"
    assert browser.get(nobody).status_code == 404
    for action in ("spara", "losenord", "stang", "oppna"):
        assert browser.submit(nobody, {"action": action, "name": "X"}).status_code == 404, action
    assert browser.submit(*_sent(one_web, "kim", "radera")).status_code == 422
    path, data = _sent(one_web, "kim", "spara", name="Kim")
    assert browser.submit(path, {**data, "version": "x"}).status_code == 422
    assert browser.submit(path, {**data, "login": "ny"}).status_code == 422


def test_a_name_is_only_ever_text(one_web: Web) -> None:
    browser = one_web.browser("sven")
    hostile = "<script>alert(1)</script>{{7*7}}{name}"
    made = browser.submit("/personer/ny", {**SIV, "name": hostile, "unit": hostile})
    pages = [
        made.text,
        browser.get("/personer").text,
        browser.get(f"/personer/{_row(one_web, 'siv').id}").text,
        browser.submit(*_sent(one_web, "siv", "stang")).text,
    ]
    for page in pages:
        assert "<script>alert" not in page and hostile in words(page)


# ── one's own account ────────────────────────────────────────────────────────────────────────────────


def test_one_changes_ones_own_password_and_other_sessions_end(web: Web) -> None:
    here = _siv(web)
    elsewhere = _signs_in(web, "siv", PASSWORD)
    assert elsewhere is not None
    answer = here.submit(
        "/mitt-konto", {"action": "losenord", "current": PASSWORD, "password": NEW, "again": NEW}
    )
    assert answer.headers["Location"] == "/mitt-konto?meddelande=losenord_bytt"
    assert "Lösenordet är bytt" in here.get(answer.headers["Location"]).text
    assert elsewhere.get("/inkorg").status_code == 303
    assert _signs_in(web, "siv", PASSWORD) is None and _signs_in(web, "siv", NEW) is not None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"current": "fel lösenord helt"}, "current"),
        ({"current": ""}, "current"),
        ({"again": NEW + "x"}, "again"),
        ({"password": "kort", "again": "kort"}, "password"),
        ({"password": "siv siv siv siv siv", "again": "siv siv siv siv siv"}, "password"),
        ({"password": "", "again": ""}, "password"),
    ],
)
def test_a_password_that_cannot_be_changed_says_why_and_stays(
    one_web: Web, given: dict[str, str], field: str
) -> None:
    browser = _siv(one_web)
    before = _row(one_web, "siv").password_hash
    sent = {"action": "losenord", "current": PASSWORD, "password": NEW, "again": NEW} | given
    answer = browser.submit("/mitt-konto", sent)
    assert answer.status_code == 422 and f'href="#f-{field}"' in answer.text
    assert all(value not in answer.text for value in sent.values() if len(value) > 10)
    assert _row(one_web, "siv").password_hash == before
    assert browser.get("/inkorg").status_code == 200


def test_who_borrows_a_browser_cannot_try_passwords_for_ever(one_web: Web) -> None:
    browser = _siv(one_web)
    sent = {"action": "losenord", "current": "fel lösenord helt", "password": NEW, "again": NEW}
    answers = [browser.submit("/mitt-konto", sent).status_code for _ in range(6)]
    assert answers[-1] == 429 and set(answers[:-1]) == {422}


def test_signing_out_everywhere_ends_every_session_of_that_person_alone(web: Web) -> None:
    here, there, other = web.browser("maria"), web.browser("maria"), web.browser("kim")
    answer = here.submit("/mitt-konto", {"action": "overallt"})
    assert answer.headers["Location"] == "/logga-in?meddelande=utloggad"
    assert "utloggad överallt" in here.get(answer.headers["Location"]).text
    assert here.get("/inkorg").status_code == there.get("/inkorg").status_code == 303
    assert other.get("/inkorg").status_code == 200
    with web.database.read() as session:
        owners = set(session.scalars(select(SessionRow.person_id)))
    assert owners == {web.people["kim"].id}
    assert _kinds(web) == ["signed_out_everywhere"]


def test_the_account_page_shows_who_one_is_and_keeps_the_language(one_web: Web) -> None:
    browser = one_web.browser("sven")
    assert "Systemadministratör" in browser.get("/mitt-konto").text
    assert "System administrator" in browser.get("/mitt-konto?sprak=en").text
    assert '<html lang="en">' in browser.get("/mitt-konto").text
    assert browser.submit("/mitt-konto", {"action": "radera"}).status_code == 422


def test_a_first_start_without_the_code_makes_nobody_hash_passwords(one_web: Web) -> None:
    sent = {"token": "fel", "name": "Siv Ek", "login": "siv", "password": "kort"}
    answer = one_web.browser().submit("/forsta-start", sent, page="/forsta-start")
    assert 'href="#f-token"' in answer.text and 'href="#f-password"' not in answer.text
