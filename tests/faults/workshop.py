"""A web server to be killed: the application on the database of the ORDNA_ settings, which can be told where
in a request to stand still.

    python -m tests.faults.workshop [--hold POINT NTH]

POINT is the beginning of an SQL statement, `commit` (just before it) or `answered` (all is done, and nobody
has been told). Only what happens in a POST counts. Writes `ready PORT`, then `held` when the point has been
reached for the NTH time; there that request stands still for ever. Ends when standard input does, so that no
server outlives its test.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event
from werkzeug.serving import make_server

from service import jobs, keys
from service.app import create_app
from service.settings import from_environment
from service.store import Database, open_database

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Stage:
    """Where the request stands still."""

    def __init__(self, point: str, nth: int) -> None:
        self._point, self._nth = point, nth
        self._reached = itertools.count(1)
        self._posting = threading.local()

    def at(self, point: str) -> None:
        named = bool(self._point) and point.startswith(self._point)
        if named and getattr(self._posting, "now", False) and next(self._reached) == self._nth:
            print("held", flush=True)
            threading.Event().wait()

    def watch(self, database: Database) -> None:
        event.listen(database.engine, "before_cursor_execute", lambda *given: self.at(str(given[2])))
        event.listen(database.engine, "commit", lambda connection: self.at("commit"))

    def around(self, inner: Wsgi) -> Wsgi:
        def outer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            self._posting.now = environ["REQUEST_METHOD"] == "POST"
            answer = inner(environ, start)
            self.at("answered")
            self._posting.now = False
            return answer

        return outer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--hold", nargs=2, default=("", "0"))
    given = parser.parse_args()
    settings = from_environment()
    database = open_database(
        settings.database_url, keys.load(settings.key_file, make=False), schema=settings.database_schema
    )
    jobs.connect(database, settings)
    stage = Stage(given.hold[0], int(given.hold[1]))
    stage.watch(database)
    app = create_app(settings, database, clock=lambda: datetime.now(UTC))
    server = make_server("127.0.0.1", 0, stage.around(app.wsgi_app), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"ready {server.server_port}", flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
