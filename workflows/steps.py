"""What may be said to a running workflow, and what it says back.

Values only: no engine types cross this line, so that a room that reads events needs no knowledge of
the engine below. All datetimes are aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

Value: TypeAlias = "bool | int | float | str | Sequence[Value] | Mapping[str, Value] | None"
"""A decision variable: what JSON can hold, bounded in size and depth by `workflows.state`."""


@dataclass(frozen=True, slots=True)
class CompleteTask:
    """A person has finished the user task. `answers` holds decision variables only (closed choices,
    booleans, numbers, dates): free text never enters a workflow."""

    task: str
    answers: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OperationAnswered:
    """The operation that a service task asked for is done; `outputs` become variables."""

    task: str
    outputs: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OperationFailed:
    """The operation was refused for good: thrown as the BPMN error `code` at the service task."""

    task: str
    code: str


@dataclass(frozen=True, slots=True)
class MessageArrived:
    """A message routed to exactly this waiting task by our own subscription."""

    task: str
    payload: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimerDue:
    """The timer that `TimerSet` announced for `task` has come due."""

    task: str


Step = CompleteTask | OperationAnswered | OperationFailed | MessageArrived | TimerDue


@dataclass(frozen=True, slots=True)
class TaskOpened:
    """A user task waits for a person. `role` is the lane's name as drawn; `form` a form's id or None;
    `text` names the help text (texts/<id>.md) and `due` the deadline rule, or None."""

    task: str
    element: str
    name: str
    role: str
    form: str | None = None
    text: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True)
class TaskClosed:
    """The user task is no longer open: completed by this step, or withdrawn by the flow."""

    task: str
    element: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class OperationRequested:
    """A service task asks for `operation` and waits. `task` is the key of the answer."""

    task: str
    element: str
    name: str
    operation: str
    inputs: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OperationWithdrawn:
    """A service task was interrupted before its answer came."""

    task: str
    element: str


@dataclass(frozen=True, slots=True)
class TimerSet:
    """A timer waits. `attached_to` is the element that a boundary timer sits on, or None."""

    task: str
    element: str
    name: str
    due: datetime
    attached_to: str | None = None


@dataclass(frozen=True, slots=True)
class TimerCleared:
    """The timer no longer waits: it fired, or the flow left it."""

    task: str
    element: str


@dataclass(frozen=True, slots=True)
class MessageAwaited:
    """The workflow waits for message `name` with this correlation value."""

    task: str
    element: str
    name: str
    correlation: str


@dataclass(frozen=True, slots=True)
class MessageUnawaited:
    """The workflow no longer waits for the message."""

    task: str
    element: str


@dataclass(frozen=True, slots=True)
class Passed:
    """The token went through this element (task done, gateway taken, event reached), in order.
    `flow` is the sequence flow taken out of an exclusive or inclusive gateway, when there is one."""

    element: str
    name: str
    flow: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The workflow has come to its end, at the end event `element`. `variables` are its last values."""

    element: str
    name: str
    variables: Mapping[str, Value] = field(default_factory=dict)


Event = (
    TaskOpened
    | TaskClosed
    | OperationRequested
    | OperationWithdrawn
    | TimerSet
    | TimerCleared
    | MessageAwaited
    | MessageUnawaited
    | Passed
    | Ended
)


@dataclass(frozen=True, slots=True)
class Advance:
    """What a step led to: the sealed state to keep, and what happened, in order."""

    state: bytes
    events: tuple[Event, ...]
    ended: bool
