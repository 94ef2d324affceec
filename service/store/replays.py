"""Replays (*prov mot tidigare ärenden*): a draft's content tried against recorded cases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables import ID
from service.store.types import Base


class ReplayRow(Base):
    """One replay of one content. `state`: queued → running → done, stopped or failed. It belongs to the
    content and to the cases as they were when it ran; a draft that is saved anew has a content of its own."""

    __tablename__ = "replay"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    draft: Mapped[str] = mapped_column(ForeignKey("draft.id"))
    content: Mapped[str] = mapped_column(ForeignKey("snapshot.hash"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    total: Mapped[int] = mapped_column(default=0)
    """Cases that whoever started it may know of; not for the eyes of others."""
    done: Mapped[int] = mapped_column(default=0)
    started_by: Mapped[str] = mapped_column(String(120))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    stop_wanted: Mapped[bool] = mapped_column(default=False)
    owner: Mapped[str | None] = mapped_column(String(32))
    """Who runs it, until `lease_until`: new each time that somebody takes it."""
    lease_until: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(default="")
    """Why it failed: a sentence about the model."""
    in_spite: Mapped[str] = mapped_column(default="")
    """Why the content was published although some case would fail, in the publisher's own words."""
    __table_args__ = (
        Index("ix_replay_draft", "draft", "started_at"),
        Index(
            "ix_replay_living",
            "started_at",
            sqlite_where=text("state IN ('queued','running')"),
            postgresql_where=text("state IN ('queued','running')"),
        ),
    )


class ReplayedRow(Base):
    """What would have become of one case: a kind, and a sentence that names steps of the model and nothing
    that anybody wrote. Read only together with the case, so that whoever may not know of it finds nothing."""

    __tablename__ = "replayed_case"
    replay: Mapped[str] = mapped_column(ForeignKey("replay.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(10))
    open: Mapped[bool]
    text: Mapped[str] = mapped_column(default="")
