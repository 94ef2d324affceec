"""What must hold before a model may be deployed."""

from workflows.checks.deploy import check, require
from workflows.checks.structure import structure

__all__ = ["check", "require", "structure"]
