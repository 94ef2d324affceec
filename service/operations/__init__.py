"""The operations that a diagram may ask for and that Ordna does by itself, inside the step.

Registering in the diarium is not among them: it goes through the outbox (`service.registrations`). Each file
here joins one room to the diagrams; rooms know nothing of operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from service.operations.asked import Asked, Operation, OperationRefused
from service.operations.captures import OPERATIONS as CAPTURES
from service.operations.channels import OPERATIONS as CHANNELS
from service.operations.decisions import OPERATIONS as DECISIONS
from service.operations.evidence import OPERATIONS as EVIDENCE
from service.operations.flow import CONTINUE
from service.operations.flow import OPERATIONS as FLOW
from service.operations.secrecy import OPERATIONS as SECRECY

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        operation.name: operation
        for operation in (*FLOW, *SECRECY, *EVIDENCE, *CAPTURES, *CHANNELS, *DECISIONS)
    }
)
"""Name → operation."""

__all__ = ["CONTINUE", "OPERATIONS", "Asked", "Operation", "OperationRefused"]
