"""What must hold before a model may be deployed."""

from workflows.checks.deploy import check, require
from workflows.checks.structure import structure
from workflows.checks.variables import unset

__all__ = ["check", "require", "structure", "unset"]
