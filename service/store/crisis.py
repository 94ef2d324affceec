"""Crisis mode: when it was on and why, which channels are used meanwhile, and what was told on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables import ID
from service.store.types import Base


class CrisisRow(Base):
    """One time that crisis mode was on. `current` is true while it is, and None afterwards: at most one
    row has it."""

    __tablename__ = "crisis"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    current: Mapped[bool | None] = mapped_column(unique=True)
    reason: Mapped[str] = mapped_column(Text)
    """Why, for colleagues. Never shown to visitors."""
    information_url: Mapped[str] = mapped_column(String(2000))
    """Where the public finds the information."""
    started_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(120))
    end_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class CrisisChannelRow(Base):
    """Whether a channel is used during one crisis. A channel without a row has not been decided."""

    __tablename__ = "crisis_channel"
    crisis_id: Mapped[str] = mapped_column(ForeignKey("crisis.id"), primary_key=True)
    channel_id: Mapped[str] = mapped_column(ForeignKey("channel.id"), primary_key=True, index=True)
    used: Mapped[bool]
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(120))


class CrisisDigestRow(Base):
    """A summary told on to the crisis management: counts by time, channel and theme, without names."""

    __tablename__ = "crisis_digest"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    crisis_id: Mapped[str] = mapped_column(ForeignKey("crisis.id"), index=True)
    number: Mapped[int]
    since: Mapped[datetime]
    until: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(120))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    __table_args__ = (UniqueConstraint("crisis_id", "number"),)
