"""The decisions of one file as their page shows them: fields, faults, warnings, and a case that was tried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from service.http import decision_cases
from service.http import decision_forms as forms
from service.http.decision_cases import Ask, Told, Words
from service.http.decision_desk import Desk, Warned, editable, warned
from service.http.house import now
from service.http.language import t
from workflows import Finding, ModelRefused
from workflows.decisions import DecisionModel, load
from workflows.decisions.sheet import Formula, Sealed, Sheet, Written, written
from workflows.decisions.trying import attempt

_FIELD = re.compile(r"([ion])-(\d{1,4})(?:-(\d{1,3}))?|h-([io])-(\d{1,3})-([a-z]+)")


@dataclass(frozen=True, slots=True)
class Typed:
    """A decision as somebody has typed it, before it is saved."""

    decision: str
    written: Sheet | Formula
    fields: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    dmn: bytes | None = None
    tried: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One decision on its page. `mark` goes before the names of its fields, and is empty for the first."""

    at: int
    mark: str
    written: Written
    steps: tuple[str, ...]
    rows: Mapping[int, list[Finding]] = field(default_factory=dict)
    whole: tuple[Finding, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    asks: tuple[Ask, ...] = ()
    told: Told | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    @property
    def settings_wrong(self) -> bool:
        """Whether something is wrong among the names and columns, which are folded away."""
        return any(name.startswith(("h-", "new-", "name", "description")) for name in self.errors)


def parts_of(seen: Desk, data: bytes, typed: Typed | None) -> tuple[list[Part], tuple[Finding, ...]]:
    """The decisions of the file, and why it cannot be read, if it cannot."""
    try:
        found = written(data)
    except ModelRefused as why:
        return [], why.findings
    read, refused = _load(data)
    return [_part(seen, at, one, read, typed) for at, one in enumerate(found, 1)], refused


def _load(data: bytes) -> tuple[DecisionModel | None, tuple[Finding, ...]]:
    try:
        return load(data), ()
    except ModelRefused as why:
        return None, why.findings


def _part(seen: Desk, at: int, one: Written, read: DecisionModel | None, typed: Typed | None) -> Part:
    one = editable(one)
    mark = "" if at == 1 else f"{at}-"
    steps = tuple((seen.users or {}).get(one.decision, ()))
    if isinstance(one, Sealed):
        return Part(at, mark, one, steps)
    mine = typed if typed is not None and typed.decision == one.decision else None
    fresh = read is not None and (mine is None or mine.dmn is not None)
    warnings = warned(read, one) if read is not None and fresh else Warned()
    part = Part(
        at,
        mark,
        mine.written if mine else one,
        steps,
        warnings.rows,
        warnings.whole,
        mine.errors if mine else _faults(one),
        tuple(decision_cases.asked(read, one.decision, seen.words)) if read is not None else (),
        typed=mine.fields if mine else {},
        options=_options(mine.written if mine else one, seen.words),
    )
    return _tried(part, seen, read) if mine and mine.tried and read is not None else part


def _faults(one: Sheet | Formula) -> dict[str, str]:
    return forms.wrong(one) if isinstance(one, Sheet) else forms.wrong_formula(one)


def _tried(part: Part, seen: Desk, read: DecisionModel) -> Part:
    values, wrong = decision_cases.answered(list(part.asks), part.typed)
    if wrong:
        return replace(part, errors={**part.errors, **wrong})
    decision = read.decisions[part.written.decision]
    trial = attempt(read, decision.id, values, now=now())
    return replace(part, told=decision_cases.told(trial, read, decision, seen.words))


def _options(one: Sheet | Formula, words: Words) -> dict[str, tuple[tuple[str, str], ...]]:
    """What the cells of each column may say: as FEEL writes it, and as people call it."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    if isinstance(one, Sheet):
        for at, head in enumerate(one.inputs, 1):
            found[f"i-{at}"] = decision_cases.options(head.expression, head.type, head.allowed, words)
        for at, answer in enumerate(one.outputs, 1):
            found[f"o-{at}"] = decision_cases.options(answer.name, answer.type, answer.listed, words)
    return found


def label(one: Written, name: str, asks: tuple[Ask, ...]) -> str:
    """What a field is called in the summary of what is wrong."""
    if name.startswith(forms.CASE):
        return next((ask.label for ask in asks if forms.CASE + ask.name == name), name)
    found = _FIELD.fullmatch(name)
    if found is None or not isinstance(one, Sheet):
        return t(f"dmn.field_{name.replace('-', '_')}")
    side, at = found[1] or found[4], int(found[3] or found[5] or 0)
    heads = [head.label or head.expression for head in one.inputs]
    answers = [answer.label or answer.name for answer in one.outputs]
    column = ((heads if side == "i" else answers)[at - 1 : at] or [""])[0] or t("dmn.column_n", n=at)
    return t("dmn.place_row", row=found[2], column=column) if found[2] else t("dmn.place_head", column=column)
