"""Runs the web: granian with blocking threads; one process on SQLite, several on PostgreSQL."""

from __future__ import annotations

import os

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from service.owner import Owner
from service.settings import Settings


def serve(settings: Settings, target: str = "service.wsgi:app") -> None:
    """Serve until told to stop. On SQLite the one serving process also works, and holds the data folder."""
    if settings.sqlite:
        Owner(settings.data).release()  # the serving process takes it for good; here it is the sentence
    Granian(
        target, address="127.0.0.1", port=settings.port, interface=Interfaces.WSGI,
        workers=1 if settings.sqlite else max(2, os.cpu_count() or 2),
        blocking_threads=64, backpressure=256, websockets=False, log_level=LogLevels.warning,
        # on SQLite a dead process is the supervisor's to restart: it may have been killed on purpose
        respawn_failed_workers=not settings.sqlite, workers_kill_timeout=10,
    ).serve()
