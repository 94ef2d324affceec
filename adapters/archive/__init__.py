"""Delivery to an archive: the contract, an archive that is a folder, and captures as PDF/A."""

from __future__ import annotations

from pathlib import Path

from adapters.archive.contract import (
    Archive,
    ArchiveError,
    ArchiveReceipt,
    ArchiveRefused,
    ArchiveUnavailable,
    Package,
    PackageFile,
)
from adapters.archive.folder import FolderArchive

KINDS = ("", "folder")
"""What an archive may be: none, or a folder."""


def open_archive(kind: str, path: Path | None) -> Archive | None:
    """The archive of that kind, or None where the municipality has none connected. Raises LookupError."""
    match kind:
        case "":
            return None
        case "folder" if path is not None:
            return FolderArchive(path)
    raise LookupError(kind)


__all__ = [
    "KINDS",
    "Archive",
    "ArchiveError",
    "ArchiveReceipt",
    "ArchiveRefused",
    "ArchiveUnavailable",
    "FolderArchive",
    "Package",
    "PackageFile",
    "open_archive",
]
