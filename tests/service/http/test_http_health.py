"""What the watch asks: lives, is ready, and numbers that name nobody."""

from __future__ import annotations

from tests.service.http.web import Web


def test_a_service_with_its_tables_is_ready_and_one_without_is_not(one_web: Web) -> None:
    browser = one_web.browser()
    assert browser.get("/health/live").json == {"status": "live"}
    assert browser.get("/health/ready").status_code == 200
    with one_web.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    assert browser.get("/health/ready").status_code == 503
    assert browser.get("/health/live").status_code == 200


def test_the_numbers_count_tasks_and_requests_and_hold_no_ids(one_web: Web) -> None:
    received = one_web.post("hemligt ord")
    one_web.browser("kim").get(f"/arenden/{received.case_id}")
    text = one_web.browser().get("/metrics").text
    assert 'ordna_open_tasks{kind="form"} 1.0' in text
    assert 'ordna_requests_total{endpoint="cases.page",method="GET",status="200"} 1.0' in text
    assert "ordna_request_seconds_count" in text
    for secret in (received.case_id, received.case_number, "hemligt", "kim"):
        assert secret not in text


def test_the_list_by_itself_is_sent_only_when_it_has_changed(one_web: Web) -> None:
    browser = one_web.browser("kim")
    first = browser.get("/inkorg/lista?visa=alla")
    known = {"If-None-Match": first.headers["ETag"]}
    assert browser.get("/inkorg/lista?visa=alla", headers=known).status_code == 304
    one_web.post()
    changed = browser.get("/inkorg/lista?visa=alla", headers=known)
    assert changed.status_code == 200 and "Bedöm inlägget" in changed.text and "<html" not in changed.text
