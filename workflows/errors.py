"""What can go wrong with a model or a running workflow, and whose move it is.

WorkflowError
├── ModelRefused      the process owner must change the model (holds the findings)
├── StepRefused       the caller must do something else
│   └── NotOpen       the task is not waiting: done, withdrawn, or never there
├── ExpressionError   an expression of the model cannot be read, or failed on this data
├── BudgetExceeded    the workflow would use more steps, depth or size than is allowed
└── StateRefused      the saved state is damaged, foreign or of another version
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on a model. `text` says in Swedish what is wrong, `hint` what to change."""

    rule: str
    element: str | None
    text: str
    hint: str = ""
    level: Literal["error", "warning", "note"] = "error"


class WorkflowError(Exception):
    """Base of everything `workflows` raises on purpose. `str()` is a Swedish sentence for people."""


class ModelRefused(WorkflowError):
    """The model may not be deployed; `findings` says why, worst first."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f.text for f in findings[:3]) or "Modellen godtas inte.")


class StepRefused(WorkflowError):
    """The step cannot be taken."""


class NotOpen(StepRefused):
    """Uppgiften är inte öppen längre: den är redan klar eller har dragits tillbaka."""

    def __init__(self, task: str) -> None:
        self.task = task
        super().__init__("Uppgiften är inte öppen längre: den är redan klar eller har dragits tillbaka.")


class ExpressionError(WorkflowError):
    """An expression cannot be read, or failed on this data."""


class BudgetExceeded(WorkflowError):
    """The workflow or an expression would use more than its bounds allow."""


class StateRefused(WorkflowError):
    """The saved state is damaged, foreign or of another version."""
