"""Mails from people who mean harm: refused with a sentence, or read; never a crash."""

from __future__ import annotations

import base64
import contextlib
import json
import time
from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.mail import Mail, MailRefused, read

HEAD = (
    b"From: a@example.org\r\nSubject: =?utf-8?Q?hej_=C3=A5?=\r\nMIME-Version: 1.0\r\n"
    b"Date: Mon, 2 Mar 2026 09:00:00 +0100\r\n"
)


def nested(depth: int, kind: str) -> bytes:
    body = b"Content-Type: text/plain\r\n\r\nhej"
    for n in range(depth):
        if kind == "forward":
            body = HEAD + b"Content-Type: message/rfc822\r\n\r\n" + body
        elif kind == "forward in parts":
            mark = f"b{n}".encode()
            body = (
                HEAD
                + b"Content-Type: multipart/mixed; boundary="
                + mark
                + b"\r\n\r\n--"
                + mark
                + b"\r\nContent-Type: message/rfc822\r\n\r\n"
                + body
                + b"\r\n--"
                + mark
                + b"--"
            )
        elif kind == "encoded forward":
            body = (
                HEAD
                + b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + base64.b64encode(body)
            )
        else:
            body = (
                f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode()
                + body
                + f"\r\n--b{n}--".encode()
            )
    return body if body.startswith(b"From") else HEAD + body


def many(count: int, part: bytes) -> bytes:
    return (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        + (b"--b\r\n" + part + b"\r\n") * count
        + b"--b--"
    )


FILE = b"Content-Type: application/pdf\r\n\r\n%PDF"

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "blank": (b" \r\n\t\r\n", "empty"),
    "too large": (HEAD + b"\r\n" + b"x" * (25 * 1024 * 1024), "too_large"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(500), "not_mail"),
    "a PDF": (b"%PDF-1.7\n1 0 obj", "not_mail"),
    "a letter": (b"Hej,\nGungan \xc3\xa4r trasig.\n", "not_mail"),
    "a letter with a colon": (b"Hej: gungan\n\nVi: ses", "not_mail"),
    "a page": (b"<!DOCTYPE html><html><body>From: x</body></html>", "not_mail"),
    "no sender": (b"Subject: hej\r\nTo: a@example.se\r\n\r\nHej", "no_sender"),
    "an empty sender": (b"From: \r\nSubject: hej\r\n\r\nHej", "no_sender"),
    "500 files": (many(500, FILE), "too_many_attachments"),
    "101 files": (many(101, FILE), "too_many_attachments"),
    "100,000 empty parts": (many(100_000, b""), "too_many_attachments"),
    "ten forwards": (nested(10, "forward"), "too_deep"),
    "ten forwards in parts": (nested(10, "forward in parts"), "too_deep"),
    "ten encoded forwards": (nested(10, "encoded forward"), "too_deep"),
    "ten multiparts": (nested(10, "multipart"), "too_deep"),
    "300 multiparts": (nested(300, "multipart"), "too_deep"),
    "300 headers": (b"X: 1\r\n" * 300 + HEAD + b"\r\nHej", "too_many_headers"),
    "a header of 200 kB": (HEAD + b"X: " + b"a" * 200_000 + b"\r\n\r\nHej", "header_too_long"),
    "headers of 1 MB": (
        HEAD + (b"X: " + b"a" * 50_000 + b"\r\n") * 20 + b"\r\nHej",
        "header_too_long",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_in_is_refused_with_a_swedish_sentence(name: str) -> None:
    raw, reason = REFUSED[name]
    with pytest.raises(MailRefused) as refused:
        read(raw)
    assert refused.value.reason == reason
    assert str(refused.value).endswith(".")
    assert str(refused.value)[0].isupper()


def test_what_stands_just_within_the_bounds_is_read() -> None:
    assert len(read(many(100, FILE)).attachments) == 100
    assert read(nested(5, "forward")).attachments[0].media_type == "message/rfc822"
    assert read(nested(5, "multipart")).text == "hej"


def html(content: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html\r\n\r\n" + content


SLOW: dict[str, Callable[[int], bytes]] = {
    "tags never closed": lambda n: html(b"<a b='" * (n // 6)),
    "attributes without end": lambda n: html((b"<a " + b"b " * 3000) * (n // 6003)),
    "comments never closed": lambda n: html(b"<!--" * (n // 4)),
    "script never closed": lambda n: html(b"<script>" + b"</a" * (n // 3)),
    "many tags": lambda n: html(b"<b>" * (n // 3)),
    "angle brackets": lambda n: html(b"<" * n),
    "blank lines": lambda n: HEAD + b"\r\n" + b"\n" * n,
    "control characters": lambda n: HEAD + b"\r\n" + b"\x01" * n,
    "boundaries": lambda n: many(n // 7, b""),
    "base64 of nothing": lambda n: HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"! " * (n // 2),
    "encoded words": lambda n: HEAD + b"Subject: " + b"=?a?q?" * 15_000 + b"\r\n\r\nhej",
    "comments in addresses": lambda n: HEAD + b"To: " + b"(" * 90_000 + b"\r\n\r\nhej",
    "parameters": lambda n: HEAD + b"Content-Type: text/plain;" + b'a*0*=";' * 12_000 + b"\r\n\r\nhej",
    "flowed": lambda n: HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a \n" * (n // 3),
}


@pytest.mark.parametrize("name", SLOW)
def test_no_mail_takes_long_to_read(name: str) -> None:
    raw = SLOW[name](8_000_000)
    started = time.process_time()
    with contextlib.suppress(MailRefused):
        read(raw)
    assert time.process_time() - started < 6.0


@pytest.mark.parametrize(
    "bad",
    [
        "a\x00b",
        "a\x0bb\x1f",
        "\ud800",
        "\ufffe",
        "=?utf-8?Q?=ED=A0=80?=",
        "=?utf-7?Q?+2AA-?=",
        "=?utf-8?Q?a=00b?=",
    ],
)
def test_no_character_that_stops_a_later_step_comes_through(bad: str) -> None:
    piece = bad.encode("utf-8", "surrogatepass")
    found = read(
        b"From: "
        + piece
        + b" <a@example.org>\r\nSubject: "
        + piece
        + b'\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\n'
        + piece
        + b'\r\n--b\r\nContent-Disposition: attachment; filename="'
        + piece
        + b'"\r\n\r\nx\r\n--b--'
    )
    for text in texts(found):
        etree.fromstring(f"<a>{escape(text)}</a>".encode())
        assert "\x00" not in text


def texts(found: Mail) -> list[str]:
    return [
        found.sender_name,
        found.sender_address,
        found.subject,
        found.text,
        found.message_id or "",
        *found.recipients,
        *found.remarks,
        *(f.name for f in found.attachments),
        *(f.media_type for f in found.attachments),
    ]


SEEDS = [
    HEAD + b"Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\nHej p\xc3\xa5 \r\ner",
    html(b"<p>Hej <a href='http://x.se'>du</a></p><script>x</script>&aring;&#229;<!-- x --><![if x]>"),
    many(
        2,
        b'Content-Type: image/png; name="=?utf-8?B?w6U=?="\r\nContent-Disposition: attachment;'
        b" filename*0*=utf-8''%C3%A5; filename*1=b\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\naGVq",
    ),
    nested(2, "forward in parts"),
    HEAD + b'To: =?iso-8859-1?Q?=E5?= <b@example.se>, "c, d" <c@example.se> (x)\r\n'
    b"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    b"\r\n=FF=FEh=00e=00",
]
SPICE = [
    b"=?",
    b"?=",
    b"\x00",
    b"\xff",
    b"\r\n",
    b"\n\n",
    b"--b",
    b"--",
    b";",
    b'"',
    b"'",
    b"(",
    b"<",
    b">",
    b"charset=utf-7",
    b"multipart/digest",
    b"message/rfc822",
    b"base64",
    b"*0*=",
    b"\\",
    b"%",
    b",",
    b"From:",
    b"\xed\xa0\x80",
    b":",
    b"&#x110000;",
    b"<![CDATA[",
    b"9" * 30,
]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_mutated_mail_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw)))
        gone = data.draw(st.integers(0, 12))
        raw[at : at + gone] = data.draw(st.sampled_from(SPICE) | st.binary(max_size=6))
    check(bytes(raw))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(head: bytes, body: bytes) -> None:
    check(head)
    check(b"From: a@example.org\r\n" + head + b"\r\n\r\n" + body)


def check(raw: bytes) -> None:
    try:
        found = read(raw)
    except MailRefused:
        return
    for text in texts(found):
        text.encode()
        json.dumps(text)
        etree.fromstring(f"<a>{escape(text)}</a>".encode())
    for one in (found.subject, found.sender_name, *(f.name for f in found.attachments)):
        assert "\n" not in one
