"""What a diarium adapter promises. The only file an adapter author has to read.

There are four outcomes of a registration, and telling them apart is the adapter's whole duty:

    confirmed      a `Receipt` is returned: the diarium holds the record and gave it a number
    DiariumError
    ├── Refused        the diarium said no and holds nothing; the same call will never work
    ├── Unavailable    nothing was sent, or the diarium proved that it did nothing; try again later
    ├── Unknown        the call may have reached the diarium: look up before sending again
    └── Misconfigured  address, credentials or contract are wrong; nothing was done; a person acts

When in doubt an adapter raises `Unknown`: a needless look-up costs seconds, a doubled registration
costs the registrar's trust.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal, Protocol

Direction = Literal["incoming", "outgoing", "internal"]
PartyRole = Literal["sender", "recipient", "party"]


@dataclass(frozen=True, slots=True)
class SecrecyMark:
    """A *sekretessmarkering* (OSL 5 kap. 5 §): the provision, the day it was made, by whom."""

    chapter: int
    section: str
    marked_on: date
    authority: str
    law: str = "OSL 2009:400"
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """A sender, recipient or party. `public` false keeps the name out of the public register."""

    role: PartyRole
    name: str
    email: str | None = None
    handle: str | None = None
    public: bool = False
    protected_identity: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """One file of a document. `sha256` is lower-case hex of `content`; exactly one is `main`."""

    name: str
    media_type: str
    sha256: str
    content: bytes
    main: bool = False


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case (*ärende*) to open in the diarium. `key` is ours, made before the first byte is sent
    and never reused for anything else; `subject` is the public *ärendemening*; times are aware
    UTC."""

    kind: ClassVar[Literal["case"]] = "case"
    key: str
    subject: str
    opened_at: datetime
    unit: str
    handler: str | None = None
    classification: tuple[str, str] | None = None
    """(scheme, code), for example ("KLASSA", "1.5")."""
    parties: tuple[Party, ...] = ()
    secrecy: SecrecyMark | None = None


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document (*handling*) to enter in the case that has `case_number`."""

    kind: ClassVar[Literal["document"]] = "document"
    key: str
    case_number: str
    direction: Direction
    subject: str
    document_date: date
    received_or_sent_at: datetime
    document_type: str | None = None
    source_url: str | None = None
    parties: tuple[Party, ...] = ()
    files: tuple[File, ...] = ()
    secrecy: SecrecyMark | None = None


Registration = CaseRecord | DocumentRecord


def digest(registration: Registration) -> str:
    """SHA-256 (hex) of the record's canonical JSON, file contents represented by their hashes.
    The same key with another digest is a conflict, never a second registration."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, Mapping):
            return {k: plain(v) for k, v in value.items() if k != "content"}
        if isinstance(value, list | tuple):
            return [plain(v) for v in value]
        return value

    text = json.dumps(
        {"kind": registration.kind} | plain(asdict(registration)),
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    # a lone surrogate from a stranger's post must not make a record impossible to name
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The diarium's answer. `number` is the *diarienummer* (case) or *handlingsnummer* (document),
    opaque to us; `file_sha256` are the hashes that the diarium computed itself, in file order.
    `registered_at` is aware UTC. `notes` are Swedish sentences on what the adapter had to change or
    could not verify (never content): show them to the registrar."""

    key: str
    number: str
    system_id: str
    registered_at: datetime
    replayed: bool = False
    file_sha256: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class DiariumError(Exception):
    """Base of the four failures. The text is for operators: it never quotes content sent."""


class Refused(DiariumError):
    """The diarium said no; the same call will never work."""


class Unavailable(DiariumError):
    """The diarium could not be reached; nothing was sent, and the same call may work later."""


class Unknown(DiariumError):
    """The call may have been carried out; only a look-up can tell."""


class Misconfigured(DiariumError):
    """The adapter's settings do not fit the diarium; a person must act."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an adapter shall connect. Times are seconds; `wsdl` a path (a file, or a folder of
    them) or a URL on the same scheme, host and port as `url`; None for the contract that the
    adapter carries. `source_system` is the first half of every key that we plant."""

    url: str = ""
    wsdl: str | None = None
    user: str | None = None
    password: str | None = None
    timeout: float = 60.0
    source_system: str = "Ordna"

    def __repr__(self) -> str:
        return f"Target(url={self.url!r}, wsdl={self.wsdl!r}, timeout={self.timeout!r})"


class Diarium(Protocol):
    """A records system that receives registrations. Instances are used by many threads at once."""

    def register(self, registration: Registration, *, timeout: float | None = None) -> Receipt:
        """Enter the record. `timeout` (seconds, total, default the target's) bounds the whole call.
        The same key with the same digest returns the first receipt, `replayed`; with another digest
        it is `Refused`. Text that cannot be sent is cleaned and the receipt's `notes` say so.
        Raises the four errors above and nothing else on purpose."""
        ...

    def find(self, key: str) -> tuple[Receipt, ...]:
        """Every entry that carries `key`: none, one, or (a fault of theirs or ours) several.
        An answer that cannot be trusted raises `Unknown`: it is never an empty tuple.
        Receipts found are `replayed`. Raises the four errors above."""
        ...

    def check(self) -> str:
        """One sentence on what answers and in which version. Raises like `register`."""
        ...
