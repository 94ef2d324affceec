"""What a decision has to be told before it can be tried: its variables, and what they seem to hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflows.decisions.graph import DecisionModel
from workflows.decisions.inputs import KINDS
from workflows.decisions.model import Decision, InputColumn, Rule, Table
from workflows.decisions.samples import constants
from workflows.expressions import Compiled
from workflows.expressions.tree import Among, Choice, Comparison, Literal, Name, Part, children
from workflows.expressions.values import Inner, kind

MOST_VALUES = 50
"""Values shown for one variable; more would not be read."""


@dataclass(frozen=True, slots=True)
class Question:
    """A variable from outside. `kind` is FEEL's name for what it seems to hold, empty when nothing tells;
    `values` are texts that the file itself compares it with."""

    name: str
    kind: str = ""
    values: tuple[str, ...] = ()


def questions(model: DecisionModel, decision_id: str) -> tuple[Question, ...]:
    """The variables that the decision and all it requires read, in the order that they are met."""
    names: dict[str, None] = {}
    seen: dict[str, list[tuple[str, Inner]]] = {}
    for decision in _reached(model, decision_id):
        for name, sort, value in _clues(decision):
            seen.setdefault(name, []).append((sort, value))
        order = dict.fromkeys([*_in_order(decision), *decision.inputs])
        names |= {name: None for name in order if name in decision.inputs}
    return tuple(_question(name, seen.get(name, [])) for name in names)


def _reached(model: DecisionModel, decision_id: str) -> list[Decision]:
    """What it requires first, each once."""
    found: dict[str, Decision] = {}

    def visit(id: str) -> None:
        decision = model.decisions.get(id)
        if decision is not None and id not in found:
            for need in decision.requires:
                visit(need)
            found[id] = decision

    visit(decision_id)  # at most MAX_REQUIREMENT_DEPTH deep: the reader has refused what is deeper
    return list(found.values())


def _in_order(decision: Decision) -> Iterator[str]:
    if isinstance(decision.logic, Table):
        for column in decision.logic.inputs:
            yield from (part.name for part in _all(column.expression.root) if isinstance(part, Name))


def _question(name: str, seen: list[tuple[str, Inner]]) -> Question:
    kinds = {sort for sort, _ in seen if sort}
    texts = dict.fromkeys(value for _, value in seen if isinstance(value, str))
    return Question(name, kinds.pop() if len(kinds) == 1 else "", tuple(texts)[:MOST_VALUES])


def _clues(decision: Decision) -> Iterator[tuple[str, str, Inner]]:
    """(variable, kind or "", value or None) wherever the decision says what a variable is held against."""
    if isinstance(decision.logic, Compiled):
        yield from _compared(decision.logic)
        return
    for at, column in enumerate(decision.logic.inputs):
        yield from _compared(column.expression)
        name = _direct(column)
        if name:
            expected = KINDS.get(column.type, "")
            yield name, expected, None
            for value in _against(column, at, decision.logic.rules):
                yield name, expected or kind(value), value


def _direct(column: InputColumn) -> str:
    """The variable that the column reads as it is, or with something instead when it is missing."""
    match column.expression.root:
        case Name(name) | Choice(_, Literal(), Name(name)):
            return name
    return ""


def _against(column: InputColumn, at: int, rules: tuple[Rule, ...]) -> Iterator[Inner]:
    cells = [rule.tests[at] for rule in rules] + ([column.allowed] if column.allowed else [])
    for cell in cells:
        yield from (value for value in constants(cell) or () if value is not None)


def _compared(expression: Compiled) -> Iterator[tuple[str, str, Inner]]:
    for part in _all(expression.root):
        match part:
            case Comparison(_, Name(name), Literal(value)) | Comparison(_, Literal(value), Name(name)):
                if value is not None:
                    yield name, kind(value), value
            case Among(Name(name), tests):
                for test in tests:
                    if isinstance(test, Literal) and test.value is not None:
                        yield name, kind(test.value), test.value


def _all(root: Part) -> Iterator[Part]:
    waiting: list[Part] = [root]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(children(part)))
