"""What a decision model is once read: tables and literal expressions, every cell compiled."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workflows.expressions import Compiled
from workflows.expressions.values import Inner

MAX_BYTES = 2_000_000
MAX_DECISIONS = 50
MAX_RULES = 500
MAX_COLUMNS = 30
MAX_REQUIREMENT_DEPTH = 10
FUEL = 400_000
"""Steps that one evaluation of a decision and all it requires may take: a full table of 500 rules
and 30 columns takes about 60,000."""


class HitPolicy(StrEnum):
    """Which of the rules that hit decide, by DMN's own words."""

    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"

    @property
    def lists(self) -> bool:
        """True when the answer is a list with one value a rule that hit."""
        return self in (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT)


class Aggregation(StrEnum):
    """What COLLECT does with the values of the rules that hit."""

    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


@dataclass(frozen=True, slots=True)
class InputColumn:
    """`label` is what people see; `allowed` is compiled from the listed input values, or None."""

    id: str
    label: str
    expression: Compiled
    type: str = ""
    allowed: Compiled | None = None


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """`priorities` are the listed output values, the most important first. `default` is the
    value when no rule hits. `label` is what people see, empty where the file gives none."""

    id: str
    name: str
    type: str = ""
    priorities: tuple[Inner, ...] = ()
    default: Compiled | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row. `number` counts from 1 as drawn; one test an input and one value an output."""

    id: str
    number: int
    tests: tuple[Compiled, ...]
    outputs: tuple[Compiled, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    hit_policy: HitPolicy
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]
    rules: tuple[Rule, ...]
    aggregation: Aggregation | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `variable` is the name its answer has in decisions that require it;
    `requires` are the ids of those it requires; `inputs` the variables it reads from outside; `note`
    its description."""

    id: str
    name: str
    variable: str
    logic: Table | Compiled
    requires: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    note: str = ""
