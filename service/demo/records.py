"""What the diarium is asked to register and what it answers, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Code = Literal["Validation", "NotFound", "Conflict", "PermissionDenied", "TooLarge", "Busy", "Internal"]
Kind = Literal["case", "document"]


class Refusal(Exception):
    """The diarium says no and has stored nothing. The text is Swedish and quotes no content."""

    def __init__(self, code: Code, message: str, *, retryable: bool = False) -> None:
        self.code = code
        self.message = message
        self.retryable = retryable
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Key:
    """The sender's own key, unique for ever within `source`."""

    source: str
    id: str


@dataclass(frozen=True, slots=True)
class Party:
    role: str
    name: str
    organisation: str | None
    identity_number: str | None
    email: str | None
    handle: str | None
    public: bool
    protected_identity: bool


@dataclass(frozen=True, slots=True)
class File:
    """A file as sent: `content` in the message, or `upload_id` of chunks sent before; never both.
    `sha256` and `length` are the sender's word and are checked."""

    name: str
    media_type: str
    sha256: str
    length: int
    main: bool
    content: bytes | None
    upload_id: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """The columns of an entry that the sender decides. Times are UTC in ISO 8601, dates as sent."""

    subject: str
    full_title: str | None = None
    direction: str | None = None
    document_type: str | None = None
    document_date: str | None = None
    opened_at: str | None = None
    received_or_sent_at: str | None = None
    unit: str | None = None
    handler: str | None = None
    classification_scheme: str | None = None
    classification_code: str | None = None
    secrecy_law: str | None = None
    secrecy_chapter: int | None = None
    secrecy_section: str | None = None
    secrecy_note: str | None = None
    secrecy_review_date: str | None = None
    retention_code: str | None = None
    dispose_after: str | None = None
    source_url: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A record to enter. A document names its case by number or by the case's key."""

    kind: Kind
    key: Key
    digest: str
    facts: Facts
    parties: tuple[Party, ...] = ()
    files: tuple[File, ...] = ()
    case: str | Key | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    key: Key
    number: str
    system_id: str
    registered_at: datetime
    replayed: bool
    file_sha256: tuple[str, ...]
