"""Activities: user tasks, operations that ask and wait, decisions, subprocesses and called
processes."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from workflows.engine.instances import is_instance
from workflows.engine.tokens import Token
from workflows.engine.waiting import Wait, guarded, leave_guard
from workflows.model import Node


class Activity(Token):
    """An activity tells what holds it (a guard, a multi-instance) when it is done."""

    def _on_complete_hook(self, my_task: Any) -> None:
        if guarded(my_task):
            leave_guard(my_task)
        if is_instance(my_task):
            # The body of a multi-instance: the diagram shows one element, and it tells of itself.
            super(Token, self)._on_complete_hook(my_task)
            my_task.workflow.top_workflow.journal.closed(my_task)
            my_task.parent.task_spec.one_done(my_task.parent, my_task)
        else:
            super()._on_complete_hook(my_task)


class UserTask(Activity):
    """Waits for a person: ready, and run only by a step."""

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None) -> None:
        super().__init__(wf_spec, node, name, manual=True)

    def _on_ready_hook(self, my_task: Any) -> None:
        super()._on_ready_hook(my_task)
        my_task.workflow.top_workflow.journal.opened(my_task)


class ServiceTask(Activity):
    """Asks for an operation and waits: the engine never calls out."""

    def _run_hook(self, my_task: Any) -> None:
        top = my_task.workflow.top_workflow
        my_task.internal_data["inputs"] = top.context.inputs(self.node, my_task.data)
        top.journal.opened(my_task)


class DecisionTask(Activity):
    """Evaluates one of the process's own decision tables; its outputs become variables."""

    def _run_hook(self, my_task: Any) -> bool:
        top = my_task.workflow.top_workflow
        my_task.data.update(top.context.decided(self.node, my_task.data))
        return True


class ReceiveTask(Activity, Wait):
    """An activity that waits for a message."""


class Subprocess(Activity):
    """An embedded subprocess shares its parent's variables; a called process has its own, copied in
    at the start and out at the end."""

    def _update_hook(self, my_task: Any) -> bool:
        super()._update_hook(my_task)
        top = my_task.workflow.top_workflow
        sub = top.create_subprocess(my_task, self.node.scope)
        root = sub.task_tree
        root.data = my_task.data if self._embedded else dict(my_task.data)
        self.listen(my_task, sub)
        my_task._set_state(TaskState.STARTED)
        root.run()
        return False

    def listen(self, my_task: Any, sub: Any) -> None:
        """Hear when the subworkflow ends; needed again each time a state is restored."""
        sub.completed_event.connect(self._ended, my_task)

    @property
    def _embedded(self) -> bool:
        return self.node.scope == self.node.id

    def _ended(self, sub: Any, my_task: Any) -> None:
        if my_task.state != TaskState.STARTED:
            return
        if not self._embedded:
            my_task.data.update(sub.task_tree.data)
        my_task._set_state(TaskState.READY)
