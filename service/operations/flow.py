"""Going on in another flow. `service.cases` does it, since it is the case that changes."""

from __future__ import annotations

from collections.abc import Mapping

from service.operations.asked import Asked, Operation
from workflows import Value

CONTINUE = "continue_in"


def _by_cases(asked: Asked) -> Mapping[str, Value]:
    raise LookupError(f"{CONTINUE} is done by service.cases")


OPERATIONS = (
    Operation(
        CONTINUE,
        "Ärendet går över i en annan process: samma ärende, nummer och handlingar. Parametrar följer med.",
        _by_cases,
        inputs=("process",),
    ),
)
