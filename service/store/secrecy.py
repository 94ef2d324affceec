"""Who may know of a case, and how it is marked. Columns named `*_locked` open with the case's own key."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from service.store.types import Base

ID = String(36)


class ClearanceRow(Base):
    """One person's clearance for one case that is need-to-know. Never deleted: it says who could read.

    `part` is `handler` (named on the case) or `deputy` (for a time, with a reason)."""

    __tablename__ = "clearance"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    part: Mapped[str] = mapped_column(String(20))
    reason_locked: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    granted_by: Mapped[str] = mapped_column(String(120))
    granted_at: Mapped[datetime]
    until: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(120))
    __table_args__ = (Index("ix_clearance_case_id_person_id", "case_id", "person_id"),)


class SecrecyMarkRow(Base):
    """A *sekretessmarkering* (OSL 5 kap. 5 §): provision, day and authority. A warning, not a decision.

    The latest row of a case counts, unless it has been lifted."""

    __tablename__ = "secrecy_mark"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    law: Mapped[str] = mapped_column(String(60))
    chapter: Mapped[int]
    section: Mapped[str] = mapped_column(String(40))
    authority: Mapped[str] = mapped_column(String(200))
    marked_on: Mapped[date] = mapped_column(Date)
    review_on: Mapped[date | None] = mapped_column(Date)
    marked_by: Mapped[str] = mapped_column(String(120))
    marked_at: Mapped[datetime]
    protected_subject_locked: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """What the case is about in plain words: the half of the register entry that is never shown."""
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(String(120))
