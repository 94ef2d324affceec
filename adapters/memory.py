"""A diarium that lives in memory: the reference implementation, for tests and demonstrations."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256

from adapters.contract import DocumentRecord, Receipt, Refused, Registration, Target
from adapters.prepare import identifier, prepare


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the diarium holds: the record as it was sent, its digest and the first receipt."""

    record: Registration
    digest: str
    receipt: Receipt


@dataclass(slots=True)
class MemoryDiarium:
    """Forgets everything when the process ends. `clock` returns aware UTC."""

    clock: Callable[[], datetime] = _now
    entries: dict[str, Entry] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def register(self, registration: Registration, *, timeout: float | None = None) -> Receipt:
        """See `Diarium.register`; never `Unavailable`, `Unknown` or `Misconfigured`."""
        prepared = prepare(registration)
        record = prepared.record
        hashes: tuple[str, ...] = ()
        if isinstance(record, DocumentRecord):
            hashes = tuple(sha256(f.content).hexdigest() for f in record.files)
        with self._lock:
            if held := self.entries.get(record.key):
                if held.digest != prepared.digest:
                    raise Refused("Nyckeln är redan använd för en annan registrering.")
                return replace(held.receipt, replayed=True)
            receipt = Receipt(
                key=record.key,
                number=self._number(record),
                system_id=f"M{len(self.entries) + 1}",
                registered_at=self.clock(),
                file_sha256=hashes,
                notes=prepared.notes,
            )
            self.entries[record.key] = Entry(record, prepared.digest, receipt)
            return receipt

    def find(self, key: str) -> tuple[Receipt, ...]:
        """See `Diarium.find`: none or one."""
        identifier("Nyckeln", key)
        with self._lock:
            held = self.entries.get(key)
        return () if held is None else (replace(held.receipt, replayed=True),)

    def check(self) -> str:
        return "Diariet finns bara i minnet: inget sparas när programmet avslutas."

    def _number(self, record: Registration) -> str:
        if not isinstance(record, DocumentRecord):
            cases = sum(e.record.kind == "case" for e in self.entries.values())
            return f"{self.clock().year}/{cases + 1}"
        held = [e.receipt.number for e in self.entries.values() if e.record.kind == "case"]
        if record.case_number not in held:
            raise Refused("Det finns inget ärende med det diarienumret.")
        documents = sum(
            isinstance(e.record, DocumentRecord) and e.record.case_number == record.case_number
            for e in self.entries.values()
        )
        return f"{record.case_number}-{documents + 1}"


def open_diarium(target: Target) -> MemoryDiarium:
    """A new, empty diarium; the target's settings are ignored."""
    return MemoryDiarium()
