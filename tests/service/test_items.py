"""What comes in: kept once, encrypted, under a neutral title, and every reading of it recorded."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

import bpmn
from adapters.mail import MailRefused
from service import definitions, evidence, history, items
from service.actors import Actor
from service.errors import Invalid, TooLarge, Unsupported
from service.items import Post, Received, Upload
from service.store import Base, CaseRow, Database, EvidenceRow, ItemRow

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA = Actor("anna", "Anna", frozenset({"registrar"}))
RAW = (
    b"From: Vera Vallmo <vera@example.org>\r\nSubject: Klagom\xc3\xa5l p\xc3\xa5 gungan\r\n"
    b"Date: Sun, 1 Mar 2026 20:15:00 +0100\r\nMessage-ID: <1@example.org>\r\n"
    b'Content-Type: multipart/mixed; boundary="gr"\r\n\r\n--gr\r\n\r\nGungan br\xc3\xb6ts.\r\n'
    b'--gr\r\nContent-Type: application/pdf; name="kvitto.pdf"\r\n\r\n%PDF-1.7 kvitto\r\n--gr--\r\n'
)
POST = Post("Facebook", "https://facebook.com/p/1", "Vera Vallmo", "Gungan bröts.", NOW - timedelta(days=1))


def picture(kind: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, kind)
    return file.getvalue()


@pytest.fixture
def deployed(database: Database) -> Database:
    files = definitions.folder(Path(bpmn.__file__).parent / "complaint")
    with database.write() as session:
        definitions.deploy(session, files, actor=ANNA, now=NOW)
    return database


def post(database: Database, what: Post, *files: Upload) -> Received:
    with database.write() as session:
        return items.receive_post(session, what, files, actor=ANNA, now=NOW)


def letter(database: Database, raw: bytes) -> Received:
    with database.write() as session:
        return items.receive_mail(session, raw, actor=ANNA, now=NOW)


def count(database: Database, table: type[Base]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_mail_opens_a_case_with_its_words_original_and_files(deployed: Database) -> None:
    received = letter(deployed, RAW)
    with deployed.write() as session:
        case = session.get_one(CaseRow, received.case_id)
        (item,) = items.of_case(session, case, ANNA, NOW)
    assert (case.title, case.channel, case.number) == (
        "E-post från allmänheten 2 mars 2026",
        "E-post",
        received.case_number,
    )
    assert (item.source, item.author, item.address, item.subject, item.text) == (
        "mail",
        "Vera Vallmo",
        "vera@example.org",
        "Klagomål på gungan",
        "Gungan bröts.",
    )
    assert item.posted_at == datetime(2026, 3, 1, 19, 15, tzinfo=UTC)
    assert item.received_at == NOW
    assert [(e.kind, e.name, e.media_type) for e in item.evidence] == [
        ("original", "original.eml", "message/rfc822"),
        ("attachment", "kvitto.pdf", "application/pdf"),
    ]
    with deployed.write() as session:
        original = evidence.fetch(session, item.evidence[0].id, ANNA, NOW)
    assert original.content == RAW


def test_a_post_opens_a_case_with_its_captures_and_a_transcript(deployed: Database) -> None:
    received = post(deployed, POST, Upload("skärm.bild", "text/html", picture()))
    with deployed.write() as session:
        case = session.get_one(CaseRow, received.case_id)
        (item,) = items.of_case(session, case, ANNA, NOW)
        transcript = evidence.fetch(session, item.evidence[0].id, ANNA, NOW)
    assert case.title == "Inlägg på Facebook 2 mars 2026"
    assert (item.url, item.author, item.text, item.posted_at) == (
        POST.url,
        POST.author,
        POST.text,
        POST.posted_at,
    )
    assert [(e.kind, e.name, e.media_type) for e in item.evidence] == [
        ("original", "inlagg.txt", "text/plain"),
        ("capture", "skärm.bild.png", "image/png"),
    ]
    assert "Gungan bröts." in transcript.content.decode()


def test_the_title_never_holds_what_was_typed_as_the_channel(deployed: Database) -> None:
    received = post(deployed, Post("Vera Vallmos sida på Facebook", text="hej"))
    other = post(deployed, Post("Vera Vallmos blogg", text="hej"))
    with deployed.read() as session:
        assert session.get_one(CaseRow, received.case_id).title == "Inlägg på Facebook 2 mars 2026"
        assert session.get_one(CaseRow, other.case_id).title == "Inlägg i sociala medier 2 mars 2026"


@pytest.mark.parametrize("arrive", [lambda d: letter(d, RAW), lambda d: post(d, POST)])
def test_the_same_thing_twice_is_one_case_and_changes_nothing(
    deployed: Database, arrive: Callable[[Database], Received]
) -> None:
    first = arrive(deployed)
    with deployed.read() as session:
        before = len(history.of_case(session, first.case_id))
    second = arrive(deployed)
    assert second == Received(first.case_id, first.item_id, first.case_number, duplicate=True)
    assert (count(deployed, CaseRow), count(deployed, ItemRow)) == (1, 1)
    with deployed.read() as session:
        assert len(history.of_case(session, first.case_id)) == before


def test_what_only_looks_alike_is_kept_apart(deployed: Database) -> None:
    without = Post("Facebook", None, "Vera", "Skandal!", NOW)
    cases = {
        post(deployed, p, *files).case_id
        for p, files in (
            (without, ()),
            (Post("Facebook", None, "Vera", "Skandal!", NOW - timedelta(days=7)), ()),
            (without, (Upload("a.png", "", picture()),)),
            (without, (Upload("a.gif", "", picture("GIF")),)),
            (Post("Instagram", None, "Vera", "Skandal!", NOW), ()),
            (POST, ()),
        )
    }
    cases |= {letter(deployed, RAW).case_id, letter(deployed, RAW + b"\r\n").case_id}
    assert len(cases) == 8


@pytest.mark.parametrize("arrive", [lambda d: letter(d, RAW), lambda d: post(d, POST)])
def test_of_two_at_once_exactly_one_opens_a_case(
    deployed: Database, arrive: Callable[[Database], Received]
) -> None:
    together, received = threading.Barrier(4), []

    def run() -> None:
        together.wait()
        received.append(arrive(deployed))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r.duplicate for r in received) == [False, True, True, True]
    assert len({(r.case_id, r.item_id) for r in received}) == 1
    assert (count(deployed, CaseRow), count(deployed, ItemRow)) == (1, 1)


def test_reading_is_recorded_once_in_a_while_for_each_person(deployed: Database) -> None:
    received = letter(deployed, RAW)
    berit = Actor("berit", "Berit")
    for actor, minutes in ((ANNA, 0), (ANNA, 5), (berit, 6), (ANNA, 20)):
        with deployed.write() as session:
            case = session.get_one(CaseRow, received.case_id)
            items.of_case(session, case, actor, NOW + timedelta(minutes=minutes))
    with deployed.read() as session:
        events = [e for e in history.of_case(session, received.case_id) if e.kind == "items_read"]
        assert [e.actor for e in events] == ["anna", "berit", "anna"]
        assert list(history.verify(session)) == []


def test_words_are_not_given_to_a_transaction_that_cannot_record_it(deployed: Database) -> None:
    received = letter(deployed, RAW)
    with pytest.raises((RuntimeError, DBAPIError)), deployed.read() as session:
        items.of_case(session, session.get_one(CaseRow, received.case_id), ANNA, NOW)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Post("", text="hej"), "channel"),
        (Post("F" * 121, text="hej"), "channel"),
        (Post("Facebook"), "text"),
        (Post("Facebook", text="x" * 20_001), "text"),
        (Post("Facebook", "javascript:alert(1)"), "url"),
        (Post("Facebook", "https://"), "url"),
        (Post("Facebook", "https://[x"), "url"),
        (Post("Facebook", "https://a.se/" + "x" * 2000), "url"),
        (Post("Facebook", author="x" * 201, text="hej"), "author"),
        (Post("Facebook", text="hej", posted_at=datetime(2026, 3, 2)), "posted_at"),  # noqa: DTZ001
    ],
)
def test_a_post_out_of_bounds_is_refused_by_field(database: Database, wrong: Post, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        post(database, wrong)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ([Upload("x.svg", "image/svg+xml", b"<svg onload='x'/>")], Unsupported),
        ([Upload("x.html", "image/png", b"<html>")], Unsupported),
        ([Upload("x.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(50))], Unsupported),
        ([Upload("eicar.com", "image/png", b"X5O!P%@AP[4")], Unsupported),
        ([Upload("x.pdf", "application/pdf", b"%PDF-" + bytes(15 * 1024 * 1024))], TooLarge),
        ([Upload(f"{n}.pdf", "", b"%PDF-1") for n in range(11)], Invalid),
    ],
)
def test_an_upload_that_is_not_taken_leaves_no_trace(
    deployed: Database, files: list[Upload], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        post(deployed, POST, *files)
    assert count(deployed, CaseRow) == 0


def test_characters_that_stop_databases_and_diariums_are_gone(deployed: Database) -> None:
    received = post(deployed, Post("Face\x00book\ud800", None, "V\x0bera", "a\x00b\ud800c\r\nd"))
    with deployed.write() as session:
        (item,) = items.of_case(session, session.get_one(CaseRow, received.case_id), ANNA, NOW)
    assert (item.channel, item.author, item.text) == ("Facebook\ufffd", "Vera", "ab\ufffdc\nd")


def test_a_refused_mail_leaves_no_trace(deployed: Database) -> None:
    with pytest.raises(MailRefused):
        letter(deployed, b"Subject: utan avs\xc3\xa4ndare\r\n\r\nHej")
    assert (count(deployed, CaseRow), count(deployed, EvidenceRow)) == (0, 0)


CANARY = "blåklockstrumpet"


def test_a_word_of_the_sender_is_found_nowhere_in_the_database(deployed: Database) -> None:
    word = base64.b64encode(CANARY.encode()).decode()
    raw = (
        f"From: {CANARY} <{CANARY}@{CANARY}.example>\r\nTo: {CANARY}@example.se\r\n"
        f"Subject: {CANARY}\r\nMessage-ID: <{CANARY}@x>\r\n"
        f'Content-Type: multipart/mixed; boundary="{"gr"}"\r\n\r\n--gr\r\n\r\n{CANARY}\r\n'
        f'--gr\r\nContent-Type: application/x-{CANARY}; name="{CANARY}.pdf"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{word}\r\n--gr--\r\n"
    ).encode()
    mailed = letter(deployed, raw)
    posted = post(
        deployed,
        Post("Facebook", f"https://{CANARY}.example/", CANARY, CANARY),
        Upload(f"{CANARY}.pdf", CANARY, b"%PDF-" + CANARY.encode()),
    )
    with deployed.write() as session:
        for received in (mailed, posted):
            case = session.get_one(CaseRow, received.case_id)
            (item,) = items.of_case(session, case, ANNA, NOW)
            assert CANARY in item.text
            for kept in item.evidence:
                evidence.fetch(session, kept.id, ANNA, NOW)
    spellings = [
        CANARY.encode(),
        CANARY.encode("latin-1"),
        CANARY.encode("utf-16-le"),
        b"bl\\u00e5klock",
        word.encode(),
    ]
    for name, content in everything(deployed):
        for spelling in spellings:
            assert spelling.lower() not in content.lower(), name


def everything(database: Database) -> list[tuple[str, bytes]]:
    """The bytes of the database's files, or every value of every table on a server."""
    if database.sqlite:
        path = Path(database.engine.url.database or "")
        return [(p.name, p.read_bytes()) for p in path.parent.glob(f"{path.name}*")]
    found = []
    with database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(text(f"SELECT * FROM {table.name}")):
                plain = [v if isinstance(v, bytes) else str(v).encode() for v in row]
                found.append((table.name, b"\0".join(plain)))
    return found
