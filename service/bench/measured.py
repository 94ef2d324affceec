"""What a measurement is made of: durations, and what they come to."""

from __future__ import annotations

import math
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field


class BenchFailed(Exception):
    """The measurement could not be made. The text says what did not work (Swedish)."""


@dataclass(slots=True)
class Tally:
    """What has been measured so far. Durations are seconds; `elapsed` is the clock on the wall while
    somebody worked, which with several at once is less than the sum of durations, and `processor` what this
    process (not the server) was given meanwhile. States are those of
    waiting cases: an ended one is never read again."""

    durations: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    processor: float = 0.0
    states: int = 0
    state_bytes: float = 0.0

    def saw(self, states: int, total_bytes: float) -> None:
        self.states += states
        self.state_bytes += total_bytes

    @property
    def per_second(self) -> float:
        return len(self.durations) / self.elapsed if self.elapsed else 0.0

    def summary(self) -> dict[str, float]:
        """As it is printed: completions a second, milliseconds, bytes."""
        return {
            "per_second": round(self.per_second, 1),
            "p50_ms": round(percentile(self.durations, 50) * 1000, 2),
            "p99_ms": round(percentile(self.durations, 99) * 1000, 2),
            "state_bytes": round(self.state_bytes / self.states) if self.states else 0,
        }


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of all values do not exceed (nearest rank); 0 of none."""
    if not values:
        return 0.0
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def tell(text: str) -> None:
    """Progress, for whoever watches: standard error."""
    print(text, file=sys.stderr, flush=True)


def here() -> dict[str, object]:
    """What the numbers were measured on, and how busy it was before: the load of the last minute."""
    return {
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }
