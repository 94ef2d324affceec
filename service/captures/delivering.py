"""A capture's way to the archive, under the same discipline as a registration: a row is taken under a
lease, the archive is called with no transaction open, and what came of it is written down. The row's id is
the archive's key, so a delivery that is repeated is still one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import uuid4

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from adapters.archive import ArchiveReceipt, Package, PackageFile
from service import history
from service.actors import SYSTEM, Actor
from service.captures.keeping import opened
from service.errors import Conflict
from service.store import CaptureRow, ChannelRow, DeliveryRow

ATTEMPTS = 12
"""Tries before a person has to look."""
LEASE = timedelta(minutes=10)
_FIRST, _LONGEST = timedelta(minutes=1), timedelta(hours=1)
MANY = 20
Failure = Literal["refused", "unavailable", "damaged"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A delivery that this process has taken. `package` is None when the capture is damaged."""

    id: str
    number: int
    case_id: str | None
    package: Package | None


def request_delivery(session: Session, capture: CaptureRow, *, now: datetime) -> DeliveryRow:
    """Put the capture on its way to the archive, once however often it is asked."""
    found = session.scalar(select(DeliveryRow).where(DeliveryRow.capture_id == capture.id))
    if found is not None:
        return found
    row = DeliveryRow(
        id=str(uuid4()),
        capture_id=capture.id,
        state="pending",
        attempt=0,
        created_at=now,
        next_attempt_at=now,
    )
    session.add(row)
    session.flush()
    return row


def due(session: Session, now: datetime) -> list[str]:
    """Deliveries that somebody should take now: at most MANY, oldest first."""
    return list(
        session.scalars(
            select(DeliveryRow.id)
            .where(
                or_(
                    and_(DeliveryRow.state.in_(("pending", "retry")), DeliveryRow.next_attempt_at <= now),
                    and_(DeliveryRow.state == "sending", DeliveryRow.lease_until <= now),
                )
            )
            .order_by(DeliveryRow.created_at, DeliveryRow.id)
            .limit(MANY)
        )
    )


def claim(session: Session, delivery_id: str, *, now: datetime) -> Attempt | None:
    """Take the delivery for LEASE, with what is to be delivered. None when another process has it."""
    row = session.scalar(
        select(DeliveryRow)
        .where(DeliveryRow.id == delivery_id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if row is None or row.state not in ("pending", "retry", "sending"):
        return None
    if row.state == "sending" and row.lease_until is not None and row.lease_until > now:
        return None
    row.state, row.attempt, row.lease_until = "sending", row.attempt + 1, now + LEASE
    capture = session.get_one(CaptureRow, row.capture_id)
    try:
        package = _package(session, row, capture)
    except Conflict:
        package = None
    return Attempt(row.id, row.attempt, capture.case_id, package)


def _package(session: Session, row: DeliveryRow, capture: CaptureRow) -> Package:
    channel = session.get(ChannelRow, capture.channel_id)
    pdf, *originals = opened(session, capture)
    files = [PackageFile("capture.pdf", pdf.media_type, pdf.sha256, pdf.content)]
    # names are what somebody called them at home: the archive gets numbers and kinds
    files += [
        PackageFile(
            f"original-{number}{_ENDINGS.get(one.media_type, '.bin')}",
            one.media_type,
            one.sha256,
            one.content,
        )
        for number, one in enumerate(originals, 1)
    ]
    metadata = {
        "kind": capture.kind,
        "channel": {
            "id": capture.channel_id,
            "name": channel.name if channel else "",
            "platform": channel.platform if channel else "",
            "unit": channel.unit if channel else "",
        },
        "url": capture.url,
        "captured_at": capture.captured_at.astimezone(UTC).isoformat(),
        "tool": capture.tool,
        "format": "PDF/A-2b",
        "system": "Ordna",
        "capture": capture.id,
    }
    return Package(row.id, metadata, tuple(files))


_ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
}


def delivered(session: Session, attempt: Attempt, receipt: ArchiveReceipt, *, now: datetime) -> bool:
    """Keep the receipt. False when the row was settled by another in the meantime: the archive has one."""
    row = _held(session, attempt.id)
    if row.state == "delivered":
        return False
    row.state, row.number, row.delivered_at = "delivered", receipt.number[:200], now
    row.lease_until = row.next_attempt_at = row.last_error = None
    row.receipt = {
        "number": receipt.number,
        "received_at": receipt.received_at.astimezone(UTC).isoformat(),
        "manifest_sha256": receipt.manifest_sha256,
    }
    history.append_system(
        session,
        "capture_delivered",
        at=now,
        actor=SYSTEM.id,
        data={"capture": row.capture_id, "delivery": row.id, **row.receipt},
    )
    return True


def failed(session: Session, attempt: Attempt, why: Failure, *, now: datetime) -> bool:
    """Write down that it did not work. True when a person has to look: it never will, or not by itself."""
    row = _held(session, attempt.id)
    if row.state != "sending" or row.attempt != attempt.number:
        return False
    row.last_error, row.lease_until = why, None
    if why == "unavailable" and row.attempt < ATTEMPTS:
        wait = min(_FIRST * 2 ** (row.attempt - 1), _LONGEST)
        row.state, row.next_attempt_at = "retry", now + wait
        return False
    row.state, row.next_attempt_at = "failed", None
    history.append_system(
        session,
        "capture_not_delivered",
        at=now,
        actor=SYSTEM.id,
        data={"capture": row.capture_id, "delivery": row.id, "error": why},
    )
    return True


def try_again(session: Session, capture_id: str, *, actor: Actor, now: datetime) -> None:
    """A person wants a delivery that failed to be tried again. Raises Conflict when it has not failed."""
    row = session.scalar(select(DeliveryRow).where(DeliveryRow.capture_id == capture_id).with_for_update())
    if row is None or row.state != "failed":
        raise Conflict("Leveransen har inte misslyckats.")
    row.state, row.attempt, row.next_attempt_at = "pending", 0, now
    history.append_system(
        session, "capture_delivery_again", at=now, actor=actor.id, data={"capture": capture_id}
    )


def _held(session: Session, delivery_id: str) -> DeliveryRow:
    return session.scalars(
        select(DeliveryRow)
        .where(DeliveryRow.id == delivery_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
