"""A bounded memory of what is costly to make, shared by threads: the least lately used goes
first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most `size` values. Two threads may make the same value at once; one of them is kept, so
    values must be interchangeable and read-only."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, name: K, make: Callable[[], V]) -> V:
        with self._lock:
            if name in self._values:
                self._values.move_to_end(name)
                return self._values[name]
        value = make()  # outside the lock: making may take long, or raise
        with self._lock:
            value = self._values.setdefault(name, value)
            self._values.move_to_end(name)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
            return value

    def __len__(self) -> int:
        return len(self._values)
