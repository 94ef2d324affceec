"""Bytes to and from one SOAP server: one origin, one deadline, a bounded reply. Knows no contract.

What is guarded against, each with a test: a peer that drips, stalls or never stops; redirects
(requests re-sends a whole body on 307, and unpacks the body of any 3xx); packed replies; proxies,
cookies and passwords from the environment; other hosts and files named by a contract.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import requests.adapters
import requests.auth
import urllib3
from lxml import etree
from urllib3.connection import HTTPConnection, HTTPSConnection

from adapters.contract import DiariumError, Misconfigured, Target, Unavailable, Unknown
from adapters.soap.faults import status_problem

MAX_REPLY = 4 * 1024 * 1024
CONNECT = 5.0
"""Seconds for each of connection and TLS handshake. A name that resolves slowly is not bounded."""

_PIECE = 65536
_NETWORK = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,  # http.client on a chunk length that is no number
)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer whose status and media type promise SOAP."""

    status: int
    content: bytes


class _Exchange:
    """One call's deadline, held by a timer that cuts the connection: a time-out on the socket is
    for each read, so that a peer which drips bytes, header lines or "100 Continue" never meets
    it."""

    def __init__(self, seconds: float) -> None:
        self.due = time.monotonic() + seconds
        self.expired = False
        self.sent = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> _Exchange:
        _running.exchange = self
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        _running.exchange = None

    def adopt(self, connected: socket.socket) -> None:
        with self._lock:
            self._socket = connected
            expired = self.expired
        connected.settimeout(max(0.01, self.due - time.monotonic()))
        if expired:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            self.expired = True
            if self._socket is not None:
                with suppress(OSError):  # already closed: the call has its answer
                    self._socket.shutdown(socket.SHUT_RDWR)


class _Running(threading.local):
    exchange: _Exchange | None = None


_running = _Running()


class _Plain(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        if _running.exchange is not None and self.sock is not None:
            _running.exchange.adopt(self.sock)


class _Secure(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        if _running.exchange is not None and self.sock is not None:
            _running.exchange.adopt(self.sock)


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Body(io.BytesIO):
    """The request's body. Once it has been read from, the peer may have the message."""

    def __init__(self, content: bytes, exchange: _Exchange) -> None:
        super().__init__(content)
        self._exchange = exchange

    def read(self, size: int | None = -1, /) -> bytes:
        self._exchange.sent = True
        return super().read(size)


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        # Even with redirects off, requests looks for the next request, and to that end reads and
        # unpacks this answer's whole body.
        return None


class Transport:
    """zeep's transport, for one thread. `timeout` (seconds) bounds each call as a whole and may be
    set anew before a call; `sent` tells whether the latest call may have reached the peer."""

    def __init__(self, target: Target, *, max_reply: int = MAX_REPLY) -> None:
        self._origin = origin(target.url)
        self.timeout = target.timeout
        self.max_reply = max_reply
        self.sent = False
        self._session = _session(self._origin, target)
        self._folder: Path | None = None

    def within(self, folder: Path) -> None:
        """Contracts are read from this folder and nowhere else on the disk."""
        self._folder = folder.resolve()

    def post_xml(self, address: str, envelope: etree._Element, headers: dict[str, str]) -> Reply:
        """Called by zeep. Raises `DiariumError`."""
        return self._exchange(
            "POST", address, etree.tostring(envelope, xml_declaration=True, encoding="utf-8"), headers
        )

    def load(self, url: str) -> bytes:
        """Called by zeep for the contract and what it imports. Raises `DiariumError`."""
        if "://" in url:
            return self._exchange("GET", url, None, {}).content
        try:
            path = Path(url).resolve(strict=True)
            if self._folder is None or not path.is_relative_to(self._folder):
                raise Misconfigured("Kontraktet hänvisar till en fil utanför sin mapp.")
            with path.open("rb") as file:
                content = file.read(MAX_REPLY + 1)
        except OSError:
            content = b""
        if not 0 < len(content) <= MAX_REPLY:
            raise Misconfigured("Kontraktets fil finns inte, går inte att läsa eller är för stor.")
        return content

    def _exchange(self, method: str, address: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        self.sent = False
        if origin(address) != self._origin:
            raise Misconfigured("Anropet går till en annan server än den som är inställd.")
        if self.timeout <= 0:
            raise Unavailable("Tiden tog slut innan något skickades.")
        trouble: str | None = None
        reply: Reply | None = None
        with _Exchange(self.timeout) as exchange:
            try:
                response = self._session.request(
                    method,
                    address,
                    data=None if body is None else _Body(body, exchange),
                    headers=headers,
                    stream=True,
                    allow_redirects=False,
                    timeout=(min(CONNECT, self.timeout), self.timeout),
                )
                with closing(response):
                    reply = Reply(response.status_code, self._read(response, exchange))
            except _NETWORK as error:
                trouble = type(error).__name__
            finally:
                self.sent = exchange.sent
        # Raised out here so that no library's exception, which may hold the message, follows along.
        if exchange.expired:
            trouble = "tidsgränsen"
        if reply is None or trouble:
            raise _failure(exchange.sent, trouble or "avbrott")
        return reply

    def _read(self, response: Any, exchange: _Exchange) -> bytes:
        if exchange.expired:
            raise TimeoutError  # what was cut in the head looks like the end of the head
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if problem := status_problem(response.status_code, media_type):
            raise problem
        if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise Unknown("Diariets svar är packat fast vi inte bad om det.")
        content = bytearray()
        # read1: `read` waits until a whole piece has come, and hides a dripping peer meanwhile
        while piece := response.raw.read1(_PIECE, decode_content=False):
            content += piece
            if len(content) > self.max_reply:
                raise Unknown("Diariets svar är för stort.")
        return bytes(content)


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address. Raises `Misconfigured`."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        raise Misconfigured("Diariets adress går inte att tyda.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Misconfigured("Diariets adress ska börja med http:// eller https://.")
    if parts.username is not None or parts.password is not None:
        raise Misconfigured("Lösenord får inte stå i diariets adress.")
    return parts.scheme, parts.hostname, port


def _failure(sent: bool, trouble: str) -> DiariumError:
    if sent:
        return Unknown(f"Förbindelsen bröts innan diariet hade svarat ({trouble}).")
    return Unavailable(f"Diariet går inte att nå ({trouble}).")


def _session(allowed: tuple[str, str, int], target: Target) -> requests.Session:
    session = _Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # A connection a call: one kept alive may be dead when it is used, and then nobody knows.
    session.headers.update(
        {
            "User-Agent": "Ordna",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "Accept": "text/xml, application/soap+xml",
        }
    )
    if target.user is not None:
        session.auth = requests.auth.HTTPBasicAuth(target.user.encode(), (target.password or "").encode())
    adapter = requests.adapters.HTTPAdapter(max_retries=0)
    # The machine's own trust store as well as requests' list: a municipality has its own issuer.
    adapter.init_poolmanager(1, 1, ssl_context=ssl.create_default_context())
    adapter.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
    session.adapters.clear()
    session.mount(f"{allowed[0]}://", adapter)
    return session
