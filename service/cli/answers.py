"""What a headless run answers, read from a file: steps in order, or replies by name.

Steps are those of `scenarios.yaml`: a list of them, or one scenario. Replies are names or ids of tasks,
operations, timers and messages, each with what is answered every time it opens; a list of replies is
used one by one, and the last one stays. JSON or YAML.

    given: {kind: complaint}            # variables at the start, if any
    Bedöm inlägget: {remove: no}
    register_case: {number: KS 2026/1}  # or {fails: refused}
    Svarstiden har gått ut:             # a timer that is named is let out each time it is set
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows import ModelRefused, Value, scenarios
from workflows.scenarios import Timed
from workflows.scenarios.plain_yaml import MAX_BYTES, NotPlain
from workflows.scenarios.plain_yaml import read as read_yaml

_STEPS = ("task", "operation", "timer", "message")
_GIVEN = "given"


class AnswersRefused(Exception):
    """The file is not answers. `str()` is a Swedish sentence."""


@dataclass(frozen=True, slots=True)
class Answers:
    """`steps` in order, or None and then `replies` by name. `at` is aware: when the run begins."""

    given: Mapping[str, Value] = field(default_factory=dict)
    at: datetime | None = None
    steps: tuple[Timed, ...] | None = None
    replies: Mapping[str, tuple[Timed, ...]] = field(default_factory=dict)


def read_answers(data: bytes) -> Answers:
    """Raises AnswersRefused."""
    if len(data) > MAX_BYTES:
        raise AnswersRefused("Svarsfilen är för stor: högst 500 kB.")
    made = _plain(data)
    if isinstance(made, list):
        return _told(made)
    if not isinstance(made, dict):
        raise AnswersRefused("Svarsfilen ska vara en lista med steg, eller namn på uppgifter med svar.")
    if isinstance(made.get("steps"), list):
        return _scenario({"name": "Körning", **made})
    given = made.pop(_GIVEN, None) or {}
    if not isinstance(given, dict):
        raise AnswersRefused("Svarsfilen: ”given” ska vara variabler med värden.")
    return Answers(given, replies={str(name): _replies(str(name), value) for name, value in made.items()})


def _plain(data: bytes) -> Any:
    """JSON if it is that, else the YAML of scenarios, where `yes` and `no` are texts."""
    try:
        return json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        pass
    try:
        return read_yaml(data)
    except NotPlain as wrong:
        raise AnswersRefused(f"Svarsfilen: {wrong}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise AnswersRefused("Svarsfilen: ett namn står två gånger.")
    return dict(pairs)


def _told(made: list[Any]) -> Answers:
    """A list of steps, or of one scenario."""
    if made and all(isinstance(item, dict) and isinstance(item.get("steps"), list) for item in made):
        if len(made) > 1:
            raise AnswersRefused(f"Svarsfilen har {len(made)} scenarier. Lägg det som ska köras för sig.")
        return _scenario(made[0])
    return _scenario({"name": "Körning", "steps": made})


def _scenario(made: Mapping[str, Any]) -> Answers:
    try:
        (read,) = scenarios.read(json.dumps([made], ensure_ascii=False).encode("utf-8", "replace"))
    except ModelRefused as refused:
        raise AnswersRefused(f"Svarsfilen: {refused}") from None
    steps = tuple(step for step in read.steps if isinstance(step, Timed))  # the rest needs the whole house
    return Answers(read.given, read.at if "at" in made else None, steps)


def _replies(name: str, value: object) -> tuple[Timed, ...]:
    listed = value if isinstance(value, list) and value else [value]
    return tuple(_reply(name, one) for one in listed)


def _reply(name: str, value: object) -> Timed:
    if value is None or value is True:
        return Timed("", name)
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise AnswersRefused(f"Svaret på ”{name[:80]}” ska vara frågor med svar: {{remove: no}}.")
    fails = value.get("fails")
    if len(value) == 1 and isinstance(fails, str):
        return Timed("", name, {}, fails)
    return Timed("", name, value)
