"""What a scenario says, read from `scenarios.yaml`.

- name: Ett klagomål registreras och besvaras
  rules: [SAT-31, ORE-29]              # rules of guidelines that it proves, if any
  at: 2026-11-23T09:00:00+01:00        # when it begins, if that matters
  given: {answer_due: …}               # variables at the start
  steps:
    - {task: Bedöm inlägget, answers: {remove: no, …}}       # name or id of an open task
    - {operation: register_case, outputs: {number: KS 2026/1}}
    - {operation: register_case, fails: refused}
    - {timer: Svarstiden har gått ut}  # the clock is moved to when it is due
    - {message: Svar från plattformen, payload: {…}}
  expect:
    path: [Bedöm inlägget, …]          # activities and events passed, in order
    end: Ärendet är avslutat           # the end event, if it should have ended
    open: [Besvara inlägget]           # or what should be open
    variables: {registration: register_new}
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from workflows.errors import Finding, ModelRefused
from workflows.scenarios import plain_yaml
from workflows.steps import Value

MAX_SCENARIOS = 500
MAX_STEPS = 200
_RULE = re.compile(r"[A-Z]{2,5}-[0-9]{1,3}")
_BEGINS = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
_KINDS = {
    "task": "answers",
    "operation": "outputs",
    "timer": None,
    "message": "payload",
}
_KEYS = frozenset({"name", "rules", "at", "given", "steps", "expect"})
_EXPECTED = frozenset({"path", "end", "open", "variables"})


@dataclass(frozen=True, slots=True)
class Timed:
    """One step: `kind` is task, operation, timer or message, `name` what it is called or its id.

    `values` are answers, outputs or payload. `fails` is the error code of an operation that failed.
    """

    kind: str
    name: str
    values: Mapping[str, Value] = field(default_factory=dict)
    fails: str | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What should have come of it; None means that it is not looked at."""

    path: tuple[str, ...] | None = None
    end: str | None = None
    open: tuple[str, ...] | None = None
    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story. `at` is aware; `rules` are ids of rules in guidelines."""

    name: str
    rules: tuple[str, ...]
    at: datetime
    given: Mapping[str, Value]
    steps: tuple[Timed, ...]
    expect: Expectation


class _Wrong(ValueError):
    """A Swedish sentence without its beginning."""


def read(data: bytes) -> tuple[Scenario, ...]:
    """The scenarios of a file. Raises ModelRefused with what to change, scenario by scenario."""
    try:
        listed = plain_yaml.read(data)
    except plain_yaml.NotPlain as wrong:
        raise _refused([f"scenarios.yaml: {wrong}"]) from None
    if not isinstance(listed, list) or len(listed) > MAX_SCENARIOS:
        raise _refused([f"scenarios.yaml ska vara en lista med högst {MAX_SCENARIOS} scenarier."])
    scenarios: list[Scenario] = []
    wrongs: list[str] = []
    for number, made in enumerate(listed, 1):
        try:
            scenarios.append(_scenario(made))
        except _Wrong as wrong:
            wrongs.append(f"Scenario {number}: {wrong}")
    names = [scenario.name for scenario in scenarios]
    twice = [name for name, count in Counter(names).items() if count > 1]
    wrongs += [f"Två scenarier heter ”{name}”." for name in twice]
    if wrongs:
        raise _refused(wrongs[:20])
    return tuple(scenarios)


def _scenario(made: object) -> Scenario:
    whole = _mapping(made, "scenariot")
    _only(whole, _KEYS, "scenariot")
    steps = _list(whole.get("steps", []), "steps")
    if len(steps) > MAX_STEPS:
        raise _Wrong(f"högst {MAX_STEPS} steg får anges.")
    rules = tuple(_text(rule, "rules") for rule in _list(whole.get("rules", []), "rules"))
    if wrong := [rule for rule in rules if not _RULE.fullmatch(rule)]:
        raise _Wrong(f"”{wrong[0][:40]}” är ingen regel. Skriv till exempel SAT-31.")
    return Scenario(
        name=_text(whole.get("name"), "name"),
        rules=rules,
        at=_moment(whole["at"]) if "at" in whole else _BEGINS,
        given=_mapping(whole.get("given", {}), "given"),
        steps=tuple(_step(step, number) for number, step in enumerate(steps, 1)),
        expect=_expectation(whole.get("expect", {})),
    )


def _step(made: object, number: int) -> Timed:
    where = f"steg {number}"
    whole = _mapping(made, where)
    kinds = [kind for kind in _KINDS if kind in whole]
    if len(kinds) != 1:
        raise _Wrong(f"{where} ska ha en av nycklarna {', '.join(_KINDS)}.")
    kind = kinds[0]
    values = _KINDS[kind]
    allowed = {kind, *([values] if values else []), *(["fails"] if kind == "operation" else [])}
    _only(whole, frozenset(allowed), where)
    return Timed(
        kind=kind,
        name=_text(whole[kind], where),
        values=_mapping(whole.get(values, {}), where) if values else {},
        fails=_text(whole["fails"], where) if "fails" in whole else None,
    )


def _expectation(made: object) -> Expectation:
    whole = _mapping(made, "expect")
    _only(whole, _EXPECTED, "expect")
    return Expectation(
        path=_texts(whole["path"], "path") if "path" in whole else None,
        end=_text(whole["end"], "end") if "end" in whole else None,
        open=_texts(whole["open"], "open") if "open" in whole else None,
        variables=_mapping(whole.get("variables", {}), "variables"),
    )


def _mapping(made: object, where: str) -> Mapping[str, Any]:
    if not isinstance(made, dict) or not all(isinstance(key, str) for key in made):
        raise _Wrong(f"{where} ska vara namn och värden.")
    return made


def _list(made: object, where: str) -> list[Any]:
    if not isinstance(made, list):
        raise _Wrong(f"{where} ska vara en lista.")
    return made


def _text(made: object, where: str) -> str:
    if not isinstance(made, str) or not made.strip() or len(made) > 300:
        raise _Wrong(f"{where} saknar text, eller texten är längre än 300 tecken.")
    return made


def _texts(made: object, where: str) -> tuple[str, ...]:
    return tuple(_text(item, where) for item in _list(made, where))


def _moment(made: object) -> datetime:
    text = _text(made, "at")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _Wrong("”at” ska vara datum, tid och tidszon, till exempel 2026-11-23T09:00+01:00.")
    return moment


def _only(made: Mapping[str, Any], allowed: frozenset[str], where: str) -> None:
    if extra := [key for key in made if key not in allowed]:
        raise _Wrong(f"”{extra[0][:60]}” kan inte stå i {where}.")


def _refused(texts: list[str]) -> ModelRefused:
    return ModelRefused([Finding("scenarios", None, text) for text in texts])
