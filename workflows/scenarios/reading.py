"""Reads `scenarios.yaml`. Everything in it is checked here, also what only the house can play.

- name: Ett klagomål registreras och besvaras
  rules: [SAT-31, ORE-29]              # at most 5 rules of guidelines that it proves, if any
  profile: sater                       # whose profile variables the case starts with
  channels: [{name: Kommunen, platform: facebook, …}]  # in the register when it begins
  at: 2026-11-23T09:00:00+01:00        # when it begins, if that matters
  given: {complaint_register: true}    # variables at the start
  steps:
    - {task: Bedöm inlägget, answers: {remove: no, …}}       # name or id of an open task
    - {task: Bedöm inlägget, answers: {…}, refused: remove}  # the form must refuse that field
    - {operation: register_case, outputs: {number: KS 2026/1}}
    - {operation: register_case, fails: refused}
    - {timer: Svarstiden har gått ut}  # the clock is moved to when it is due
    - {clock: 2026-11-24T09:00:00+01:00}  # or P6M; everything that comes due goes off, in order
    - {message: Svar från plattformen, payload: {…}}
    # These need the whole house; the pure runner passes them over:
    - see: {as: visitor, page: /sociala-medier, holds: [Facebook], lacks: [Anna], status: 200}
    - post: {as: registrar, page: "/arenden/{case}", fields: {…}, status: 303}
    - diarium: {subject: Klagomål, secrecy: true}
    - due: {task: Besvara inlägget, at: 2026-11-24T15:00:00+01:00}
  expect:
    path: [Bedöm inlägget, …]          # activities and events passed, in order
    end: Ärendet är avslutat           # the end event, if it should have ended
    open: [Besvara inlägget]           # or what should be open
    variables: {registration: register_new}
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from workflows import timers
from workflows.errors import Finding, ModelRefused
from workflows.scenarios import plain_yaml
from workflows.scenarios.plan import (
    MAX_CHANNELS,
    MAX_ENTRIES,
    MAX_RULES,
    MAX_SCENARIOS,
    MAX_STEPS,
    Clock,
    DueBy,
    Expectation,
    Page,
    Planned,
    Recorded,
    Scenario,
    Timed,
)

_RULE = re.compile(r"[A-Z]{2,5}-[0-9]{1,3}")
_PROFILE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PATH = re.compile(r"/[^\s\\]{0,299}")
BEGINS = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""When a scenario begins that does not say when."""
_VALUES = {"task": "answers", "operation": "outputs", "timer": None, "message": "payload"}
_KEYS = frozenset({"name", "rules", "profile", "channels", "at", "given", "steps", "expect"})
_EXPECTED = frozenset({"path", "end", "open", "variables"})


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


def one(made: object) -> Scenario:
    """A scenario from names and values, as they stand in the file. Raises ModelRefused."""
    try:
        return _scenario(made)
    except _Wrong as wrong:
        raise _refused([f"Scenariot: {wrong}"]) from None


def rules_of(texts: Sequence[str]) -> tuple[str, ...]:
    """The names of rules that somebody has written. Raises ModelRefused."""
    try:
        return _rules(list(texts))
    except _Wrong as wrong:
        raise _refused([str(wrong)[:1].upper() + str(wrong)[1:]]) from None


def _scenario(made: object) -> Scenario:
    whole = _mapping(made, "scenariot")
    _only(whole, _KEYS, "scenariot")
    steps = _list(whole.get("steps", []), "steps", MAX_STEPS, "steg")
    return Scenario(
        name=_text(whole.get("name"), "name"),
        rules=_rules(whole.get("rules", [])),
        at=_moment(whole["at"], "at") if "at" in whole else BEGINS,
        given=_mapping(whole.get("given", {}), "given"),
        steps=tuple(_step(step, f"steg {number}") for number, step in enumerate(steps, 1)),
        expect=_expectation(whole.get("expect", {})),
        profile=_profile(whole["profile"]) if "profile" in whole else None,
        channels=tuple(
            _entries(channel, "channels")
            for channel in _list(whole.get("channels", []), "channels", MAX_CHANNELS, "kanaler")
        ),
    )


def _rules(made: object) -> tuple[str, ...]:
    rules = _texts(made, "rules", MAX_RULES, "regler")
    if wrong := [rule for rule in rules if not _RULE.fullmatch(rule)]:
        raise _Wrong(f"”{wrong[0][:40]}” är ingen regel. Skriv till exempel SAT-31.")
    return rules


def _profile(made: object) -> str:
    name = _text(made, "profile")
    if not _PROFILE.fullmatch(name):
        raise _Wrong(f"”{name[:40]}” är ingen profil. Skriv till exempel sater.")
    return name


def _step(made: object, where: str) -> Planned:
    whole = _mapping(made, where)
    kinds = [kind for kind in (*_VALUES, *_OTHER) if kind in whole]
    if len(kinds) != 1:
        raise _Wrong(f"{where} ska ha en av nycklarna {', '.join((*_VALUES, *_OTHER))}.")
    kind = kinds[0]
    if kind in _OTHER:
        _only(whole, frozenset({kind}), where)
        return _OTHER[kind](whole[kind], where)
    values = _VALUES[kind]
    more = {"operation": ["fails"], "task": ["refused"]}.get(kind, [])
    _only(whole, frozenset({kind, *([values] if values else []), *more}), where)
    return Timed(
        kind=kind,
        name=_text(whole[kind], where),
        values=_mapping(whole.get(values, {}), where) if values else {},
        fails=_text(whole["fails"], where) if "fails" in whole else None,
        refused=_text(whole["refused"], where) if "refused" in whole else None,
    )


def _clock(made: object, where: str) -> Planned:
    text = _text(made, where)
    if timers.duration(text) is None:
        _moment(text, "clock")
    return Clock(text)


def _see(made: object, where: str) -> Planned:
    return _page(made, where, frozenset({"as", "page", "holds", "lacks", "status"}), 200)


def _post(made: object, where: str) -> Planned:
    return _page(made, where, frozenset({"as", "page", "fields", "holds", "lacks", "status"}), 303)


def _page(made: object, where: str, allowed: frozenset[str], usual: int) -> Page:
    whole = _mapping(made, where)
    _only(whole, allowed, where)
    path = _text(whole.get("page"), f"page i {where}")
    if not _PATH.fullmatch(path) or path.startswith("//"):
        raise _Wrong(f"page i {where} ska vara en sida i Ordna, till exempel /sociala-medier.")
    status = whole.get("status", usual)
    if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:
        raise _Wrong(f"status i {where} ska vara ett tal mellan 200 och 599.")
    posted = "fields" in allowed
    return Page(
        who=_text(whole.get("as"), f"as i {where}"),
        path=path,
        status=status,
        fields=_entries(whole.get("fields", {}), where) if posted else None,
        holds=_texts(whole.get("holds", []), where),
        lacks=_texts(whole.get("lacks", []), where),
    )


def _recorded(made: object, where: str) -> Planned:
    return Recorded(_entries(made, where))


def _due(made: object, where: str) -> Planned:
    whole = _mapping(made, where)
    _only(whole, frozenset({"task", "at"}), where)
    return DueBy(_text(whole.get("task"), f"task i {where}"), _moment(whole.get("at"), "at"))


_OTHER: Mapping[str, Callable[[object, str], Planned]] = {
    "clock": _clock,
    "see": _see,
    "post": _post,
    "diarium": _recorded,
    "due": _due,
}
"""Steps that are not something which waits in the flow."""


def _expectation(made: object) -> Expectation:
    whole = _mapping(made, "expect")
    _only(whole, _EXPECTED, "expect")
    return Expectation(
        path=_texts(whole["path"], "path", 2 * MAX_STEPS) if "path" in whole else None,
        end=_text(whole["end"], "end") if "end" in whole else None,
        open=_texts(whole["open"], "open") if "open" in whole else None,
        variables=_mapping(whole.get("variables", {}), "variables"),
    )


def _mapping(made: object, where: str) -> Mapping[str, Any]:
    if not isinstance(made, dict) or not all(isinstance(key, str) for key in made):
        raise _Wrong(f"{where} ska vara namn och värden.")
    return made


def _entries(made: object, where: str) -> Mapping[str, Any]:
    whole = _mapping(made, where)
    if len(whole) > MAX_ENTRIES:
        raise _Wrong(f"{where} får ha högst {MAX_ENTRIES} namn.")
    return whole


def _list(made: object, where: str, most: int = MAX_ENTRIES, what: str = "rader") -> list[Any]:
    if not isinstance(made, list):
        raise _Wrong(f"{where} ska vara en lista.")
    if len(made) > most:
        raise _Wrong(f"{where}: högst {most} {what} får anges.")
    return made


def _text(made: object, where: str) -> str:
    if not isinstance(made, str) or not made.strip() or len(made) > 300:
        raise _Wrong(f"{where} saknar text, eller texten är längre än 300 tecken.")
    return made


def _texts(made: object, where: str, most: int = MAX_ENTRIES, what: str = "rader") -> tuple[str, ...]:
    return tuple(_text(item, where) for item in _list(made, where, most, what))


def _moment(made: object, where: str) -> datetime:
    text = _text(made, where)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _Wrong(f"”{where}” ska vara datum, tid och tidszon, till exempel 2026-11-23T09:00+01:00.")
    return moment


def _only(made: Mapping[str, Any], allowed: frozenset[str], where: str) -> None:
    if extra := [key for key in made if key not in allowed]:
        raise _Wrong(f"”{extra[0][:60]}” kan inte stå i {where}.")


def _refused(texts: list[str]) -> ModelRefused:
    return ModelRefused([Finding("scenarios", None, text) for text in texts])
