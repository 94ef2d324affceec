"""The run loop: (definition, state, step) in, (state, events) out. No clock, disk or network.

Everything happens on a tree that is built for this one step and thrown away, so a step that raises
leaves nothing half done.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from workflows import state as codec
from workflows.definition import Choice, Definition
from workflows.engine.context import Context
from workflows.engine.ends import throw, throw_at
from workflows.engine.freezing import freeze, thaw
from workflows.engine.journal import Journal, is_open
from workflows.engine.loading import Loaded, loaded
from workflows.engine.tokens import Workflow
from workflows.engine.waiting import fire
from workflows.errors import BudgetExceeded, NotOpen, StepRefused
from workflows.model import Kind, Node
from workflows.steps import (
    Advance,
    CompleteTask,
    MessageArrived,
    OperationAnswered,
    OperationFailed,
    Step,
    TimerDue,
    Value,
)
from workflows.values import size, variables

MAX_STEPS = 500

# SpiffWorkflow gives every log record the task's data, also when nobody listens.
for _name in ("spiff.task", "spiff.workflow", "spiff.data"):
    logging.getLogger(_name).setLevel(logging.WARNING)


def start(
    definition: Definition, variables: Mapping[str, Value], *, case: str, key: bytes, now: datetime
) -> Advance:
    """Begin the process for `case`, with these variables. `now` is aware; `key` seals the state.

    Raises ModelRefused (the definition may not run), StepRefused (variables that cannot be kept),
    ExpressionError and BudgetExceeded (the model fails on this data).
    """
    run = _Run(definition, case, key, now)
    given = _variables(variables)
    journal = Journal(frozenset())
    top = Workflow(run.parts.specs[definition.process], run.parts.specs, run.context, journal)
    top.task_tree.data = given
    return run.settled(top, journal)


def advance(
    definition: Definition, state: bytes, step: Step, *, case: str, key: bytes, now: datetime
) -> Advance:
    """Take one step. Nothing has happened when it raises: NotOpen (the task does not wait for such
    a step), StepRefused, StateRefused, ModelRefused, ExpressionError, BudgetExceeded."""
    run = _Run(definition, case, key, now)
    snapshot = codec.load(state, case=case, definition=definition.hash, key=key)
    if snapshot.ended:
        raise NotOpen(step.task)
    journal = Journal(frozenset())
    top = thaw(snapshot, run.parts.specs, run.context, journal)
    journal.known = frozenset(str(t.id) for w in top.running() for t in w.tasks.values() if is_open(t))
    take(top, step, journal, definition.choices)
    return run.settled(top, journal)


class _Run:
    def __init__(self, definition: Definition, case: str, key: bytes, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("now must be aware")
        self.definition, self.case, self.key = definition, case, key
        self.parts: Loaded = loaded(definition)
        self.context = Context(case, now, self.parts.decisions)

    def settled(self, top: Any, journal: Journal) -> Advance:
        """Run until only people, operations, timers and messages are waited for, then save."""
        settle(top)
        snapshot = freeze(top)
        for frame in snapshot.frames:
            size(snapshot.variables_at(frame.variables))
        sealed = codec.dump(snapshot, case=self.case, definition=self.definition.hash, key=self.key)
        return Advance(sealed, journal.events(top), bool(top.completed))


def settle(top: Any) -> None:
    """Run until nothing goes on by itself. Raises BudgetExceeded beyond MAX_STEPS, and like `advance`."""
    steps = 0
    while ready := [
        task
        for workflow in top.running()
        for task in workflow.tasks.values()
        if task.state == TaskState.READY and not task.task_spec.manual
    ]:
        for task in ready:
            if task.state != TaskState.READY:
                continue  # withdrawn by one that ran before it
            task.run()
            steps += task.state == TaskState.COMPLETED
            if steps > MAX_STEPS:
                raise BudgetExceeded(
                    f"Processen tar fler än {MAX_STEPS} steg utan att vänta på någon eller något."
                )


def take(top: Any, step: Step, journal: Journal, choices: Mapping[str, Choice]) -> None:
    """Say the step to the task that waits for it. Raises NotOpen and StepRefused."""
    task = _task(top, step.task, journal.known)
    node: Node = task.task_spec.node
    match step:
        case CompleteTask():
            _expect(node.kind is Kind.USER, step)
            answers = _variables(step.answers)
            _chosen(node, choices, answers)
            task.data.update(answers)
            task.run()
        case OperationAnswered():
            _expect(node.kind is Kind.SERVICE and node.operation is not None, step)
            outputs = _variables(step.outputs)
            result = node.operation.result if node.operation else None
            task.data.update({result: outputs} if result else outputs)
            task.internal_data.pop("inputs", None)
            task.complete()
        case OperationFailed():
            _expect(node.kind is Kind.SERVICE, step)
            journal.known -= {step.task}  # it has failed: nobody needs to hear that it is withdrawn
            if not throw_at(task, step.code) and not throw(task.workflow, step.code):
                label = node.name or node.id
                raise StepRefused(f"Modellen säger inte vad som ska ske när ”{label}” misslyckas.")
        case MessageArrived():
            _expect(node.message is not None and task.state == TaskState.WAITING, step)
            payload = _variables(step.payload)
            variable = node.message.variable if node.message else None
            task.data.update({variable: payload} if variable else payload)
            fire(task)
        case TimerDue():
            _expect(node.timer is not None and task.state == TaskState.WAITING, step)
            fire(task)


def _task(top: Any, name: str, known: frozenset[str]) -> Any:
    if name not in known:
        raise NotOpen(name)
    ident = UUID(name)
    return next(w.tasks[ident] for w in top.running() if ident in w.tasks)


def _chosen(node: Node, choices: Mapping[str, Choice], answers: Mapping[str, Value]) -> None:
    """A task that ends in a choice cannot be completed without it."""
    choice = choices.get(node.id)
    if choice is not None and answers.get(choice.variable) not in [i for i, _ in choice.options]:
        labels = ", ".join(label for _, label in choice.options)
        raise StepRefused(f"Välj väg innan uppgiften görs klar: {labels}.")


def _expect(fits: bool, step: Step) -> None:
    if not fits:
        raise NotOpen(step.task)


_variables = variables
