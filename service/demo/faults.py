"""The fault switches: which call is disturbed and how is decided here, and nothing is carried out.

A switch strikes by its own counter: the same seed and the same sequence of calls give the same
faults, whatever the clock and the threads do.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

MAX_DELAY_MS = 600_000
MAX_SWITCHES = 100
READING = frozenset({"FindRegistration", "Ping"})


class Fault(StrEnum):
    """The comment says what the client sees; `commit` of the switch says whether the work is done
    first, except where the fault itself decides."""

    RESET = "reset"  # the connection torn down (RST), no byte of an answer
    HANG = "hang"  # nothing, until the client goes or the delay has passed, then RST
    ERROR = "error"  # 500 with a SOAP fault that proves nothing
    BUSY = "busy"  # the typed fault Busy: try again, nothing done, and nothing is
    INTERNAL = "internal"  # the typed fault Internal with Committed=true: it may have been done
    HTML = "html"  # 200 with a log-in page
    BAD_GATEWAY = "bad_gateway"  # 502 with a proxy's page
    ACCEPTED = "accepted"  # 202 without a body
    TRUNCATED = "truncated"  # half of the announced length, then the end
    TRUNCATED_XML = "truncated_xml"  # half an envelope, correctly announced
    WRONG_REPLY = "wrong_reply"  # another operation's reply
    DUPLICATE_REPLY = "duplicate_reply"  # the reply element twice
    MISSING_REPLY = "missing_reply"  # an envelope with an empty body
    MISSING_NUMBER = "missing_number"  # a receipt without Number
    EMPTY_NUMBER = "empty_number"  # a receipt with an empty Number
    SUCCESS_AS_ERROR = "success_as_error"  # 500 with the real reply in it
    SLOW = "slow"  # works at once, answers after the delay
    DRIP = "drip"  # the real reply, byte by byte over the delay
    LATE_COMMIT = "late_commit"  # waits the delay, works although the client left, answers
    COMMIT_AFTER_ERROR = "commit_after_error"  # 500 at once, works when the delay has passed
    NOT_FOUND_YET = "not_found_yet"  # look-ups do not see entries younger than the delay


EITHER_WAY = frozenset(
    {
        Fault.RESET,
        Fault.HANG,
        Fault.ERROR,
        Fault.INTERNAL,
        Fault.HTML,
        Fault.BAD_GATEWAY,
        Fault.ACCEPTED,
    }
)
"""Faults before or after the work, as `commit` says. The others decide that themselves."""


@dataclass(frozen=True, slots=True)
class Switch:
    """`operations` empty means all; `next_calls` None means until cleared, otherwise the switch
    looks at that many calls and then falls off; `delay_ms` is milliseconds."""

    fault: Fault
    operations: tuple[str, ...] = ()
    probability: float = 1.0
    seed: int = 1
    next_calls: int | None = None
    delay_ms: int = 0
    commit: bool = True

    def concerns(self, operation: str) -> bool:
        if self.fault is Fault.NOT_FOUND_YET and operation != "FindRegistration":
            return False
        return not self.operations or operation in self.operations

    def strikes(self, call: int) -> bool:
        """Whether the call with that number (from 1, of those that concern the switch) is hit."""
        draw = random.Random(f"{self.fault}/{self.seed}/{call}").random()
        return draw < self.probability


@dataclass(slots=True)
class _Held:
    switch: Switch
    seen: int = 0
    served: int = 0


class Switchboard:
    """The switches that are on, in order: the first that strikes decides."""

    def __init__(self) -> None:
        self._held: list[_Held] = []
        self._lock = threading.Lock()

    def add(self, switches: Sequence[Switch]) -> None:
        """Raises ValueError with a Swedish sentence when there would be too many."""
        with self._lock:
            if len(self._held) + len(switches) > MAX_SWITCHES:
                raise ValueError(f"Högst {MAX_SWITCHES} fel kan vara inställda samtidigt.")
            self._held += [_Held(switch) for switch in switches]

    def clear(self) -> None:
        with self._lock:
            self._held.clear()

    def strike(self, operation: str) -> Switch | None:
        """The fault for this call. Every switch that concerns the operation counts the call, also
        those that a former one beats to it, so that one switch does not shift another's draws."""
        struck: _Held | None = None
        with self._lock:
            for held in self._held:
                if not held.switch.concerns(operation):
                    continue
                held.seen += 1
                if struck is None and held.switch.strikes(held.seen):
                    held.served += 1
                    struck = held
            self._held = [h for h in self._held if h.switch.next_calls != h.seen]
        return struck.switch if struck else None

    def listing(self) -> list[dict[str, object]]:
        with self._lock:
            return [
                {
                    "fault": h.switch.fault.value,
                    "operations": list(h.switch.operations),
                    "probability": h.switch.probability,
                    "seed": h.switch.seed,
                    "next": h.switch.next_calls,
                    "delay_ms": h.switch.delay_ms,
                    "commit": h.switch.commit,
                    "seen": h.seen,
                    "served": h.served,
                }
                for h in self._held
            ]


def read_switch(given: Mapping[str, object], operations: frozenset[str]) -> Switch:
    """A switch from JSON. Raises ValueError with a Swedish sentence."""
    known = {"fault", "operations", "probability", "seed", "next", "delay_ms", "commit"}
    if unknown := sorted(set(given) - known):
        raise ValueError(f"Okänt fält: {', '.join(unknown)}. Det finns {', '.join(sorted(known))}.")
    try:
        fault = Fault(str(given.get("fault")))
    except ValueError:
        raise ValueError(f"Okänt fel. Det finns {', '.join(Fault)}.") from None
    chosen = given.get("operations") or []
    if not isinstance(chosen, list) or not operations.issuperset(map(str, chosen)):
        raise ValueError(f"Okänd operation. Det finns {', '.join(sorted(operations))}.")
    commit = given.get("commit", True)
    if not isinstance(commit, bool):
        raise ValueError("commit ska vara sant eller falskt.")
    if not commit and fault not in EITHER_WAY:
        raise ValueError(f"{fault} bestämmer själv när registreringen görs; ta bort commit.")
    return Switch(
        fault,
        tuple(map(str, chosen)),
        probability=_number(given, "probability", 1.0, 0.0, 1.0),
        seed=_whole(given, "seed", 1, -(2**63), 2**63) or 0,
        next_calls=_whole(given, "next", None, 1, 1_000_000),
        delay_ms=_whole(given, "delay_ms", 0, 0, MAX_DELAY_MS) or 0,
        commit=commit,
    )


def _number(given: Mapping[str, object], name: str, default: float, low: float, high: float) -> float:
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"{name} ska vara ett tal mellan {low:g} och {high:g}.")
    return float(value)


def _whole(given: Mapping[str, object], name: str, default: int | None, low: int, high: int) -> int | None:
    value = given.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} ska vara ett heltal mellan {low} och {high}.")
    return value
