"""Scenarios: what a process owner says should happen, whether the model does it, and how they are made."""

from workflows.scenarios.case import Difference
from workflows.scenarios.coverage import Coverage, coverage
from workflows.scenarios.mending import (
    Damage,
    Gone,
    Mended,
    Renamed,
    Unanswered,
    damage,
    forget,
    mend,
    rename,
)
from workflows.scenarios.plan import (
    MAX_RULES,
    MAX_STEPS,
    Clock,
    DueBy,
    Expectation,
    Page,
    Planned,
    Recorded,
    Scenario,
    Timed,
)
from workflows.scenarios.reading import BEGINS, one, read
from workflows.scenarios.recording import MAX_NAME, Walk, another, called, finished, walk
from workflows.scenarios.retelling import Retold, retold
from workflows.scenarios.run import Result, Variables, run, run_all
from workflows.scenarios.writing import appended, as_mapping, as_values, as_yaml, removed, renamed

__all__ = [
    "BEGINS",
    "MAX_NAME",
    "MAX_RULES",
    "MAX_STEPS",
    "Clock",
    "Coverage",
    "Damage",
    "Difference",
    "DueBy",
    "Expectation",
    "Gone",
    "Mended",
    "Page",
    "Planned",
    "Recorded",
    "Renamed",
    "Result",
    "Retold",
    "Scenario",
    "Timed",
    "Unanswered",
    "Variables",
    "Walk",
    "another",
    "appended",
    "as_mapping",
    "as_values",
    "as_yaml",
    "called",
    "coverage",
    "damage",
    "finished",
    "forget",
    "mend",
    "one",
    "read",
    "removed",
    "rename",
    "renamed",
    "retold",
    "run",
    "run_all",
    "walk",
]
