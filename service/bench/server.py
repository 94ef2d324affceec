"""The product's own server in processes of its own: one on SQLite, web and worker on PostgreSQL."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

from service.bench.measured import BenchFailed
from service.bench.site import Site
from service.demo.place import end

_PATIENCE = 60.0


@contextlib.contextmanager
def running(site: Site) -> Iterator[None]:
    """`ordna serve`, and on PostgreSQL `ordna worker`; from when it answers until the block ends."""
    verbs = ("serve",) if site.settings.sqlite else ("serve", "worker")
    with contextlib.ExitStack() as stack:
        started = []
        for verb in verbs:
            process = subprocess.Popen(
                [sys.executable, "-m", "service.cli", verb],
                env=dict(site.environment),
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr,
                start_new_session=True,
            )
            stack.callback(end, process)
            started.append(process)
        _wait(site.settings.public_url, started)
        yield


def _wait(address: str, started: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + _PATIENCE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < until and all(process.poll() is None for process in started):
        with contextlib.suppress(OSError), opener.open(f"{address}/health/ready", timeout=5):
            return
        time.sleep(0.1)
    raise BenchFailed("Webben svarar inte.")
