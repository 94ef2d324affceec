"""Who owns the data folder: on SQLite exactly one process serves and works, and a second is refused."""

from __future__ import annotations

import fcntl
import os
import sys
import threading
import time
from pathlib import Path
from typing import IO

from service.settings import SettingsRefused


class Owner:
    """Holds the folder until the process ends, however it ends: the lock is the kernel's."""

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file: IO[str] = (data / "lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise SettingsRefused(
                f"En annan Ordna använder redan {data}. Med SQLite får bara en process köra: "
                "stoppa den andra, eller byt till PostgreSQL."
            ) from None

    def release(self) -> None:
        self._file.close()


def die_with_parent() -> None:
    """End this process soon after its supervisor has died: no orphan goes on working a database that
    a new supervisor believes is its own."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        print("ordna: supervisor is gone, stopping", file=sys.stderr)
        os._exit(3)

    threading.Thread(target=watch, name="supervisor-watch", daemon=True).start()
