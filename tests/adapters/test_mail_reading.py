"""Mails as people and programs send them, and what the reader sees."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from adapters.mail import Mail, read

HEAD = (
    b"From: Anna Berg <anna@example.org>\r\nTo: kommun@example.se\r\n"
    b"Subject: Lekplatsen\r\nDate: Mon, 2 Mar 2026 09:15:00 +0100\r\n"
    b"Message-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
)


def mail(
    body: bytes,
    *,
    head: bytes = HEAD,
    kind: str = "text/plain; charset=utf-8",
    coding: str = "8bit",
) -> Mail:
    lines = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {coding}\r\n\r\n".encode()
    return read(head + lines + body)


def mixed(*parts: bytes, kind: str = "mixed") -> Mail:
    body = b"".join(b"--gr\r\n" + part + b"\r\n" for part in parts) + b"--gr--\r\n"
    return mail(body, kind=f'multipart/{kind}; boundary="gr"', coding="7bit")


PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nGungan \xc3\xa4r trasig."
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Gungan <b>\xc3\xa4r</b> trasig.</p>"


def attached(name: str, content: bytes, kind: str = "application/pdf") -> bytes:
    return (
        f"Content-Type: {kind}\r\nContent-Disposition: attachment; {name}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + base64.encodebytes(content)


def test_an_ordinary_mail_is_read_whole() -> None:
    raw = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\nGungan \xc3\xa4r trasig.\r\n"
    found = read(raw)
    assert found == Mail(
        message_id="<1@example.org>",
        sender_name="Anna Berg",
        sender_address="anna@example.org",
        recipients=("kommun@example.se",),
        subject="Lekplatsen",
        sent_at=datetime(2026, 3, 2, 8, 15, tzinfo=UTC),
        text="Gungan är trasig.",
        attachments=(),
        remarks=(),
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def test_a_mail_written_by_the_standard_library_comes_back() -> None:
    message = EmailMessage()
    message["From"] = "Åsa Öberg <asa@example.org>"
    message["To"] = 'Kommunen <kommun@example.se>, "Berg, Bo" <bo@example.se>'
    message["Subject"] = "Räksmörgås på skolgården " * 5
    message["Date"] = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
    message.set_content("Hej på er, åäö och 🛝!\n")
    message.add_alternative("<p>Hej på er</p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Bygg åäö.pdf")
    found = read(message.as_bytes())
    assert found.sender_name == "Åsa Öberg"
    assert found.recipients == ("kommun@example.se", "bo@example.se")
    assert found.subject == ("Räksmörgås på skolgården " * 5).strip()
    assert found.text == "Hej på er, åäö och 🛝!"
    assert [(f.name, f.content) for f in found.attachments] == [("Bygg åäö.pdf", b"%PDF-1.7")]
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("label", "body", "guessed"),
    [
        ("utf-8", "Åäö".encode(), False),
        ("iso-8859-1", "Åäö".encode("latin-1"), False),
        ("windows-1252", "Åäö”–".encode("cp1252"), False),
        ("iso-8859-1", "Åäö”–".encode("cp1252"), False),
        ("utf-8", "Åäö”–".encode("cp1252"), True),
        ("iso-8859-1", "Åäö”–".encode(), True),
        ("us-ascii", "Åäö".encode(), True),
        ("us-ascii", "Åäö".encode("cp1252"), True),
        ("x-okand", "Åäö".encode("cp1252"), True),
        ("x-okand", "Åäö".encode(), True),
        ("unicode_escape", "Åäö".encode(), True),
        ("utf-16", "Åäö är här".encode("utf-16"), False),
        ("utf-16", "Åäö är här".encode("utf-16-be"), False),
        ("utf-16le", "Åäö är här".encode("utf-16-le"), False),
        ("utf-16", "Åäö är här".encode(), True),
        ("utf-8", "Åäö är här".encode("utf-16"), True),
        ("macintosh", "Åäö".encode("mac-roman"), False),
        ("iso-2022-jp", "日本".encode("iso-2022-jp"), False),
        ("koi8-r", "Привет".encode("koi8-r"), False),
    ],
)
def test_text_is_read_also_under_a_wrong_label(label: str, body: bytes, guessed: bool) -> None:
    found = mail(base64.encodebytes(body), kind=f"text/plain; charset={label}", coding="base64")
    assert any(found.text.startswith(start) for start in ("Åäö", "日本", "Привет"))
    assert any("teckenkodning" in remark for remark in found.remarks) == guessed


def test_without_a_charset_the_text_is_read_as_utf_8_or_windows_1252() -> None:
    assert mail("åäö".encode(), kind="text/plain").text == "åäö"
    assert mail("åäö".encode("cp1252"), kind="text/plain").text == "åäö"


def test_a_torn_character_is_replaced_and_said() -> None:
    found = mail("Hej på er, åä".encode() + b"\xc3")
    assert found.text == "Hej på er, åä\ufffd"
    assert any("ersatts" in remark for remark in found.remarks)


def test_plain_text_is_preferred_to_html() -> None:
    found = mixed(HTML, PLAIN, kind="alternative")
    assert found.text == "Gungan är trasig."
    assert found.attachments == ()


def test_html_is_read_when_the_plain_alternative_is_empty() -> None:
    found = mixed(b"Content-Type: text/plain\r\n\r\n  ", HTML, kind="alternative")
    assert found.text == "Gungan är trasig."
    assert any("HTML" in remark for remark in found.remarks)


def test_html_becomes_readable_text_without_scripts_styles_or_fetching() -> None:
    html = (
        "<html><head><title>T</title><style>p{color:red}</style></head><body>"
        "<script>alert('x')</script><h1>Hej&nbsp;du</h1><p>Rad ett<br>rad&aring; tv&#229;</p>"
        "<ul><li>ett<li>två</ul><table><tr><td>a</td><td>b</td></tr></table>"
        "<a href='https://example.org/x'>Läs mer</a> <a href='javascript:alert(1)'>klicka</a>"
        "<img src='https://spy.example/x.png' alt='En gunga'><svg><text>x</text></svg></body>"
    )
    text = mail(html.encode(), kind="text/html; charset=utf-8").text
    assert text == (
        "Hej du\n\nRad ett\nradå två\n\n- ett\n- två\n\na b\n\n"
        "Läs mer <https://example.org/x> klicka[bild: En gunga]"
    )


@pytest.mark.parametrize(
    "html",
    [
        "<p>Hej",
        "<p>Hej</p><!-- ",
        "<p>Hej</p><![if !mso]>",
        "<p>Hej</p><![x[",
        "<p>Hej</p>&#" + "9" * 5000,
        "<p>Hej</p><script>x",
        "<p>Hej</p><a b='",
        "<svg><body><p>Hej</p>",
    ],
)
def test_broken_html_still_gives_its_words(html: str) -> None:
    assert mail(html.encode(), kind="text/html").text.startswith("Hej")


@pytest.mark.parametrize(
    ("parameter", "shown"),
    [
        ('filename="bild.png"', "bild.png"),
        ("filename*=UTF-8''bild%20%C3%A5%C3%A4%C3%B6.png", "bild åäö.png"),
        ("filename*=iso-8859-1'sv'bild%20%E5.png", "bild å.png"),
        ('filename*0="en mycket "; filename*1="lång.png"', "en mycket lång.png"),
        ("filename*0*=UTF-8''en%20; filename*1*=%C3%A5.png", "en å.png"),
        ("filename*=x-okand''bild%E5.png", "bildå.png"),
        ('filename="=?utf-8?B?YmlsZCDDpS5wbmc=?="', "bild å.png"),
        ('filename="=?utf-8?Q?bild_=C3=A5.png?="', "bild å.png"),
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\Windows\\\\hej.exe"', "hej.exe"),
        ('filename="faktura\u202efdp.exe"', "fakturafdp.exe"),
        ('filename="a\x00b\x07.png"', "ab.png"),
        ('filename="<script>.png"', "script.png"),
        ('filename="' + "å" * 300 + '.png"', "å" * 116 + ".png"),
        ('filename=".."', "bilaga-1.png"),
        ('filename=""', "bilaga-1.png"),
    ],
)
def test_a_file_name_is_shown_safely(parameter: str, shown: str) -> None:
    found = mixed(PLAIN, attached(parameter, b"\x89PNG", "image/png"))
    assert [f.name for f in found.attachments] == [shown]


def test_each_file_has_the_hash_of_its_own_bytes() -> None:
    found = mixed(PLAIN, attached('filename="a.pdf"', b"%PDF"), attached('filename="b.pdf"', b""))
    assert [f.sha256 for f in found.attachments] == [
        hashlib.sha256(b"%PDF").hexdigest(),
        hashlib.sha256(b"").hexdigest(),
    ]


def test_a_forwarded_message_is_kept_byte_for_byte() -> None:
    inner = HEAD + b"X-Odd:   spaced  \r\nContent-Type: text/plain\r\n\r\nInuti\r\n\r\nslut "
    found = mixed(PLAIN, b"Content-Type: message/rfc822\r\n\r\n" + inner)
    assert found.text == "Gungan är trasig."
    assert [(f.name, f.media_type, f.content) for f in found.attachments] == [
        ("bifogat-meddelande-1.eml", "message/rfc822", inner)
    ]


def test_pictures_inside_the_html_are_kept_as_files() -> None:
    related = (
        b'Content-Type: multipart/related; boundary="in"\r\n\r\n--in\r\n' + HTML + b"\r\n--in\r\n"
        b"Content-Type: image/png\r\nContent-ID: <x>\r\n\r\nPNG\r\n--in--"
    )
    found = mixed(PLAIN, related, kind="alternative")
    assert found.text == "Gungan är trasig."
    assert [(f.name, f.content) for f in found.attachments] == [("bilaga-1.png", b"PNG")]


def test_text_parts_stand_in_order_and_a_text_file_is_a_file() -> None:
    notes = b'Content-Type: text/plain; name="lista.txt"\r\nContent-Disposition: inline\r\n\r\nrad'
    found = mixed(PLAIN, notes, b"Content-Type: text/plain\r\n\r\n-- \r\nLista")
    assert found.text == "Gungan är trasig.\n\n-- \nLista"
    assert [f.name for f in found.attachments] == ["lista.txt"]


def test_flowed_lines_are_joined() -> None:
    body = b"Det h\xc3\xa4r \r\nh\xc3\xb6r ihop.\r\n> citat \r\n> mer\r\n-- \r\nAnna"
    found = mail(body, kind="text/plain; charset=utf-8; format=flowed")
    assert found.text == "Det här hör ihop.\n> citat mer\n-- \nAnna"
    joined = mail(b"sam \r\nman", kind="text/plain; format=flowed; delsp=yes")
    assert joined.text == "samman"


@pytest.mark.parametrize(
    ("coding", "body", "text"),
    [
        ("base64", b"SGVqIHDDpSBlcg==\r\n-- \r\nSkickat fr\xc3\xa5n min telefon", "Hej på er"),
        ("base64", b"SGVq!IHDD*pSBlcg", "Hej på er"),
        ("quoted-printable", b"Hej p=C3=A5 er=zz", "Hej på er=zz"),
        ("x-uuencode", b"begin 644 x", "begin 644 x"),
        ("nonsens", b"Hej", "Hej"),
    ],
)
def test_a_damaged_transfer_encoding_is_read_with_a_remark(coding: str, body: bytes, text: str) -> None:
    found = mail(body, coding=coding)
    assert found.text == text
    assert any("skadad" in remark or "okänd kodning" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    ("header", "sent_at", "remark"),
    [
        (b"", None, "saknar datum"),
        (b"Date: i f\xc3\xb6rrg\xc3\xa5r\r\n", None, "gick inte att läsa"),
        (b"Date: Mon, 99 Mar 99999 25:61:61 +9999\r\n", None, "gick inte att läsa"),
        (
            b"Date: Mon, 2 Mar 2026 09:15:00 -0000\r\n",
            datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
            None,
        ),
        (b"Date: 2 Mar 2026 09:15 CET\r\n", datetime(2026, 3, 2, 9, 15, tzinfo=UTC), None),
        (b"Date: Fri, 31 Dec 9999 23:59:59 -1200\r\n", None, "gick inte att läsa"),
    ],
)
def test_a_missing_or_impossible_date_is_left_out(
    header: bytes, sent_at: datetime | None, remark: str | None
) -> None:
    found = read(b"From: a@example.org\r\nSubject: x\r\n" + header + b"\r\nHej")
    assert found.sent_at == sent_at
    assert (
        [r for r in found.remarks if "datum" in r] == []
        if remark is None
        else any(remark in r for r in found.remarks)
    )


@pytest.mark.parametrize(
    ("header", "name", "address"),
    [
        ("anna@example.org", "", "anna@example.org"),
        ('"Berg, Anna" <anna@example.org>', "Berg, Anna", "anna@example.org"),
        ("=?iso-8859-1?Q?=C5sa_=D6berg?= <asa@example.org>", "Åsa Öberg", "asa@example.org"),
        (
            "=?utf-8?B?w4VzYQ==?= =?utf-8?B?IMOWYmVyZw==?= <asa@example.org>",
            "Åsa Öberg",
            "asa@example.org",
        ),
        (
            "=?utf-8?Q?chef=40kommun=2Ese_=3Cchef=40kommun=2Ese=3E=2C?= <bov@example.org>",
            "chef@kommun.se <chef@kommun.se>,",
            "bov@example.org",
        ),
        ("Åsa <asa@example.org>", "Åsa", "asa@example.org"),
        ("Anna Berg, Kommun <anna@example.org>", "Kommun", "anna@example.org"),
        ("anna(a)example.org", "anna(a)example.org", ""),
        ("\u202eAnna <a@example.org>", "Anna", "a@example.org"),
        ("=?utf-8?B?!!!?= <a@example.org>", "=?utf-8?B?!!!?=", "a@example.org"),
    ],
)
def test_the_sender_is_read_as_people_write_it(header: str, name: str, address: str) -> None:
    found = read(f"From: {header}\r\nSubject: x\r\n\r\nHej".encode())
    assert (found.sender_name, found.sender_address) == (name, address)


@pytest.mark.parametrize(
    ("headers", "remark"),
    [
        ("Auto-Submitted: auto-replied\r\n", "automatiskt"),
        ("Authentication-Results: mx; spf=pass; dmarc=fail\r\n", "äkthet"),
        ("Reply-To: annan@example.net\r\n", "annan adress"),
        ("From: b@example.org\r\n", "fler än en avsändare"),
        ("Content-Type: application/pkcs7-mime\r\n", "krypterat"),
    ],
)
def test_what_the_reader_should_know_is_remarked(headers: str, remark: str) -> None:
    found = read(f"From: a@example.org\r\n{headers}\r\nHej".encode())
    assert any(remark in r for r in found.remarks)


def test_only_the_first_part_of_a_long_text_is_shown() -> None:
    found = mail(b"ord " * 100_000)
    assert len(found.text) == 200_000
    assert any("200 000" in remark for remark in found.remarks)


def test_old_line_endings_a_byte_order_mark_and_an_mbox_line_do_no_harm() -> None:
    plain = b"From: a@example.org\nSubject: x\n\nHej"
    for raw in (
        plain,
        plain.replace(b"\n", b"\r"),
        b"\xef\xbb\xbf" + plain,
        b"\r\n\r\n" + plain,
        b"From a@example.org Mon Mar  2 09:15:00 2026\n" + plain,
    ):
        assert (read(raw).sender_address, read(raw).text) == ("a@example.org", "Hej")
