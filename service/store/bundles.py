"""Sealed evidence and what was removed after it. Neither table is ever changed, and neither holds words.

The rows stay when the case itself is disposed of: that is why `case_id` is no foreign key.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables import ID
from service.store.types import Base


class BundleRow(Base):
    """A sealed bundle: one link of the installation's only chain of bundles."""

    __tablename__ = "bundle"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    """1, 2, 3 … in the whole installation, without a gap."""
    case_id: Mapped[str] = mapped_column(ID, index=True)
    sealed_at: Mapped[datetime]
    sealed_by: Mapped[str] = mapped_column(String(120))
    manifest: Mapped[dict[str, Any]]
    """Ids, sizes, SHA-256 of rows and files, and closed codes."""
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class RemovalRow(Base):
    """Something was hidden, deleted or reported on the platform. `bundle_id` is what was sealed before."""

    __tablename__ = "removal"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ID, index=True)
    bundle_id: Mapped[str] = mapped_column(ID)
    how: Mapped[str] = mapped_column(String(20))
    """hidden | deleted | reported"""
    removed_at: Mapped[datetime]
    still_visible: Mapped[bool | None]
    """What the check afterwards said: None where nobody has looked yet."""
    seconds_to_hide: Mapped[int]
    """From when the post reached the authority until it was gone; 0 where it was removed first."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(120))
    hash: Mapped[str] = mapped_column(String(64))


class CopyRuleRow(Base):
    """A case of which no copy may be kept (*csam*): address, ids, times and who saw it, and nothing else."""

    __tablename__ = "copy_rule"
    case_id: Mapped[str] = mapped_column(ID, primary_key=True)
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(120))
