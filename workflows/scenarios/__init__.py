"""Scenarios: what a process owner says should happen, and whether the model does it."""

from workflows.scenarios.plan import Expectation, Scenario, Timed, read
from workflows.scenarios.run import Result, run, run_all

__all__ = ["Expectation", "Result", "Scenario", "Timed", "read", "run", "run_all"]
