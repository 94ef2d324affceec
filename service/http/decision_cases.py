"""A case that is only tried: the fields a decision asks for, what was typed, and the outcome in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from service.http.decision_forms import CASE
from service.http.language import t
from workflows import Definition, WorkflowError
from workflows.decisions import Decision, DecisionModel, HitPolicy, Outcome, Table
from workflows.decisions.questions import Question, questions
from workflows.decisions.samples import constants
from workflows.decisions.trying import Trial, Tried
from workflows.expressions import compile, compile_unary
from workflows.expressions.budget import MAX_INT
from workflows.wording import Vocabulary, cell_in_words, vocabulary
from workflows.wording.vocabulary import choices, fields

MAX_ANSWER = 500
"""Characters of one answer in a case that is only tried."""
Kind = Literal["choice", "boolean", "number", "date", "list", "text"]
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Words:
    """What the process calls its variables and answers; empty while its drawing cannot be read."""

    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    schemas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """One field of the case. `options` are (what is stored, what people read)."""

    name: str
    label: str
    kind: Kind
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome for the page: sentences on the rows, the answers, and what was decided first."""

    why_not: str
    rows: tuple[tuple[Tried, str], ...]
    answers: tuple[tuple[str, str], ...]
    before: tuple[tuple[str, str], ...]
    nothing: bool


def words_of(definition: Definition | None, known: Mapping[str, str]) -> Words:
    if definition is None:
        return Words()
    schemas: dict[str, Mapping[str, Any]] = {}
    for form in definition.forms.values():
        for name, schema in fields(form):
            schemas.setdefault(name, schema)
    return Words(vocabulary(definition, known), schemas)


def asked(model: DecisionModel, decision: str, words: Words) -> list[Ask]:
    return [_ask(question, words) for question in questions(model, decision)]


def _ask(question: Question, words: Words) -> Ask:
    schema = words.schemas.get(question.name, {})
    label = words.vocabulary.variables.get(question.name) or question.name
    titles = choices(schema)
    more = {value: titled(question.name, value, words) for value in question.values if value not in titles}
    options = tuple((titles | more).items())
    match schema.get("type"), question.kind:
        case "array", _:
            return Ask(question.name, label, "list", options)
        case "boolean", _:
            return Ask(question.name, label, "boolean")
        case (("integer" | "number"), _):
            return Ask(question.name, label, "number")
        case "string", _ if titles:
            return Ask(question.name, label, "choice", options)
        case _, "boolean":
            return Ask(question.name, label, "boolean")
        case _, "number":
            return Ask(question.name, label, "number")
        case _, "date":
            return Ask(question.name, label, "date")
    return Ask(question.name, label, "text", options)


def titled(name: str, value: str, words: Words) -> str:
    """What people call the answer."""
    return words.vocabulary.answers.get((name, value)) or value


def answered(asks: list[Ask], given: Mapping[str, str]) -> tuple[dict[str, object], dict[str, str]]:
    """The case as variables, and a sentence at each field that cannot be understood. What is left empty is
    missing."""
    values: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for ask in asks:
        written = given.get(CASE + ask.name, "").strip()
        if len(written) > MAX_ANSWER:
            wrong[CASE + ask.name] = t("dmn.case_long", n=MAX_ANSWER)
        elif written:
            try:
                values[ask.name] = _value(ask, written)
            except ValueError:
                wrong[CASE + ask.name] = t(f"dmn.case_{ask.kind}")
    return values, wrong


def _value(ask: Ask, written: str) -> object:
    """Raises ValueError for what is not of the field's kind."""
    match ask.kind:
        case "choice":
            if written not in dict(ask.options):
                raise ValueError
            return written
        case "boolean":
            return {"true": True, "false": False}[written] if written in ("true", "false") else _refuse()
        case "number":
            return _number(written)
        case "date":
            return date.fromisoformat(written).isoformat()
        case "list":
            return [part.strip() for part in written.split(",") if part.strip()]
        case "text":
            return _literal(written)


def _refuse() -> object:
    raise ValueError


def _number(written: str) -> float | int:
    plain = written.replace(" ", "").replace("\u00a0", "").replace(",", ".").replace("−", "-")
    value = float(plain)
    if not abs(value) < MAX_INT:  # also what is not a number at all
        raise ValueError
    return int(value) if value.is_integer() else value


def _literal(written: str) -> object:
    """A number, true, false, a quoted text or a list as FEEL writes them; anything else is text."""
    try:
        cell = compile(written, dialect="feel")
        value = cell.evaluate({})
    except WorkflowError:
        return written
    if cell.names or cell.filter_names or not isinstance(value, str | int | float | bool | list):
        return written
    return value


def told(trial: Trial, model: DecisionModel, decision: Decision, words: Words) -> Told:
    outcome = trial.outcome
    rows: tuple[tuple[Tried, str], ...] = ()
    if isinstance(decision.logic, Table):
        rows = tuple((row, _row(row, trial, decision.logic, words)) for row in trial.rows)
    return Told(
        trial.why_not,
        rows,
        _answers(outcome, decision, words) if outcome else (),
        tuple(_required(outcome, model, words)) if outcome else (),
        isinstance(decision.logic, Table) and outcome is not None and not outcome.rows,
    )


def _row(row: Tried, trial: Trial, table: Table, words: Words) -> str:
    if row.decides:
        return t("dmn.row_decides")
    if row.holds:
        first = next((one.row for one in trial.rows if one.decides), 0)
        late = table.hit_policy is HitPolicy.FIRST and first
        return t("dmn.row_late", n=first) if late else t("dmn.row_holds")
    at = row.missed[0] - 1
    column, cell = table.inputs[at], table.rules[row.row - 1].tests[at]
    of = column.expression.source
    said = t(
        "dmn.row_not",
        label=column.label,
        value=in_words(of, trial.subjects[at], words, "dmn.unknown"),
        wanted=cell_in_words(cell.source, words.vocabulary, of),
    )
    more = len(row.missed) - 1
    return f"{said} {t('dmn.row_more', n=more)}" if more else said


def _answers(outcome: Outcome, decision: Decision, words: Words) -> tuple[tuple[str, str], ...]:
    labels = {}
    if isinstance(decision.logic, Table):
        labels = {one.name: one.label for one in decision.logic.outputs}
    return tuple(
        (
            labels.get(name) or words.vocabulary.variables.get(name) or name,
            in_words(name, value, words),
        )
        for name, value in outcome.outputs.items()
    )


def _required(outcome: Outcome, model: DecisionModel, words: Words) -> list[tuple[str, str]]:
    found = []
    for one in outcome.required:
        decision = model.decisions[one.decision]
        said = ", ".join(in_words(name, value, words) for name, value in one.outputs.items())
        found += [*_required(one, model, words), (decision.name, said)]
    return found


def in_words(name: str, value: object, words: Words, missing: str = "dmn.nothing") -> str:
    """A value as people say it; `name` is the variable it belongs to, if it is one."""
    match value:
        case None:
            return t(missing)
        case bool():
            return (t("form.yes") if value else t("form.no")).lower()
        case str():
            title = titled(name, value, words)[:_SHOWN]
            return title if title == value else f"{title} ({value})"
        case list():
            return ", ".join(in_words(name, one, words) for one in value[:20]) or t(missing)
        case dict():
            return ", ".join(f"{key}: {in_words(key, one, words)}" for key, one in list(value.items())[:20])
    return str(value)


def options(reads: str, type: str, listed: str, words: Words) -> tuple[tuple[str, str], ...]:
    """What a cell of a column may say, as FEEL writes it and as people call it. `reads` is the column's
    expression or the answer's name, `listed` the values it counts on."""
    if type.rpartition(":")[2] == "boolean":
        return (("true", t("form.yes")), ("false", t("form.no")))
    found = {value: title for (name, value), title in words.vocabulary.answers.items() if name == reads}
    try:
        texts = [value for value in constants(compile_unary(listed or "-")) or () if isinstance(value, str)]
    except WorkflowError:  # said at its own field
        texts = []
    found |= {value: titled(reads, value, words) for value in texts if value not in found}
    return tuple((f'"{value}"', title) for value, title in list(found.items())[:_SHOWN] if '"' not in value)
