"""How far a case has come, as a list: done, now, and what may come next. It is the diagram in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.http import shown
from service.http.language import t
from service.inbox import HistoryView, OpenTask, RegistrationView
from workflows import Definition
from workflows.definition import model
from workflows.model import ACTIVITIES, Kind, Model

State = Literal["done", "now", "next"]
_SHOWN = ACTIVITIES | {Kind.START, Kind.END}
_AHEAD = ACTIVITIES - {Kind.DECISION}
"""What is worth telling in advance: steps that a person or the diarium takes."""
MAX_NEXT = 8


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the list. `note` says when, or who it waits for."""

    name: str
    state: State
    note: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a case is: element ids passed (in order, latest time each) and waited at."""

    done: Mapping[str, datetime]
    now: tuple[str, ...]


def course(
    history: Iterable[HistoryView], tasks: Sequence[OpenTask], registrations: Sequence[RegistrationView]
) -> Course:
    """Read from the history what was passed, and from what is open where the case stands."""
    done: dict[str, datetime] = {}
    for event in history:
        if event.kind == "passed":
            elements = event.data.get("elements")
            for element in elements if isinstance(elements, list) else ():
                done.pop(str(element), None)
                done[str(element)] = event.at
    waiting = [r.element for r in registrations if r.state not in ("registered", "cancelled")]
    now = tuple(dict.fromkeys([*(task.element for task in tasks), *waiting]))
    return Course({e: at for e, at in done.items() if e not in now}, now)


def steps(definition: Definition, at: Course, tasks: Sequence[OpenTask], me: str) -> list[Step]:
    """The list. Names are the model's own; what has no name in the diagram is passed over."""
    diagram = model(definition)
    found = {node.id: node for node in diagram.nodes()}
    named = {ident: node.name for ident, node in found.items() if node.name and node.kind in _SHOWN}
    lines = [Step(named[e], "done", shown.moment(when)) for e, when in at.done.items() if e in named]
    notes = {task.element: _note(task, me) for task in tasks}
    lines += [Step(named[e], "now", notes.get(e, t("task.step_now"))) for e in at.now if e in named]
    ahead = [e for e in _ahead(diagram, at.now) if e in named and found[e].kind in _AHEAD]
    # tasks drawn once for each role have one name: what may come next is said once
    names = dict.fromkeys(named[e] for e in ahead if named[e] not in {named.get(now) for now in at.now})
    lines += [Step(name, "next") for name in list(names)[:MAX_NEXT]]
    return lines


def _note(task: OpenTask, me: str) -> str:
    since = shown.moment(task.opened_at)
    if task.assignee_name is None:
        return t("task.step_role", role=shown.role_name(task.role), when=since)
    if task.assignee_name == me:
        return t("task.step_you", when=since)
    return t("task.step_colleague", name=task.assignee_name, when=since)


def _ahead(diagram: Model, now: Sequence[str]) -> list[str]:
    """What can still be reached along the flows, nearest first; boundary events are no ordinary way."""
    scope_of = {node: scope for scope in diagram.scopes.values() for node in scope.nodes}
    seen, order, queue = set(now), [], deque(now)
    while queue:
        ident = queue.popleft()
        scope = scope_of.get(ident)
        for flow in scope.outgoing(ident) if scope else ():
            if flow.target not in seen:
                seen.add(flow.target)
                order.append(flow.target)
                queue.append(flow.target)
    return order
