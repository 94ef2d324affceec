"""What a running workflow may ask: expressions, decisions and due dates, all with `now` given.

Every text of a model that is evaluated at run time comes through here and goes to
`workflows.expressions`; SpiffWorkflow's own script engine is replaced by one that refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine

from workflows import timers
from workflows.decisions import DecisionModel
from workflows.errors import ExpressionError
from workflows.expressions import compile, to_value
from workflows.model import Instances, Node
from workflows.steps import Value
from workflows.values import plain, variables


class SafeScriptEngine(PythonScriptEngine):  # type: ignore[misc]
    """Stands where SpiffWorkflow keeps its Python evaluator, and refuses: no specification of ours
    uses it, so whatever asks has come in by a door that should not exist."""

    def validate(self, expression: Any) -> NoReturn:
        raise ExpressionError("Skript körs inte.")

    def evaluate(self, task: Any, expression: Any, external_context: Any = None) -> NoReturn:
        raise ExpressionError("Skript körs inte.")

    def execute(self, task: Any, script: Any, external_context: Any = None) -> NoReturn:
        raise ExpressionError("Skript körs inte.")

    def call_service(self, task: Any, **kwargs: Any) -> NoReturn:
        raise ExpressionError("Skript körs inte.")


class Context:
    """Evaluates for one step of one case. `now` is aware UTC; `decisions` answers by decision
    id."""

    def __init__(self, case: str, now: datetime, decisions: Mapping[str, DecisionModel]) -> None:
        self.case = case
        self.now = now
        self.script_engine = SafeScriptEngine(environment=object())
        self._decisions = decisions

    def value(self, source: str, given: Mapping[str, Value]) -> Value:
        return plain(to_value(compile(source).evaluate(given, now=self.now)))

    def condition(self, source: str, given: Mapping[str, Value]) -> bool:
        """True or False; a missing answer (null) does not hold, and anything else is an error."""
        return compile(source).holds(given, now=self.now)

    def inputs(self, node: Node, given: Mapping[str, Value]) -> dict[str, Value]:
        """The parameters of a service task, evaluated."""
        operation = node.operation
        if operation is None:
            return {}
        return {name: self.value(source, given) for name, source in operation.parameters.items()}

    def decided(self, node: Node, given: Mapping[str, Value]) -> dict[str, Value]:
        """The outputs of the decision that a business rule task calls."""
        name = node.decision or ""
        if name not in self._decisions:
            raise ExpressionError(f"Beslutet för ”{_label(node)}” finns inte.")
        outcome = self._decisions[name].evaluate(name, given, now=self.now)
        if not outcome.rules and all(value is None for value in outcome.outputs.values()):
            # Going on with nothing decided is how a case comes to be lost.
            raise ExpressionError(f"Beslutet ”{_label(node)}” gav inget svar: ingen rad stämmer.")
        return variables(outcome.outputs)

    def items(self, node: Node, plan: Instances, given: Mapping[str, Value]) -> list[Value]:
        """What a multi-instance goes through."""
        if plan.items is not None:
            result = self.value(plan.items, given)
            if isinstance(result, Mapping):
                return list(result.values())
            if isinstance(result, list):
                return list(result)
            raise ExpressionError(f"”{_label(node)}” ska upprepas, men listan är ingen lista.")
        count = self.value(plan.count or "", given)
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise ExpressionError(f"”{_label(node)}” ska upprepas, men antalet är inget helt tal.")
        return list(range(min(count, 1_000_000)))

    def correlation(self, node: Node, given: Mapping[str, Value]) -> str:
        """What an awaited message is matched by: the model's expression, else the case itself."""
        if node.message is None or node.message.correlation is None:
            return self.case
        result = self.value(node.message.correlation, given)
        if not isinstance(result, str | int) or isinstance(result, bool) or result == "":
            raise ExpressionError(f"”{_label(node)}” väntar på ett meddelande utan nyckel.")
        return str(result)

    def armed(self, node: Node, given: Mapping[str, Value]) -> dict[str, Value]:
        """What a timer keeps while it waits: `due` (ISO, UTC) and for a cycle its text, anchor and
        the number of the repetition it waits for."""
        assert node.timer is not None
        text = self._timer_text(node.timer.text, given)
        try:
            if timers.repeats(text):
                first = timers.next_of(text, self.now, 0, self.now)
                if first is not None:
                    return _cycling(text, self.now.isoformat(), *first)
            elif (moment := timers.due(text, self.now)) is not None:
                return {"due": moment.isoformat()}
        except (ValueError, OverflowError):
            pass
        raise ExpressionError(f"Tiden vid ”{_label(node)}” går inte att tolka: ”{text[:80]}”.")

    def rearmed(self, kept: Mapping[str, Any]) -> dict[str, Value] | None:
        """The next repetition of a cycle that has just fired; None after the last."""
        if "cycle" not in kept:
            return None
        anchor = datetime.fromisoformat(kept["anchor"])
        following = timers.next_of(kept["cycle"], anchor, kept["number"] + 1, self.now)
        return None if following is None else _cycling(kept["cycle"], kept["anchor"], *following)

    def _timer_text(self, text: str, given: Mapping[str, Value]) -> str:
        if timers.is_literal(text):
            return timers.literal(text)
        result = self.value(text, given)
        return result if isinstance(result, str) else ""


def _cycling(text: str, anchor: str, due: datetime, number: int) -> dict[str, Value]:
    return {"due": due.isoformat(), "cycle": text, "anchor": anchor, "number": number}


def _label(node: Node) -> str:
    return node.name or node.id
