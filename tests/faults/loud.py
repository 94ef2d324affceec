"""The application as it is served, with everything that it and its libraries can say written to standard
error: `python -m tests.faults.loud [worker]`."""

from __future__ import annotations

import logging
import sys

from service.settings import from_environment


def speak() -> None:
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, force=True)
    for name in ("sqlalchemy.engine", "zeep", "urllib3", "ordna", "dbos"):
        logging.getLogger(name).setLevel(logging.DEBUG)


if __name__ == "__main__":
    speak()
    if "worker" in sys.argv:
        from service.node import run_worker

        run_worker(from_environment())
    else:
        from service.server import serve

        serve(from_environment(), "tests.faults.loud_app:app")
