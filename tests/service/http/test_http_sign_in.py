"""Signing in, pausing who guesses, and the very first account."""

from __future__ import annotations

from datetime import UTC, datetime

from service import people
from service.actors import SYSTEM
from service.app import create_app
from service.store import Database
from tests.service.http.web import PASSWORD, Browser, Web, a_web, settings_of


def _siv(web: Web) -> None:
    with web.database.write() as session:
        people.create(
            session,
            login="siv",
            name="Siv Ek",
            unit="",
            password=people.new_password(PASSWORD, "siv"),
            roles=("registrar",),
            now=web.clock(),
            actor=SYSTEM,
        )


def test_whoever_is_wrong_gets_the_same_answer(one_web: Web) -> None:
    _siv(one_web)
    answers = [
        one_web.browser().submit(
            "/logga-in", {"login": login, "password": "fel lösenord", "till": ""}, page="/logga-in"
        )
        for login in ("siv", "ingen")
    ]
    assert {a.status_code for a in answers} == {422}
    assert (
        len(
            {
                a.text.split("<main")[1].replace("siv", "").replace("ingen", "").split("csrf")[0]
                for a in answers
            }
        )
        == 1
    )
    assert all("fel lösenord" not in a.text for a in answers)


def test_who_keeps_guessing_has_to_wait_and_is_told_how_long(one_web: Web) -> None:
    _siv(one_web)
    browser = one_web.browser()
    data = {"login": "siv", "password": "fel", "till": ""}
    answers = [browser.submit("/logga-in", data, page="/logga-in") for _ in range(7)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_the_first_account_is_made_with_the_code_and_only_once(sqlite: Database) -> None:
    app = create_app(settings_of(sqlite), sqlite)
    with sqlite.write() as session:
        code = people.setup_token(session, datetime.now(UTC))
    browser = Browser(app.test_client())
    form = {"token": code, "name": "Siv Ek", "login": "siv", "password": PASSWORD}
    wrong = browser.submit("/forsta-start", {**form, "token": "fel"}, page="/forsta-start")
    assert wrong.status_code == 422 and 'href="#f-token"' in wrong.text
    short = browser.submit("/forsta-start", {**form, "password": "kort"}, page="/forsta-start")
    assert short.status_code == 422 and 'href="#f-password"' in short.text
    assert browser.submit("/forsta-start", form, page="/forsta-start").status_code == 303
    assert browser.get("/inkorg").status_code == 200
    again = Browser(app.test_client()).submit(
        "/forsta-start", {**form, "login": "sven"}, page="/forsta-start"
    )
    assert again.status_code == 422


def test_the_demonstration_offers_its_accounts_and_a_real_installation_none(sqlite: Database) -> None:
    web = a_web(sqlite)
    account = {"login": "maria", "password": "x", "name": "Maria Lind", "role": "Registrator"}
    demo = create_app(settings_of(sqlite), sqlite, demo_accounts=[account])
    assert "Logga in som Maria Lind" in demo.test_client().get("/logga-in").text
    assert "Logga in som" not in web.browser().get("/logga-in").text
