"""The pure rules of sending: states, when to try again, and what a receipt must look like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from adapters.contract import DocumentRecord, Receipt, Registration

Clock = Callable[[], datetime]
"""Gives aware UTC. On several nodes their clocks may differ by far less than the lease exceeds the
time-out."""

Point = Literal["claimed", "looked_up", "before_send", "after_send", "before_settle", "after_settle"]
Checkpoint = Callable[[Point], None]
"""Called where a process may die. The product does nothing there; tests stop the process there."""

OPEN = ("pending", "retry", "sending")
"""States that the outbox itself moves on from."""
BLOCKING = ("pending", "retry", "sending", "uncertain", "refused")
"""An earlier registration of the same case in such a state keeps the later ones waiting."""

MOST = 3600.0
SILENCE = timedelta(minutes=15)
"""How long a registration may be unknown before it is shown as a task. OSL 5 kap. 1 §: "så snart
som möjligt"."""
_NUMBER = 200


@dataclass(frozen=True, slots=True)
class Policy:
    """What makes sending safe. The product has one policy, with everything on; the tests leave a
    part out to show that it is needed."""

    look_up: bool = True
    """Ask before resending."""
    lease: bool = True
    """Keep away from what another is sending, and do not send on a lease that is too short."""


SAFE = Policy()


def nothing(_point: Point) -> None:
    """The product's checkpoint."""


def back_off(attempt: int, first: float, draw: float) -> timedelta:
    """Full jitter: `draw` (0..1) of `first` seconds doubled for each attempt after the first, at
    most an hour."""
    return timedelta(seconds=draw * min(MOST, first * 2.0 ** min(attempt - 1, 30)))


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a receipt cannot be taken as it is. `holds` tells whether the diarium holds something."""

    text: str
    holds: bool


def doubt(receipt: Receipt, registration: Registration) -> Doubt | None:
    """What is wrong with the receipt, or None. A receipt of another key proves nothing; one with
    other files shows an entry that a person has to look at."""
    if receipt.key != registration.key:
        return Doubt("Kvittot gäller en annan nyckel.", holds=False)
    number = receipt.number.strip()
    if not number or len(number) > _NUMBER or not number.isprintable():
        return Doubt("Kvittot saknar ett användbart nummer.", holds=False)
    if isinstance(registration, DocumentRecord) and receipt.file_sha256:
        sent = tuple(file.sha256 for file in registration.files)
        if tuple(h.lower() for h in receipt.file_sha256) != sent:
            return Doubt("Diariets filer är inte de som sändes.", holds=True)
    return None


def turn(at: datetime) -> str:
    """Names a nudge by the moment that it is for, so that the same nudge made twice is one."""
    return at.isoformat(timespec="milliseconds")
