"""The bounds that every expression keeps, and the meter that counts the work while one runs.

The bounds hold for the source text, for the tree that is read from it, and for the values that
pass through it: models and data both come from strangers.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from workflows.errors import BudgetExceeded

MAX_SOURCE: Final = 2_000
"""Characters of a condition or a table cell, unless the caller asks for more."""
MAX_SOURCE_EVER: Final = 20_000
"""Characters that no caller may go beyond."""
MAX_NODES: Final = 500
MAX_NESTING: Final = 50
"""Depth of the tree, of compared data and of results."""
FUEL: Final = 20_000
"""Steps that one evaluation may take: about one a node visited or an item looked at."""
MAX_INT: Final = 10**15
"""No whole number reaches this in size: well inside what a float holds exactly."""
MAX_LENGTH: Final = 10_000
"""Characters of a text, items of a list or of a context, that an expression may make."""
MAX_RESULT: Final = 20_000
"""Values, counted at all levels, in one result."""


class Meter:
    """Counts the steps of one evaluation down to zero, and holds the moment it runs at.

    `now` is aware, or None: then `now()` and `today()` are null.
    """

    __slots__ = ("left", "now")

    def __init__(self, fuel: int = FUEL, now: datetime | None = None) -> None:
        if now is not None and now.utcoffset() is None:
            raise ValueError("`now` must be aware")
        self.left = fuel
        self.now = now

    def spend(self, steps: int = 1) -> None:
        """Raises BudgetExceeded when the steps are used up."""
        self.left -= steps
        if self.left < 0:
            raise BudgetExceeded(
                "Uttrycket kräver för många steg på dessa uppgifter. "
                "Förenkla det eller gå igenom färre värden."
            )


def too_large_number() -> BudgetExceeded:
    return BudgetExceeded("Ett tal är för stort: högst 15 siffror kan hanteras.")


def too_long() -> BudgetExceeded:
    return BudgetExceeded(f"Ett värde är för långt: högst {MAX_LENGTH} tecken eller poster.")


def too_deep() -> BudgetExceeded:
    return BudgetExceeded(f"Uppgifterna är nästlade djupare än {MAX_NESTING} nivåer.")
