"""How often each operation was called and each fault was served."""

from __future__ import annotations

import threading
from collections import Counter


class Counters:
    def __init__(self) -> None:
        self._calls: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._lock = threading.Lock()

    def call(self, operation: str) -> None:
        with self._lock:
            self._calls[operation] += 1

    def fault(self, name: str) -> None:
        with self._lock:
            self._faults[name] += 1

    def listing(self) -> dict[str, dict[str, int]]:
        with self._lock:
            return {"calls": dict(self._calls), "faults": dict(self._faults)}
