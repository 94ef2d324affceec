"""The register of channels: what the municipality says of itself outside its own website, and who does it.

Names of staff stand in `channel_person` and nowhere else. Columns named `*_locked` are encrypted.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables import ID
from service.store.types import Base

_LIVING = "url_key IS NOT NULL AND state NOT IN ('archived', 'rejected')"


class ChannelRow(Base):
    """One channel (*kanal*): an account, a page, an app. Rows are kept for ever; a closed channel has
    `closed_on`. Of this table all is public but what `service.channels.public` leaves out."""

    __tablename__ = "channel"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    platform: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(30))
    """social | campaign_site | app | website | blog | external_link_politician"""
    url: Mapped[str | None] = mapped_column(String(2000))
    url_key: Mapped[str | None] = mapped_column(String(500))
    """The address without what does not name the account: see `service.channels.addresses`."""
    unit: Mapped[str] = mapped_column(String(200))
    administration: Mapped[str] = mapped_column(String(200), default="")
    """The administration (*förvaltning*, *sektor*) that keeps its own register (HAP-24)."""
    board: Mapped[str] = mapped_column(String(200), default="")
    """The board (*nämnd*) that is controller of the personal data."""
    owner_kind: Mapped[str] = mapped_column(String(10), default="sector")
    """joint | sector"""
    purpose: Mapped[str] = mapped_column(Text, default="")
    target_group: Mapped[str] = mapped_column(Text, default="")
    answers: Mapped[str] = mapped_column(Text, default="")
    answers_not: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    """A function's address, never a person's."""
    state: Mapped[str] = mapped_column(String(20), index=True)
    """draft → submitted → approved → onboarding → active ⇄ inactive_warning → closing → archived; rejected"""
    opened_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    """Set where the channel is time-limited."""
    closed_on: Mapped[date | None]
    archive_place: Mapped[str] = mapped_column(String(300), default="")
    comments_on: Mapped[bool] = mapped_column(default=True)
    comments_off_reason: Mapped[str] = mapped_column(String(500), default="")
    open_to_all: Mapped[bool] = mapped_column(default=True)
    linked_to_main: Mapped[bool] = mapped_column(default=False)
    account_type: Mapped[str] = mapped_column(String(20), default="page")
    """page | organisation | group | profile | personal | site"""
    answer_rule: Mapped[str | None] = mapped_column(String(60))
    """A deadline rule of the channel's own, where the profile leaves it to the responsible (BRO-08)."""
    capture_by: Mapped[str] = mapped_column(String(30), default="channel_responsible")
    """channel_responsible | archivist"""
    last_capture_on: Mapped[date | None]
    last_post_on: Mapped[date | None]
    information: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Which points of the visitor information are in place: `service.channels.INFORMATION`."""
    checklist: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Which other points of onboarding are seen to: `service.channels.CHECKLIST`."""
    terms_saved_on: Mapped[date | None]
    dpia_on: Mapped[date | None]
    risk_analysis_on: Mapped[date | None]
    secrecy_notice: Mapped[bool] = mapped_column(default=False)
    communications_may_publish: Mapped[bool] = mapped_column(default=False)
    handed_over_scope: Mapped[str] = mapped_column(String(300), default="")
    """What of the channel the communications unit has taken over, and until when (SAT-26)."""
    handed_over_until: Mapped[date | None]
    disclaimer: Mapped[str] = mapped_column(String(500), default="")
    """Said beside a link to a politician's own channel."""
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    """The application that it comes from."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index(
            "ix_channel_url_key",
            "url_key",
            unique=True,
            sqlite_where=text(_LIVING),
            postgresql_where=text(_LIVING),
        ),
    )


class ChannelPersonRow(Base):
    """A mandate (*uppdrag*): who may do what in a channel, from when until when, by whose decision."""

    __tablename__ = "channel_person"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    channel_id: Mapped[str] = mapped_column(ForeignKey("channel.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    part: Mapped[str] = mapped_column(String(20))
    """responsible | administrator | deputy | credential_holder | publisher"""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """From this day on it no longer holds; None while nothing has been decided about its end."""
    need: Mapped[str] = mapped_column(String(500), default="")
    """Why the person needs it (BRO-01), and how far it reaches."""
    appointed_by: Mapped[str] = mapped_column(String(200), default="")
    decided_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))


class CustodyRow(Base):
    """That the credentials of a channel are deposited, with whom, and under which receipt. The sealed
    note is opened with a reason, and each opening is an event."""

    __tablename__ = "custody"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    channel_id: Mapped[str] = mapped_column(ForeignKey("channel.id"), index=True)
    deposited_with: Mapped[str] = mapped_column(String(60))
    """A role of `service.actors.ROLES`."""
    deposited_on: Mapped[date]
    receipt: Mapped[str] = mapped_column(String(40), unique=True)
    rotated_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    note_locked: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))


class ConsentRow(Base):
    """A consent (*samtycke*) for material in a channel. Who gave it stands encrypted."""

    __tablename__ = "consent"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    channel_id: Mapped[str] = mapped_column(ForeignKey("channel.id"), index=True)
    what: Mapped[str] = mapped_column(String(200))
    """The material, in neutral words: never who is in it."""
    kind: Mapped[str] = mapped_column(String(20))
    """written | guardian | exception"""
    given_on: Mapped[date]
    expires_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    kept_at: Mapped[str] = mapped_column(String(200), default="")
    """Where the signed form is kept."""
    detail_locked: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """JSON: who (and guardian), or the reason for the exception."""
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))


class ChannelDayRow(Base):
    """What one day saw of a channel: own posts, and whether somebody looked after it."""

    __tablename__ = "channel_day"
    channel_id: Mapped[str] = mapped_column(ForeignKey("channel.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    posts: Mapped[int] = mapped_column(default=0)
    supervised_by: Mapped[str | None] = mapped_column(String(120))
    supervised_at: Mapped[datetime | None]


class VisitorCountRow(Base):
    """How many visitors' reports one sender, or one channel, has had within the hour that ends at `until`.
    `key` is a keyed hash."""

    __tablename__ = "visitor_count"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    until: Mapped[datetime]
