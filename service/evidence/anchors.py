"""Where the chains end, written outside the database: a file that is only ever added to.

Whoever holds the database's password can cut the last rows off a chain and make its heads fit. The file in
ORDNA_DATA holds what the heads were; each line carries a keyed hash and the one of the line before it.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from service import history
from service.evidence import digests
from service.keys import Keyring
from service.store import BundleRow, HistoryRow, keys_of

PLACE = "anchors"
"""The key of `Session.info` under which the file's path stands; without one no anchors are written."""
_WAITING = "anchors_waiting"
log = logging.getLogger("ordna.evidence")


@dataclass(frozen=True, slots=True)
class Head:
    """The ends of the chain of bundles and of the system's history. 0 and `""` where there is none."""

    bundle: int
    bundle_hash: str
    event: int
    event_hash: str


def head(session: Session) -> Head:
    """Where the chains end now."""
    bundle = session.execute(
        select(BundleRow.number, BundleRow.hash).order_by(BundleRow.number.desc()).limit(1)
    ).one_or_none()
    last = session.execute(
        select(HistoryRow.position, HistoryRow.hash)
        .where(HistoryRow.stream == history.SYSTEM)
        .order_by(HistoryRow.position.desc())
        .limit(1)
    ).one_or_none()
    return Head(*(bundle or (0, "")), *(last or (0, "")))


def anchor(session: Session, now: datetime) -> bool:
    """Write where the chains end, unless the file's last line says it already. Committed rows only: call
    it in a transaction that has written nothing. False where no file is set, or nothing is new."""
    place = session.info.get(PLACE)
    return place is not None and _write(Path(place), keys_of(session), head(session), now)


def when_committed(session: Session, now: datetime) -> None:
    """Anchor once this transaction is committed, and not if it is not."""
    if session.info.get(PLACE) is None or session.info.get(_WAITING):
        return
    session.info[_WAITING] = True

    @event.listens_for(session, "after_commit")
    def committed(done: Session) -> None:
        # the end of a savepoint comes here as well
        if done.in_nested_transaction() or not done.info.pop(_WAITING, False):
            return
        try:
            with Session(done.get_bind(), info=dict(done.info)) as fresh:
                anchor(fresh, now)
        except OSError as error:  # the hourly round writes it
            log.error("anchor_failed", extra={"error": type(error).__name__})


def _write(path: Path, keys: Keyring, found: Head, now: datetime) -> bool:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        last: dict[str, Any] = {}
        for line in file:
            last = _line(line) or last
        if all(last.get(name) == value for name, value in asdict(found).items()):
            return False
        body = {
            **asdict(found),
            "at": now.astimezone(UTC).isoformat(),
            "previous": str(last.get("mac", "")),
        }
        file.write(digests.canonical(body | {"mac": _mac(keys, body)}) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def _mac(keys: Keyring, body: dict[str, Any]) -> str:
    return keys.fingerprint("anchor", digests.canonical(body))


def _line(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def broken(session: Session) -> Iterator[tuple[int, str]]:
    """Lines of the file that do not hold, and ends of chains that are no longer there: (line, Swedish
    text). Line 0 is the file itself."""
    place = session.info.get(PLACE)
    if place is None:
        return
    now = head(session)
    path = Path(place)
    if not path.exists():
        if now.bundle:
            yield 0, "ankarfilen saknas"
        return
    previous, highest = "", 0
    for number, raw in enumerate(path.read_bytes().splitlines(), 1):
        line = _line(raw)
        mac = str(line.pop("mac", "")) if line else ""
        if line is None or not hmac.compare_digest(mac, _mac(keys_of(session), line)):
            yield number, "raden har ändrats i efterhand"
            previous = mac
            continue
        if line["previous"] != previous:
            yield number, "raden före har ändrats eller tagits bort"
        previous, highest = mac, max(highest, line["bundle"])
        if line["bundle"] and not _stands(session, line["bundle"], line["bundle_hash"]):
            yield number, f"försegling {line['bundle']} finns inte som den var"
        if line["event"] and not _happened(session, line["event"], line["event_hash"]):
            yield number, f"systemhändelse {line['event']} finns inte som den var"
    if highest < now.bundle:
        yield 0, f"försegling {highest + 1} och senare saknar ankare"


def _stands(session: Session, number: int, expected: str) -> bool:
    return session.scalar(select(BundleRow.hash).where(BundleRow.number == number)) == expected


def _happened(session: Session, position: int, expected: str) -> bool:
    found = session.scalar(
        select(HistoryRow.hash).where(HistoryRow.stream == history.SYSTEM, HistoryRow.position == position)
    )
    return found == expected
