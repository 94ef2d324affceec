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
    shared: Mapped[str | None] = mapped_column(String(64))
    """The hash of the shared version that has been taken into it, where one has."""
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index("ix_draft_process", "process", "created_at"),
        Index(
            "ix_draft_living",
            "process",
            "changed_at",
            sqlite_where=text("state IN ('open','review')"),
            postgresql_where=text("state IN ('open','review')"),
        ),
    )


class SaveRow(Base):
    """What a draft held from one of its versions on: what two people both began from, when they meet."""

    __tablename__ = "draft_save"
    draft: Mapped[str] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(ForeignKey("snapshot.hash"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120))


class PresenceRow(Base):
    """When somebody last had the draft before them."""

    __tablename__ = "draft_presence"
    draft: Mapped[str] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[datetime]


class CommentRow(Base):
    """What somebody says of a draft, or of one element of it; `name` is what the element was called then.
    Resolved ones stay."""

    __tablename__ = "draft_comment"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    draft: Mapped[str] = mapped_column(ForeignKey("draft.id"), index=True)
    element: Mapped[str | None] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120))
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(String(120))


class SharedRow(Base):
    """A shared model that came with the product, as it came. `hash` is the definition's; `current` is the
    latest that came. Declined: the municipality has seen it and stays with its own."""

    __tablename__ = "shared_model"
    process: Mapped[str] = mapped_column(String(200), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    files: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    came_at: Mapped[datetime]
    current: Mapped[bool]
    declined_at: Mapped[datetime | None]
    declined_by: Mapped[str | None] = mapped_column(String(120))


class ChoiceRow(Base):
    """Who put the version in force there, and when; `shared` is the shared version that it goes back to."""

    __tablename__ = "model_choice"
    process: Mapped[str] = mapped_column(String(200), primary_key=True)
    definition: Mapped[str] = mapped_column(ForeignKey("definition.hash"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120))
    shared: Mapped[str | None] = mapped_column(String(64))
