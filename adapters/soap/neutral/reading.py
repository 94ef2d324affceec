"""The neutral contract's receipts, read and doubted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from adapters.contract import File, Receipt, Unknown

_SWEDEN = ZoneInfo("Europe/Stockholm")


def read_receipt(
    answer: Any, source: str, key: str, notes: tuple[str, ...] = (), *, replayed: bool = False
) -> Receipt:
    """The answer's receipt, when it is for our key and has a number. Raises `Unknown`."""
    if answer is None or (answer.Key.SourceSystem, answer.Key.Id) != (source, key):
        raise Unknown("Diariets kvitto gäller en annan nyckel än den vi sände.")
    moment: datetime = answer.RegisteredAt
    if moment.utcoffset() is None:
        moment = moment.replace(tzinfo=_SWEDEN)
        notes = (*notes, "Registreringstiden: saknade tidszon och lästes som svensk tid.")
    return Receipt(
        key=key,
        number=_number(answer.Number),
        system_id=_number(answer.SystemId),
        registered_at=moment.astimezone(UTC),
        replayed=replayed or bool(answer.Replayed),
        file_sha256=tuple(answer.FileSha256),
        notes=notes,
    )


def same_files(receipt: Receipt, files: Sequence[File]) -> Receipt:
    """The receipt, when the diarium holds the files that were sent. Raises `Unknown` when it says
    that it holds others; a diarium that says nothing of them gets a note."""
    if receipt.file_sha256 and receipt.file_sha256 != tuple(f.sha256 for f in files):
        raise Unknown("Diariet har andra filer än dem vi sände.")
    if files and not receipt.file_sha256:
        note = "Filerna: diariet bekräftade inte deras kontrollsummor."
        return replace(receipt, notes=(*receipt.notes, note))
    return receipt


def _number(value: Any) -> str:
    # the schema bounds the length, but a blank passes it
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise Unknown("Diariets kvitto saknar ett läsbart nummer.")
    return value
