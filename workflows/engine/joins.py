"""Gateways: where tokens part and meet.

A token that waits at a join remembers which way it came, so that no history is needed to decide. A
join in a loop starts afresh each time round, because the tokens it took are gone.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.util.task import TaskState

from workflows.engine.tokens import Growing, Token
from workflows.errors import ExpressionError
from workflows.model import Flow, Node


def _came_by(my_task: Any) -> str:
    """The input that the token came by; kept, since the parent itself is not saved."""
    via = my_task.internal_data.setdefault("via", my_task.parent.task_spec.name)
    return str(via)


def _take(tokens: list[Any]) -> None:
    for token in tokens:
        token._set_state(TaskState.CANCELLED)


class Parallel(Token):
    """Waits for one token from every input, takes one of each, and sends one to every output."""

    def _update_hook(self, my_task: Any) -> bool:
        super()._update_hook(my_task)
        needed = set(self._inputs)
        if len(needed) < 2:
            return True
        mine = _came_by(my_task)
        first: dict[str, Any] = {}
        for token in my_task.workflow.standing().beside(my_task):
            first.setdefault(_came_by(token), token)
        if first.keys() | {mine} >= needed:
            first.pop(mine, None)
            _take(list(first.values()))
            return True
        my_task._set_state(TaskState.WAITING)
        return False


class _Choosing(Token):
    """A gateway whose outgoing flows have conditions, tried in the order of the file."""

    def __init__(self, wf_spec: Any, node: Node, flows: tuple[Flow, ...]) -> None:
        super().__init__(wf_spec, node)
        self.flows = flows

    def _run_hook(self, my_task: Any) -> bool:
        taken = self._chosen(my_task) if len(self.flows) > 1 else list(self.flows)
        if not taken:
            label = self.node.name or self.node.id
            raise ExpressionError(f"Inget villkor stämmer vid ”{label}”, och ingen väg är standard.")
        my_task.internal_data["taken"] = [flow.id for flow in taken]
        return True

    def _grow(self, my_task: Any) -> None:
        taken = set(self.flows_taken(my_task))
        specs = [self._wf_spec.entry(flow.target) for flow in self.flows if flow.id in taken]
        my_task._sync_children(specs, TaskState.FUTURE)

    def flows_taken(self, my_task: Any) -> list[str]:
        return list(my_task.internal_data.get("taken", ()))

    def _default(self) -> list[Flow]:
        return [flow for flow in self.flows if flow.id == self.node.default]

    def _holds(self, my_task: Any, flow: Flow) -> bool:
        context = my_task.workflow.top_workflow.context
        return bool(context.condition(flow.condition, my_task.data))

    def _chosen(self, my_task: Any) -> list[Flow]:
        raise NotImplementedError


class Exclusive(_Choosing):
    """Takes the first flow whose condition holds, else the default."""

    def _chosen(self, my_task: Any) -> list[Flow]:
        for flow in self.flows:
            if flow.id != self.node.default and flow.condition and self._holds(my_task, flow):
                return [flow]
        return self._default()


class Inclusive(_Choosing):
    """Takes every flow whose condition holds, else the default; as a join it waits as long as any
    other token can still reach an input that has no token."""

    looks_again = True

    def __init__(self, wf_spec: Any, node: Node, flows: tuple[Flow, ...]) -> None:
        super().__init__(wf_spec, node, flows)
        self._known: dict[str, frozenset[str]] = {}

    def _chosen(self, my_task: Any) -> list[Flow]:
        taken = [
            flow
            for flow in self.flows
            if flow.id != self.node.default and (flow.condition is None or self._holds(my_task, flow))
        ]
        return taken or self._default()

    def _update_hook(self, my_task: Any) -> bool:
        super()._update_hook(my_task)
        if len(set(self._inputs)) < 2:
            return True
        here = my_task.workflow.standing().beside(my_task)
        via = {_came_by(token) for token in here} | {_came_by(my_task)}
        if self._reachable_from(my_task, [name for name in self._inputs if name not in via]):
            my_task._set_state(TaskState.WAITING)
            return False
        _take(here)
        return True

    def _reachable_from(self, my_task: Any, empty: list[str]) -> bool:
        """Whether a token elsewhere can come to one of the inputs `empty` without passing here."""
        if not empty:
            return False
        held = my_task.workflow.standing().names
        return any(not held.isdisjoint(self._behind(name)) for name in empty)

    def _behind(self, entrance: str) -> frozenset[str]:
        """The tasks from which a token can come to the input `entrance` without passing here. Found
        once: the diagram does not change, and a join of many may be asked thousands of times a step."""
        known: frozenset[str] | None = self._known.get(entrance)
        if known is None:
            before = {entrance}
            waiting = [entrance]
            while waiting:
                for name in self._wf_spec.task_specs[waiting.pop()]._inputs:
                    if name not in before and name != self.name:
                        before.add(name)
                        waiting.append(name)
            known = self._known[entrance] = frozenset(before - {self.name})
        return known


class EndJoin(Growing, BpmnTaskSpec):  # type: ignore[misc]
    """A scope has ended when no token is left in it but those that have reached an end."""

    looks_again = True

    def _update_hook(self, my_task: Any) -> bool:
        super()._update_hook(my_task)
        if my_task.workflow.standing().names - {self.name}:
            my_task._set_state(TaskState.WAITING)
            return False
        _take(my_task.workflow.standing().beside(my_task))
        return True
