"""The typed tables. Columns named `*_locked` hold bytes that only the case's own key opens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.store.types import Base

ID = String(36)


class DefinitionRow(Base):
    """A deployed version of a process folder, named by its content."""

    __tablename__ = "definition"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    process: Mapped[str] = mapped_column(String(200), index=True)
    number: Mapped[int]
    name: Mapped[str]
    files: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str]
    active: Mapped[bool]
    __table_args__ = (
        UniqueConstraint("process", "number"),
        Index(
            "ix_definition_active",
            "process",
            unique=True,
            sqlite_where=text("active = 1"),
            postgresql_where=text("active"),
        ),
    )


class CaseRow(Base):
    """A case (*ärende*). `number` is our own provisional number, `registration_number` the diarium's."""

    __tablename__ = "case_file"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    process: Mapped[str] = mapped_column(String(200))
    definition: Mapped[str] = mapped_column(ForeignKey("definition.hash"))
    status: Mapped[str] = mapped_column(String(20))
    title: Mapped[str]
    """Neutral: never a name or a citizen's words. This is what lists and searches show."""
    subject: Mapped[str | None]
    """The public *ärendemening* that the registrar decided."""
    channel: Mapped[str]
    unit: Mapped[str]
    received_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str | None] = mapped_column(String(120))
    answer_due: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    registration_number: Mapped[str | None] = mapped_column(index=True)
    sender_public: Mapped[bool] = mapped_column(default=False)
    secrecy: Mapped[str | None] = mapped_column(String(20))
    """None, or `need_to_know`: only those who are cleared for the case know that it exists."""
    channel_id: Mapped[str | None] = mapped_column(ID, index=True)
    profile: Mapped[str | None] = mapped_column(String(60))
    """Name and version of the municipality's profile that the case was opened under."""
    deadline: Mapped[dict[str, Any] | None]
    """How `answer_due` was reckoned, in the words of `service.deadlines`."""
    key_wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    history_position: Mapped[int] = mapped_column(default=0)
    history_hash: Mapped[str] = mapped_column(String(64), default="")
    version: Mapped[int] = mapped_column()
    tasks: Mapped[list[TaskRow]] = relationship(back_populates="case", lazy="raise")
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (Index("ix_case_file_opened", "opened_at", "id"),)


class TaskRow(Base):
    """Something a person has to do. `kind` is `form` (a user task of the flow), `incident` (something
    went wrong and needs a person) or `registration` (the diarium's answer needs a person)."""

    __tablename__ = "task"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    element: Mapped[str] = mapped_column(String(200))
    name: Mapped[str]
    role: Mapped[str] = mapped_column(String(60))
    form: Mapped[str | None] = mapped_column(String(200))
    guidance: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20))
    assignee: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    sort_at: Mapped[datetime]
    """What the inbox is ordered by: the due time, or the opening time where nothing is due."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    registration_id: Mapped[str | None] = mapped_column(ID)
    draft_locked: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    draft_at: Mapped[datetime | None]
    draft_by: Mapped[str | None]
    answers_locked: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    version: Mapped[int] = mapped_column()
    case: Mapped[CaseRow] = relationship(back_populates="tasks", lazy="raise")
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index(
            "ix_task_inbox",
            "role",
            "sort_at",
            "id",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(
            "ix_task_mine",
            "assignee",
            "sort_at",
            "id",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )


class TimerRow(Base):
    """A timer that the flow waits for. `due_at` is absolute and never moves by itself."""

    __tablename__ = "timer"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    task: Mapped[str] = mapped_column(ID)
    element: Mapped[str] = mapped_column(String(200))
    name: Mapped[str]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20))
    fired_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("case_id", "task", "due_at"),
        Index(
            "ix_timer_due",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class SubscriptionRow(Base):
    """A message that a case waits for: name and correlation lead to exactly one case."""

    __tablename__ = "subscription"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    element: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    correlation: Mapped[str] = mapped_column(String(200))
    open: Mapped[bool]
    __table_args__ = (
        Index(
            "ix_subscription_route",
            "name",
            "correlation",
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
    )


class MessageRow(Base):
    """A message from outside: kept until a case that waits for it has had it, and remembered after that,
    so that the same one does nothing twice.

    `state`: waiting | ambiguous (several cases fit) | failed (the flow broke) → delivered | discarded."""

    __tablename__ = "message"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    source: Mapped[str] = mapped_column(String(60))
    external_id: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    correlation: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Keyed hash of what it says: another message under a used id is seen."""
    payload_locked: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """JSON, under the installation's key for what belongs to no case. None once it is the case's."""
    received_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("ix_message_kept", "state", "received_at", "id"),
    )


class RegistrationRow(Base):
    """One record to enter in the diarium. `id` is the idempotency key and is never reused.

    `state`: pending → sending (lease) → registered | retry | uncertain | refused | cancelled."""

    __tablename__ = "registration"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    task: Mapped[str] = mapped_column(ID, unique=True)
    """The waiting service task: one registration for each, so a repeated step cannot make two."""
    element: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(20))
    attempt: Mapped[int] = mapped_column(default=0)
    sent: Mapped[bool] = mapped_column(default=False)
    """A call may have left this house: from then on nothing is sent before a look-up."""
    next_attempt_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    owner: Mapped[str | None] = mapped_column(String(60))
    payload_locked: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    payload_sha256: Mapped[str] = mapped_column(String(64))
    number: Mapped[str | None]
    receipt: Mapped[dict[str, Any] | None]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index(
            "ix_registration_work",
            "state",
            "next_attempt_at",
            sqlite_where=text("state IN ('pending','retry','sending')"),
            postgresql_where=text("state IN ('pending','retry','sending')"),
        ),
    )


class EndpointRow(Base):
    """The circuit breaker of one target, shared by all processes."""

    __tablename__ = "endpoint"
    target: Mapped[str] = mapped_column(String(60), primary_key=True)
    fails: Mapped[int] = mapped_column(default=0)
    open_until: Mapped[datetime | None]
    last_error: Mapped[str | None]
    last_success_at: Mapped[datetime | None]


class HistoryRow(Base):
    """One event of a stream (a case's id, or `system`), chained to the one before by its hash."""

    __tablename__ = "history"
    stream: Mapped[str] = mapped_column(ID, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(60))
    element: Mapped[str | None] = mapped_column(String(200))
    data: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class ItemRow(Base):
    """What came in: a post, comment or message. Words, sender and links stand encrypted."""

    __tablename__ = "item"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    source: Mapped[str] = mapped_column(String(20))
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    """Keyed hash of what makes the item one and the same: received twice, kept once."""
    channel: Mapped[str]
    kind: Mapped[str] = mapped_column(String(30))
    content_locked: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """JSON: author, address, url, subject, text, remarks."""
    posted_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    raw_sha256: Mapped[str | None] = mapped_column(String(64))


class EvidenceRow(Base):
    """A file that came with an item or was captured: kept as it came, encrypted, with its hash."""

    __tablename__ = "evidence"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    item_id: Mapped[str | None] = mapped_column(ForeignKey("item.id"))
    kind: Mapped[str] = mapped_column(String(30))
    """`original` (the message as it came), `attachment` or `capture`."""
    name_locked: Mapped[bytes] = mapped_column(LargeBinary)
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content_locked: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))


class PersonRow(Base):
    """A member of staff who may sign in. `roles` are ids from `service.people.ROLES`."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    login: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(200), default="")
    password_hash: Mapped[str] = mapped_column(String(300))
    roles: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class SessionRow(Base):
    """A signed-in browser. `id` is the SHA-256 of the cookie: the table alone opens no session."""

    __tablename__ = "session"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class AttemptRow(Base):
    """Failed sign-ins, counted for each account and each net address (both as keyed hashes)."""

    __tablename__ = "attempt"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fails: Mapped[int]
    until: Mapped[datetime]


class SetupRow(Base):
    """The one-time token that lets the first account be made. Holds its hash only."""

    __tablename__ = "setup"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CounterRow(Base):
    """The last number given in a series, for example `case/2026`."""

    __tablename__ = "counter"
    series: Mapped[str] = mapped_column(String(60), primary_key=True)
    last: Mapped[int]
