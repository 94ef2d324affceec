"""What must be done again and again: which duties there are, which occurrences have come due, and what the
clock begins by itself. Opening the cases is for the outbox's round."""

from service.duties import schedules
from service.duties.absences import DEPUTY, order_deputies
from service.duties.keeping import (
    PROCESS,
    Unopened,
    claim,
    due,
    keep,
    kind_of,
    opened,
    order,
    unopened,
)
from service.duties.kinds import Kind, KindsRefused, kinds, read
from service.duties.occurring import (
    ROLES_DRAWN,
    Concerned,
    End,
    Occurrence,
    due_by,
    occurring,
    role_of,
    rules,
)

__all__ = [
    "DEPUTY",
    "PROCESS",
    "ROLES_DRAWN",
    "Concerned",
    "End",
    "Kind",
    "KindsRefused",
    "Occurrence",
    "Unopened",
    "claim",
    "due",
    "due_by",
    "keep",
    "kind_of",
    "kinds",
    "occurring",
    "opened",
    "order",
    "order_deputies",
    "read",
    "role_of",
    "rules",
    "schedules",
    "unopened",
]
