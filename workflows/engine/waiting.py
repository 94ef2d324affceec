"""Events that wait: timers, messages, errors caught on an activity's edge, and the choice between
events. No event fires by itself or by a clock: `fire` is called when a step says so."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from workflows.engine.tokens import LIVE, Token, withdraw
from workflows.model import Node, TimerKind


class Wait(Token):
    """A timer or message event, or a receive task: it arms itself and waits."""

    def _update_hook(self, my_task: Any) -> bool:
        super()._update_hook(my_task)
        if not my_task.has_state(LIVE):
            my_task._set_state(TaskState.WAITING)
            self._arm(my_task)
        return False

    def _arm(self, my_task: Any) -> None:
        top = my_task.workflow.top_workflow
        if self.node.timer is not None:
            my_task.internal_data.update(top.context.armed(self.node, my_task.data))
        elif self.node.message is not None:
            correlation = top.context.correlation(self.node, my_task.data)
            my_task.internal_data["correlation"] = correlation
        top.journal.opened(my_task)

    def _on_complete_hook(self, my_task: Any) -> None:
        if isinstance(my_task.parent.task_spec, EventGateway):
            _withdraw_siblings(my_task)
        super()._on_complete_hook(my_task)


class Boundary(Wait):
    """An event on the edge of an activity. An error event only waits; the thrower finds it."""

    def _on_complete_hook(self, my_task: Any) -> None:
        if self.node.interrupting:
            _withdraw_siblings(my_task)
        super()._on_complete_hook(my_task)


class Guard(Token):
    """Stands before an activity with boundary events: the activity and its events are its
    children."""

    def _on_complete_hook(self, my_task: Any) -> None:
        """The guard is not in the diagram: nothing is told."""


class EventGateway(Token):
    """The events that follow it wait together; the first that fires withdraws the others."""


def fire(my_task: Any) -> None:
    """Let a waiting event go on. A repeating timer, and a message that does not interrupt, on the
    edge of an activity send a token of their own and stay armed for the next time."""
    node: Node = my_task.task_spec.node
    if node.attached_to is not None and node.message is not None and not node.interrupting:
        _send(my_task)
        return
    if node.timer is not None and node.timer.kind is TimerKind.CYCLE:
        again = my_task.workflow.top_workflow.context.rearmed(my_task.internal_data)
        if again is not None:
            _send(my_task)
            my_task.internal_data.update(again)
            my_task.workflow.top_workflow.journal.opened(my_task)
            return
    my_task._ready()


def _send(my_task: Any) -> None:
    sent = my_task.parent._add_child(my_task.task_spec, TaskState.WAITING)
    sent.triggered = True
    sent.data = my_task.data
    sent._ready()


def leave_guard(my_task: Any) -> None:
    """The activity under a guard is done: the events on its edge no longer wait."""
    for sibling in my_task.parent.children:
        if sibling is not my_task and sibling.state == TaskState.WAITING:
            withdraw(sibling)


def guarded(my_task: Any) -> bool:
    """Whether the task is the activity (not an event) under a guard."""
    return isinstance(my_task.parent.task_spec, Guard) and not isinstance(my_task.task_spec, Boundary)


def _withdraw_siblings(my_task: Any) -> None:
    for sibling in my_task.parent.children:
        if sibling is not my_task and sibling.has_state(LIVE | TaskState.FUTURE):
            withdraw(sibling)
