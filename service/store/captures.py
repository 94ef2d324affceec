"""Captures of channels, and their way to the archive. Each capture has a key of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables import ID
from service.store.types import Base


class CaptureRow(Base):
    """What a channel looked like at one time, as PDF/A-2b. `sha256` is of the PDF's plain bytes."""

    __tablename__ = "capture"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    channel_id: Mapped[str] = mapped_column(ID, index=True)
    case_id: Mapped[str | None] = mapped_column(ID, index=True)
    """The case in which it was made, where there is one: a duty, a closing."""
    kind: Mapped[str] = mapped_column(String(20))
    """first | periodic | major_change | closing | terms"""
    url: Mapped[str] = mapped_column(String(2000))
    captured_at: Mapped[datetime]
    tool: Mapped[str] = mapped_column(String(120))
    captured_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    key_wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content_locked: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class CaptureFileRow(Base):
    """A file that the capture was made from, kept as it came."""

    __tablename__ = "capture_file"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    capture_id: Mapped[str] = mapped_column(ForeignKey("capture.id"))
    number: Mapped[int]
    name_locked: Mapped[bytes] = mapped_column(LargeBinary)
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content_locked: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    __table_args__ = (UniqueConstraint("capture_id", "number"),)


class DeliveryRow(Base):
    """A capture on its way to the archive. `id` is the key that the archive knows it by, never reused.

    `state`: pending → sending (lease) → delivered | retry | failed."""

    __tablename__ = "delivery"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    capture_id: Mapped[str] = mapped_column(ForeignKey("capture.id"), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    attempt: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    number: Mapped[str | None] = mapped_column(String(200))
    receipt: Mapped[dict[str, Any] | None]
    last_error: Mapped[str | None] = mapped_column(String(60))
    """A closed code: refused | unavailable | damaged."""
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index(
            "ix_delivery_work",
            "state",
            "created_at",
            sqlite_where=text("state IN ('pending','retry','sending')"),
            postgresql_where=text("state IN ('pending','retry','sending')"),
        ),
    )
