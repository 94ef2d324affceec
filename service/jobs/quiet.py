"""DBOS's log: errors go to ours, the rest is dropped, and one of its warnings is an error."""

from __future__ import annotations

import logging


class DuplicateRegistration(RuntimeError):
    """Two functions were given one job name: one of them would silently never run."""


class _Strict(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if str(record.msg).startswith("Duplicate registration"):
            raise DuplicateRegistration(record.getMessage())
        return record.levelno >= logging.ERROR


def hush() -> None:
    """DBOS adds a console handler where it finds none, and sets its level from its configuration:
    both are prevented by a handler that does nothing and a filter on the logger itself."""
    logger = logging.getLogger("dbos")
    logger.handlers[:] = [logging.NullHandler()]
    logger.propagate = True
    logger.setLevel(logging.WARNING)
    if not any(isinstance(f, _Strict) for f in logger.filters):
        logger.addFilter(_Strict())
