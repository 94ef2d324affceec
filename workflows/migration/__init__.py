"""Moves a running case to another version of its process: a plan, a dry run, and the move itself. Moves one
token to another step of the same version, too."""

from workflows.migration.matching import propose
from workflows.migration.moving import dry_run, migrate
from workflows.migration.plan import Plan
from workflows.migration.shifting import Live, Rules, live, shift
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
    "Live",
    "Migrated",
    "MigrationRefused",
    "Moved",
    "Plan",
    "Rules",
    "TaskMoved",
    "Verdict",
    "WaitMoved",
    "dry_run",
    "live",
    "migrate",
    "propose",
    "shift",
    "validate",
]
