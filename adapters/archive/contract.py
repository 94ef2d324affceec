"""What an archive adapter promises: a package is delivered once, and the archive says that it has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file of the package. `name` is a bare file name, `sha256` lower-case hex of `content`."""

    name: str
    media_type: str
    sha256: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Package:
    """What is handed over. `key` is ours and never reused; `metadata` is JSON with no name of a person."""

    key: str
    metadata: Mapping[str, object]
    files: tuple[PackageFile, ...]


@dataclass(frozen=True, slots=True)
class ArchiveReceipt:
    """The archive's answer: its own `number`, and the SHA-256 of the manifest that it holds."""

    key: str
    number: str
    received_at: datetime
    manifest_sha256: str
    replayed: bool = False


class ArchiveError(Exception):
    """Base of the two failures. The text never quotes what was sent."""


class ArchiveRefused(ArchiveError):
    """The archive does not take the package, or holds something else under its key; do not try again."""


class ArchiveUnavailable(ArchiveError):
    """The archive cannot be reached or written just now; the same call may work later."""


class Archive(Protocol):
    """Instances are used by many threads and processes at once."""

    def deliver(self, package: Package, *, now: datetime) -> ArchiveReceipt:
        """Hand the package over. The same key with the same content returns the first receipt,
        `replayed`; with another content it is ArchiveRefused. Raises the two errors above."""
        ...

    def check(self) -> str:
        """One sentence (Swedish) on what answers. Raises ArchiveUnavailable."""
        ...
