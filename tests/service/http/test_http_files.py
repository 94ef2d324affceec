"""Kept files: downloaded under harmless names, shown only as pictures, and only from their own case."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from service.evidence import keep
from service.http.case_pages import file_name
from service.store import CaseRow, EvidenceRow, HistoryRow
from tests.service.http.web import NOW, Web, picture


def _kept(web: Web, kind: str, name: str, media_type: str, content: bytes) -> str:
    received = web.post(f"{name} {kind}"[:50])
    with web.database.write() as session:
        row = keep(
            session,
            session.get_one(CaseRow, received.case_id),
            item_id=received.item_id,
            kind=kind,
            name=name,
            media_type=media_type,
            content=content,
            actor=web.people["kim"],
            now=NOW,
        )
        return f"/arenden/{received.case_id}/filer/{row.id}"


def test_a_file_is_downloaded_with_everything_that_keeps_it_from_running(web: Web) -> None:
    path = _kept(web, "attachment", "brev.html", "text/html", b"<script>alert(1)</script>")
    for address in (path, f"{path}?visa=bild"):
        answer = web.browser("kim").get(address)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.data == b"<script>alert(1)</script>"


def test_only_a_real_picture_is_shown_in_the_page(web: Web) -> None:
    real = web.browser("kim").get(_kept(web, "capture", "s.png", "image/png", picture()) + "?visa=bild")
    assert real.headers["Content-Disposition"].startswith("inline") and real.mimetype == "image/png"
    for name, kind, content in (
        ("s.svg", "image/svg+xml", b"<svg onload='alert(1)'/>"),
        ("s.png", "image/png", b"<script>alert(1)</script>"),
    ):
        answer = web.browser("kim").get(_kept(web, "capture", name, kind, content) + "?visa=bild")
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_file_is_not_found_through_another_case(one_web: Web) -> None:
    path = _kept(one_web, "attachment", "a.txt", "text/plain", b"a")
    other = one_web.post("annat")
    assert (
        one_web.browser("kim").get(f"/arenden/{other.case_id}/filer/{path.rsplit('/', 1)[1]}").status_code
        == 404
    )


def test_reading_a_file_is_an_event_and_a_changed_file_is_not_handed_out(one_web: Web) -> None:
    path = _kept(one_web, "attachment", "a.txt", "text/plain", b"a")
    assert one_web.browser("kim").get(path).status_code == 200
    with one_web.database.read() as session:
        kinds = session.scalars(select(HistoryRow.kind).where(HistoryRow.stream == path.split("/")[2])).all()
    assert "evidence_read" in kinds
    with one_web.database.write() as session:
        session.get_one(EvidenceRow, path.rsplit("/", 1)[1]).sha256 = "0" * 64
    assert one_web.browser("kim").get(path).status_code == 409


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\x.exe",
        "a\r\nSet-Cookie: x=1",
        "\u202egnp.exe",
        "",
        ".",
        "..",
        "a" * 400,
        "brev;x.pdf",
        'citat".pdf',
        "skärmbild.png",
        "文件.pdf",
        "\x00.txt",
        "CON",
        "%0d%0aX: y",
        "a/b/c.txt",
    ],
)
def test_hostile_names_arrive_harmless(one_web: Web, name: str) -> None:
    answer = one_web.browser("kim").get(_kept(one_web, "attachment", name, "text/plain", b"a"))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert not set(answer.headers["Content-Disposition"]) & set("\r\n\x00")


@given(st.text())
def test_no_name_holds_a_path_or_a_control_character(name: str) -> None:
    shown = file_name(name)
    assert shown and len(shown) <= 150
    assert not set(shown) & set('/\\<>:"|?*') and shown.isprintable()


def test_an_upload_that_is_no_picture_or_pdf_is_refused_beside_its_field(one_web: Web) -> None:
    answer = one_web.browser("kim").submit(
        "/registrera",
        {"kanal": "Facebook", "text": "x", "bild": (io.BytesIO(b"MZ..."), "x.png")},
        page="/registrera",
    )
    assert answer.status_code == 422 and 'href="#f-bild"' in answer.text
