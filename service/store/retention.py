"""Disposal (*gallring*): authorities, rules, holds, proposals and what was carried out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables import ID
from service.store.types import Base


class AuthorityRow(Base):
    """A disposal authority (*gallringsbeslut*): what permits destruction at all."""

    __tablename__ = "disposal_authority"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    """The decision's own diarienummer."""
    decided_on: Mapped[date] = mapped_column(Date)
    decided_by: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[datetime | None]


class RetentionRuleRow(Base):
    """How long a record type is kept, and by which authority it may go. Rows are added, never changed:
    the latest of a type is in force."""

    __tablename__ = "retention_rule"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    record_type: Mapped[str] = mapped_column(String(60), index=True)
    authority_id: Mapped[str | None] = mapped_column(ForeignKey("disposal_authority.id"))
    months: Mapped[int | None]
    """Months after the case was closed; None: kept for good."""
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(120))


class HoldRow(Base):
    """A stop: the case is kept whatever the rules say, until the hold is lifted."""

    __tablename__ = "disposal_hold"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    reason_locked: Mapped[bytes]
    placed_at: Mapped[datetime]
    placed_by: Mapped[str] = mapped_column(String(120))
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(String(120))


class ProposalRow(Base):
    """A list of cases proposed for disposal. `state`: proposed → carried_out | declined."""

    __tablename__ = "disposal_proposal"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    record_type: Mapped[str] = mapped_column(String(60))
    authority_id: Mapped[str] = mapped_column(ForeignKey("disposal_authority.id"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("retention_rule.id"))
    state: Mapped[str] = mapped_column(String(20))
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(120))
    certificate: Mapped[dict[str, Any] | None]
    """What was destroyed, by whom, under which authority: ids, numbers and dates, no names of citizens."""
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class DisposalRow(Base):
    """One case on a proposal. `disposed_at` is set when its content has been destroyed."""

    __tablename__ = "disposal"
    proposal_id: Mapped[str] = mapped_column(ForeignKey("disposal_proposal.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    kept_because: Mapped[str | None] = mapped_column(String(40))
    """A closed word: why the case was left out when the list was carried out."""
    disposed_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("case_id", "disposed_at"),)
