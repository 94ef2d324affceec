"""What is known of a case that has been: values only, whoever kept them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from workflows.steps import Value

Kind = Literal["task", "operation", "timer", "message"]
"""What can wait in a flow."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to the case, at `at` (aware), at `element` of the version it ran on.

    `task`: `values` are all answers given in its form, as they were checked then; the forms of the draft
    decide which of them become variables, so that words stay words. `operation`: `values` are its outputs, or
    `code` the BPMN error that it was refused with. `timer`: it went off. `message`: `values` is the payload.
    `left`: the case went on in another flow from this service task. `reckoned`: the deadline was reckoned
    anew; `values` pairs old moments with new ones, ISO texts, for the timers that wait.
    """

    kind: Literal["task", "operation", "timer", "message", "left", "reckoned"]
    element: str
    at: datetime
    values: Mapping[str, object] = field(default_factory=dict)
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """One case's time in one process. `given` are the variables that it began with, `offered` what every case
    is offered besides and a version takes as far as it reads it. `passed` are the elements passed, in order,
    one group for each step. `waiting` is what an open case waits for, as (kind, element). `until` is when it
    was closed, or now. `set_timers` are the timers that were set, as (element, due). `outcome` is the code
    that a closed case ended with."""

    given: Mapping[str, Value]
    began: datetime
    until: datetime
    closed: bool
    steps: tuple[Happened, ...]
    passed: tuple[tuple[str, ...], ...]
    waiting: tuple[tuple[Kind, str], ...] = ()
    set_timers: frozenset[tuple[str, datetime]] = frozenset()
    outcome: str | None = None
    offered: Mapping[str, Value] = field(default_factory=dict)
