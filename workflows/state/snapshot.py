"""A running workflow as values: the tokens that live, and the variables they see. No engine types.

History is not here: what has been done is in the events. A loop of a thousand turns therefore has
the same state after each turn. Migration reads and writes these values too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workflows.steps import Value

TokenKind = Literal["waiting", "ready", "started", "done"]


@dataclass(frozen=True, slots=True)
class TokenState:
    """One task. `id` is 32 hex digits; `spec` the engine's name of the element (`bpmn:<id>`).

    `parent` is the index of the token in the same frame that holds this one (a guard, a choice
    between events, a multi-instance), or -1. A `done` token is there only to hold others.
    `variables` is an index into `Snapshot.variables`.
    """

    id: str
    spec: str
    kind: TokenKind
    parent: int = -1
    variables: int = 0
    internal: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """The tokens of one running scope. `host` is (frame, token) of the subprocess or call activity
    that runs it, None for the process itself. Frames come outermost first."""

    scope: str
    host: tuple[int, int] | None
    variables: int
    tokens: tuple[TokenState, ...]


@dataclass(frozen=True, slots=True)
class Variables:
    """A set of variables, as differences from the set with index `base` (-1: from nothing)."""

    base: int
    changed: Mapping[str, Value]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Frame 0 is the process. `ended` is true when nothing lives any more."""

    frames: tuple[Frame, ...]
    variables: tuple[Variables, ...]
    ended: bool = False

    def variables_at(self, index: int) -> dict[str, Value]:
        """The variables in full."""
        entry = self.variables[index]
        full = self.variables_at(entry.base) if entry.base >= 0 else {}
        for name in entry.missing:
            full.pop(name, None)
        full.update(entry.changed)
        return full
