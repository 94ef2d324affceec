"""Bounds: nothing is spooled to disk, JSON means one thing, bodies and forms have an end."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from service.store import ItemRow
from tests.service.http.web import Web, picture

_opened: list[tuple[str, Any]] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if writes or event.startswith("tempfile."):
        _opened.append((event, arguments[0]))


sys.addaudithook(_watch)


def _multipart(fields: dict[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    """A form with a file, made by hand: the test client would itself write a temporary file."""
    mark = b"xGRANSx"
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (mark, key.encode(), value.encode())
        for key, value in fields.items()
    ]
    parts.append(
        b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="x.png"\r\n'
        b"Content-Type: image/png\r\n\r\n%s\r\n" % (mark, name.encode(), content)
    )
    return b"".join([*parts, b"--%s--\r\n" % mark]), "multipart/form-data; boundary=xGRANSx"


def test_an_upload_of_many_megabytes_touches_no_file_but_the_database(one_web: Web) -> None:
    browser = one_web.browser("kim")
    large = picture() + b"\0" * 3_000_000
    body, kind = _multipart({"csrf": browser.token(), "kanal": "Facebook", "text": "Hej"}, "bild", large)
    _opened.clear()
    answer = browser.client.post("/registrera", data=body, content_type=kind)
    assert answer.status_code == 303, answer.text
    written = [path for event, path in _opened if event.startswith("tempfile.") or ".sqlite" not in str(path)]
    assert written == []


def test_a_body_over_the_bound_is_refused_before_it_is_read(one_web: Web) -> None:
    browser = one_web.browser("kim")
    body, kind = _multipart({"csrf": browser.token(), "kanal": "Facebook"}, "bild", b"\0" * 32_000_000)
    assert browser.client.post("/registrera", data=body, content_type=kind).status_code == 413


def test_a_form_of_endless_text_or_fields_is_refused(one_web: Web) -> None:
    browser = one_web.browser("kim")
    data = {"csrf": browser.token(), "kanal": "Facebook", "text": "å" * 1_000_000}
    assert browser.client.post("/registrera", data=data).status_code == 413
    body, kind = _multipart({f"f{n}": "x" for n in range(300)}, "bild", b"")
    assert browser.client.post("/registrera", data=body, content_type=kind).status_code == 413


@pytest.mark.parametrize(
    "text",
    [
        '{"channel": "a", "channel": "b", "text": "x"}',
        '{"channel": "a", "text": NaN}',
        '{"channel": "a", "text": 1e999}',
        '{"channel": "a", "text": -Infinity}',
        "[]",
        '"x"',
        "1",
        "{",
        "[" * 100_000,
        '{"a":' * 50_000,
        '\ufeff{"channel": "a", "text": "x"}',
    ],
)
def test_json_that_may_mean_two_things_is_refused(one_web: Web, text: str) -> None:
    answer = one_web.browser("kim").api("POST", "/items", data=text.encode(), content_type="application/json")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "data", ['{"channel": "a", "text": "x"}'.encode("utf-16"), b"\xff\xfe", b'{"a": "\xe5"}']
)
def test_json_in_another_encoding_is_refused(one_web: Web, data: bytes) -> None:
    answer = one_web.browser("kim").api("POST", "/items", data=data, content_type="application/json")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_the_api_takes_json_as_json_only(one_web: Web, kind: str) -> None:
    answer = one_web.browser("kim").api(
        "POST", "/items", data=b'{"channel": "a", "text": "x"}', content_type=kind
    )
    assert answer.status_code == 415


@pytest.mark.parametrize("extra", ["status", "dnr", "secret", "unit", "assignee", "__builtins__", "len"])
def test_a_key_that_nobody_declared_is_refused_and_nothing_is_stored(one_web: Web, extra: str) -> None:
    given = {"channel": "Facebook", "text": "Hej", extra: "x"}
    answer = one_web.browser("kim").api("POST", "/items", json=given)
    assert answer.status_code == 422
    assert extra in (answer.json or {})["errors"]
    form = {"kanal": "Facebook", "text": "Hej", extra: "x"}
    assert one_web.browser("kim").submit("/registrera", form).status_code == 422
    with one_web.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ItemRow)) == 0


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def test_no_json_at_all_makes_the_api_fall_over(one_web: Web) -> None:
    browser = one_web.browser("kim")
    csrf = (browser.get("/api/v1/session").json or {})["csrf"]

    @given(
        st.dictionaries(st.sampled_from(["channel", "url", "text", "author", "posted_at", "files"]), _json)
    )
    def tried(value: dict[str, Any]) -> None:
        answer = browser.client.post(
            "/api/v1/items",
            data=json.dumps(value),
            headers={"X-CSRF-Token": csrf},
            content_type="application/json",
        )
        assert answer.status_code in (200, 201, 413, 415, 422), (value, answer.text)

    tried()
