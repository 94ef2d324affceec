"""What happened during one step, in order, as the events of `workflows.steps`.

The engine reports as it goes. What opens and is withdrawn within the same step is left out: nobody
outside has seen it, and an operation must not be asked for and taken back in one breath.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from SpiffWorkflow.util.task import TaskState

from workflows.engine.tokens import LIVE
from workflows.model import Kind, Node
from workflows.steps import (
    Ended,
    Event,
    MessageAwaited,
    MessageUnawaited,
    OperationRequested,
    OperationWithdrawn,
    Passed,
    TaskClosed,
    TaskOpened,
    TimerCleared,
    TimerSet,
)

Entry = tuple[Literal["opened", "completed", "closed", "withdrawn"], Any, tuple[str, ...]]


class Journal:
    """Notes of one step. `known` are the ids that were open before it."""

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known
        self.entries: list[Entry] = []
        self.steps = 0

    def opened(self, task: Any) -> None:
        self.entries.append(("opened", task, ()))

    def completed(self, task: Any) -> None:
        taken = tuple(task.task_spec.flows_taken(task))
        self.entries.append(("completed", task, taken))

    def closed(self, task: Any) -> None:
        """Done, but not an element of its own (one of many instances)."""
        self.entries.append(("closed", task, ()))

    def withdrawn(self, task: Any) -> None:
        if hasattr(task.task_spec, "node"):
            self.entries.append(("withdrawn", task, ()))

    def events(self, top: Any) -> tuple[Event, ...]:
        """The events, ending with Ended when the process has ended."""
        last_set = {t.id: n for n, (what, t, _) in enumerate(self.entries) if what == "opened"}
        events: list[Event] = []
        end: Node | None = None
        for number, (what, task, taken) in enumerate(self.entries):
            node: Node = task.task_spec.node
            match what:
                case "opened":
                    if task.has_state(LIVE) and last_set[task.id] == number:
                        events += _opening(task, node)
                case "completed" | "closed" | "withdrawn":
                    if str(task.id) in self.known:
                        events += _closing(task, node, what == "withdrawn")
                    if what == "completed" and not node.synthetic:
                        events += [Passed(node.id, node.name, flow) for flow in taken or (None,)]
                    if what == "completed" and task.workflow is top and not node.synthetic:
                        end = node  # the end event, or what a synthetic one stands after
        if top.completed and end is not None:
            events.append(Ended(end.id, end.name, dict(top.task_tree.data)))
        return tuple(events)


def is_open(task: Any) -> bool:
    """Whether the task waits for a step from outside."""
    node: Node | None = getattr(task.task_spec, "node", None)
    if node is None or not task.has_state(LIVE):
        return False
    return bool(_opening(task, node))


def _opening(task: Any, node: Node) -> list[Event]:
    """The event that tells of a live task; none for tasks that wait only for the engine."""
    name, internal = str(task.id), task.internal_data
    if node.kind is Kind.USER and task.state == TaskState.READY and task.task_spec.manual:
        due = node.properties.get("due")
        return [TaskOpened(name, node.id, node.name, node.role, node.form, node.text, due)]
    if node.kind is Kind.SERVICE and "inputs" in internal and node.operation is not None:
        return [OperationRequested(name, node.id, node.name, node.operation.name, internal["inputs"])]
    if task.state != TaskState.WAITING:
        return []
    if "due" in internal:
        moment = datetime.fromisoformat(internal["due"])
        return [TimerSet(name, node.id, node.name, moment, node.attached_to)]
    if "correlation" in internal and node.message is not None:
        return [MessageAwaited(name, node.id, node.message.name, internal["correlation"])]
    return []


def _closing(task: Any, node: Node, withdrawn: bool) -> list[Event]:
    name = str(task.id)
    if node.kind is Kind.USER:
        return [TaskClosed(name, node.id, withdrawn)]
    if node.kind is Kind.SERVICE:
        return [OperationWithdrawn(name, node.id)] if withdrawn else []
    if node.timer is not None:
        return [TimerCleared(name, node.id)]
    return [MessageUnawaited(name, node.id)] if node.message is not None else []
