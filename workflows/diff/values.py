"""What a comparison says: sentences with a kind and a weight."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workflows.wording import raised


class Change(StrEnum):
    """What kind of change a sentence is about, in order of consequence for a case."""

    PROCESS = "process"
    """The process has another id: no case can follow."""
    REMOVED = "removed"
    ADDED = "added"
    TYPE = "type"
    LEVEL = "level"
    """Moved into or out of a subprocess."""
    ATTACHED = "attached"
    """An event now sits on another activity."""
    FLOW_REMOVED = "flow-removed"
    FLOW_ADDED = "flow-added"
    FLOW_MOVED = "flow-moved"
    CONDITION = "condition"
    DEFAULT = "default"
    ROLE = "role"
    """Somebody else does it; also lanes that come, go or are renamed."""
    INTERRUPTING = "interrupting"
    TIMER = "timer"
    DEADLINE = "deadline"
    OPERATION = "operation"
    CALLED = "called"
    """Another decision or another process is called."""
    MESSAGE = "message"
    ERROR = "error"
    INSTANCES = "instances"
    RULE = "rule"
    """A row of a decision table."""
    DECISION = "decision"
    """Anything else in a decision."""
    FORM = "form"
    """A task asks with another form, or a form comes or goes."""
    FIELD = "field"
    """A question of a form."""
    PROPERTY = "property"
    TEXT = "text"
    """A help text."""
    SCENARIO = "scenario"
    RENAMED = "renamed"
    FLOW_NAME = "flow-name"
    NOTE = "note"
    """What is drawn or written but steers nothing: annotations, descriptions, data objects."""


_ORDER = {change: at for at, change in enumerate(Change)}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One change. `element` is the id of what the diagram can show it on, or None. `weight` is higher
    the more it changes for cases, 0 to 100."""

    kind: Change
    element: str | None
    text: str
    weight: int


@dataclass(frozen=True, slots=True)
class Difference:
    """`layout_only`: the files differ, but only in how the diagram is drawn or the files are written."""

    sentences: tuple[Sentence, ...]
    layout_only: bool


def sentence(kind: Change, element: str | None, text: str, less: int = 0) -> Sentence:
    """A sentence with the weight of its kind; `less` for what weighs less than its kind."""
    return Sentence(kind, element, raised(text), max(0, 100 - 3 * _ORDER[kind] - less))
