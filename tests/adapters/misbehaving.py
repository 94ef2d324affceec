"""A SOAP server on a raw socket that answers each call as its script says, good manners or bad."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

NS = "urn:diarium-registration:1.0"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


@dataclass(frozen=True, slots=True)
class Request:
    head: bytes
    body: bytes

    @property
    def operation(self) -> str:
        found = re.search(rb'SOAPAction: "?[^"\r]*/(\w+)"?', self.head, re.I)
        return found[1].decode() if found else ""

    @property
    def key(self) -> str:
        found = re.search(rb"Id>([^<]*)<", self.body)
        return found[1].decode() if found else ""


Script = Callable[[Request, threading.Event], Iterable[bytes]]
"""Yields what to send; the event is set when the test is over. Ending closes the connection."""


@dataclass(slots=True)
class Server:
    url: str
    script: Script
    tls: ssl.SSLContext | None = None
    over: threading.Event = field(default_factory=threading.Event)
    requests: list[Request] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        while not self.over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            request = _read(connection)
            self.requests.append(request)
            for piece in self.script(request, self.over):
                connection.sendall(piece)
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
            connection.recv(1)  # until the client has gone: closing at once could become a reset


def _read(connection: socket.socket) -> Request:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            raise OSError("gone")
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.I)
    while length and len(body) < int(length[1]):
        body += connection.recv(65536)
    return Request(head, body)


@contextmanager
def misbehaving(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        scheme = "https" if tls else "http"
        server = Server(f"{scheme}://localhost:{listener.getsockname()[1]}/diarium", script, tls)
        thread = threading.Thread(target=server.serve, args=(listener,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def http(
    body: bytes,
    status: str = "200 OK",
    *headers: str,
    media_type: str = "text/xml; charset=utf-8",
    length: int | None = None,
) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {media_type}",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + body


def envelope(inner: str, prolog: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{prolog}<s:Envelope xmlns:s="{SOAP}">'
        f"<s:Body>{inner}</s:Body></s:Envelope>"
    ).encode()


def receipt(
    key: str,
    *,
    number: str = "KS 2026/00001",
    source: str = "Ordna",
    registered_at: str = "2026-11-21T12:00:00Z",
    system_id: str = "E1",
    extra: str = "",
) -> str:
    return (
        f"<Receipt><Key><SourceSystem>{source}</SourceSystem><Id>{key}</Id></Key>"
        f"<Number>{number}</Number><SystemId>{system_id}</SystemId>"
        f"<RegisteredAt>{registered_at}</RegisteredAt><Replayed>false</Replayed>{extra}</Receipt>"
    )


def reply(operation: str, inner: str) -> str:
    return f'<{operation}Response xmlns="{NS}">{inner}</{operation}Response>'


def fault(
    code: str, *, retryable: str = "false", committed: str = "false", message: str = "", extra: str = ""
) -> bytes:
    return envelope(
        f"<s:Fault><faultcode>s:Server</faultcode><faultstring>{message}</faultstring><detail>"
        f'<RegistrationFault xmlns="{NS}"><Code>{code}</Code><Message>{message}</Message>'
        f"<Retryable>{retryable}</Retryable><Committed>{committed}</Committed>{extra}"
        "</RegistrationFault></detail></s:Fault>"
    )


def right_answer(request: Request) -> bytes:
    """What a diarium that behaves would say."""
    if request.operation == "Ping":
        return envelope(reply("Ping", "<Version>prov 1</Version><MaxMessageBytes>1000</MaxMessageBytes>"))
    if request.operation == "FindRegistration":
        return envelope(reply("FindRegistration", ""))
    return envelope(reply(request.operation, receipt(request.key)))
