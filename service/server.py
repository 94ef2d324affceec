"""Runs the web: granian with blocking threads; one process on SQLite, several on PostgreSQL."""

from __future__ import annotations

import logging
import os
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LOGGING_CONFIG, LogLevels

from service import node
from service.owner import Owner
from service.settings import Settings

THREADS = 64
"""A thread is held while its client is still sending: with granian's own advice (two for each processor, and
one) six slow uploads stopped all other requests. These threads wait, they do not compute."""
_ADVICE = "Configuration allows spawning up to"


def serve(settings: Settings, target: str = "service.wsgi:app") -> None:
    """Serve until told to stop. On SQLite the one serving process also works, and holds the data folder.
    Raises what `node.open_node` raises, before anything listens."""
    if settings.sqlite:
        Owner(settings.data).release()  # the serving process takes it for good; here it is the sentence
    if invitation := node.first_start(settings):
        print(invitation, file=sys.stderr, flush=True)  # once: its hash alone is kept
    logging.getLogger("_granian").addFilter(lambda record: not record.getMessage().startswith(_ADVICE))
    Granian(
        target,
        address="127.0.0.1",
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1 if settings.sqlite else max(2, os.cpu_count() or 2),
        blocking_threads=THREADS,
        backpressure=256,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=_to_standard_error(),
        # on SQLite a dead process is the supervisor's to restart: it may have been killed on purpose
        respawn_failed_workers=not settings.sqlite,
        workers_kill_timeout=10,
    ).serve()


def _to_standard_error() -> dict[str, object]:
    """Granian's own logging, but standard output is for results."""
    handlers = {
        name: {**handler, "stream": "ext://sys.stderr"}
        for name, handler in LOGGING_CONFIG["handlers"].items()
    }
    return {"handlers": handlers}
