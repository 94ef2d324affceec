"""Between SpiffWorkflow's task tree and `workflows.state.Snapshot`: only what lives is taken
along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflows.engine.instances import is_instance
from workflows.engine.joins import EndJoin
from workflows.engine.tokens import LIVE, Subworkflow, Workflow
from workflows.engine.waiting import EventGateway, Guard
from workflows.errors import BudgetExceeded, StateRefused
from workflows.state import Frame, Snapshot, TokenKind, TokenState, Variables
from workflows.steps import Value

MAX_TOKENS = 3000
_KIND: dict[int, TokenKind] = {
    TaskState.WAITING: "waiting",
    TaskState.READY: "ready",
    TaskState.STARTED: "started",
}
_STATE = {kind: state for state, kind in _KIND.items()} | {"done": TaskState.COMPLETED}


def freeze(top: Any) -> Snapshot:
    """The tokens of the workflow and of its running subworkflows."""
    if top.completed:
        return Snapshot((), (Variables(-1, dict(top.task_tree.data)),), ended=True)
    kept = _Kept()
    frames: list[Frame] = []
    place: dict[Any, tuple[int, int]] = {}
    for workflow in top.running():
        base = kept.index(workflow.task_tree.data, -1)
        tasks = _held(workflow)
        where = {task.id: number for number, task in enumerate(tasks)}
        for task in tasks:
            place[task.id] = (len(frames), where[task.id])
        frames.append(
            Frame(
                scope=workflow.spec.name,
                host=None if workflow is top else place[workflow.parent_task_id],
                variables=base,
                tokens=tuple(
                    TokenState(
                        id=task.id.hex,
                        spec=task.task_spec.name,
                        kind=_KIND.get(task.state, "done"),
                        parent=where.get(task.parent.id, -1),
                        variables=kept.index(task.data, base),
                        internal=task.internal_data,
                    )
                    for task in tasks
                ),
            )
        )
    if sum(len(frame.tokens) for frame in frames) > MAX_TOKENS:
        raise BudgetExceeded("Processen har för många uppgifter i gång samtidigt.")
    return Snapshot(tuple(frames), tuple(kept.entries))


def thaw(snapshot: Snapshot, specs: Mapping[str, Any], context: Any, journal: Any) -> Any:
    """A workflow that goes on from the snapshot. Raises StateRefused when it names what is not in
    the definition."""
    variables = [snapshot.variables_at(n) for n in range(len(snapshot.variables))]
    made: list[list[Any]] = []
    top: Any = None
    try:
        for frame in snapshot.frames:
            spec = specs[frame.scope]
            if frame.host is None:
                workflow = top = Workflow(spec, specs, context, journal, deserializing=True)
            else:
                host = made[frame.host[0]][frame.host[1]]
                workflow = Subworkflow(spec, host.id, top, deserializing=True)
                top.subprocesses[host.id] = workflow
                host.task_spec.listen(host, workflow)
            root = Task(workflow, spec.start, None, TaskState.COMPLETED)
            root.data = variables[frame.variables]
            workflow.task_tree = root
            tasks: list[Any] = []
            for token in frame.tokens:
                parent = tasks[token.parent] if token.parent >= 0 else root
                task = Task(
                    workflow,
                    spec.task_specs[token.spec],
                    parent,
                    _STATE[token.kind],
                    UUID(token.id),
                )
                task.data = variables[token.variables]
                task.internal_data = dict(token.internal)
                task.triggered = is_instance(task)
                tasks.append(task)
            made.append(tasks)
    except (KeyError, IndexError, AttributeError, ValueError):
        raise StateRefused("Det sparade tillståndet passar inte processens version.") from None
    return top


def _held(workflow: Any) -> list[Any]:
    """Live tasks, each after the task that holds it. Of tokens at the end one is enough."""
    held: dict[Any, Any] = {}
    ended = False
    for task in workflow.tasks.values():
        if not task.has_state(LIVE):
            continue
        if isinstance(task.task_spec, EndJoin):
            if ended:
                continue
            ended = True
        holder = task.parent
        if isinstance(holder.task_spec, Guard | EventGateway) and holder.id not in held:
            held[holder.id] = holder
        held[task.id] = task
    # A holder (guard, multi-instance) is always older than what it holds, except the few put first
    # above, so one stable pass over depths is enough.
    return sorted(held.values(), key=_depth(held))


def _depth(held: Mapping[Any, Any]) -> Any:
    def depth(task: Any) -> int:
        level = 0
        while task.parent is not None and task.parent.id in held:
            level, task = level + 1, task.parent
        return level

    return depth


class _Kept:
    """The different sets of variables, each once, found again by identity."""

    def __init__(self) -> None:
        self.entries: list[Variables] = []
        self._index: dict[int, int] = {}
        self._full: list[dict[str, Value]] = []

    def index(self, data: dict[str, Value], base: int) -> int:
        known = self._index.get(id(data))
        if known is not None:
            return known
        below = self._full[base] if base >= 0 else {}
        changed = {
            name: value for name, value in data.items() if name not in below or not _same(below[name], value)
        }
        missing = tuple(name for name in below if name not in data)
        self.entries.append(Variables(base, changed, missing))
        self._full.append(data)
        self._index[id(data)] = len(self.entries) - 1
        return self._index[id(data)]


def _same(a: Value, b: Value) -> bool:
    """Equal and of one type: 1, 1.0 and True are three values."""
    return a is b or (type(a) is type(b) and not isinstance(a, list | dict) and a == b)
