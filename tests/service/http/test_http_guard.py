"""The door: tokens, origins, headers, cookies and hosts."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from service import people
from service.actors import SYSTEM
from service.http.guard import CSP, local_path
from service.store import CaseRow, Database
from tests.service.http.web import PASSWORD, Web, a_web

_PAGES = (
    "/logga-in",
    "/forsta-start",
    "/inkorg",
    "/arenden",
    "/registrera",
    "/registrera/epost",
    "/finns-inte",
    "/api/v1/session",
    "/api/v1/nej",
    "/health/live",
    "/metrics",
    "/static/app.css",
)


def _cases(web: Web) -> int:
    with web.database.read() as session:
        return session.scalar(select(func.count()).select_from(CaseRow)) or 0


@pytest.mark.parametrize("path", _PAGES)
def test_every_answer_carries_the_headers(one_web: Web, path: str) -> None:
    answer = one_web.browser("maria").get(path)
    assert answer.headers["Content-Security-Policy"] == CSP
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "charset" in answer.headers["Content-Type"] or "json" in answer.headers["Content-Type"]
    if not path.startswith("/static"):
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_policy_of_the_page_allows_no_inline_code_and_pages_have_none(one_web: Web) -> None:
    assert "unsafe" not in CSP
    received = one_web.post()
    paths = [
        "/inkorg",
        "/registrera",
        f"/arenden/{received.case_id}",
        f"/uppgifter/{one_web.task(received.case_id).id}",
    ]
    for path in paths:
        page = one_web.browser("maria").get(path).text
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", page), path


def test_behind_https_cookies_are_host_bound_and_the_browser_is_told_to_stay_there(sqlite: Database) -> None:
    web = a_web(sqlite, PUBLIC_URL="https://ordna.example.se")
    answer = web.app.test_client().get("/logga-in", base_url="https://ordna.example.se")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-ordna")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("token", [None, "", "fel", "å" * 43])
def test_a_form_without_the_right_token_changes_nothing(one_web: Web, token: str | None) -> None:
    data = {"kanal": "Facebook", "text": "Hej"} | ({} if token is None else {"csrf": token})
    assert one_web.browser("kim").client.post("/registrera", data=data).status_code == 403
    assert _cases(one_web) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_from_another_site_changes_nothing(one_web: Web, headers: dict[str, str]) -> None:
    answer = one_web.browser("kim").submit(
        "/registrera", {"kanal": "Facebook", "text": "Hej"}, headers=headers
    )
    assert answer.status_code == 403
    assert _cases(one_web) == 0


def test_another_persons_token_is_worth_nothing(one_web: Web) -> None:
    token = one_web.browser("maria").token()
    answer = one_web.browser("kim").client.post(
        "/registrera", data={"csrf": token, "kanal": "Facebook", "text": "Hej"}
    )
    assert answer.status_code == 403


def test_the_sign_in_form_has_a_token_of_its_own(one_web: Web) -> None:
    bare = one_web.browser()
    assert bare.client.post("/logga-in", data={"login": "kim", "password": "x"}).status_code == 403
    answer = bare.submit("/logga-in", {"login": "kim", "password": "x", "till": ""}, page="/logga-in")
    assert answer.status_code == 422


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_methods_that_are_not_declared_are_refused(one_web: Web, method: str) -> None:
    assert one_web.browser("maria").client.open("/inkorg", method=method).status_code == 405
    answer = one_web.browser("maria").client.open("/api/v1/tasks", method=method)
    assert answer.status_code == 405
    assert answer.mimetype == "application/problem+json"
    assert "GET" in answer.headers["Allow"]


def test_a_host_that_is_not_ours_is_refused(one_web: Web) -> None:
    assert one_web.app.test_client().get("/logga-in", headers={"Host": "evil.example"}).status_code == 400


def test_who_asks_through_a_proxys_headers_is_nobody(one_web: Web) -> None:
    answer = one_web.browser().get(
        "/inkorg", headers={"X-Remote-User": "maria", "X-Forwarded-Host": "e.example"}
    )
    assert answer.headers["Location"] == "/logga-in?till=%2Finkorg"


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "javascript:alert(1)",
        "/inkorg\r\nX: y",
        "",
        "inkorg",
        "/\t/evil.example",
    ],
)
def test_after_signing_in_one_never_lands_on_another_site(wanted: str) -> None:
    assert local_path(wanted) == "/inkorg"


def test_after_signing_in_one_lands_where_one_was_going() -> None:
    assert local_path("/arenden?sok=snö") == "/arenden?sok=snö"


def test_a_planted_session_is_worth_nothing_after_signing_in(one_web: Web) -> None:
    with one_web.database.write() as session:
        people.create(
            session,
            login="siv",
            name="Siv Ek",
            unit="",
            password=people.new_password(PASSWORD, "siv"),
            roles=("registrar",),
            now=one_web.clock(),
            actor=SYSTEM,
        )
    browser = one_web.browser()
    browser.client.set_cookie("ordna", "planted")
    answer = browser.submit(
        "/logga-in", {"login": "siv", "password": PASSWORD, "till": "/arenden"}, page="/logga-in"
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/arenden")
    kept = browser.client.get_cookie("ordna")
    assert kept is not None and kept.value != "planted"
    assert browser.get("/arenden").status_code == 200


def test_signing_out_ends_the_session_on_the_server(one_web: Web) -> None:
    browser = one_web.browser("maria")
    kept = browser.client.get_cookie("ordna")
    assert kept is not None
    assert browser.submit("/logga-ut", {}).status_code == 303
    browser.client.set_cookie("ordna", kept.value)
    assert browser.get("/inkorg").status_code == 303


def test_nobody_can_sign_another_out_with_a_link(one_web: Web) -> None:
    assert one_web.browser("maria").get("/logga-ut").status_code == 405


def test_a_session_left_alone_is_over(one_web: Web) -> None:
    browser = one_web.browser("maria")
    one_web.clock.pass_by(minutes=61)
    assert browser.get("/inkorg").status_code == 303


def test_a_link_with_get_never_changes_anything(one_web: Web) -> None:
    received = one_web.post()
    task = one_web.task(received.case_id)
    one_web.browser("maria").get(f"/uppgifter/{task.id}?action=ta&version={task.version}")
    assert one_web.task(received.case_id).assignee is None
