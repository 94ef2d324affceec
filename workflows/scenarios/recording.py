"""A scenario in the making: a draft walked step by step. Nothing is kept between the steps but the steps: the
case is played from the start each time, so that what is recorded is what a run will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workflows.decisions import Table
from workflows.definition import Definition, model, tables
from workflows.errors import Finding, ModelRefused, WorkflowError
from workflows.model import Kind
from workflows.scenarios.case import Case, Difference, Waiting, names_of
from workflows.scenarios.plan import MAX_STEPS, Clock, Expectation, Planned, Scenario, Timed
from workflows.scenarios.reading import rules_of
from workflows.scenarios.run import Variables, no_variables
from workflows.steps import (
    MessageAwaited,
    OperationRequested,
    TaskOpened,
    TimerSet,
    Value,
)

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a recording stands. `case` is after the steps of `scenario`, which are those that could be taken;
    `problem` is a Swedish sentence about the first that could not."""

    scenario: Scenario
    case: Case
    problem: str | None = None

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """What can happen next: tasks first, then operations, messages and times, each kind by name."""
        order = (TaskOpened, OperationRequested, MessageAwaited, TimerSet)
        return tuple(
            sorted(
                self.case.waiting.values(),
                key=lambda wait: (order.index(type(wait)), names_of(wait)[0], wait.task),
            )
        )


def walk(definition: Definition, scenario: Scenario, *, variables_of: Variables = no_variables) -> Walk:
    """The scenario's steps taken one after the other, as far as they can be. Raises Difference when the case
    cannot even begin."""
    try:
        variables = variables_of(scenario.profile)
    except LookupError:
        raise Difference(f"profilen ”{scenario.profile}” finns inte.") from None
    given = {name: value for name, value in variables.items() if name in definition.reads}
    taken: tuple[Planned, ...] = scenario.steps
    problem: str | None = None
    while True:  # at most twice: a step that stopped half-way leaves a case that is played anew without it
        case = Case(definition, scenario.at)
        try:
            case.begin({**given, **scenario.given})
        except (WorkflowError, OverflowError) as wrong:
            raise Difference(str(wrong)) from wrong
        done = 0
        try:
            for planned in taken:
                match planned:
                    case Timed():
                        case.take(planned)
                    case Clock():
                        case.pass_time(planned)
                    case _:
                        pass  # only a whole house can take it
                done += 1
        except (Difference, WorkflowError) as wrong:
            problem = str(wrong)
        except OverflowError:
            problem = "tiden ligger för långt fram."
        if done == len(taken):
            return Walk(replace(scenario, steps=taken), case, problem)
        taken = taken[:done]


def another(scenario: Scenario, planned: Planned) -> Scenario:
    """The recording with one more step. Raises ModelRefused when it is full."""
    if len(scenario.steps) >= MAX_STEPS:
        raise ModelRefused(
            [Finding("scenarios", None, f"Ett scenario har högst {MAX_STEPS} steg. Spara det här.")]
        )
    return replace(scenario, steps=(*scenario.steps, planned))


def called(walked: Walk, wait: Waiting) -> str:
    """What a step is to call what waits: its name, or its id where another has the same name."""
    name = names_of(wait)[0]
    twins = [
        other
        for other in walked.case.waiting.values()
        if type(other) is type(wait) and other.element != wait.element and name in _names(walked.case, other)
    ]
    return wait.element if twins or not name.strip() else name


def _names(case: Case, wait: Waiting) -> tuple[str, ...]:
    drawn = case.definition.elements.get(wait.element)
    return (*names_of(wait), drawn.name if drawn else "")


def finished(definition: Definition, walked: Walk, name: str, rules: Sequence[str]) -> Scenario:
    """The recording as a scenario that expects what has happened: the path, the end or what is open, and what
    decisions have come to. Raises ModelRefused for a name or rules that cannot be."""
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME:
        raise ModelRefused(
            [Finding("scenarios", None, f"Ge scenariot ett namn med högst {MAX_NAME} tecken.")]
        )
    case = walked.case
    waits = [names_of(wait)[0] for kind in ("task", "operation") for wait in case.open(kind)]
    return replace(
        walked.scenario,
        name=name,
        rules=rules_of(rules),
        expect=Expectation(
            path=tuple(case.path),
            end=None if case.ended is None else case.ended.name or case.ended.element,
            open=tuple(waits) if case.ended is None else None,
            variables={} if case.ended is None else _decided(definition, case.ended.variables),
        ),
    )


def _decided(definition: Definition, variables: Mapping[str, Value]) -> Mapping[str, Value]:
    """What the decisions that the case passed have answered, where that is a word, a number, yes or no."""
    decisions = {n.decision for n in model(definition).nodes() if n.kind is Kind.DECISION and n.decision}
    from_tables = _outputs(definition, decisions)
    return {
        name: value
        for name, value in variables.items()
        if name in from_tables and isinstance(value, str | bool | int)
    }


def _outputs(definition: Definition, decisions: set[str]) -> set[str]:
    found: set[str] = set()
    for name, graph in tables(definition).by_decision.items():
        logic = graph.decisions[name].logic
        if name in decisions and isinstance(logic, Table):
            found |= {column.name for column in logic.outputs}
    return found
