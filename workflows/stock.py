"""The same work with SpiffWorkflow's own parser, tree and JSON state: for comparison only.

What is stock: `SpiffBpmnParser`, `BpmnWorkflow` and `BpmnWorkflowSerializer` with SpiffWorkflow's own
configuration, so that the saved JSON holds the specification too, as its documentation shows. What is
not: the evaluator. Nothing here may call `eval`, so expressions go to `workflows.expressions` as ours do;
they are a few microseconds of a step that takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer import DEFAULT_CONFIG
from SpiffWorkflow.util.task import TaskState

from workflows.expressions import compile, to_value
from workflows.normalise import parse_xml
from workflows.steps import Value


@dataclass(frozen=True, slots=True)
class StockStep:
    """What one step left: the JSON, the (id, element) of user tasks now ready, and whether it has ended."""

    state: str
    ready: tuple[tuple[str, str], ...]
    ended: bool


class Stock:
    """One model, parsed once. `now` is aware, and is what expressions see as the time."""

    def __init__(self, model: bytes, process: str, now: datetime) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_xml(parse_xml(model))
        self._spec = parser.get_spec(process)
        self._subprocesses = parser.get_subprocess_specs(process)
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(DEFAULT_CONFIG))
        self._engine = _Evaluator(now)

    def start(self, variables: Mapping[str, Value]) -> StockStep:
        workflow = BpmnWorkflow(self._spec, self._subprocesses, script_engine=self._engine)
        workflow.task_tree.data.update(variables)
        workflow.do_engine_steps()
        return self._saved(workflow)

    def complete(self, state: str, task: str, answers: Mapping[str, Value]) -> StockStep:
        """Restore, complete the user task, run on until people are waited for, save."""
        workflow = self._serializer.deserialize_json(state)
        workflow.script_engine = self._engine
        _finish(workflow, workflow.get_task_from_id(UUID(task)), answers)
        return self._saved(workflow)

    def turns(self, state: str, answers: Mapping[str, Value], marks: tuple[int, ...]) -> Iterator[StockStep]:
        """Complete whichever task is ready, again and again without saving, and give what is saved at the
        turns in `marks` (ascending): the quick way to a long history."""
        workflow = self._serializer.deserialize_json(state)
        workflow.script_engine = self._engine
        for turn in range(1, marks[-1] + 1):
            _finish(workflow, next(_ready(workflow)), answers)
            if turn in marks:
                yield self._saved(workflow)

    def _saved(self, workflow: Any) -> StockStep:
        ready = tuple((str(task.id), str(task.task_spec.bpmn_id)) for task in _ready(workflow))
        return StockStep(self._serializer.serialize_json(workflow), ready, bool(workflow.completed))


def _finish(workflow: Any, task: Any, answers: Mapping[str, Value]) -> None:
    task.data.update(answers)
    task.run()
    workflow.do_engine_steps()


def _ready(workflow: Any) -> Iterator[Any]:
    return iter(workflow.get_tasks(state=TaskState.READY, manual=True))


class _Evaluator(PythonScriptEngine):  # type: ignore[misc]
    """SpiffWorkflow's place for an evaluator, filled with the only one that this program has."""

    def __init__(self, now: datetime) -> None:
        super().__init__(environment=object())
        self._now = now

    def validate(self, expression: Any) -> None:
        compile(str(expression))

    def evaluate(self, task: Any, expression: Any, external_context: Any = None) -> Value:
        return to_value(compile(str(expression)).evaluate(task.data, now=self._now))

    def execute(self, task: Any, script: Any, external_context: Any = None) -> NoReturn:
        raise NotImplementedError("a script task has no place in a comparison")

    def call_service(self, task: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError("a service task has no place in a comparison")
