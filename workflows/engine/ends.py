"""Where tokens end: plainly, all at once (terminate), or as an error that an enclosing activity
catches."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from workflows.engine.instances import is_instance
from workflows.engine.tokens import LIVE, Token, withdraw
from workflows.engine.waiting import Boundary, Guard
from workflows.errors import ExpressionError


class End(Token):
    """An end event."""

    def _grow(self, my_task: Any) -> None:
        if self.node.error is None and not self.node.terminate:
            super()._grow(my_task)

    def _on_complete_hook(self, my_task: Any) -> None:
        super()._on_complete_hook(my_task)
        workflow = my_task.workflow
        if self.node.error is not None:
            if not throw(workflow, self.node.error):
                label = self.node.name or self.node.id
                raise ExpressionError(f"Felet vid ”{label}” fångas inte av någon händelse.")
        elif self.node.terminate:
            for task in list(workflow.tasks.values()):
                if task is not my_task and task.has_state(LIVE | TaskState.FUTURE):
                    withdraw(task)
            workflow._mark_complete(my_task)


def throw(workflow: Any, code: str) -> bool:
    """Let the error out of the subworkflow: the nearest enclosing activity whose edge catches it is
    withdrawn and its event fires. Unlike SpiffWorkflow's own events it never reaches a sibling.
    False when nothing catches it."""
    while workflow.parent_task_id is not None:
        host = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
        if throw_at(host, code):
            return True
        workflow = host.workflow
    return False


def throw_at(activity: Any, code: str) -> bool:
    """Throw the error at an activity: only the events on its own edge can catch it there."""
    if is_instance(activity):
        activity = activity.parent
    if not isinstance(activity.parent.task_spec, Guard):
        return False
    caught = [
        t
        for t in activity.parent.children
        if isinstance(t.task_spec, Boundary)
        and t.state == TaskState.WAITING
        and t.task_spec.node.error in (code, "")
    ]
    if not caught:
        return False
    # A boundary event that names the code goes before one that catches everything.
    event = max(caught, key=lambda t: t.task_spec.node.error == code and code != "")
    withdraw(activity)
    event._ready()
    return True
