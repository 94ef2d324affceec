"""The API: the pages' rules in JSON, problem+json for every refusal, and a description that is true."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from service.http.openapi import DOCUMENT
from tests.service.http.web import COMPLAINT, Browser, Web, picture

_MAIL = (
    b"From: Karin <karin@example.se>\r\nTo: k@example.se\r\nSubject: Gungan\r\nMessage-ID: <1@example.se>\r\n"
    b"Date: Tue, 03 Mar 2026 09:00:00 +0100\r\n\r\nDen gungan.\r\n"
)


def _problem(answer: Any, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    body: dict[str, Any] = answer.json
    assert body["status"] == status and body["title"] and body["detail"]
    return body


def test_the_description_names_exactly_the_routes_there_are(one_web: Web) -> None:
    routes = {
        (re.sub(r"<(?:uuid:)?(\w+)>", r"{\1}", rule.rule).removeprefix("/api/v1"), method.lower())
        for rule in one_web.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert described == routes
    assert one_web.browser().get("/api/v1/openapi.json").json == DOCUMENT


def test_every_reference_in_the_description_leads_somewhere() -> None:
    found = set(re.findall(r"#/components/schemas/(\w+)", str(DOCUMENT)))
    assert found == set(DOCUMENT["components"]["schemas"])


def test_a_mail_becomes_a_case_once(web: Web) -> None:
    browser = web.browser("kim")
    first = browser.api("POST", "/intake", data=_MAIL, content_type="message/rfc822")
    second = browser.api("POST", "/intake", data=_MAIL, content_type="message/rfc822")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json["duplicate"] is False and second.json["duplicate"] is True
    assert first.json["case_id"] == second.json["case_id"]


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [(_MAIL, "text/plain", 415), (_MAIL, "application/json", 415), (b"\0\0", "message/rfc822", 422)],
)
def test_what_is_no_mail_is_refused(one_web: Web, data: bytes, kind: str, status: int) -> None:
    _problem(one_web.browser("kim").api("POST", "/intake", data=data, content_type=kind), status)


def test_a_post_with_a_file_becomes_a_case_that_can_be_worked_through(web: Web) -> None:
    browser = web.browser("maria")
    file = {"name": "s.png", "media_type": "image/png", "content": base64.b64encode(picture()).decode()}
    made = browser.api(
        "POST",
        "/items",
        json={
            "channel": "Facebook",
            "text": "Gungan",
            "posted_at": "2026-03-03T08:00:00+01:00",
            "files": [file],
        },
    )
    assert made.status_code == 201
    (task,) = browser.get("/api/v1/tasks?view=all").json["tasks"]
    assert task["case_id"] == made.json["case_id"]
    claimed = browser.api("POST", f"/tasks/{task['id']}/claim", json={"version": task["version"]})
    assert claimed.status_code == 200 and claimed.headers["ETag"] == f'"{claimed.json["version"]}"'
    draft = browser.api("POST", f"/tasks/{task['id']}/draft", json={"answers": {"remove": "no"}})
    assert draft.json["draft"] == {"remove": "no"}
    done = browser.api(
        "POST",
        f"/tasks/{task['id']}/complete",
        json={"answers": COMPLAINT},
        headers={"If-Match": draft.headers["ETag"]},
    )
    assert done.status_code == 200 and done.json["next_task"]
    case = browser.get(f"/api/v1/cases/{made.json['case_id']}").json
    assert {"Registrera i diariet", "Besvara inlägget"} == {t["name"] for t in case["tasks"]}
    assert case["items"][0]["text"] == "Gungan"
    assert browser.get("/api/v1/cases").json["cases"][0]["id"] == made.json["case_id"]


def _task(web: Web) -> tuple[Browser, str]:
    return web.browser("kim"), web.task(web.post().case_id).id


def test_refusals_have_their_numbers(one_web: Web) -> None:
    browser, task = _task(one_web)
    _problem(one_web.browser().get("/api/v1/tasks"), 401)
    _problem(browser.get("/api/v1/tasks/00000000-0000-4000-8000-000000000000"), 404)
    _problem(browser.get("/api/v1/tasks/x"), 404)
    _problem(one_web.browser("johan").get(f"/api/v1/tasks/{task}"), 403)
    _problem(browser.get("/api/v1/tasks?view=x"), 422)
    _problem(browser.client.post(f"/api/v1/tasks/{task}/claim", json={}), 403)
    _problem(browser.api("POST", f"/tasks/{task}/claim", json={"version": 99}), 412)
    _problem(browser.api("POST", f"/tasks/{task}/claim", json={}, headers={"If-Match": '"99"'}), 412)
    _problem(browser.api("POST", f"/tasks/{task}/claim", json={"version": "1"}), 422)
    errors = _problem(browser.api("POST", f"/tasks/{task}/complete", json={"answers": {"len": "x"}}), 422)[
        "errors"
    ]
    assert "len" in errors
    _problem(browser.api("POST", f"/tasks/{task}/complete", json={"answers": [1]}), 422)
    assert browser.api("POST", f"/tasks/{task}/complete", json={"answers": COMPLAINT}).status_code == 200
    _problem(browser.api("POST", f"/tasks/{task}/complete", json={"answers": COMPLAINT}), 409)


def test_the_token_counts_in_the_header_only(one_web: Web) -> None:
    browser, task = _task(one_web)
    csrf = browser.get("/api/v1/session").json["csrf"]
    answer = browser.client.post(f"/api/v1/tasks/{task}/claim", data={"csrf": csrf})
    _problem(answer, 403)


def test_a_fault_of_ours_tells_nothing_about_itself(one_web: Web, caplog: pytest.LogCaptureFixture) -> None:
    browser, task = _task(one_web)
    one_web.database.engine.dispose()
    with one_web.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE task RENAME TO gone")
    answer = browser.get(f"/api/v1/tasks/{task}")
    body = _problem(answer, 500)
    for word in ("sql", "Error", "Traceback", "task.", "service/"):
        assert word not in str(body)
    assert task not in caplog.text
    assert browser.get("/inkorg").status_code == 500
    with one_web.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO task")
