"""What a decision came to, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.expressions.values import Inner
from workflows.steps import Value


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer of one decision.

    `outputs` has an entry for every output, by name. With RULE ORDER, OUTPUT ORDER and COLLECT
    each is a list with one value a rule that hit; with an aggregation it is a number.
    **No rule hit**: `rules` is empty and every output is its default, or null where it has none
    (COLLECT COUNT: 0); the caller decides what that means.
    `rules` are the ids of the deciding rules in the order of the answer, `rows` their numbers
    as drawn, from 1. A literal expression has neither.
    `value` is the answer as other decisions see it: the single output, or a context of them
    (a list of either for the list policies); a date in it is still a date. `required` are the
    outcomes this one built on.
    """

    decision: str
    outputs: Mapping[str, Value]
    value: Inner = None
    rules: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    required: tuple[Outcome, ...] = ()
