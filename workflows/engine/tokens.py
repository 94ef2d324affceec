"""SpiffWorkflow's task tree as a set of tokens: nothing is predicted, and variables are shared.

SpiffWorkflow predicts every future task (copies after each parallel split double with each block)
and
copies the variables to every task, so that a branch that ends late overwrites with stale values.
Here
a task grows its children when it completes, and all tasks of one scope hold the same mapping, as
variables of a process instance do in BPMN. What lives is therefore all there is to save.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

from workflows.model import Node

LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED
UNFINISHED = TaskState.NOT_FINISHED_MASK
_MOVING = LIVE | TaskState.FUTURE
_PREFIX = "bpmn:"


def spec_name(node: str) -> str:
    """The engine's name of a node. The prefix keeps a node called `End` or `Start` apart from the
    tasks that SpiffWorkflow itself calls so."""
    return _PREFIX + node


class Growing:
    """What every task specification of ours shares, whatever its kind."""

    def _predict(self, my_task: Any, *_: Any, **__: Any) -> None:
        """Nothing is predicted."""

    def _predict_hook(self, my_task: Any) -> None:
        """Nothing is predicted."""

    def test(self) -> None:
        """Structure is checked before a model comes here, not each time a task is ready."""

    def _grow(self, my_task: Any) -> None:
        """Add the tasks that follow. Gateways override it."""
        my_task._sync_children(self.outputs, TaskState.FUTURE)  # type: ignore[attr-defined]

    def _update_hook(self, my_task: Any) -> Any:
        if not my_task.triggered:  # a triggered task was given its variables by whoever made it
            my_task.data = my_task.parent.data
        return True

    def _on_complete(self, my_task: Any) -> None:
        self._grow(my_task)
        super()._on_complete(my_task)  # type: ignore[misc]


class Token(Growing, BpmnTaskSpec):  # type: ignore[misc]
    """A node of the diagram."""

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None, manual: bool = False) -> None:
        super().__init__(wf_spec, name or spec_name(node.id), lane=node.role, manual=manual)
        self.bpmn_id = node.id
        self.bpmn_name = node.name
        self.node = node

    def flows_taken(self, my_task: Any) -> list[str]:
        """Ids of the sequence flows chosen, for gateways that choose."""
        return []

    def _on_complete_hook(self, my_task: Any) -> None:
        super()._on_complete_hook(my_task)
        my_task.workflow.top_workflow.journal.completed(my_task)


class Start(Growing, BpmnStartTask):  # type: ignore[misc]
    """The root of a task tree; its data are the variables of the scope."""


class Finish(Growing, BpmnTaskSpec):  # type: ignore[misc]
    """The last task of a scope. SpiffWorkflow knows it by its name, `End`."""


class Standing:
    """A picture of one scope: the names of the tasks that hold a token, and who waits at each."""

    def __init__(self, tasks: Iterable[Any]) -> None:
        moving = [task for task in tasks if task.has_state(_MOVING)]
        self.names = {task.task_spec.name for task in moving}
        self._waiting: dict[str, list[Any]] = {}
        for task in moving:
            if task.state == TaskState.WAITING:
                self._waiting.setdefault(task.task_spec.name, []).append(task)

    def beside(self, my_task: Any) -> list[Any]:
        """Other tokens that wait at the same task, oldest first."""
        return [t for t in self._waiting.get(my_task.task_spec.name, ()) if t is not my_task]


class _Scoped:
    """What a workflow and a subworkflow share: joins look again when a token has moved or died."""

    tasks: dict[Any, Any]
    _standing: Standing | None = None

    def standing(self) -> Standing:
        """Where the tokens are now."""
        return self._standing or Standing(self.tasks.values())

    def update_waiting_tasks(self) -> None:
        """Hundreds of joins may look again after each step: they look at one picture, and a new one
        is taken when one of them has gone on."""
        for task in list(self.tasks.values()):
            if task.state == TaskState.WAITING and getattr(task.task_spec, "looks_again", False):
                self._standing = self.standing()
                task.task_spec._update(task)
                if task.state != TaskState.WAITING:
                    self._standing = None
        self._standing = None


class Subworkflow(_Scoped, BpmnSubWorkflow):  # type: ignore[misc]
    """A running subprocess or called process."""


class Workflow(_Scoped, BpmnWorkflow):  # type: ignore[misc]
    """A running process. `context` evaluates and knows the time; `journal` hears what happens."""

    def __init__(self, spec: Any, scopes: Any, context: Any, journal: Any, **kwargs: Any) -> None:
        self.context = context
        self.journal = journal
        super().__init__(spec, scopes, script_engine=context.script_engine, **kwargs)

    def create_subprocess(self, my_task: Any, scope: str) -> Any:
        made = Subworkflow(self.subprocess_specs[scope], my_task.id, self)
        self.subprocesses[my_task.id] = made
        return made

    def running(self) -> Iterator[Any]:
        """This workflow and its unfinished subworkflows."""
        if not self.completed:
            yield self
        yield from [sub for sub in self.subprocesses.values() if not sub.completed]


def withdraw(my_task: Any) -> None:
    """Cancel a live task with all that lives under it, also inside subprocesses."""
    top = my_task.workflow.top_workflow
    waiting = [my_task]
    while waiting:
        task = waiting.pop()
        waiting += task.children
        sub = top.subprocesses.get(task.id)
        if sub is not None and not sub.completed:
            sub.completed = True
            waiting.append(sub.task_tree)
        if task.has_state(UNFINISHED):
            if task.has_state(LIVE):
                top.journal.withdrawn(task)
            task._set_state(TaskState.CANCELLED)


def withdraw_all(workflow: Any) -> None:
    """Cancel every token of one scope."""
    withdraw(workflow.task_tree)
