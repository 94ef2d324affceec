"""Decision tables: rows, columns and how the rows that hit are weighed."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.decisions.model import HitPolicy, InputColumn, Rule, Table
from workflows.diff.values import Change, Sentence, sentence
from workflows.expressions import Compiled
from workflows.expressions.refusals import shown
from workflows.wording import (
    Vocabulary,
    cell_in_words,
    plain,
    quoted,
    same_meaning,
    series,
    value_in_words,
)

_POLICIES = {
    HitPolicy.UNIQUE: "bara en rad får stämma", HitPolicy.FIRST: "den första raden som stämmer gäller",
    HitPolicy.ANY: "rader som stämmer måste ge samma svar",
    HitPolicy.PRIORITY: "det viktigaste svaret gäller",
    HitPolicy.RULE_ORDER: "alla svar ges, i radernas ordning",
    HitPolicy.OUTPUT_ORDER: "alla svar ges, det viktigaste först",
    HitPolicy.COLLECT: "alla svar samlas",
}  # fmt: skip
_CELLS = 6
_KINDS = {
    "string": "text", "boolean": "ja eller nej", "number": "tal", "integer": "heltal", "date": "dag",
    "dateTime": "tidpunkt",
}  # fmt: skip


def table_changes(where: str, a: Table, b: Table, words: tuple[Vocabulary, Vocabulary]) -> Iterator[Sentence]:
    """`where` is ”beslutstabellen ’Prioritet’”. A cell of a column that came or went is told with it."""
    if (a.hit_policy, a.aggregation) != (b.hit_policy, b.aggregation):
        yield _said(Change.DECISION, f"I {where} gäller nu: {_policy(b)}; förut: {_policy(a)}.")
    yield from _columns(where, a, b)
    pairs, removed, added, moved = _rows(a, b)
    for old, new in pairs:
        parts = list(_row(a, b, old, new, words))
        if parts:
            shown = parts[:_CELLS] + (["…"] if len(parts) > _CELLS else [])
            yield _said(Change.RULE, f"Rad {new.number} i {where}: {'; '.join(shown)}.")
        elif old.note != new.note:
            yield _said(Change.RULE, f"Kommentaren till rad {new.number} i {where} ändras.", 20)
    for rule in removed:
        yield _said(Change.RULE, f"Rad {rule.number} i {where} tas bort: {_told(a, rule, words[0])}.")
    for rule in added:
        yield _said(Change.RULE, f"Rad {rule.number} läggs till i {where}: {_told(b, rule, words[1])}.")
    if moved:
        yield _said(Change.RULE, f"Raderna i {where} byter ordning.")


def _policy(table: Table) -> str:
    how = {"SUM": "summeras", "MIN": "ger det minsta", "MAX": "ger det största", "COUNT": "räknas"}
    if table.aggregation is not None:
        return f"alla svar {how[table.aggregation.value]}"
    return _POLICIES[table.hit_policy]


def _columns(where: str, a: Table, b: Table) -> Iterator[Sentence]:
    old, new = {c.id: c for c in a.inputs}, {c.id: c for c in b.inputs}
    for name in [*old, *(n for n in new if n not in old)]:
        if name not in new:
            yield _said(Change.DECISION, f"Villkoret {quoted(old[name].label)} tas bort ur {where}.")
        elif name not in old:
            yield _said(Change.DECISION, f"Villkoret {quoted(new[name].label)} läggs till i {where}.")
        else:
            x, y = old[name], new[name]
            if not _same(x.expression, y.expression):
                yield _said(
                    Change.DECISION,
                    f"Villkoret {quoted(y.label)} i {where} läser nu "
                    f"{_code(y.expression)} i stället för {_code(x.expression)}.",
                )
            if x.label != y.label and (_labelled(x) or _labelled(y)):
                yield _said(
                    Change.RENAMED,
                    f"Kolumnen {quoted(x.label)} i {where} heter nu {quoted(y.label)}.",
                )
            if not _same(x.allowed, y.allowed):
                yield _said(Change.DECISION, f"Tillåtna värden för {quoted(y.label)} i {where} ändras.", 1)
            elif x.type != y.type:
                yield _said(
                    Change.DECISION,
                    f"Villkoret {quoted(y.label)} i {where} räknar nu med {_kind(y.type)} "
                    f"i stället för {_kind(x.type)}.",
                    1,
                )
    before, now = {c.id: c for c in a.outputs}, {c.id: c for c in b.outputs}
    for name in [*before, *(n for n in now if n not in before)]:
        if name not in now:
            yield _said(Change.DECISION, f"Svaret {quoted(before[name].name)} tas bort ur {where}.")
        elif name not in before:
            yield _said(Change.DECISION, f"Svaret {quoted(now[name].name)} läggs till i {where}.")
        else:
            p, r = before[name], now[name]
            if p.name != r.name:
                yield _said(
                    Change.DECISION,
                    f"Svaret {quoted(p.name)} i {where} sparas nu som {quoted(r.name)}.",
                )
            if not _same(p.default, r.default):
                yield _said(
                    Change.DECISION,
                    f"Svaret {quoted(r.name)} i {where}, när ingen rad stämmer, "
                    f"blir {_code(r.default)} i stället för {_code(p.default)}.",
                )
            if p.label != r.label:
                yield _said(
                    Change.RENAMED,
                    f"Kolumnen {quoted(p.label or p.name)} i {where} heter nu {quoted(r.label or r.name)}.",
                )
            if repr(p.priorities) != repr(r.priorities):
                yield _said(
                    Change.DECISION,
                    f"Listade värden för svaret {quoted(r.name)} i {where} ändras.",
                    1,
                )
            elif p.type != r.type:
                yield _said(
                    Change.DECISION,
                    f"Svaret {quoted(r.name)} i {where} är nu {_kind(r.type)} i stället för {_kind(p.type)}.",
                    1,
                )


def _labelled(column: InputColumn) -> bool:
    """Whether the file itself gives the column a heading: else it is called as what it reads."""
    return column.label not in (column.expression.source, shown(column.expression.source))


def _kind(type: str) -> str:
    return _KINDS.get(type, type or "vad som helst")


def _rows(a: Table, b: Table) -> tuple[list[tuple[Rule, Rule]], list[Rule], list[Rule], bool]:
    """Rows pair by id; rows without ids, by their place between what is the same above and below."""
    if all(rule.id != str(rule.number) for rule in (*a.rules, *b.rules)):
        old, new = {r.id: r for r in a.rules}, {r.id: r for r in b.rules}
        kept = [name for name in old if name in new]
        return (
            [(old[name], new[name]) for name in kept],
            [rule for name, rule in old.items() if name not in new],
            [rule for name, rule in new.items() if name not in old],
            kept != [name for name in new if name in old],
        )
    left, right = [_content(r) for r in a.rules], [_content(r) for r in b.rules]
    shorter = min(len(left), len(right))
    same = next((i for i in range(shorter) if left[i] != right[i]), shorter)
    tail = next((i for i in range(shorter - same) if left[-1 - i] != right[-1 - i]), shorter - same)
    old_part, new_part = a.rules[same : len(left) - tail], b.rules[same : len(right) - tail]
    both = min(len(old_part), len(new_part))
    pairs = list(zip(old_part[:both], new_part[:both], strict=True))
    return pairs, list(old_part[both:]), list(new_part[both:]), False


def _content(rule: Rule) -> tuple[str, ...]:
    return tuple(cell.source for cell in (*rule.tests, *rule.outputs))


def _row(a: Table, b: Table, old: Rule, new: Rule, words: tuple[Vocabulary, Vocabulary]) -> Iterator[str]:
    before = {c.id: cell for c, cell in zip(a.inputs, old.tests, strict=False)}
    for column, cell in zip(b.inputs, new.tests, strict=False):
        was = before.get(column.id)
        if was is not None and not _same(was, cell, unary=True):
            of = column.expression.source
            yield (
                f"villkoret {quoted(column.label)} ändras från {_test(was, words[0], of)} "
                f"till {_test(cell, words[1], of)}"
            )
    answers = {c.id: cell for c, cell in zip(a.outputs, old.outputs, strict=False)}
    for answer, cell in zip(b.outputs, new.outputs, strict=False):
        gave = answers.get(answer.id)
        if gave is not None and not _same(gave, cell):
            yield (
                f"svaret {_named(answer.name, words[1])} ändras från {_value(gave, words[0], answer.name)} "
                f"till {_value(cell, words[1], answer.name)}"
            )


def _told(table: Table, rule: Rule, words: Vocabulary) -> str:
    tests = [
        f"{quoted(column.label)} är {_test(cell, words, column.expression.source)}"
        for column, cell in zip(table.inputs, rule.tests, strict=False)
        if cell.source.strip() not in ("", "-")
    ]
    answers = [
        f"{_named(column.name, words)} blir {_value(cell, words, column.name)}"
        for column, cell in zip(table.outputs, rule.outputs, strict=False)
    ]
    return f"{'om ' + series(tests) if tests else 'alltid'}, {series(answers)}"


def _test(cell: Compiled, words: Vocabulary, of: str) -> str:
    return cell_in_words(cell.source, words, of)


def _value(cell: Compiled, words: Vocabulary, of: str) -> str:
    return value_in_words(cell.source, words, of)


def _named(variable: str, words: Vocabulary) -> str:
    return quoted(words.variables.get(variable) or variable)


def _same(a: Compiled | None, b: Compiled | None, unary: bool = False) -> bool:
    return same_meaning(a.source if a else None, b.source if b else None, unary)


def _code(cell: Compiled | None) -> str:
    return "inget" if cell is None else f"«{plain(cell.source)}»"


def _said(kind: Change, said: str, less: int = 0) -> Sentence:
    return sentence(kind, None, said, less)
