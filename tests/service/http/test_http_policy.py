"""Who reaches what: every route of the application against every kind of asker."""

from __future__ import annotations

import pytest
from werkzeug.routing import Rule

from service import people
from service.actors import SYSTEM
from service.http.policy import POLICY, Access, PolicyIncomplete, check
from service.inbox import CASE_ROLES
from tests.service.http.web import Web

_ROLES = {
    "kim": "channel_administrator",
    "johan": "case_officer",
    "rut": "registrar",
    "chef": "head_of_unit",
    "olle": "process_owner",
    "sven": "system_administrator",
}
_NOBODY = "00000000-0000-4000-8000-000000000000"


def _path(rule: Rule) -> str:
    path = rule.rule.replace("<path:filename>", "app.css")
    for name in rule.arguments:
        path = path.replace(f"<uuid:{name}>", _NOBODY).replace(f"<int:{name}>", "1")
    return path


def _may(access: Access, role: str | None) -> bool:
    """The rule in other words than the application's."""
    match access:
        case Access.ANYONE | Access.LOOPBACK:
            return True
        case Access.SIGNED_IN:
            return role is not None
        case Access.STAFF:
            return role in {"channel_administrator", "case_officer", "registrar", "head_of_unit"}
        case Access.ADMINISTRATOR:
            return role == "system_administrator"
        case Access.CHANNELS:
            return role in {"channel_administrator", "case_officer", "registrar", "head_of_unit"}
        case Access.CHANNELS_RUN:
            return role == "head_of_unit"
        case Access.PROCESSES:
            staff = {"channel_administrator", "case_officer", "registrar", "head_of_unit"}
            return role in {*staff, "process_owner"}
        case Access.PROCESS_OWNER:
            return role == "process_owner"
        case Access.OPERATIONS:
            return role in {"process_owner", "system_administrator"}
        case Access.MESSAGES:
            return role in {"registrar", "system_administrator"}


@pytest.mark.parametrize("login", [None, *_ROLES])
def test_every_route_lets_in_exactly_those_the_policy_names(one_web: Web, login: str | None) -> None:
    role = _ROLES.get(login or "")
    browser = one_web.browser(login)
    for rule in one_web.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD"}):
            answer = browser.client.open(
                _path(rule), method=method, environ_base={"REMOTE_ADDR": "127.0.0.1"}
            )
            where = f"{method} {rule.rule} as {role}"
            if method == "GET" and _may(POLICY[rule.endpoint], role):
                turned_away = answer.status_code in (401, 403) or _to_sign_in(answer.headers.get("Location"))
                assert not turned_away or rule.rule == "/logga-in", where
            elif method == "GET" and role is None:
                assert answer.status_code == 401 or _to_sign_in(answer.headers.get("Location")), where
            else:  # without a token no unsafe call passes, whoever asks
                assert answer.status_code in (303, 401, 403), where


def _to_sign_in(location: str | None) -> bool:
    return bool(location and location.startswith("/logga-in"))


def test_those_without_a_role_in_cases_learn_nothing_about_them(one_web: Web) -> None:
    received = one_web.post()
    for login in ("olle", "sven"):
        browser = one_web.browser(login)
        assert browser.get(f"/arenden/{received.case_id}").status_code == 403
        assert browser.get(f"/uppgifter/{one_web.task(received.case_id).id}").status_code == 403
        assert received.case_number not in browser.get("/inkorg?visa=alla").text
        assert browser.get("/api/v1/tasks").json == {"tasks": [], "after": None}


def test_a_route_without_a_rule_stops_start_up(one_web: Web) -> None:
    one_web.app._got_first_request = False  # Flask refuses late routes; the check is what is tried here
    one_web.app.add_url_rule("/ny", "new", lambda: "")
    with pytest.raises(PolicyIncomplete, match="new"):
        check(one_web.app)


def test_the_case_roles_are_those_of_the_secrecy_rule() -> None:
    assert CASE_ROLES.isdisjoint({"process_owner", "system_administrator"})


def test_a_withdrawn_role_is_gone_at_the_next_request(one_web: Web) -> None:
    browser = one_web.browser("kim")
    assert browser.get("/arenden").status_code == 200
    with one_web.database.write() as session:
        people.set_roles(session, one_web.people["kim"].id, (), actor=SYSTEM, now=one_web.clock())
    assert browser.get("/arenden").status_code == 403


def test_the_metrics_are_for_this_machine_alone(one_web: Web) -> None:
    browser = one_web.browser("sven")
    assert browser.get("/metrics").status_code == 200
    assert browser.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404
    assert browser.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
