"""Files kept as evidence: unchanged, encrypted, checked when read, and told by their bytes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from service import evidence, history
from service.actors import Actor
from service.errors import Conflict, NotFound, TooLarge
from service.evidence import kind_of
from service.store import CaseRow, Database, DefinitionRow, EvidenceRow, hold_case, keys_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA = Actor("anna", "Anna")


def picture(kind: str, width: int = 8, height: int = 8, mode: str = "RGB") -> bytes:
    file = BytesIO()
    Image.new(mode, (width, height)).save(file, kind)
    return file.getvalue()


@pytest.fixture
def case_id(database: Database) -> str:
    with database.write() as session:
        session.add(
            DefinitionRow(
                hash="h" * 64,
                process="p",
                number=1,
                name="P",
                files=b"",
                deployed_at=NOW,
                deployed_by="anna",
                active=True,
            )
        )
        session.flush()
        _, wrapped = keys_of(session).new_case_key("c1")
        session.add(
            CaseRow(
                id="c1",
                number="1",
                process="p",
                definition="h" * 64,
                status="open",
                title="T",
                channel="C",
                unit="U",
                received_at=NOW,
                opened_at=NOW,
                key_wrapped=wrapped,
                state=b"",
                history_position=0,
                history_hash="",
            )
        )
    return "c1"


def kept(
    database: Database,
    case_id: str,
    content: bytes,
    *,
    name: str = "kvitto.pdf",
    media_type: str = "application/pdf",
    kind: str = "attachment",
) -> str:
    with database.write() as session:
        case = hold_case(session, case_id)
        return evidence.keep(
            session,
            case,
            item_id=None,
            kind=kind,
            name=name,
            media_type=media_type,
            content=content,
            actor=ANNA,
            now=NOW,
        ).id


def test_a_file_comes_back_byte_for_byte_and_the_reading_is_an_event(
    database: Database, case_id: str
) -> None:
    content = bytes(range(256)) * 100
    ident = kept(database, case_id, content, name="../a\u202e.bin", media_type="application/x-hemligt")
    with database.write() as session:
        found = evidence.fetch(session, ident, ANNA, NOW)
    assert found == evidence.EvidenceFile(
        "a.bin", "application/octet-stream", content, hashlib.sha256(content).hexdigest()
    )
    with database.read() as session:
        events = [(e.kind, e.actor, e.data.get("evidence")) for e in history.of_case(session, case_id)]
        assert events == [("evidence_kept", "anna", ident), ("evidence_read", "anna", ident)]
        assert list(history.verify(session)) == []
        assert list(evidence.damaged(session)) == []


def test_a_file_that_was_changed_or_moved_is_not_handed_out(database: Database, case_id: str) -> None:
    first, second, third = (kept(database, case_id, c) for c in (b"%PDF-1", b"%PDF-2", b"%PDF-3"))
    with database.write() as session:
        other = session.get_one(EvidenceRow, second).content_locked
        session.execute(update(EvidenceRow).where(EvidenceRow.id == first).values(content_locked=other))
        session.execute(update(EvidenceRow).where(EvidenceRow.id == second).values(sha256="0" * 64))
    for ident in (first, second):
        with pytest.raises(Conflict, match="kontrollsumma"), database.write() as session:
            evidence.fetch(session, ident, ANNA, NOW)
    with database.write() as session:
        assert evidence.fetch(session, third, ANNA, NOW).content == b"%PDF-3"
    with database.read() as session:
        assert sorted(evidence.damaged(session)) == sorted([first, second])


def test_a_read_that_cannot_be_recorded_is_not_given(database: Database, case_id: str) -> None:
    ident = kept(database, case_id, b"%PDF-1")
    with pytest.raises((RuntimeError, DBAPIError)), database.read() as session:
        evidence.fetch(session, ident, ANNA, NOW)


def test_a_file_that_is_not_there_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound), database.write() as session:
        evidence.fetch(session, "nej", ANNA, NOW)


def test_a_file_over_25_mb_is_refused(database: Database, case_id: str) -> None:
    with pytest.raises(TooLarge):
        kept(database, case_id, bytes(25 * 1024 * 1024 + 1))


def bomb() -> bytes:
    """A PNG whose text chunk unpacks to far more than it weighs."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("x", "a" * 100_000_000, zip=True)
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG", pnginfo=notes)
    return file.getvalue()


@pytest.mark.filterwarnings("error::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("declared", "content", "kind"),
    [
        ("text/html", picture("PNG"), "image/png"),
        ("image/png", picture("JPEG"), "image/jpeg"),
        ("", picture("WEBP"), "image/webp"),
        ("", picture("GIF"), "image/gif"),
        ("image/png", b"\x89PNG\r\n\x1a\n<script>", "application/octet-stream"),
        ("image/jpeg", b"\xff\xd8\xff", "application/octet-stream"),
        ("image/png", picture("PNG", 7000, 6000, "1"), "application/octet-stream"),
        ("image/png", picture("PNG", 60000, 60000, "1"), "application/octet-stream"),
        ("image/png", bomb(), "application/octet-stream"),
        ("image/svg+xml", b"<svg/>", "image/svg+xml"),
        ("image/png", b"<svg/>", "application/octet-stream"),
        ("IMAGE/PNG; x=y", b"hej", "application/octet-stream"),
        ("application/pdf", b"MZ", "application/octet-stream"),
        ("application/x-msdownload", b"%PDF-1.7", "application/pdf"),
        ("text/html; charset=utf-8", b"<p>", "text/html"),
        ("application/x-veras-namn", b"hej", "application/octet-stream"),
    ],
)
def test_a_kind_is_told_by_the_bytes_and_never_in_the_senders_words(
    declared: str, content: bytes, kind: str
) -> None:
    assert kind_of(declared, content) == kind
