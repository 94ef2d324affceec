"""Says at deploy which rows of a table overlap, can never hit, or leave something undecided.

Exact for cells that compare with numbers, days, texts and booleans; a cell that does more is noted
and left out. Columns are taken to be independent, so a finding is a warning and never a refusal.
A missing value (null) is looked at only where a cell names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Final

from workflows.decisions.coverage import uncovered
from workflows.decisions.model import HitPolicy, Rule, Table
from workflows.decisions.samples import Sample, constants, samples
from workflows.errors import Finding
from workflows.expressions import Compiled
from workflows.expressions.budget import Meter
from workflows.expressions.compare import same
from workflows.expressions.reading import constant
from workflows.expressions.tree import INPUT, Literal

MOST: Final = 20
"""Findings of one sort in one table; more would not be read."""
_MOST_ASKED: Final = 200_000
_SINGLE: Final = (HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY, HitPolicy.PRIORITY)


@dataclass(frozen=True, slots=True)
class Axis:
    """One column: its samples, and for each rule the set of them it hits, as bits; None for a cell
    that cannot be read."""

    label: str
    samples: tuple[Sample, ...]
    hits: tuple[int | None, ...]


def analyse(name: str, table: Table) -> list[Finding]:
    """The findings of one table, as warnings and notes."""
    axes = _axes(table)
    if axes is None:
        return [_note("decision-unchecked", f"Tabellen «{name}» är för stor för att kontrolleras.")]
    findings = list(islice(_never(table, axes), MOST))
    match table.hit_policy:
        case HitPolicy.UNIQUE | HitPolicy.ANY:
            findings += islice(_overlaps(table, axes), MOST)
        case HitPolicy.FIRST:
            findings += islice(_shadowed(table, axes), MOST)
    findings += _gaps(name, table, axes)
    unread = [rule.number for at, rule in enumerate(table.rules) if _unread(axes, at)]
    if unread and table.hit_policy in _SINGLE:
        rows = ", ".join(map(str, unread[:10]))
        findings.append(
            _note(
                "decision-unchecked",
                f"Rad {rows} i tabellen «{name}» räknar ut sina villkor och kan inte kontrolleras "
                "mot de andra.",
            )
        )
    return findings


def _note(rule: str, text: str) -> Finding:
    return Finding(rule, None, text, level="note")


def _warning(rule: str, element: str | None, text: str, hint: str) -> Finding:
    return Finding(rule, element, text, hint, "warning")


def _axes(table: Table) -> list[Axis] | None:
    """The columns cut into samples; None when that would take too long."""
    axes: list[Axis] = []
    asked = 0
    for at, column in enumerate(table.inputs):
        cells = {rule.tests[at].source: rule.tests[at] for rule in table.rules}
        read = {source: constants(cell) for source, cell in cells.items()}
        points = samples(column, (value for values in read.values() for value in values or ()))
        asked += len(cells) * len(points)
        if asked > _MOST_ASKED:
            return None
        bits: dict[str, int | None] = {}
        for source, cell in cells.items():
            met = (cell.run({INPUT: point.value}, Meter()) is True for point in points)
            bits[source] = None if read[source] is None else sum(1 << n for n, hit in enumerate(met) if hit)
        hits = tuple(bits[rule.tests[at].source] for rule in table.rules)
        axes.append(Axis(column.label, tuple(points), hits))
    return axes


def _unread(axes: list[Axis], at: int) -> bool:
    return any(axis.hits[at] is None for axis in axes)


def _never(table: Table, axes: list[Axis]) -> Iterator[Finding]:
    for at, rule in enumerate(table.rules):
        empty = next((axis.label for axis in axes if axis.hits[at] == 0), None)
        if empty is not None:
            yield _warning(
                "decision-never",
                rule.id,
                f"Rad {rule.number} kan aldrig träffa: villkoret för {empty} kan inte uppfyllas.",
                "Rätta villkoret eller ta bort raden.",
            )


def _overlaps(table: Table, axes: list[Axis]) -> Iterator[Finding]:
    for (a, one), (b, other) in combinations(enumerate(table.rules), 2):
        example = _shared(axes, a, b)
        if example is None or (table.hit_policy is HitPolicy.ANY and not _differ(one, other)):
            continue
        when = f" när {example}" if example else ""
        broken = (
            "De ger olika svar (ANY)."
            if table.hit_policy is HitPolicy.ANY
            else "Bara en rad får träffa (UNIQUE)."
        )
        yield _warning(
            "decision-overlap",
            other.id,
            f"Rad {one.number} och {other.number} kan träffa samtidigt{when}. {broken}",
            "Gör villkoren skilda eller byt träffpolicy, till exempel till FIRST.",
        )


def _shared(axes: list[Axis], a: int, b: int) -> str | None:
    """An example that both rules hit; None when there is none, or it cannot be told."""
    example: list[str] = []
    for axis in axes:
        left, right = axis.hits[a], axis.hits[b]
        if left is None or right is None:
            return None
        both = left & right
        if not both:
            return None
        if len(axis.samples) > 1 and both != (1 << len(axis.samples)) - 1:
            point = axis.samples[(both & -both).bit_length() - 1]
            example.append(f"{axis.label} {point.text}")
    return " och ".join(example)


def _differ(one: Rule, other: Rule) -> bool:
    """Whether two rules surely answer differently: only literal answers can be compared here."""
    for left, right in zip(one.outputs, other.outputs, strict=True):
        known = all(_is_constant(cell) for cell in (left, right))
        if known and same(constant(left.root), constant(right.root), Meter()) is not True:
            return True
    return False


def _is_constant(cell: Compiled) -> bool:
    return isinstance(cell.root, Literal) or constant(cell.root) is not None


def _shadowed(table: Table, axes: list[Axis]) -> Iterator[Finding]:
    for b, later in enumerate(table.rules):
        if _unread(axes, b) or any(axis.hits[b] == 0 for axis in axes):
            continue
        for a in range(b):
            if not _unread(axes, a) and all(_covers(axis, a, b) for axis in axes):
                yield _warning(
                    "decision-shadowed",
                    later.id,
                    f"Rad {later.number} träffar aldrig: rad {table.rules[a].number} hinner före.",
                    "Flytta upp raden eller ta bort den.",
                )
                break


def _covers(axis: Axis, a: int, b: int) -> bool:
    return not ((axis.hits[b] or 0) & ~(axis.hits[a] or 0))


def _gaps(name: str, table: Table, axes: list[Axis]) -> list[Finding]:
    defaulted = any(output.default for output in table.outputs)
    readable = not any(_unread(axes, at) for at in range(len(table.rules)))
    if table.hit_policy not in _SINGLE or defaulted or not readable or not axes:
        return []
    found, finished = uncovered([(len(axis.samples), _bits(axis)) for axis in axes], len(table.rules))
    findings = [
        _warning(
            "decision-gap",
            None,
            f"Ingen rad i tabellen «{name}» träffar när {_situation(axes, gap)}.",
            "Lägg till en rad, eller en sista rad med - i alla villkor.",
        )
        for gap in found
    ]
    if not finished:
        findings.append(_note("decision-unchecked", f"Tabellen «{name}» är för stor att söka luckor i."))
    return findings


def _bits(axis: Axis) -> list[int]:
    """For each sample, the rules that hit it, as bits."""
    return [
        sum(1 << rule for rule, hits in enumerate(axis.hits) if (hits or 0) >> at & 1)
        for at in range(len(axis.samples))
    ]


def _situation(axes: list[Axis], gap: tuple[int, ...]) -> str:
    told = [
        f"{axis.label} {axis.samples[at].text}"
        for axis, at in zip(axes, gap, strict=False)
        if len(axis.samples) > 1
    ]
    return " och ".join(told) or "alla villkor är öppna"
