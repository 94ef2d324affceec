"""A worker to be killed: works the database of the ORDNA_ settings, and can be told where to stand
still.

    python -m tests.faults.worker [--hold POINT NTH] [--no-look-up] [--no-lease]

Writes `ready`, then the name of the point when it has been reached for the NTH time; there that
thread blocks for ever, so that whoever reads the line can kill the process at exactly that place.
Ends when standard input does, so that no worker outlives its test.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import threading
from datetime import UTC, datetime

from adapters.contract import Target
from adapters.registry import open_diarium
from service import keys, outbox
from service.outbox import Policy
from service.outbox.policy import Point
from service.settings import from_environment
from service.store import open_database


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--hold", nargs=2, default=("", "0"))
    parser.add_argument("--no-look-up", action="store_true")
    parser.add_argument("--no-lease", action="store_true")
    given = parser.parse_args()
    place, nth = given.hold[0], int(given.hold[1])
    reached = itertools.count(1)

    def checkpoint(point: Point) -> None:
        if point == place and next(reached) == nth:
            print(point, flush=True)
            threading.Event().wait()

    settings = from_environment()
    database = open_database(
        settings.database_url, keys.load(settings.key_file, make=False), schema=settings.database_schema
    )
    target = Target(url=settings.diarium_url, timeout=settings.timeout)
    outbox.start(
        database,
        open_diarium(settings.diarium, target),
        settings,
        clock=lambda: datetime.now(UTC),
        checkpoint=checkpoint,
        policy=Policy(look_up=not given.no_look_up, lease=not given.no_lease),
    )
    print("ready", flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
