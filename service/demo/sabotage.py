"""Carrying out a fault: what really happens on the socket and when the work is really done."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

from flask import Response

from service.demo import soap
from service.demo.faults import EITHER_WAY, Fault, Switch
from service.demo.records import Refusal
from service.demo.soap import Answer

Work = Callable[[], Answer]
"""Does what the call asks for, durably, and gives the real answer. Never raises on purpose."""

OTHER = {
    "RegisterCase": "RegisterDocument",
    "RegisterDocument": "RegisterCase",
    "FindRegistration": "RegisterCase",
}
"""Whose reply stands in for whose: the same content under another name, the hardest to notice."""

LOGIN_PAGE = (
    '<!DOCTYPE html><html lang="sv"><head><title>Logga in</title></head>'
    "<body><h1>Logga in</h1><p>Din session har gått ut.</p></body></html>"
)
PROXY_PAGE = (
    "<html><head><title>502 Bad Gateway</title></head>"
    "<body><center><h1>502 Bad Gateway</h1></center></body></html>"
)


class Latecomers:
    """Work that is done after its client was answered or left. `pending` says how much is left, so
    that whoever counts the entries can wait for it."""

    def __init__(self) -> None:
        self.closing = threading.Event()
        self._changed = threading.Condition()
        self._pending = 0

    @property
    def pending(self) -> int:
        with self._changed:
            return self._pending

    @contextlib.contextmanager
    def counted(self) -> Iterator[None]:
        with self._changed:
            self._pending += 1
        try:
            yield
        finally:
            with self._changed:
                self._pending -= 1
                self._changed.notify_all()

    def later(self, seconds: float, work: Callable[[], object]) -> None:
        """Do the work in `seconds`, in a thread of its own; not at all if the diarium stops."""
        started = threading.Event()

        def run() -> None:
            with self.counted():
                started.set()
                if not self.closing.wait(seconds):
                    work()

        threading.Thread(target=run, daemon=True, name="late commit").start()
        started.wait()

    def stop(self, seconds: float = 5.0) -> None:
        """Give up what waits and let what has begun finish, for at most `seconds`."""
        self.closing.set()
        with self._changed:
            self._changed.wait_for(lambda: self._pending == 0, timeout=seconds)


def carry_out(switch: Switch, operation: str, work: Work, sock: socket.socket, late: Latecomers) -> Response:
    """The disturbed answer. `work` is run once at most, when the fault says so."""
    delay = switch.delay_ms / 1000
    if switch.commit and switch.fault in EITHER_WAY:
        work()
    match switch.fault:
        case Fault.RESET:
            return torn(sock)
        case Fault.HANG:
            _wait_for_client_to_go(sock, delay, late.closing)
            return torn(sock)
        case Fault.ERROR:
            return sent(soap.bare_fault("Server", "Internal Server Error"))
        case Fault.BUSY:
            refusal = Refusal("Busy", "Diariet är upptaget. Försök igen.", retryable=True)
            return sent(soap.refusal_answer(refusal))
        case Fault.INTERNAL:
            refusal = Refusal("Internal", "Något gick fel i diariet.")
            return sent(soap.refusal_answer(refusal, committed=True))
        case Fault.HTML:
            return Response(LOGIN_PAGE, 200, mimetype="text/html")
        case Fault.BAD_GATEWAY:
            return Response(PROXY_PAGE, 502, mimetype="text/html")
        case Fault.ACCEPTED:
            return Response(b"", 202)
        case Fault.TRUNCATED:
            answer = work()
            response = sent(Answer(answer.status, _half(answer.body)))
            response.headers["Content-Length"] = str(len(answer.body))
            return response
        case Fault.TRUNCATED_XML:
            answer = work()
            return sent(Answer(answer.status, _half(answer.body)))
        case Fault.WRONG_REPLY:
            return sent(soap.under_name(work(), f"{OTHER.get(operation, 'Ping')}Response"))
        case Fault.DUPLICATE_REPLY:
            return sent(soap.with_body(work(), copies=2))
        case Fault.MISSING_REPLY:
            return sent(soap.with_body(work(), copies=0))
        case Fault.MISSING_NUMBER:
            return sent(soap.with_number(work(), None))
        case Fault.EMPTY_NUMBER:
            return sent(soap.with_number(work(), ""))
        case Fault.SUCCESS_AS_ERROR:
            return sent(Answer(500, work().body))
        case Fault.SLOW:
            answer = work()
            late.closing.wait(delay)
            return sent(answer)
        case Fault.DRIP:
            return _dripping(work(), delay)
        case Fault.LATE_COMMIT:
            with late.counted():
                if late.closing.wait(delay):
                    return torn(sock)
                return sent(work())
        case Fault.COMMIT_AFTER_ERROR:
            late.later(delay, work)
            return sent(soap.bare_fault("Server", "Internal Server Error"))
        case Fault.NOT_FOUND_YET:
            # The look-up itself is told how far the index has come; nothing is left to disturb.
            return sent(work())


def sent(answer: Answer) -> Response:
    return Response(answer.body, answer.status, content_type="text/xml; charset=utf-8")


def torn(sock: socket.socket) -> Response:
    """A response that never begins: the connection is reset (RST) in place of the first byte."""

    def nothing() -> Iterator[bytes]:
        _tear(sock)
        yield b""

    return Response(nothing())


def _tear(sock: socket.socket) -> None:
    """Reset the connection and raise ConnectionResetError, which tells the server to give it up."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # The server still holds this descriptor and will drain and close it. Putting a dead pipe in
    # its place closes the connection now, with no chance of closing a stranger's descriptor that
    # the kernel has given the same number meanwhile.
    dead, peer = socket.socketpair()
    peer.close()
    os.dup2(dead.fileno(), sock.fileno(), inheritable=False)
    dead.close()
    raise ConnectionResetError


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _dripping(answer: Answer, seconds: float) -> Response:
    def drops() -> Iterator[bytes]:
        for byte in answer.body:
            time.sleep(seconds / len(answer.body))
            yield bytes([byte])

    response = Response(drops(), answer.status, content_type="text/xml; charset=utf-8")
    response.headers["Content-Length"] = str(len(answer.body))
    return response


def _wait_for_client_to_go(sock: socket.socket, seconds: float, closing: threading.Event) -> None:
    until = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        while not closing.is_set() and (left := until - time.monotonic()) > 0:
            if not selector.select(min(left, 0.1)):
                continue
            try:
                if sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b"":
                    return
            except BlockingIOError:
                continue
            except OSError:
                return
            closing.wait(min(left, 0.1))  # unread bytes: the client is there, and keeps us awake
