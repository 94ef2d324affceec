"""Drafts (*utkast*) of process folders: snapshots named by their content, and who prepares what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables import ID
from service.store.types import Base


class SnapshotRow(Base):
    """The files of a process folder as somebody saved them. The same content is kept once."""

    __tablename__ = "snapshot"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    process: Mapped[str] = mapped_column(String(200))
    files: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]


class DraftRow(Base):
    """A version in the making. `state`: open → review → published, or discarded; a rejected one is open
    again. Notes and reasons are the process owners' own words about the model, never about a case."""

    __tablename__ = "draft"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    process: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    base: Mapped[str] = mapped_column(ForeignKey("definition.hash"))
    """The deployed version that it began from."""
    content: Mapped[str] = mapped_column(ForeignKey("snapshot.hash"))
    accepted: Mapped[str | None] = mapped_column(String(64))
    """The content whose notes from the normaliser somebody has read and accepted."""
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(default="")
    handed_at: Mapped[datetime | None]
    handed_by: Mapped[str | None] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(default="")
    """Why it was last rejected."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(120))
    published: Mapped[str | None] = mapped_column(ForeignKey("definition.hash"), index=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index(
            "ix_draft_living",
            "process",
            "changed_at",
            sqlite_where=text("state IN ('open','review')"),
            postgresql_where=text("state IN ('open','review')"),
        ),
    )
