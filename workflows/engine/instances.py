"""Multi-instance: one activity for each item, side by side or one after the other.

Each instance has its own variables: a copy of the scope's with its item added. What it shall leave
behind is named in the model (`loopDataOutputRef` and `outputDataItem`) and collected in order; the
rest is gone when the instance is done.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from workflows.engine.tokens import Token, withdraw
from workflows.engine.waiting import guarded, leave_guard
from workflows.errors import BudgetExceeded
from workflows.model import Instances as Plan
from workflows.model import Node

MAX_INSTANCES = 1000
MAX_TASKS = 3000


def is_instance(my_task: Any) -> bool:
    """Whether the task is the repeated body of a multi-instance, not what comes after it."""
    holder = my_task.parent.task_spec
    return isinstance(holder, Instances) and my_task.task_spec.name == holder.body


class Instances(Token):
    """Holds the instances; started until the last is done. `body` is the engine's name of the
    activity that is repeated."""

    def __init__(self, wf_spec: Any, node: Node, plan: Plan, body: str) -> None:
        super().__init__(wf_spec, node)
        self.plan = plan
        self.body = body

    def _update_hook(self, my_task: Any) -> bool:
        super()._update_hook(my_task)
        items = my_task.workflow.top_workflow.context.items(self.node, self.plan, my_task.data)
        if len(items) > MAX_INSTANCES:
            raise BudgetExceeded(
                f"”{self.node.name or self.node.id}” skulle upprepas {len(items)} gånger; "
                f"högst {MAX_INSTANCES} tillåts."
            )
        my_task.internal_data.update(items=items, begun=0, finished=0, done={})
        if not items:
            self._collect(my_task)
            return True
        my_task._set_state(TaskState.STARTED)
        for _ in range(1 if self.plan.sequential else len(items)):
            self._begin(my_task)
        return False

    def one_done(self, my_task: Any, instance: Any) -> None:
        """Called by an instance when it completes."""
        internal = my_task.internal_data
        if self.plan.output_item:
            number = str(instance.internal_data["number"])
            internal["done"][number] = instance.data.get(self.plan.output_item)
        internal["finished"] += 1
        if self._enough(my_task, instance):
            for other in my_task.children:
                withdraw(other)
        elif internal["begun"] < len(internal["items"]):
            self._begin(my_task)
            return
        elif internal["finished"] < len(internal["items"]):
            return
        self._collect(my_task)
        my_task._set_state(TaskState.READY)

    def _enough(self, my_task: Any, instance: Any) -> bool:
        context = my_task.workflow.top_workflow.context
        until = self.plan.until
        return bool(until) and bool(context.condition(until, instance.data))

    def _begin(self, my_task: Any) -> None:
        top = my_task.workflow.top_workflow
        if sum(len(w.tasks) for w in (top, *top.subprocesses.values())) > MAX_TASKS:
            raise BudgetExceeded("Processen skulle ha för många uppgifter i gång samtidigt.")
        internal = my_task.internal_data
        number = internal["begun"]
        internal["begun"] = number + 1
        spec = self._wf_spec.task_specs[self.body]
        instance = my_task._add_child(spec, TaskState.FUTURE)
        instance.triggered = True
        instance.internal_data["number"] = number
        instance.data = dict(my_task.data)
        if self.plan.item:
            instance.data[self.plan.item] = internal["items"][number]
        spec._update(instance)

    def _collect(self, my_task: Any) -> None:
        if self.plan.output:
            done = my_task.internal_data["done"]
            my_task.data[self.plan.output] = [done[n] for n in sorted(done, key=int)]

    def _on_complete_hook(self, my_task: Any) -> None:
        if guarded(my_task):
            leave_guard(my_task)
        super()._on_complete_hook(my_task)
