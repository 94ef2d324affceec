"""What a SOAP server may answer, good and bad, and which outcome each answer is."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator

from adapters.contract import DiariumError, Misconfigured, Refused, Unavailable
from tests.adapters.misbehaving import (
    NS,
    SOAP,
    Request,
    Script,
    envelope,
    fault,
    http,
    receipt,
    reply,
    right_answer,
)


def once(body: Callable[[Request], bytes]) -> Script:
    return lambda request, over: [body(request)]


def doing(xml: Callable[[Request], bytes | str]) -> Script:
    """200 and that XML; a `str` is the inside of the Body."""

    def script(request: Request, over: threading.Event) -> list[bytes]:
        made = xml(request)
        return [http(envelope(made) if isinstance(made, str) else made)]

    return script


def dripping(what: Callable[[Request], bytes]) -> Script:
    """A byte each 50 ms: every single read is well inside any time-out."""

    def script(request: Request, over: threading.Event) -> Iterator[bytes]:
        for byte in what(request):
            yield bytes([byte])
            if over.wait(0.05):
                return

    return script


def endless(head: str, piece: bytes) -> Script:
    def script(request: Request, over: threading.Event) -> Iterator[bytes]:
        yield head.encode()
        while not over.is_set():
            yield piece

    return script


def silent(request: Request, over: threading.Event) -> Iterator[bytes]:
    over.wait()
    yield b""


def status(line: str, media_type: str = "text/html", body: bytes = b"<html/>", *headers: str) -> Script:
    return once(lambda r: http(body, line, *headers, media_type=media_type))


BOMB = gzip.compress(b" " * 300_000_000, 1)
CHUNKED = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n"


def number(text: str) -> Script:
    return doing(lambda r: reply(r.operation, receipt(r.key, number=text)))


UNKNOWN: dict[str, Script] = {
    # time
    "silence": silent,
    "a dripping body": dripping(lambda r: http(right_answer(r))),
    "a dripping head": dripping(lambda r: b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 90),
    "a dripping status line": dripping(lambda r: b"HTTP/1.1 200 " + b"O" * 1000),
    "endless 100 Continue": endless("", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "an endless trailer": endless(CHUNKED + "0\r\n", b"X-A: b\r\n"),
    # size
    "endless chunks": endless(CHUNKED, b"4000\r\n" + b" " * 0x4000 + b"\r\n"),
    "endless body": endless("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n", b" " * 65536),
    "a packed bomb": status("200 OK", "text/xml", BOMB, "Content-Encoding: gzip"),
    "a packed bomb in a redirect": status(
        "302 Found", "text/xml", BOMB, "Content-Encoding: gzip", "Location: /x"
    ),
    "a huge text": doing(lambda r: reply(r.operation, receipt(r.key, number="9" * 3_900_000))),
    "a body over the cap": doing(lambda r: reply(r.operation, receipt("x" * 5_000_000))),
    "a million elements": doing(lambda r: reply(r.operation, "<a/>" * 900_000)),
    "too deep": doing(lambda r: reply(r.operation, "<a>" * 400 + "</a>" * 400)),
    # HTTP
    "302": status("302 Found", "text/html", b"", "Location: /annat"),
    "307": status("307 Temporary Redirect", "text/html", b"", "Location: /annat"),
    "202": status("202 Accepted", "text/xml", b""),
    "204": status("204 No Content", "text/xml", b""),
    "200 without a body": status("200 OK", "text/xml", b""),
    "200 and HTML": status("200 OK"),
    "200 and HTML said to be XML": status("200 OK", "text/xml"),
    "500 and HTML": status("500 Internal Server Error"),
    "502 and HTML": status("502 Bad Gateway"),
    "503 and text": status("503 Service Unavailable", "text/plain", b"nej"),
    "500 and a success": once(lambda r: http(right_answer(r), "500 Internal Server Error")),
    "202 and a success": once(lambda r: http(right_answer(r), "202 Accepted")),
    "multipart": status("200 OK", "multipart/related", b"--x--"),
    "not HTTP": once(lambda r: b"hej\r\n\r\n"),
    "a closed connection": once(lambda r: b""),
    "a bad chunk length": once(lambda r: CHUNKED.encode() + b"zz\r\nhej\r\n"),
    "half the body": once(lambda r: http(right_answer(r)[:200], length=len(right_answer(r)))),
    "half an envelope": doing(lambda r: right_answer(r)[:200]),
    "half a chunk": once(lambda r: CHUNKED.encode() + b"4000\r\n" + right_answer(r)),
    # XML
    "a DOCTYPE": doing(lambda r: right_answer(r).replace(b"<s:E", b"<!DOCTYPE x><s:E", 1)),
    "an external DTD": doing(
        lambda r: right_answer(r).replace(b"<s:E", b'<!DOCTYPE x SYSTEM "http://127.0.0.1/"><s:E', 1)
    ),
    "an entity": doing(
        lambda r: (
            right_answer(r)
            .replace(b"<s:E", b'<!DOCTYPE x [<!ENTITY n "KS 1">]><s:E', 1)
            .replace(b"KS 2026/00001", b"&n;")
        )
    ),
    "a file as entity": doing(
        lambda r: (
            right_answer(r)
            .replace(b"<s:E", b'<!DOCTYPE x [<!ENTITY n SYSTEM "/etc/hostname">]><s:E', 1)
            .replace(b"KS 2026/00001", b"&n;")
        )
    ),
    "two documents": doing(lambda r: right_answer(r) * 2),
    # SOAP
    "an empty Body": doing(lambda r: ""),
    "no Body": doing(lambda r: f'<s:Envelope xmlns:s="{SOAP}"/>'.encode()),
    "two Bodies": doing(lambda r: right_answer(r).replace(b"</s:Envelope>", b"<s:Body/></s:Envelope>")),
    "another envelope": doing(
        lambda r: right_answer(r).replace(SOAP.encode(), b"http://www.w3.org/2003/05/soap-envelope")
    ),
    "another operation's reply": doing(lambda r: reply("SetCaseStatus", "<Status>Open</Status>")),
    "a reply of the same shape": doing(
        lambda r: reply(
            "RegisterDocument" if r.operation == "RegisterCase" else "RegisterCase", receipt(r.key)
        )
    ),
    "another namespace": doing(lambda r: right_answer(r).replace(NS.encode(), b"urn:annat")),
    "two replies": doing(lambda r: reply(r.operation, receipt(r.key)) * 2),
    # a bare fault says nothing of what was done
    "a bare fault": once(
        lambda r: http(
            envelope("<s:Fault><faultcode>s:Server</faultcode><faultstring>x</faultstring></s:Fault>"),
            "500 Internal Server Error",
        )
    ),
    "a client fault": once(
        lambda r: http(
            envelope("<s:Fault><faultcode>s:Client</faultcode><faultstring>x</faultstring></s:Fault>"),
            "500 Internal Server Error",
        )
    ),
    "Internal": once(lambda r: http(fault("Internal"), "500 Internal Server Error")),
    "Validation that was committed": once(
        lambda r: http(fault("Validation", committed="true"), "500 Internal Server Error")
    ),
    "Validation that says both": once(
        lambda r: http(fault("Validation", extra="<Committed>true</Committed>"), "500 Internal Server Error")
    ),
    "Busy for good": once(lambda r: http(fault("Busy"), "500 Internal Server Error")),
    "Busy that was committed": once(
        lambda r: http(fault("Busy", retryable="true", committed="true"), "500 Internal Server Error")
    ),
    "an invented code": once(lambda r: http(fault("Banan"), "500 Internal Server Error")),
}

UNKNOWN_RECEIPT: dict[str, Script] = {
    "two receipts": doing(lambda r: reply(r.operation, receipt(r.key) * 2)),
    "no receipt": doing(lambda r: reply(r.operation, "")),
    "no number": doing(
        lambda r: reply(r.operation, receipt(r.key).replace("<Number>KS 2026/00001</Number>", ""))
    ),
    "an empty number": number(""),
    "a blank number": number("   "),
    "a number on two lines": number("KS\n2026"),
    "a nil number": doing(
        lambda r: reply(
            r.operation,
            receipt(r.key).replace(
                "<Number>KS 2026/00001</Number>",
                '<Number xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>',
            ),
        )
    ),
    "a long number": number("9" * 256),
    "another key": doing(lambda r: reply(r.operation, receipt("annan"))),
    "our key of another system": doing(lambda r: reply(r.operation, receipt(r.key, source="Annat"))),
    "an unknown element": doing(lambda r: reply(r.operation, receipt(r.key, extra="<Ny/>"))),
    "an unreadable time": doing(lambda r: reply(r.operation, receipt(r.key, registered_at="i går"))),
    "hashes of other files": doing(
        lambda r: reply(r.operation, receipt(r.key, extra=f"<FileSha256>{'0' * 64}</FileSha256>"))
    ),
}

OTHER: dict[str, tuple[type[DiariumError], Script]] = {
    "401": (Misconfigured, status("401 Unauthorized")),
    "403": (Misconfigured, status("403 Forbidden")),
    "404": (Misconfigured, status("404 Not Found")),
    "413": (Refused, status("413 Content Too Large")),
    "PermissionDenied": (Misconfigured, once(lambda r: http(fault("PermissionDenied"), "500 Error"))),
    "Validation": (Refused, once(lambda r: http(fault("Validation"), "500 Error"))),
    "NotFound": (Refused, once(lambda r: http(fault("NotFound"), "500 Error"))),
    "Conflict": (Refused, once(lambda r: http(fault("Conflict"), "500 Error"))),
    "TooLarge": (Refused, once(lambda r: http(fault("TooLarge"), "500 Error"))),
    "a fault with status 200": (Refused, once(lambda r: http(fault("Validation")))),
    "Busy": (Unavailable, once(lambda r: http(fault("Busy", retryable="true"), "500 Error"))),
    "VersionMismatch": (
        Misconfigured,
        once(
            lambda r: http(
                envelope("<s:Fault><faultcode>s:VersionMismatch</faultcode><faultstring/></s:Fault>"),
                "500 Error",
            )
        ),
    ),
}
