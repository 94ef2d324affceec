"""Decision tables and requirement graphs (DMN): read, checked at deploy, evaluated with reasons."""

from workflows.decisions.dmn import load
from workflows.decisions.graph import DecisionModel
from workflows.decisions.model import Aggregation, Decision, HitPolicy, Rule, Table
from workflows.decisions.outcome import Outcome

__all__ = [
    "Aggregation",
    "Decision",
    "DecisionModel",
    "HitPolicy",
    "Outcome",
    "Rule",
    "Table",
    "load",
]
