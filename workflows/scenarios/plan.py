"""What a scenario is, once read from `scenarios.yaml`. How it is written stands in `reading`.

A story is played by two: the pure runner here, which knows the model and nothing else, and the house's own
prover, which also has a store, a diarium and pages. Steps that only the house can take (`Page`, `Recorded`,
`DueBy`) are read here and passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workflows.steps import Value

MAX_SCENARIOS = 500
MAX_STEPS = 200
MAX_RULES = 5
"""Rules that one scenario may name: one that proves everything proves nothing."""
MAX_CHANNELS = 20
MAX_ENTRIES = 50
"""Fields of a page, entries of a channel or of a record that one step may name."""
VISITOR = "visitor"
"""Who looks at a page without having signed in."""


@dataclass(frozen=True, slots=True)
class Timed:
    """One step of the flow: `kind` is task, operation, timer or message, `name` what it is called or its id.

    `values` are answers, outputs or payload. `fails` is the error code of an operation that failed.
    `refused` is a field of the task's form that must not take its answer; the task then stays open.
    """

    kind: str
    name: str
    values: Mapping[str, Value] = field(default_factory=dict)
    fails: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """Time passes: `until` is an aware moment or a duration, as ISO text. What comes due goes off."""

    until: str


@dataclass(frozen=True, slots=True)
class Page:
    """Somebody looks at a page of the house or, when `fields` is not None, posts a form to it.

    `who` is a role or `visitor`; `path` may hold {case} and {channel}; `status` is the HTTP status that must
    come back, and the page must hold all of `holds` and none of `lacks`.
    """

    who: str
    path: str
    status: int
    fields: Mapping[str, Value] | None = None
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the last registration must hold, as the diarium has it."""

    wanted: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class DueBy:
    """When an open task must be due. `at` is aware."""

    task: str
    at: datetime


Planned = Timed | Clock | Page | Recorded | DueBy


@dataclass(frozen=True, slots=True)
class Expectation:
    """What should have come of it; None means that it is not looked at."""

    path: tuple[str, ...] | None = None
    end: str | None = None
    open: tuple[str, ...] | None = None
    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story. `at` is aware; `rules` are ids of rules in guidelines; `profile` names the municipality
    whose variables the case starts with (None: whoever runs it decides); `channels` exist when it begins,
    and the case is about the first of them."""

    name: str
    rules: tuple[str, ...]
    at: datetime
    given: Mapping[str, Value]
    steps: tuple[Planned, ...]
    expect: Expectation
    profile: str | None = None
    channels: tuple[Mapping[str, Value], ...] = ()
