"""The demonstration's diarium over real HTTP: what it registers, refuses, shows and stops on."""

from __future__ import annotations

import base64
import hashlib
import http.client
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree

from service.demo.diarium import create_diarium
from service.demo.serving import serving
from workflows.normalise.xml import parse_xml

NS = "urn:diarium-registration:1.0"
DIGEST = "a" * 64
PNG = b"\x89PNG\r\n\x1a\n a picture"


class Client:
    """A diarium's neighbour: speaks SOAP by hand, and looks in its database."""

    def __init__(self, url: str, database: Path) -> None:
        self.url = url
        self.database = database

    def http(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=20)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def call(self, body: str, action: str = "") -> etree._Element:
        """The reply element, or the fault's detail; the status must fit."""
        status, headers, answer = self.http(
            "POST", "/diarium", envelope(body), Content_Type="text/xml", SOAPAction=f'"{action}"'
        )
        assert headers["Content-Type"] == "text/xml; charset=utf-8"
        reply = parse_xml(answer)[0][0]
        assert status == (500 if etree.QName(reply).localname == "Fault" else 200)
        return reply

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.database) as connection:
            return connection.execute(query).fetchall()


def envelope(body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        f'<s:Body xmlns="{NS}">{body}</s:Body></s:Envelope>'
    ).encode()


def key(name: str) -> str:
    return f"<Key><SourceSystem>Ordna</SourceSystem><Id>{name}</Id></Key>"


def a_case(
    name: str = "case-1",
    digest: str = DIGEST,
    title: str = "Klagomål på gunga",
    opened: str = "2026-11-20T10:14:00+01:00",
    more: str = "",
) -> str:
    return (
        f"<RegisterCase><Case>{key(name)}<Digest>{digest}</Digest>"
        f"<PublicTitle>{title}</PublicTitle><FullTitle>Klagomål från Karin S</FullTitle>"
        f"<OpenedAt>{opened}</OpenedAt><HandlerUnit>Tekniska nämnden</HandlerUnit>{more}"
        "</Case></RegisterCase>"
    )


def a_file(
    content: bytes = PNG, sha256: str | None = None, length: int | None = None, main: str = "true"
) -> str:
    return (
        f"<File><Name>skärmbild.png</Name><MimeType>image/png</MimeType>"
        f"<Sha256>{sha256 or hashlib.sha256(content).hexdigest()}</Sha256>"
        f"<Length>{len(content) if length is None else length}</Length><Main>{main}</Main>"
        f"<Content>{base64.b64encode(content).decode()}</Content></File>"
    )


def a_document(
    name: str = "doc-1", case: str = "<CaseNumber>KS 2026/00001</CaseNumber>", more: str = "", files: str = ""
) -> str:
    return (
        f"<RegisterDocument><Document>{key(name)}<Digest>{DIGEST}</Digest>{case}"
        "<Direction>In</Direction><PublicTitle>Kommentar på Facebook</PublicTitle>"
        "<DocumentDate>2026-11-20</DocumentDate>"
        "<ReceivedOrSentAt>2026-11-20T09:14:00Z</ReceivedOrSentAt>"
        f"{more}{files}</Document></RegisterDocument>"
    )


def find(name: str) -> str:
    return f"<FindRegistration>{key(name)}</FindRegistration>"


def a_chunk(data: bytes, offset: int, last: str = "false") -> str:
    return (
        f"<UploadChunk><UploadId>u1</UploadId><Offset>{offset}</Offset>"
        f"<Data>{base64.b64encode(data).decode()}</Data><Last>{last}</Last></UploadChunk>"
    )


def texts(reply: etree._Element, name: str) -> list[str | None]:
    return [element.text for element in reply.iter(f"{{{NS}}}{name}")]


@pytest.fixture
def diarium(tmp_path: Path) -> Iterator[Client]:
    with serving(create_diarium(tmp_path / "diarium.sqlite")) as url:
        yield Client(url, tmp_path / "diarium.sqlite")


def test_a_case_gets_a_number_of_the_year_and_is_stored_with_all_that_was_said(
    diarium: Client,
) -> None:
    more = (
        "<Classification><Scheme>KLASSA</Scheme><Code>1.5</Code></Classification>"
        "<Secrecy><Law>OSL 2009:400</Law><Chapter>21</Chapter><Section>1 §</Section></Secrecy>"
        "<Party><Role>Sender</Role><Name>Karin S</Name><Handle>@karin</Handle>"
        "<NotPublic>true</NotPublic></Party>"
    )
    reply = diarium.call(a_case(more=more), f"{NS}/RegisterCase")
    year = datetime.now(UTC).year
    assert texts(reply, "Number") == [f"KS {year}/00001"]
    assert texts(reply, "Replayed") == ["false"]
    assert diarium.rows(
        "SELECT kind, key_source, key_id, digest, subject, full_title, opened_at, unit, "
        "classification_code, secrecy_chapter, secrecy_section FROM entry"
    ) == [
        (
            "case",
            "Ordna",
            "case-1",
            DIGEST,
            "Klagomål på gunga",
            "Klagomål från Karin S",
            "2026-11-20T09:14:00+00:00",
            "Tekniska nämnden",
            "1.5",
            21,
            "1 §",
        )
    ]
    assert diarium.rows("SELECT role, name, handle, public FROM party") == [
        ("Sender", "Karin S", "@karin", 0)
    ]


def test_a_document_with_files_is_one_entry_and_the_hashes_are_computed_here(
    diarium: Client,
) -> None:
    number = texts(diarium.call(a_case()), "Number")[0]
    case = f"<CaseNumber>{number}</CaseNumber>"
    reply = diarium.call(a_document(case=case, files=a_file() + a_file(b"text", main="false")))
    assert texts(reply, "Number") == [f"{number}-1"]
    hashes = [hashlib.sha256(PNG).hexdigest(), hashlib.sha256(b"text").hexdigest()]
    assert texts(reply, "FileSha256") == hashes
    assert diarium.rows(
        "SELECT name, media_type, sha256, length, main, content FROM file ORDER BY position"
    ) == [
        ("skärmbild.png", "image/png", hashes[0], len(PNG), 1, PNG),
        ("skärmbild.png", "image/png", hashes[1], 4, 0, b"text"),
    ]


def test_a_document_finds_its_case_by_the_cases_key(diarium: Client) -> None:
    number = texts(diarium.call(a_case()), "Number")[0]
    case = "<CaseKey><SourceSystem>Ordna</SourceSystem><Id>case-1</Id></CaseKey>"
    assert texts(diarium.call(a_document(case=case)), "Number") == [f"{number}-1"]
    assert texts(diarium.call(a_document("doc-2", case=case)), "Number") == [f"{number}-2"]


def test_a_second_call_with_the_same_key_returns_the_first_receipt(diarium: Client) -> None:
    first, second = diarium.call(a_case()), diarium.call(a_case())
    assert texts(second, "Replayed") == ["true"]
    for name in ("Number", "SystemId", "RegisteredAt"):
        assert texts(first, name) == texts(second, name)
    assert diarium.rows("SELECT count(*) FROM entry") == [(1,)]


def test_the_same_key_with_another_digest_is_a_conflict_and_changes_nothing(
    diarium: Client,
) -> None:
    diarium.call(a_case())
    assert texts(diarium.call(a_case(digest="b" * 64)), "Code") == ["Conflict"]
    assert texts(diarium.call(a_document("case-1")), "Code") == ["Conflict"]
    assert diarium.rows("SELECT count(*) FROM entry") == [(1,)]


def test_twenty_calls_at_once_with_one_key_make_one_entry(diarium: Client) -> None:
    numbers: list[str | None] = []
    threads = [
        threading.Thread(target=lambda: numbers.extend(texts(diarium.call(a_case()), "Number")))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 20 and len(set(numbers)) == 1
    assert diarium.rows("SELECT count(*) FROM entry") == [(1,)]


def test_without_deduplication_a_second_call_makes_a_second_entry(tmp_path: Path) -> None:
    database = tmp_path / "d.sqlite"
    with serving(create_diarium(database, deduplicate=False)) as url:
        client = Client(url, database)
        client.call(a_case())
        client.call(a_case())
        assert len(texts(client.call(find("case-1")), "Number")) == 2
        assert b'"doubled":1' in client.http("GET", "/statistics")[2].replace(b" ", b"")


def test_a_look_up_of_an_unknown_key_is_an_answer_without_receipts(diarium: Client) -> None:
    reply = diarium.call(find("never"))
    assert etree.QName(reply).localname == "FindRegistrationResponse" and len(reply) == 0


def test_the_series_follows_the_swedish_year(tmp_path: Path) -> None:
    new_year = datetime(2026, 12, 31, 23, tzinfo=UTC)
    moments = [new_year - timedelta(minutes=1), new_year]
    with serving(create_diarium(tmp_path / "d", prefix="TN", clock=lambda: moments[0])) as url:
        client = Client(url, tmp_path / "d")
        assert texts(client.call(a_case("a")), "Number") == ["TN 2026/00001"]
        moments.pop(0)
        assert texts(client.call(a_case("b")), "Number") == ["TN 2027/00001"]


@pytest.mark.parametrize(
    "body",
    [
        a_document(files=a_file(length=3)),
        a_document(files=a_file(sha256="c" * 64)),
        a_document(files=a_file() + a_file()),
        a_document(files=a_file(main="false")),
        a_case(opened="2026-11-20T10:14:00"),
        a_case(title=""),
        a_case(title="x" * 256),
        a_case(digest="A" * 64),
        "<SetCaseStatus><CaseNumber>x</CaseNumber><Status>Lost</Status></SetCaseStatus>",
        "<RegisterCase/>",
        find("k").replace("</Find", "<Secret>hemligt</Secret></Find"),
    ],
)
def test_what_breaks_the_contract_is_refused_and_nothing_is_stored(diarium: Client, body: str) -> None:
    diarium.call(a_case("the case"))
    fault = diarium.call(body)
    assert texts(fault, "Code") == ["Validation"]
    assert texts(fault, "Committed") == ["false"]
    assert b"hemligt" not in etree.tostring(fault)
    assert diarium.rows("SELECT count(*) FROM entry UNION ALL SELECT count(*) FROM file") == [(1,), (0,)]


def test_a_document_for_a_case_that_does_not_exist_is_not_found(diarium: Client) -> None:
    assert texts(diarium.call(a_document()), "Code") == ["NotFound"]


def test_a_closed_case_takes_no_documents_until_it_is_opened_again(diarium: Client) -> None:
    number = texts(diarium.call(a_case()), "Number")[0]
    case = f"<CaseNumber>{number}</CaseNumber>"

    def become(status: str) -> etree._Element:
        return diarium.call(f"<SetCaseStatus>{case}<Status>{status}</Status></SetCaseStatus>")

    assert texts(become("Closed"), "Status") == ["Closed"]
    assert texts(diarium.call(a_document(case=case)), "Code") == ["Conflict"]
    assert texts(become("Open"), "Status") == ["Open"]
    assert texts(diarium.call(a_document(case=case)), "Number") == [f"{number}-1"]
    become("Cancelled")
    assert texts(become("Open"), "Code") == ["Conflict"]
    assert diarium.rows("SELECT status FROM status_change ORDER BY id") == [
        ("Open",),
        ("Closed",),
        ("Open",),
        ("Cancelled",),
    ]


def test_a_file_comes_in_pieces_and_a_piece_sent_again_changes_nothing(diarium: Client) -> None:
    number = texts(diarium.call(a_case()), "Number")[0]
    assert texts(diarium.call(a_chunk(PNG[:5], 0)), "NextOffset") == ["5"]
    assert texts(diarium.call(a_chunk(PNG[:5], 0)), "NextOffset") == ["5"]
    assert texts(diarium.call(a_chunk(b"xxxxx", 0)), "Code") == ["Conflict"]
    assert texts(diarium.call(a_chunk(PNG[9:], 9)), "Code") == ["Validation"]
    content = f"<Content>{base64.b64encode(PNG).decode()}</Content>"
    by_upload = a_file().replace(content, "<UploadId>u1</UploadId>")
    document = a_document(case=f"<CaseNumber>{number}</CaseNumber>", files=by_upload)
    assert texts(diarium.call(document), "Code") == ["NotFound"]
    whole = hashlib.sha256(PNG).hexdigest()
    assert texts(diarium.call(a_chunk(PNG[5:], 5, "true")), "Sha256") == [whole]
    assert texts(diarium.call(document), "FileSha256") == [whole]
    assert diarium.rows("SELECT content FROM file") == [(PNG,)]


def test_ping_tells_the_version_and_the_limit_and_a_larger_message_is_refused(
    diarium: Client,
) -> None:
    (limit,) = texts(diarium.call("<Ping/>"), "MaxMessageBytes")
    assert int(limit or 0) == 8 * 1024 * 1024
    assert texts(diarium.call(a_case(title="x" * int(limit or 0))), "Code") == ["TooLarge"]
    number = texts(diarium.call(a_case()), "Number")[0]
    large = a_document(case=f"<CaseNumber>{number}</CaseNumber>", files=a_file(b"x" * 6_000_000))
    assert texts(diarium.call(large), "Number") == [f"{number}-1"]


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"<",
        b"<a/>",
        envelope(""),
        envelope("<Ping/><Ping/>"),
        envelope("<DropAll/>"),
        envelope('<Ping xmlns="urn:other"/>'),
        b'<!DOCTYPE s [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + envelope("<Ping>&e;</Ping>")[38:],
        envelope("<Ping/>").replace(
            b"<s:Body", b'<s:Header><x xmlns="urn:x" s:mustUnderstand="1"/></s:Header><s:Body'
        ),
    ],
)
def test_what_is_no_call_is_a_fault_of_the_client(diarium: Client, message: bytes) -> None:
    status, _, answer = diarium.http("POST", "/diarium", message, Content_Type="text/xml")
    assert status == 500 and b"soap:Client" in answer and b"RegistrationFault" not in answer


def test_an_action_that_names_another_operation_is_a_fault(diarium: Client) -> None:
    fault = diarium.call("<Ping/>", f"{NS}/RegisterCase")
    assert fault.findtext("faultcode") == "soap:Client" and fault.find("detail") is None
    assert diarium.http("POST", "/diarium", b"{}", Content_Type="application/json")[0] == 415


def test_the_contract_is_served_with_the_address_to_call(diarium: Client) -> None:
    _, _, wsdl = diarium.http("GET", "/diarium?wsdl")
    assert f'location="{diarium.url}diarium"'.encode() in wsdl
    assert b'name="RegisterDocument"' in wsdl


def test_the_pages_list_newest_first_a_page_at_a_time(diarium: Client) -> None:
    for n in range(30):
        diarium.call(a_case(f"k{n}", title=f"Fråga {n}."))
    _, headers, first = diarium.http("GET", "/")
    titles = re.findall(r"Fråga (\d+)\.", first.decode())
    assert titles == [str(n) for n in range(29, 4, -1)]
    (following,) = re.findall(r'href="(/\?before=\d+)"', first.decode())
    second = diarium.http("GET", following)[2].decode()
    assert re.findall(r"Fråga (\d+)\.", second) == ["4", "3", "2", "1", "0"]
    assert "Äldre poster" not in second
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"  # else a form's own Origin becomes null
    assert b"<script" not in first and b"style=" not in first


def test_the_public_register_leaves_out_names_that_are_not_public(diarium: Client) -> None:
    party = "<Party><Role>Sender</Role><Name>{}</Name>{}</Party>"
    number = texts(diarium.call(a_case()), "Number")[0]
    diarium.call(
        a_document(
            case=f"<CaseNumber>{number}</CaseNumber>",
            files=a_file(),
            more=party.format("Hemlig Person", "<NotPublic>true</NotPublic>")
            + party.format("Skyddad Person", "<ProtectedIdentity>1</ProtectedIdentity>")
            + party.format("Öppna Föreningen", ""),
        )
    )
    public = diarium.http("GET", "/offentligt")[2].decode()
    assert "Öppna Föreningen" in public and "Kommentar på Facebook" in public
    for left_out in ("Hemlig Person", "Skyddad Person", "Karin S", "skärmbild"):
        assert left_out not in public
    marked = "<Secrecy><Law/><Chapter>21</Chapter><Section>1 §</Section></Secrecy>"
    diarium.call(a_case("marked", more=marked + party.format("Namn Namnsson", "")))
    assert "Namn Namnsson" not in diarium.http("GET", "/offentligt")[2].decode()
    inside = diarium.http("GET", "/")[2].decode()
    assert "OSL 2009:400 21 kap. 1 §" in inside and "Namn Namnsson" in inside
    assert "Hemlig Person" in inside and hashlib.sha256(PNG).hexdigest() in inside


def test_text_from_outside_is_shown_as_text(diarium: Client) -> None:
    diarium.call(a_case(title="&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}"))
    page = diarium.http("GET", "/")[2].decode()
    assert "&lt;script&gt;alert(1)" in page and "{{7*7}}" in page and "<script" not in page


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Host": "evil.example"},
    ],
)
def test_another_site_cannot_set_faults(diarium: Client, headers: dict[str, str]) -> None:
    headers = headers | {"Content_Type": "application/x-www-form-urlencoded"}
    assert diarium.http("POST", "/faults", b"fault=reset", **headers)[0] == 403
    assert diarium.http("GET", "/faults")[2].strip() == b"[]"


def started(database: Path, *flags: str) -> tuple[subprocess.Popen[bytes], Client]:
    process = subprocess.Popen(
        [sys.executable, "-m", "service.demo.diarium", "--database", str(database), *flags],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    word, url = process.stdout.readline().decode().split()
    assert word == "diarium"
    return process, Client(url, database)


def test_as_a_process_it_stops_on_sigterm_and_remembers(tmp_path: Path) -> None:
    process, client = started(tmp_path / "d", "--prefix", "BUN")
    with process:
        number = texts(client.call(a_case()), "Number")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    process, client = started(tmp_path / "d", "--prefix", "BUN")
    with process:
        assert texts(client.call(find("case-1")), "Number") == number
        process.kill()


def test_with_a_parent_it_stops_when_the_parents_end_of_the_pipe_closes(tmp_path: Path) -> None:
    process, client = started(tmp_path / "d", "--with-parent")
    with process:
        client.call("<Ping/>")
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


def test_an_entry_stands_when_the_process_is_killed_after_the_receipt(tmp_path: Path) -> None:
    process, client = started(tmp_path / "d")
    with process:
        client.call(a_case())
        process.kill()
    assert client.rows("SELECT key_id FROM entry") == [("case-1",)]


def test_the_moment_of_registration_is_the_clocks(tmp_path: Path) -> None:
    at = datetime(2026, 11, 21, 12, tzinfo=UTC) + timedelta(microseconds=7)
    with serving(create_diarium(tmp_path / "d", clock=lambda: at)) as url:
        reply = Client(url, tmp_path / "d").call(a_case())
        assert texts(reply, "RegisteredAt") == ["2026-11-21T12:00:00.000007Z"]
