"""Evaluates a decision table: finds the rules that hit, and lets the hit policy choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from workflows.decisions.inputs import subject
from workflows.decisions.model import Aggregation, Decision, HitPolicy, OutputColumn, Rule, Table
from workflows.decisions.outcome import Outcome
from workflows.errors import ExpressionError
from workflows.expressions import Compiled, to_value
from workflows.expressions.budget import Meter
from workflows.expressions.compare import same
from workflows.expressions.functions import BY_NAME
from workflows.expressions.tree import INPUT
from workflows.expressions.values import Inner, released

_MOST_LISTED: Final = 10
Row = tuple[Inner, ...]
"""The values of one rule's outputs, as the evaluator knows them: a date is still a date."""


def evaluate_table(
    decision: Decision, table: Table, variables: Mapping[str, object], meter: Meter
) -> Outcome:
    """The outcome of the table over `variables`, without what it requires.

    Raises ExpressionError when UNIQUE or ANY is broken, and when a value is not what its column
    says.
    """
    hits = _hits(table, variables, meter)
    if not hits:
        return _nothing(decision, table, variables, meter)
    rows = {rule.number: _row(rule, variables, meter) for rule in hits}
    chosen = _chosen(decision, table, hits, rows, meter)
    return _outcome(decision, table, chosen, [rows[rule.number] for rule in chosen], meter)


def _hits(table: Table, variables: Mapping[str, object], meter: Meter) -> list[Rule]:
    subjects = [subject(column, variables, meter) for column in table.inputs]
    scopes = [{**variables, INPUT: subject} for subject in subjects]
    hits: list[Rule] = []
    for rule in table.rules:
        if all(test.run(scope, meter) is True for test, scope in zip(rule.tests, scopes, strict=True)):
            hits.append(rule)
            if table.hit_policy is HitPolicy.FIRST:
                break
    return hits


def _row(rule: Rule, variables: Mapping[str, object], meter: Meter) -> Row:
    return tuple(released(output.run(variables, meter)) for output in rule.outputs)


def _chosen(
    decision: Decision, table: Table, hits: list[Rule], rows: Mapping[int, Row], meter: Meter
) -> list[Rule]:
    match table.hit_policy:
        case HitPolicy.FIRST:
            return hits[:1]
        case HitPolicy.UNIQUE:
            if len(hits) > 1:
                raise ExpressionError(
                    f"I beslutstabellen «{decision.name}» träffar {_listed(hits)} samtidigt, men "
                    "bara en får träffa (UNIQUE). Gör villkoren skilda eller byt träffpolicy."
                )
            return hits
        case HitPolicy.ANY:
            first = rows[hits[0].number]
            if any(not _alike(rows[rule.number], first, meter) for rule in hits):
                raise ExpressionError(
                    f"I beslutstabellen «{decision.name}» träffar {_listed(hits)} samtidigt och "
                    "ger olika svar (ANY). Ge dem samma svar eller byt träffpolicy."
                )
            return hits
        case HitPolicy.PRIORITY:
            return _by_priority(table, hits, rows, meter)[:1]
        case HitPolicy.OUTPUT_ORDER:
            return _by_priority(table, hits, rows, meter)
        case HitPolicy.RULE_ORDER | HitPolicy.COLLECT:
            return hits


def _alike(one: Row, other: Row, meter: Meter) -> bool:
    # FEEL's equality, not Python's: true and 1 are different answers, 1 and 1.0 the same.
    return same(list(one), list(other), meter) is True


def _listed(rules: Iterable[Rule]) -> str:
    numbers = [str(rule.number) for rule in rules]
    if len(numbers) > _MOST_LISTED:
        return f"rad {', '.join(numbers[:_MOST_LISTED])} med flera"
    return f"rad {', '.join(numbers[:-1])} och {numbers[-1]}"


def _by_priority(table: Table, hits: list[Rule], rows: Mapping[int, Row], meter: Meter) -> list[Rule]:
    """Most important first: by the first output's list of values, then the next; then as drawn."""

    def rank(rule: Rule) -> tuple[int, ...]:
        pairs = zip(rows[rule.number], table.outputs, strict=True)
        return tuple(_place(value, output, meter) for value, output in pairs if output.priorities)

    return sorted(hits, key=rank)


def _place(value: Inner, output: OutputColumn, meter: Meter) -> int:
    """The value's place in the output's list; one that is not listed comes last."""
    for place, listed in enumerate(output.priorities):
        if same(value, listed, meter) is True:
            return place
    return len(output.priorities)


def _outcome(decision: Decision, table: Table, chosen: list[Rule], rows: list[Row], meter: Meter) -> Outcome:
    names = [output.name for output in table.outputs]
    outputs: dict[str, Inner]
    value: Inner
    if table.aggregation:
        value = aggregate(table.aggregation, [row[0] for row in rows], meter)
        outputs = {names[0]: value}
    elif table.hit_policy.lists:
        outputs = {name: [row[at] for row in rows] for at, name in enumerate(names)}
        value = [_answer(names, row) for row in rows]
    else:
        outputs = dict(zip(names, rows[0], strict=True))
        value = _answer(names, rows[0])
    ids = tuple(rule.id for rule in chosen)
    return outcome(decision, outputs, value, ids, tuple(rule.number for rule in chosen))


def _answer(names: list[str], row: Row) -> Inner:
    return row[0] if len(names) == 1 else dict(zip(names, row, strict=True))


def aggregate(aggregation: Aggregation, values: list[Inner], meter: Meter) -> Inner:
    """COLLECT's number. Null when the values cannot be added or ordered, or when there are none."""
    if aggregation is Aggregation.COUNT:
        return len(values)
    return BY_NAME[aggregation.value.lower()].run(meter, values)


def _nothing(decision: Decision, table: Table, variables: Mapping[str, object], meter: Meter) -> Outcome:
    if table.aggregation is Aggregation.COUNT:
        return outcome(decision, {table.outputs[0].name: 0}, 0)
    defaults = {output.name: _default(output.default, variables, meter) for output in table.outputs}
    value: Inner = defaults if len(defaults) > 1 else next(iter(defaults.values()))
    if all(entry is None for entry in defaults.values()):
        value = None
    return outcome(decision, defaults, value)


def _default(cell: Compiled | None, variables: Mapping[str, object], meter: Meter) -> Inner:
    return None if cell is None else released(cell.run(variables, meter))


def outcome(
    decision: Decision,
    outputs: Mapping[str, Inner],
    value: Inner,
    rules: tuple[str, ...] = (),
    rows: tuple[int, ...] = (),
) -> Outcome:
    """The outcome with its outputs as JSON; `value` keeps its dates for other decisions."""
    written = {name: to_value(output) for name, output in outputs.items()}
    return Outcome(decision.id, written, value, rules, rows)
