"""A case that is played in memory and never saved: the same engine, without the sealed state between steps.

For telling what a version would do with many cases, where sealing and opening each step is a good part of the
work, and where cases that begin alike can be played from the same point. What a running case does goes
through `workflows.engine.running`; both let the same functions take and settle a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.definition import Definition, model
from workflows.engine.context import Context
from workflows.engine.freezing import freeze, thaw
from workflows.engine.journal import Journal, is_open
from workflows.engine.loading import loaded
from workflows.engine.running import settle, take
from workflows.engine.tokens import Workflow
from workflows.errors import NotOpen
from workflows.kept import Kept
from workflows.model import Node
from workflows.state import Snapshot
from workflows.steps import Event, Step, TimerSet, Value
from workflows.values import variables

_CASE = "played"
_timers: Kept[str, Mapping[str, Node]] = Kept(32)


@dataclass(frozen=True, slots=True)
class Played:
    """Where a played case stands after a step. It can be gone on from any number of times. `seen` are the
    variables at each timer that the step set, by its task."""

    snapshot: Snapshot
    events: tuple[Event, ...]
    seen: Mapping[str, Mapping[str, Value]]

    @property
    def ended(self) -> bool:
        return self.snapshot.ended


def begin(definition: Definition, given: Mapping[str, Value], *, now: datetime) -> Played:
    """Begin the process with these variables. `now` is aware. Raises like `workflows.start`."""
    parts = loaded(definition)
    context = Context(_CASE, now, parts.decisions)
    journal = Journal(frozenset())
    top = Workflow(parts.specs[definition.process], parts.specs, context, journal)
    top.task_tree.data = variables(given)
    return _settled(top, journal)


def go_on(definition: Definition, played: Played, step: Step, *, now: datetime) -> Played:
    """Take one step at `now` (aware). Raises like `workflows.advance`; `played` is as it was."""
    if played.ended:
        raise NotOpen(step.task)
    parts = loaded(definition)
    journal = Journal(frozenset())
    top = thaw(played.snapshot, parts.specs, Context(_CASE, now, parts.decisions), journal)
    journal.known = frozenset(str(t.id) for w in top.running() for t in w.tasks.values() if is_open(t))
    take(top, step, journal, definition.choices)
    return _settled(top, journal)


def due(definition: Definition, element: str, given: Mapping[str, Value], *, now: datetime) -> datetime:
    """When the timer at `element`, set at `now` (aware), comes due. Raises ExpressionError."""
    nodes = _timers.get(definition.hash, lambda: {n.id: n for n in model(definition).nodes() if n.timer})
    armed = Context(_CASE, now, {}).armed(nodes[element], given)
    return datetime.fromisoformat(str(armed["due"]))


def _settled(top: Any, journal: Journal) -> Played:
    settle(top)
    events = journal.events(top)
    set_now = {event.task for event in events if isinstance(event, TimerSet)}
    seen = {
        str(task.id): dict(task.data)
        for one in (top.running() if set_now else ())
        for task in one.tasks.values()
        if str(task.id) in set_now
    }
    return Played(freeze(top), events, seen)
