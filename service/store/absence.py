"""Who is away, from when until when, and who does their work meanwhile."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables import ID
from service.store.types import Base

_LIVING = "ended_at IS NULL"


class AbsenceRow(Base):
    """One absence (*frånvaro*). It holds from `begins_at` until `until`, or until `ended_at` where the person
    came back before that. Why somebody is away is nobody's business here: there is no column for it."""

    __tablename__ = "absence"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    deputy_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    begins_at: Mapped[datetime]
    until: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(120))
    entered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_absence_person_id",
            "person_id",
            "until",
            sqlite_where=text(_LIVING),
            postgresql_where=text(_LIVING),
        ),
        Index(
            "ix_absence_deputy_id",
            "deputy_id",
            "until",
            sqlite_where=text(_LIVING),
            postgresql_where=text(_LIVING),
        ),
    )
