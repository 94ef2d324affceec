"""Scenarios: what a process owner says should happen, and whether the model does it."""

from workflows.scenarios.plan import Clock, DueBy, Expectation, Page, Planned, Recorded, Scenario, Timed
from workflows.scenarios.reading import read
from workflows.scenarios.run import Result, Variables, run, run_all

__all__ = [
    "Clock",
    "DueBy",
    "Expectation",
    "Page",
    "Planned",
    "Recorded",
    "Result",
    "Scenario",
    "Timed",
    "Variables",
    "read",
    "run",
    "run_all",
]
