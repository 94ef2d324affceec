"""Moves a running case to another version of its process: a plan, a dry run, and the move itself."""

from workflows.migration.matching import propose
from workflows.migration.moving import dry_run, migrate
from workflows.migration.plan import Plan
from workflows.migration.validating import validate
from workflows.migration.values import (
    Consequence,
    Migrated,
    MigrationRefused,
    Moved,
    TaskMoved,
    Verdict,
    WaitMoved,
)

__all__ = [
    "Consequence",
    "Migrated",
    "MigrationRefused",
    "Moved",
    "Plan",
    "TaskMoved",
    "Verdict",
    "WaitMoved",
    "dry_run",
    "migrate",
    "propose",
    "validate",
]
