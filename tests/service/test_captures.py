"""Captures of channels: kept as PDF/A, handed to the archive once, and shown where that fails."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import delete, select, update

from adapters.archive import (
    ArchiveReceipt,
    ArchiveRefused,
    ArchiveUnavailable,
    FolderArchive,
    Package,
)
from adapters.archive.checking import findings
from service import captures, cases
from service.errors import Conflict, Invalid, NotFound
from service.evidence import Upload
from service.outbox.archiving import NAME, archive_round
from service.store import CaptureFileRow, CaptureRow, ChannelRow, Database, DeliveryRow, TaskRow
from tests.service.case_world import MARIA, NOW, a_post, deploy
from tests.service.http.web import Hands, Web, a_web, picture

CHANNEL = "6f7f0c5e-0000-4000-8000-000000000001"


def a_channel(database: Database, ident: str = CHANNEL) -> str:
    with database.write() as session:
        session.add(
            ChannelRow(
                id=ident,
                name="Exempelkommun på Facebook",
                platform="Facebook",
                kind="social",
                url="https://social.example/kommun",
                unit="Kansli",
                state="active",
                created_at=NOW,
                changed_at=NOW,
            )
        )
    return ident


def prepared(kind: str = "periodic", **given: object) -> captures.Prepared:
    told: dict[str, object] = {
        "channel": "Facebook",
        "url": "https://social.example/kommun",
        "captured_at": NOW,
        "tool": "Skärmbild",
        "text": "",
        "files": [Upload("Karins bild.png", "image/png", picture())],
        "now": NOW,
    }
    return captures.prepare(kind=kind, **(told | given))  # type: ignore[arg-type]


def kept(database: Database, made: captures.Prepared, case_id: str | None = None) -> str:
    """Keep a capture and ask for its delivery."""
    with database.write() as session:
        case = cases.hold(session, case_id) if case_id else None
        row = captures.add(session, CHANNEL, made, actor=MARIA, now=NOW, case=case)
        captures.request_delivery(session, row, now=NOW)
        captures.request_delivery(session, row, now=NOW)  # asked twice, one row
        return row.id


def state(database: Database) -> tuple[str, int, str | None]:
    with database.read() as session:
        row = session.scalars(select(DeliveryRow)).one()
        return row.state, row.attempt, row.last_error


class Broken:
    """An archive that fails in one way, and counts."""

    def __init__(self, error: Exception) -> None:
        self.error, self.calls = error, 0

    def deliver(self, package: Package, *, now: datetime) -> ArchiveReceipt:
        self.calls += 1
        raise self.error

    def check(self) -> str:
        raise self.error


def test_a_capture_is_kept_as_pdf_a_beside_its_originals(database: Database) -> None:
    a_channel(database)
    original = picture()
    kept(database, prepared())
    with database.read() as session:
        (view,) = captures.of_channel(session, CHANNEL)
        assert view.files == ((1, "image/png", len(original), hashlib.sha256(original).hexdigest()),)
        assert (view.kind, view.state) == ("periodic", "pending")
        channel = session.get_one(ChannelRow, CHANNEL)
        assert str(channel.last_capture_on) == "2026-03-03"
        assert captures.latest(session, CHANNEL) == NOW
        assert captures.latest(session, CHANNEL, ["closing"]) is None
    with database.write() as session:
        pdf = captures.fetch(session, view.id, 0, actor=MARIA, now=NOW)
        assert captures.fetch(session, view.id, 1, actor=MARIA, now=NOW).content == original
    assert findings(pdf.content) == ()
    assert hashlib.sha256(pdf.content).hexdigest() == view.sha256
    with pikepdf.open(io.BytesIO(pdf.content)) as opened:
        assert len(opened.pages) == 2
    for number in (2, -1):
        with pytest.raises(NotFound), database.write() as session:
            captures.fetch(session, view.id, number, actor=MARIA, now=NOW)


def test_terms_are_kept_as_text_and_the_register_knows(database: Database) -> None:
    a_channel(database)
    kept(database, prepared("terms", text="Användarvillkor 2026", files=[]))
    with database.read() as session:
        channel = session.get_one(ChannelRow, CHANNEL)
        assert (str(channel.terms_saved_on), channel.last_capture_on) == ("2026-03-03", None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "yearly"}, "kind"),
        ({"captured_at": NOW + timedelta(days=1)}, "captured_at"),
        ({"tool": ""}, "tool"),
        ({"url": ""}, "url"),
        ({"files": []}, "files"),
        ({"text": "a" * 200_001}, "text"),
    ],
)
def test_what_is_not_right_is_said_by_field(given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        prepared(**given)  # type: ignore[arg-type]
    assert set(wrong.value.fields) == {field}


def test_a_channel_that_is_not_registered_has_no_captures(database: Database) -> None:
    with pytest.raises(NotFound), database.write() as session:
        captures.add(session, CHANNEL, prepared(), actor=MARIA, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        update(CaptureRow).values(sha256="0" * 64),
        update(CaptureFileRow).values(sha256="0" * 64),
        update(CaptureRow).values(content_locked=b"\x01" + bytes(40)),
        update(CaptureFileRow).values(name_locked=b"\x01" + bytes(40)),
    ],
)
def test_a_changed_capture_is_named_and_not_handed_out(database: Database, change: object) -> None:
    a_channel(database)
    ident = kept(database, prepared())
    with database.read() as session:
        assert list(captures.damaged(session)) == []
    with database.write() as session:
        session.execute(change)  # type: ignore[call-overload]
    with database.read() as session:
        assert list(captures.damaged(session)) == [ident]
    with pytest.raises(Conflict), database.write() as session:
        captures.fetch(session, ident, 0, actor=MARIA, now=NOW)


def test_a_dropped_capture_is_named(database: Database) -> None:
    a_channel(database)
    ident = kept(database, prepared())
    with database.write() as session:
        for table in (DeliveryRow, CaptureFileRow, CaptureRow):
            session.execute(delete(table))
    with database.read() as session:
        assert list(captures.damaged(session)) == [ident]


# ── to the archive ───────────────────────────────────────────────────────────────────────────────────


def test_a_delivery_gets_a_receipt_and_is_not_made_twice(database: Database, tmp_path: Path) -> None:
    a_channel(database)
    kept(database, prepared())
    archive = FolderArchive(tmp_path)
    assert archive_round(database, archive, lambda: NOW) == 1
    assert archive_round(database, archive, lambda: NOW + timedelta(days=1)) == 0
    with database.read() as session:
        row = session.scalars(select(DeliveryRow)).one()
        assert (row.state, row.number) == ("delivered", "A-2026-00001")
        folder = tmp_path / row.id
    metadata = json.loads((folder / "metadata.json").read_bytes())
    assert metadata["channel"]["name"] == "Exempelkommun på Facebook"
    assert {p.name for p in (folder / "files").iterdir()} == {"capture.pdf", "original-1.png"}
    assert "Karin" not in (folder / "manifest.json").read_text() + json.dumps(metadata)


def test_a_process_that_dies_after_the_archive_took_it_does_not_double_it(
    database: Database, tmp_path: Path
) -> None:
    a_channel(database)
    kept(database, prepared())
    archive = FolderArchive(tmp_path)
    with database.read() as session:
        (waiting,) = captures.due(session, NOW)
    with database.write() as session:
        attempt = captures.claim(session, waiting, now=NOW)
    assert attempt is not None and attempt.package is not None
    archive.deliver(attempt.package, now=NOW)  # and here it dies
    with database.write() as session:
        assert captures.claim(session, waiting, now=NOW) is None
    later = NOW + timedelta(minutes=11)
    assert archive_round(database, archive, lambda: later) == 1
    assert state(database) == ("delivered", 2, None)
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == [waiting]
    with database.write() as session:  # the dead one wakes up: its word counts no more
        assert not captures.failed(session, attempt, "unavailable", now=later)


def test_an_archive_that_is_away_is_tried_again_ever_more_seldom_and_then_shown(database: Database) -> None:
    a_channel(database)
    deploy(database)
    case_id = a_post(database).case_id
    ident = kept(database, prepared(), case_id)
    archive, hands = Broken(ArchiveUnavailable("x")), Hands()
    archive_round(database, archive, hands)
    assert state(database) == ("retry", 1, "unavailable")
    archive_round(database, archive, hands)  # not yet
    assert archive.calls == 1
    for _ in range(captures.ATTEMPTS):
        hands.pass_by(hours=1)
        archive_round(database, archive, hands)
    assert archive.calls == captures.ATTEMPTS
    assert state(database) == ("failed", captures.ATTEMPTS, "unavailable")
    with database.read() as session:
        assert [t.name for t in session.scalars(select(TaskRow).where(TaskRow.element == "archive"))] == [
            NAME
        ]
    with database.write() as session:
        captures.try_again(session, ident, actor=MARIA, now=hands.now)
    with pytest.raises(Conflict), database.write() as session:
        captures.try_again(session, ident, actor=MARIA, now=hands.now)


def test_a_refusal_is_shown_at_once_and_its_task_ends_when_it_works(
    database: Database, tmp_path: Path
) -> None:
    a_channel(database)
    deploy(database)
    ident = kept(database, prepared(), a_post(database).case_id)
    archive_round(database, Broken(ArchiveRefused("x")), lambda: NOW)
    assert state(database) == ("failed", 1, "refused")
    with database.write() as session:
        captures.try_again(session, ident, actor=MARIA, now=NOW)
    assert archive_round(database, FolderArchive(tmp_path), lambda: NOW) == 1
    with database.read() as session:
        (task,) = session.scalars(select(TaskRow).where(TaskRow.element == "archive"))
        assert task.status == "completed"


def test_a_damaged_capture_is_not_delivered(database: Database, tmp_path: Path) -> None:
    a_channel(database)
    kept(database, prepared())
    with database.write() as session:
        session.execute(update(CaptureRow).values(sha256="0" * 64))
    assert archive_round(database, FolderArchive(tmp_path), lambda: NOW) == 0
    assert state(database) == ("failed", 1, "damaged")


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def web(database: Database, tmp_path: Path) -> Web:
    made = a_web(database, ARCHIVE="folder", ARCHIVE_PATH=str(tmp_path))
    a_channel(database)
    return made


def test_a_channel_is_captured_with_one_paste(web: Web) -> None:
    browser, path = web.browser("maria"), f"/kanaler/{CHANNEL}/avbilda"
    page = browser.get(path)
    assert page.status_code == 200
    for part in ('data-paste="inklistrad"', "https://social.example/kommun", "2026-03-03T10:14"):
        assert part in page.text
    given = {"orsak": "periodic", "lank": "https://social.example/kommun", "tid": "2026-03-03T10:14"}
    picked = {"verktyg": "Skärmbild", "bild": (BytesIO(picture()), "image.png", "image/png")}
    done = browser.submit(path, given | picked, page=path)
    assert (done.status_code, done.location) == (303, f"{path}?meddelande=bild_sparad")
    listed = browser.get(path).text
    assert "väntar på arkivet" in listed
    with web.database.read() as session:
        (view,) = captures.of_channel(session, CHANNEL)
        assert view.captured_at == datetime(2026, 3, 3, 9, 14, tzinfo=UTC)
    file = browser.get(f"/kanaler/{CHANNEL}/bilder/{view.id}/0")
    assert file.data.startswith(b"%PDF-")
    assert "attachment" in file.headers["Content-Disposition"]
    assert browser.get(f"/kanaler/{CHANNEL}/bilder/{view.id}/9").status_code == 404
    assert browser.submit(f"/kanaler/{CHANNEL}/bilder/{view.id}", {}).status_code == 409


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"lank": "nej"}, "f-lank-e"),
        ({"tid": ""}, "f-tid-e"),
        ({"tid": "2027-01-01T10:00"}, "f-tid-e"),
        ({"orsak": "nagot"}, "f-orsak-e"),
        ({"verktyg": ""}, "f-verktyg-e"),
        ({"text": ""}, "f-bild-e"),
    ],
)
def test_what_must_be_mended_is_said_beside_its_field(web: Web, fields: dict[str, str], said: str) -> None:
    given = {
        "orsak": "terms",
        "lank": "https://social.example/kommun",
        "tid": "2026-03-03T10:14",
        "verktyg": "Utskrift",
        "text": "Villkor",
    }
    answer = web.browser("maria").submit(f"/kanaler/{CHANNEL}/avbilda", given | fields)
    assert answer.status_code == 422
    assert f'id="{said}"' in answer.text


def test_a_channel_that_is_not_there_is_not_found(web: Web) -> None:
    other = "6f7f0c5e-0000-4000-8000-000000000002"
    assert web.browser("maria").get(f"/kanaler/{other}/avbilda").status_code == 404
    assert web.browser("sven").get(f"/kanaler/{CHANNEL}/avbilda").status_code in (403, 404)
