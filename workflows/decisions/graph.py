"""Requirement graphs: which decision needs which, refused when they go round or too deep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from workflows.decisions.model import (
    FUEL,
    MAX_REQUIREMENT_DEPTH,
    Decision,
    Table,
)
from workflows.decisions.outcome import Outcome
from workflows.decisions.table import evaluate_table
from workflows.decisions.table import outcome as as_outcome
from workflows.errors import ExpressionError, Finding
from workflows.expressions.budget import Meter
from workflows.expressions.values import released


@dataclass(frozen=True, slots=True)
class DecisionModel:
    """A model that may be evaluated. `findings` are warnings and notes; errors never get here."""

    decisions: Mapping[str, Decision]
    findings: tuple[Finding, ...] = ()

    def evaluate(
        self, decision_id: str, variables: Mapping[str, object], *, now: datetime | None = None
    ) -> Outcome:
        """The outcome of the decision and of all it requires, which are decided first.

        A required decision's answer goes before a variable of the same name, so nothing from
        outside can pass for a decision. `now` is aware. Raises ExpressionError (also when there
        is no such decision) and BudgetExceeded.
        """
        if decision_id not in self.decisions:
            known = ", ".join(sorted(self.decisions))
            raise ExpressionError(f"Beslutet {decision_id} finns inte. Det finns: {known}.")
        return self._decide(decision_id, variables, Meter(FUEL, now), {})

    def _decide(
        self,
        decision_id: str,
        variables: Mapping[str, object],
        meter: Meter,
        done: dict[str, Outcome],
    ) -> Outcome:
        if decision_id in done:
            return done[decision_id]
        decision = self.decisions[decision_id]
        required = tuple(self._decide(need, variables, meter, done) for need in decision.requires)
        scope = dict(variables)
        for outcome in required:
            scope[self.decisions[outcome.decision].variable] = outcome.value
        outcome = replace(_own(decision, scope, meter), required=required)
        done[decision_id] = outcome
        return outcome


def _own(decision: Decision, scope: Mapping[str, object], meter: Meter) -> Outcome:
    if isinstance(decision.logic, Table):
        return evaluate_table(decision, decision.logic, scope, meter)
    value = released(decision.logic.run(scope, meter))
    return as_outcome(decision, {decision.variable: value}, value)


def requirement_findings(requires: Mapping[str, tuple[str, ...]]) -> list[Finding]:
    """Refusals for requirements that point nowhere, go round, or are too many in a chain."""
    findings = [
        Finding(
            "decision-requires-unknown",
            decision,
            f"Beslutet kräver {need}, som inte finns i filen.",
            "Rita om pilen eller lägg till beslutet.",
        )
        for decision, needs in requires.items()
        for need in needs
        if need not in requires
    ]
    left = {key: {need for need in needs if need in requires} for key, needs in requires.items()}
    depth = 0
    while ready := [key for key, needs in left.items() if not needs]:
        depth += 1
        for key in ready:
            del left[key]
        for needs in left.values():
            needs.difference_update(ready)
    if left:
        findings.append(
            Finding(
                "decision-cycle",
                min(left),
                f"Besluten {', '.join(sorted(left))} kräver varandra runt i en ring.",
                "Ta bort en av pilarna så att något beslut kan fattas först.",
            )
        )
    elif depth > MAX_REQUIREMENT_DEPTH:
        findings.append(
            Finding(
                "decision-depth",
                None,
                f"Besluten bygger på varandra i {depth} led, högst {MAX_REQUIREMENT_DEPTH}.",
                "Slå ihop några av dem.",
            )
        )
    return findings
