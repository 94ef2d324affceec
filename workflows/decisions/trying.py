"""One case tried on a decision: what each column came to, which rows hold, what comes out and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from workflows.decisions.graph import DecisionModel
from workflows.decisions.inputs import subject
from workflows.decisions.model import FUEL, Decision, Table
from workflows.decisions.outcome import Outcome
from workflows.errors import WorkflowError
from workflows.expressions import to_value
from workflows.expressions.budget import Meter
from workflows.expressions.tree import INPUT
from workflows.expressions.values import Inner
from workflows.steps import Value


@dataclass(frozen=True, slots=True)
class Tried:
    """A row of the table. `missed` are the columns, from 1, whose condition does not hold; without any the
    row holds. `decides`: its answer is the outcome, or a part of it."""

    row: int
    missed: tuple[int, ...]
    decides: bool

    @property
    def holds(self) -> bool:
        return not self.missed


@dataclass(frozen=True, slots=True)
class Trial:
    """`outcome` is None when there is none, and `why_not` says in Swedish why. `subjects` are the values of
    the columns; they and `rows` are empty for an expression and where a column could not be read."""

    outcome: Outcome | None
    why_not: str = ""
    subjects: tuple[Value, ...] = ()
    rows: tuple[Tried, ...] = ()


def attempt(
    model: DecisionModel, decision_id: str, variables: Mapping[str, object], *, now: datetime
) -> Trial:
    """The decision over the variables; nothing is kept. `now` is aware. Raises nothing of ours: what an
    evaluation would refuse is told."""
    outcome, why_not = None, ""
    try:
        outcome = model.evaluate(decision_id, variables, now=now)
    except WorkflowError as error:
        why_not = str(error)
    decision = model.decisions.get(decision_id)
    if decision is None or not isinstance(decision.logic, Table):
        return Trial(outcome, why_not)
    try:
        scope = _scope(model, decision, variables, now)
        subjects, missed = _rows(decision.logic, scope, now)
    except WorkflowError as error:
        return Trial(outcome, why_not or str(error))
    deciding = outcome.rows if outcome is not None else ()
    rows = tuple(
        Tried(rule.number, columns, rule.number in deciding)
        for rule, columns in zip(decision.logic.rules, missed, strict=True)
    )
    return Trial(outcome, why_not, tuple(to_value(value) for value in subjects), rows)


def _scope(
    model: DecisionModel, decision: Decision, variables: Mapping[str, object], now: datetime
) -> dict[str, object]:
    """The variables with the answers of what it requires, as the decision itself sees them."""
    scope = dict(variables)
    for need in decision.requires:
        scope[model.decisions[need].variable] = model.evaluate(need, variables, now=now).value
    return scope


def _rows(
    table: Table, scope: Mapping[str, object], now: datetime
) -> tuple[list[Inner], list[tuple[int, ...]]]:
    meter = Meter(FUEL, now)
    subjects = [subject(column, scope, meter) for column in table.inputs]
    scopes = [{**scope, INPUT: value} for value in subjects]
    missed = []
    for rule in table.rules:
        asked = enumerate(zip(rule.tests, scopes, strict=True), 1)
        missed.append(tuple(at for at, (test, seen) in asked if test.run(seen, meter) is not True))
    return subjects, missed
