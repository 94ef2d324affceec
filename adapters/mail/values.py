"""What a mail becomes, the bounds it is read within, and the refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

MAX_BYTES = 25 * 1024 * 1024
MAX_HEADER_BYTES = 512 * 1024
"""The whole header section."""
MAX_HEADER = 100_000
"""One header line, unfolded, in bytes."""
MAX_HEADERS = 200
MAX_ATTACHMENTS = 100
MAX_PARTS = 1000
"""Leaves and containers together, those of forwarded messages counted too."""
MAX_NESTING = 5
"""Containers inside containers in one message, and forwarded messages inside each other."""
MAX_TEXT = 200_000
"""Characters shown; the rest stands in the original."""
MAX_RECIPIENTS = 100

Reason = Literal[
    "empty",
    "too_large",
    "not_mail",
    "no_sender",
    "too_many_attachments",
    "too_deep",
    "too_many_headers",
    "header_too_long",
]

_SENTENCES: dict[Reason, str] = {
    "empty": "Filen är tom. Det finns inget meddelande att ta emot.",
    "too_large": "Meddelandet är större än 25 MB. Be avsändaren dela upp det.",
    "not_mail": "Filen är inte ett e-postmeddelande. Spara meddelandet som .eml och försök igen.",
    "no_sender": "Meddelandet saknar avsändare (From) och kan inte tas emot.",
    "too_many_attachments": "Meddelandet har fler än 100 bilagor. Be avsändaren dela upp det.",
    "too_deep": "Meddelandet är vidarebefordrat i för många led (fler än 5). Begär in originalet.",
    "too_many_headers": "Meddelandets huvud har fler än 200 rader och kan inte tas emot.",
    "header_too_long": "Meddelandets huvud är för långt och kan inte tas emot.",
}


class MailRefused(Exception):
    """The mail is not taken in. `reason` is for programs, `str()` a Swedish sentence for people."""

    def __init__(self, reason: Reason) -> None:
        self.reason: Reason = reason
        super().__init__(_SENTENCES[reason])


@dataclass(frozen=True, slots=True)
class MailFile:
    """One attachment. `name` is safe to show; `content` is decoded from its transfer encoding but
    otherwise as it came; `media_type` is what the sender said; `sha256` is lower-case hex."""

    name: str
    media_type: str
    content: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail for reading. Every text is valid Unicode without NUL, lone surrogates or what XML 1.0
    cannot hold; the names and the subject are one line without direction overrides.

    `sent_at` is the sender's claim, aware UTC, None where missing or unreadable. `remarks` are
    Swedish sentences on what was damaged, guessed or left out. `sha256` is over the raw bytes."""

    message_id: str | None
    sender_name: str
    sender_address: str
    recipients: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    text: str
    attachments: tuple[MailFile, ...]
    remarks: tuple[str, ...]
    sha256: str


class Remarks:
    """What the reader should be told, each thing once, in the order found."""

    def __init__(self) -> None:
        self._found: dict[str, None] = {}

    def add(self, sentence: str) -> None:
        self._found[sentence] = None

    def all(self) -> tuple[str, ...]:
        return tuple(self._found)
