"""The server under the diarium: loopback only, stopped by a signal or with its parent."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

HOST = "127.0.0.1"


class Quiet(WSGIRequestHandler):
    """Keeps addresses and paths out of the log; a stalled client is let go after a minute."""

    timeout = 60

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def server_of(app: Flask, port: int = 0) -> BaseWSGIServer:
    """A server that accepts connections already, to be run by `serve_forever`."""
    return make_server(HOST, port, app, threaded=True, request_handler=Quiet)


def address_of(server: BaseWSGIServer) -> str:
    return f"http://{HOST}:{server.server_port}/"


@contextlib.contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve in a thread of this process; gives `http://127.0.0.1:PORT/`. On the way out late work
    is given up and the diarium closed."""
    server = server_of(app, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="diarium")
    thread.start()
    try:
        yield address_of(server)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["diarium"].close()


def run(app: Flask, port: int, *, with_parent: bool) -> None:
    """Serve until SIGTERM or SIGINT, and with `with_parent` until standard input ends: a parent
    that dies, however hard, closes its end of the pipe. Prints one line when connections are
    accepted. Main thread only."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = server_of(app, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    if with_parent:
        threading.Thread(target=_watch_parent, args=(stop.set,), daemon=True).start()
    print(f"diarium {address_of(server)}", flush=True)
    stop.wait()
    server.shutdown()
    server.server_close()


def end_with_parent() -> None:
    """From now on this process gets SIGTERM when standard input ends, as it does when its parent dies."""
    threading.Thread(
        target=_watch_parent, args=(lambda: os.kill(os.getpid(), signal.SIGTERM),), daemon=True
    ).start()


def _watch_parent(stop: Callable[[], None]) -> None:
    with contextlib.suppress(OSError):
        # The descriptor, not the buffered file: its lock would hold up the interpreter's exit.
        descriptor = sys.stdin.fileno()
        while os.read(descriptor, 4096):
            pass
    stop()
