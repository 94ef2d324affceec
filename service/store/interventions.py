"""What somebody did to a running case by hand, answers that wait for a paused one, and notes on incidents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables import ID
from service.store.types import Base

_PAUSED = "kind = 'pause' AND ended_at IS NULL"


class InterventionRow(Base):
    """A pause, a moved token or a cancelled case. `kind`: pause | move | cancel.

    A pause holds for one case (`case_id`) or for every case of a version (`definition`), until `ended_at`.
    The reason is somebody's own words: it stands under the case's key, a version's under the house's."""

    __tablename__ = "intervention"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    definition: Mapped[str | None] = mapped_column(ForeignKey("definition.hash"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120))
    reason_locked: Mapped[bytes] = mapped_column(LargeBinary)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(120))
    __table_args__ = (
        Index(
            "ix_intervention_case_paused",
            "case_id",
            unique=True,
            sqlite_where=text(_PAUSED),
            postgresql_where=text(_PAUSED),
        ),
        Index(
            "ix_intervention_version_paused",
            "definition",
            unique=True,
            sqlite_where=text(_PAUSED),
            postgresql_where=text(_PAUSED),
        ),
    )


class HeldAnswerRow(Base):
    """What came of a registration while its case was paused: told to the flow when the case goes on. `code`
    is the BPMN error of one that was given up, None for one that is registered."""

    __tablename__ = "held_answer"
    task: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    code: Mapped[str | None] = mapped_column(String(60))
    at: Mapped[datetime]


class IncidentNoteRow(Base):
    """What somebody wrote about an incident, under its case's key. One for each incident."""

    __tablename__ = "incident_note"
    task_id: Mapped[str] = mapped_column(ForeignKey("task.id"), primary_key=True)
    text_locked: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
