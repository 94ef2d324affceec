"""A case that has been, told again as a scenario: what people wrote becomes invented, where the flow turns is
kept.

Of what was answered only closed choices, yes and no, and the numbers that decide something go along; dates
keep their distances and their weekday but not their day. A word goes along only where the draft has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from workflows import forms
from workflows.decisions import Table
from workflows.definition import Definition, model, tables
from workflows.errors import ModelRefused, WorkflowError
from workflows.expressions import compile
from workflows.expressions.tree import Literal, Part, walk
from workflows.forms import Field
from workflows.forms.public_subject import wrong
from workflows.replay.record import Happened
from workflows.scenarios import recording
from workflows.scenarios.case import Case, Difference, Waiting
from workflows.scenarios.plan import MAX_STEPS, Expectation, Planned, Scenario, Timed
from workflows.scenarios.reading import BEGINS
from workflows.scenarios.run import Variables, no_variables
from workflows.steps import MessageAwaited, OperationRequested, TaskOpened, TimerSet, Value
from workflows.variables import reads, sources

INVENTED = "Ett påhittat svar."
WORD = "exempel"
SUBJECT = "Fråga om belysning vid en gångväg"
_BY_FORMAT = {"email": "nagon@example.se", "uri": "https://www.example.se/"}
_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
_MOST_WORDS = 5_000
_DEEP = 4
_WAITS = {"task": TaskOpened, "operation": OperationRequested, "timer": TimerSet, "message": MessageAwaited}


@dataclass(frozen=True, slots=True)
class Retold:
    """`scenario` has the steps that the draft takes as the case did, and expects nothing yet; `notes` are
    Swedish sentences about what could not be told."""

    scenario: Scenario
    notes: tuple[str, ...]


def retold(
    definition: Definition,
    given: Mapping[str, object],
    began: datetime,
    steps: Sequence[Happened],
    *,
    profile: str | None = None,
    variables_of: Variables = no_variables,
) -> Retold:
    """The case on the draft, with nobody's words in it. `began` is aware. Raises Difference when the draft
    cannot even begin with what the case began with."""
    disguise = _Disguise.of(definition, began)
    usual = _usual(definition, profile, variables_of)
    known = {
        name: disguise.value(name, value)
        for name, value in given.items()
        if name in definition.reads and not (name in usual and usual[name] == value)
    }
    at = (began + disguise.shift).replace(second=0, microsecond=0)
    scenario = Scenario(INVENTED, (), at, known, (), Expectation(), profile)
    walked = recording.walk(definition, scenario, variables_of=variables_of)
    return _played(disguise, walked, steps)


def _usual(definition: Definition, profile: str | None, variables_of: Variables) -> Mapping[str, Value]:
    try:
        return {n: v for n, v in variables_of(profile).items() if n in definition.reads}
    except LookupError:
        raise Difference(f"profilen ”{profile}” finns inte.") from None


def _played(disguise: _Disguise, walked: recording.Walk, steps: Sequence[Happened]) -> Retold:
    taken: list[Planned] = []
    notes: list[str] = []
    for happened in steps:
        if happened.kind == "left":
            break
        if happened.kind == "reckoned":
            notes.append("Svarstiden räknades om i ärendet. Det finns inte med i scenariot.")
            continue
        wait = _wait(walked.case, happened)
        planned = None if wait is None else disguise.step(walked, wait, happened)
        try:
            if planned is None or len(taken) >= MAX_STEPS:
                raise Difference("")
            walked.case.take(planned)
        except (Difference, WorkflowError, OverflowError):
            drawn = disguise.definition.elements.get(happened.element)
            what = f"”{drawn.name}”" if drawn is not None and drawn.name else "ett steg som utkastet inte har"
            notes.append(
                f"Vid {what} går utkastet en annan väg än ärendet gjorde, eller frågar efter annat. "
                "Spela in resten själv."
            )
            break
        taken.append(planned)
    return Retold(replace(walked.scenario, steps=tuple(taken)), tuple(dict.fromkeys(notes)))


def _wait(case: Case, happened: Happened) -> Waiting | None:
    kind = _WAITS[happened.kind]
    return next(
        (w for w in case.waiting.values() if isinstance(w, kind) and w.element == happened.element), None
    )


@dataclass(slots=True)
class _Disguise:
    """What may go along from a case to a scenario of this draft."""

    definition: Definition
    shift: timedelta
    """Whole weeks: weekdays and the time of day stay."""
    words: frozenset[str]
    """Texts that the draft itself compares with, answers or offers."""
    steers: frozenset[str]
    """Variables that the draft reads."""
    numbers: int = field(default=0)

    @classmethod
    def of(cls, definition: Definition, began: datetime) -> _Disguise:
        monday = began.date() - timedelta(days=began.weekday())
        graph, decisions = model(definition), tables(definition).by_decision
        words: set[str] = set()
        for text in _texts(definition):
            words.add(text)
            if len(words) >= _MOST_WORDS:
                break
        return cls(
            definition,
            timedelta(days=(BEGINS.date() - monday).days),
            frozenset(words),
            frozenset(read.name for read in reads(graph, decisions)),
        )

    def step(self, walked: recording.Walk, wait: Waiting, happened: Happened) -> Timed | None:
        name = recording.called(walked, wait)
        match wait:
            case TaskOpened():
                return Timed("task", name, self._answers(wait, happened.values))
            case OperationRequested() if happened.code is not None:
                known = _CODE.fullmatch(happened.code) is not None
                return Timed("operation", name, fails=happened.code) if known else None
            case OperationRequested():
                outputs = {n: self._output(n, v) for n, v in happened.values.items() if v is not None}
                return Timed("operation", name, outputs)
            case TimerSet():
                return Timed("timer", name)
            case MessageAwaited():
                payload = {n: self.value(n, v) for n, v in happened.values.items() if v is not None}
                return Timed("message", name, payload)

    def _answers(self, task: TaskOpened, given: Mapping[str, object]) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        schema = self.definition.forms.get(task.form or "")
        if schema is not None:
            try:
                fields = forms.load(task.form or "", schema).fields
            except ModelRefused:
                fields = ()
            for asked in fields:
                value = None if given.get(asked.name) is None else self._answer(asked, given[asked.name])
                if value is not None:
                    found[asked.name] = value
        choice = self.definition.choices.get(task.element)
        if choice is not None:
            labels = dict(choice.options)
            if (flow := given.get(choice.variable)) in labels:
                found[choice.variable] = labels[str(flow)]
        return found

    def _answer(self, asked: Field, value: object) -> Value:
        """What stands for the answer; None when nothing can."""
        offered = {choice.value for choice in asked.choices}
        if asked.type == "array":
            return [v for v in value if v in offered] if isinstance(value, list) else None
        if offered:
            return value if isinstance(value, str) and value in offered else None
        if asked.type == "boolean":
            return value if isinstance(value, bool) else None
        if asked.type in ("integer", "number"):
            return self._number(asked, value)
        if asked.format in ("date", "date-time"):
            return self._moved(value) if isinstance(value, str) else None
        return _invented(asked)

    def _number(self, asked: Field, value: object) -> Value:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        if asked.name in self.steers:
            return value
        least = 1 if asked.minimum is None else max(1, int(asked.minimum))
        return least if asked.maximum is None else min(least, int(asked.maximum))

    def _output(self, name: str, value: object) -> Value:
        if name == "number":
            self.numbers += 1
            return f"KS 2026/{self.numbers}"
        return self.value(name, value)

    def value(self, name: str, value: object, depth: int = 0) -> Value:
        """A variable that no form asks for."""
        match value:
            case None | bool():
                return value
            case int() | float():
                return value if name in self.steers else 1
            case str():
                return value if value in self.words else self._moved(value) or WORD
            case Mapping() if depth < _DEEP:
                return {
                    key: self.value(key, inner, depth + 1)
                    for key, inner in value.items()
                    if isinstance(key, str) and _CODE.fullmatch(key)
                }
            case list() if depth < _DEEP:
                return [self.value(name, inner, depth + 1) for inner in value]
            case _:
                return None

    def _moved(self, text: str) -> str | None:
        """The date or moment as far from the invented beginning as it was from the real one."""
        try:
            if len(text) == len("2026-01-01"):
                return (date.fromisoformat(text) + self.shift).isoformat()
            moment = datetime.fromisoformat(text)
            return (moment + self.shift).replace(second=0, microsecond=0).isoformat()
        except (ValueError, OverflowError):
            return None


def _invented(asked: Field) -> str:
    """Words that nobody wrote, which the form takes."""
    if asked.format in _BY_FORMAT:
        return _BY_FORMAT[asked.format]
    if asked.fills == "registration_number":
        return "KS 2026/1"
    subject = asked.check == "public_subject" or asked.fills == "subject"
    text = SUBJECT if subject and wrong(SUBJECT) is None else INVENTED
    return text[: asked.max_length or len(text)]


def _texts(definition: Definition) -> Iterator[str]:
    """Every text that the draft compares with, answers with or offers as an answer."""
    graph = model(definition)
    for flow in graph.flows():
        yield from _quoted(flow.condition)
    for node in graph.nodes():
        for _, source in sources(node):
            yield from _quoted(source)
    for decided in tables(definition).by_decision.values():
        for decision in decided.decisions.values():
            logic = decision.logic
            if isinstance(logic, Table):
                for rule in logic.rules:
                    for cell in (*rule.tests, *rule.outputs):
                        yield from _literals(cell.root)
                for column in logic.inputs:
                    yield from _literals(column.expression.root)
            else:
                yield from _literals(logic.root)
    for name, schema in definition.forms.items():
        try:
            fields = forms.load(name, schema).fields
        except ModelRefused:
            continue
        for asked in fields:
            yield from (choice.value for choice in asked.choices)


def _quoted(source: str | None) -> Iterator[str]:
    if source is not None:
        try:
            yield from _literals(compile(source).root)
        except WorkflowError:
            return


def _literals(root: Part) -> Iterator[str]:
    for part, _ in walk(root):
        if isinstance(part, Literal) and isinstance(part.value, str):
            yield part.value
