"""Goes on from a state that was not saved by the same version: new waits are armed, joins look again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from workflows.definition import Definition
from workflows.engine.freezing import thaw
from workflows.engine.joins import Parallel
from workflows.engine.journal import Journal, is_open
from workflows.engine.running import _Run
from workflows.engine.tokens import spec_name
from workflows.state import Snapshot
from workflows.steps import Advance


@dataclass(frozen=True, slots=True)
class Arm:
    """An event to begin waiting for: in which frame of the snapshot, under which token (its id; None
    under none), and which element. `entering`: a token comes to the element as by a flow, instead of one
    event beginning to wait."""

    frame: int
    holder: str | None
    element: str
    entering: bool = False


def resume(
    definition: Definition,
    snapshot: Snapshot,
    arms: Sequence[Arm],
    *,
    case: str,
    key: bytes,
    now: datetime,
) -> Advance:
    """Let the snapshot, made for this definition, go on as far as it can without a step from outside.

    Raises ModelRefused, StateRefused (the snapshot does not fit), ExpressionError, BudgetExceeded."""
    run = _Run(definition, case, key, now)
    journal = Journal(frozenset())
    top = thaw(snapshot, run.parts.specs, run.context, journal)
    journal.known = frozenset(str(t.id) for w in top.running() for t in w.tasks.values() if is_open(t))
    scopes = list(top.running())  # in the order of the frames
    for arm in arms:
        _arm(scopes[arm.frame], arm)
    for workflow in reversed(scopes):
        _look_again(workflow)
    return run.settled(top, journal)


def _arm(workflow: Any, arm: Arm) -> None:
    holder = workflow.task_tree if arm.holder is None else workflow.tasks[UUID(arm.holder)]
    spec = workflow.spec.entry(arm.element) if arm.entering else None
    child = holder._add_child(spec or workflow.spec.task_specs[spec_name(arm.element)], TaskState.FUTURE)
    child.task_spec._update(child)


def _look_again(workflow: Any) -> None:
    for task in list(workflow.tasks.values()):
        joins = isinstance(task.task_spec, Parallel) or getattr(task.task_spec, "looks_again", False)
        if joins and task.state == TaskState.WAITING:
            task.task_spec._update(task)
