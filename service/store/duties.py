"""Recurring duties and what the clock begins by itself: each occurrence once, whoever sees it first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables import ID
from service.store.types import Base


class DutyRow(Base):
    """One occurrence of a duty (*återkommande uppgift*). `case_id` is the case that it became; None until
    one is opened."""

    __tablename__ = "duty"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(80), default="")
    """What it concerns: `channel:<id>`, `mandate:<id>`, `consent:<id>`, or nothing: the municipality."""
    occurrence: Mapped[str] = mapped_column(String(40))
    """Which time it is: a day, a week, a month or a year, or what whoever ordered it called it."""
    channel_id: Mapped[str | None] = mapped_column(ForeignKey("channel.id"), index=True)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    __table_args__ = (
        UniqueConstraint("kind", "about", "occurrence"),
        Index(
            "ix_duty_unopened",
            "created_at",
            sqlite_where=text("case_id IS NULL"),
            postgresql_where=text("case_id IS NULL"),
        ),
    )


class ScheduleRow(Base):
    """When the clock next opens a case of a process: one row for each time that its start event names. A new
    version of the process with the same time keeps the row."""

    __tablename__ = "schedule"
    process: Mapped[str] = mapped_column(String(200), primary_key=True)
    text: Mapped[str] = mapped_column(String(120), primary_key=True)
    """ISO 8601 or cron, as `workflows.timers` reads it."""
    anchor: Mapped[datetime]
    """From when repetitions are counted: when it was first deployed."""
    number: Mapped[int]
    """Which repetition `next_at` is, from 0."""
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    """None when there is no next time."""
