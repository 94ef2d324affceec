"""Plays one model from strangers: read, check, then run to its end with answers made up from a seed.

Each case is run twice, saved and restored between steps and kept in memory, and both must tell the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from time import process_time
from typing import Literal

from tests.workflows.twins import Kept, Restored, Seen
from workflows import (
    CompleteTask,
    Definition,
    Event,
    ExpressionError,
    MessageArrived,
    MessageAwaited,
    ModelRefused,
    OperationAnswered,
    OperationFailed,
    OperationRequested,
    Step,
    TaskOpened,
    TimerDue,
    TimerSet,
    Value,
    WorkflowError,
    check,
    read,
)
from workflows.definition import model
from workflows.expressions import compile
from workflows.expressions.tree import Literal as Constant
from workflows.expressions.tree import walk
from workflows.model import Kind, Model

MAX_TURNS = 60
MAX_ATTEMPTS = 12
MAX_SECONDS = 0.8
"""Of CPU for one attempt, and for all but the last."""

Result = Literal["refused", "ended", "stopped", "unfinished", "unlike"]


@dataclass(frozen=True, slots=True)
class Played:
    """`refused`: `rules` say why. `ended`: some answers led to the end. `stopped`: every attempt met
    a sentence of the engine, `why`. `unfinished`: still waiting after all attempts. `unlike`: the
    restored case told another story than the kept one."""

    result: Result
    rules: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""
    kinds: tuple[str, ...] = field(default=(), repr=False)


def play(files: Mapping[str, bytes], seed: int = 0) -> Played:
    """Raises what `workflows` should not: everything but WorkflowError is a fault in it."""
    try:
        definition = read(files)
    except ModelRefused as refused:
        return Played("refused", _rules(refused))
    found = check(definition)
    notes = tuple(sorted({f.rule for f in found if f.level != "error"}))
    kinds = tuple(sorted({node.kind.value for node in model(definition).nodes()}))
    if errors := tuple(dict.fromkeys(f.rule for f in found if f.level == "error")):
        return Played("refused", errors, notes, kinds=kinds)
    chance = random.Random(seed)
    names, values = vocabulary(model(definition))
    begun = process_time()
    result, why = "stopped", ""
    for attempt in range(MAX_ATTEMPTS):
        if attempt and process_time() - begun > MAX_SECONDS:
            break
        told, sentence = _attempt(definition, names, values, chance)
        if told in ("ended", "unlike"):
            return Played(told, (), notes, sentence, kinds)
        if told == "unfinished" or not why:
            result, why = told, sentence
    return Played(result, (), notes, why, kinds)


def vocabulary(graph: Model) -> tuple[list[str], list[Value]]:
    """The variables that the model's expressions read, and values worth giving them."""
    names: dict[str, None] = {}
    values: list[Value] = [True, False, 0, 1, 7, 1_000_000, "ja", "PT1H", [1, 2], None]
    for source in _sources(graph):
        try:
            compiled = compile(source)
        except ExpressionError:
            continue
        names |= dict.fromkeys(sorted(compiled.names | compiled.filter_names))
        values += [node.value for node in walk(compiled.root) if isinstance(node, Constant)]
    plain = [v for v in values if v is None or isinstance(v, bool | int | float | str | list)]
    return [name for name in names if name.isidentifier()], plain


def _sources(graph: Model) -> Iterator[str]:
    yield from (flow.condition for flow in graph.flows() if flow.condition)
    for node in graph.nodes():
        plan, timer, message = node.instances, node.timer, node.message
        yield from filter(None, (plan.items, plan.count, plan.until) if plan else ())
        yield from [timer.text] if timer else []
        yield from filter(None, [message.correlation] if message else [])
        yield from node.operation.parameters.values() if node.operation else []


def _attempt(
    definition: Definition, names: list[str], values: list[Value], chance: random.Random
) -> tuple[Result, str]:
    def answers() -> dict[str, Value]:
        return {name: chance.choice(values) for name in names}

    errors = sorted({n.error for n in model(definition).nodes() if n.kind is Kind.BOUNDARY and n.error})
    try:
        given = answers()
        runs = (Restored(definition, given), Kept(definition, given))
        seen = (Seen(), Seen())
        begun = process_time()
        for _ in range(MAX_TURNS):
            if process_time() - begun > MAX_SECONDS:
                break
            for run, noted in zip(runs, seen, strict=True):
                noted.told(run.last)
            if seen[0].log != seen[1].log or runs[0].last.ended != runs[1].last.ended:
                return "unlike", str(seen[0].log[-3:])
            if runs[0].last.ended:
                return "ended", ""
            if not seen[0].open:
                return "stopped", "Inget väntar, och processen är inte slut."
            at, given, fails = chance.randrange(len(seen[0].open)), answers(), chance.random() < 0.2
            choice = chance.random()
            for run, noted in zip(runs, seen, strict=True):
                event = list(noted.open.values())[at]
                step = _step(definition, event, given, choice, errors if fails else [])
                noted.open.pop(step.task)
                run.step(step)
        return "unfinished", ""
    except WorkflowError as refusal:
        return "stopped", str(refusal)


def _step(
    definition: Definition, event: Event, given: dict[str, Value], chance: float, errors: list[str]
) -> Step:
    match event:
        case TaskOpened():
            choice = definition.choices.get(event.element)
            if choice is not None:
                given = {**given, choice.variable: choice.options[int(chance * len(choice.options))][0]}
            return CompleteTask(event.task, given)
        case OperationRequested():
            if errors:
                return OperationFailed(event.task, errors[0])
            return OperationAnswered(event.task, given)
        case TimerSet():
            return TimerDue(event.task)
        case MessageAwaited():
            return MessageArrived(event.task, given)
    raise AssertionError(event)


def _rules(refused: ModelRefused) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain(f.rule for f in refused.findings)))
