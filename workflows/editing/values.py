"""What may be done to a model, one edit at a time, as values. An empty text or None takes a setting away."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workflows.model import TimerKind


class StepKind(StrEnum):
    """What an added step is. The value is its BPMN element name."""

    USER = "userTask"
    SERVICE = "serviceTask"
    DECISION = "businessRuleTask"


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Rename:
    """Another name for a step, a way, a lane or the process itself."""

    element: str
    name: str


@dataclass(frozen=True, slots=True)
class SetRole:
    """Somebody else does the step: it moves to the lane with that name, and what sits on its edge with it.
    A lane is made where there is none."""

    element: str
    role: str


@dataclass(frozen=True, slots=True)
class SetForm:
    """The form, by its id, that a user task asks with."""

    element: str
    form: str | None


@dataclass(frozen=True, slots=True)
class SetDeadline:
    """The rule, by its name, for when a task shall be done."""

    element: str
    rule: str | None


@dataclass(frozen=True, slots=True)
class SetGuidance:
    """The help text, by its id, that stands beside a step."""

    element: str
    text: str | None


@dataclass(frozen=True, slots=True)
class SetWhy:
    """The rules and profile keys behind a step, with commas between."""

    element: str
    rules: str


@dataclass(frozen=True, slots=True)
class SetSetting:
    """Any other setting that a model's owner may write on a step: correlation, four_eyes, guard, starts,
    starts_with."""

    element: str
    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class SetOperation:
    """What a service task asks for. `inputs` are expressions by name, in order; `result` is the variable
    that gets all outputs as one, None to spread them."""

    element: str
    operation: str
    inputs: tuple[tuple[str, str], ...] = ()
    result: str | None = None


@dataclass(frozen=True, slots=True)
class SetDecision:
    """The decision, by its id, that a rule task follows."""

    element: str
    decision: str | None


@dataclass(frozen=True, slots=True)
class SetCondition:
    """When a way is taken."""

    flow: str
    text: str | None


@dataclass(frozen=True, slots=True)
class SetDefault:
    """The way out of a gateway that is taken when no condition holds. The way loses its condition."""

    gateway: str
    flow: str | None


@dataclass(frozen=True, slots=True)
class SetTarget:
    """Where a way leads."""

    flow: str
    target: str


@dataclass(frozen=True, slots=True)
class SetTimer:
    """When a timer goes off: ISO 8601, cron for a cycle, or an expression."""

    element: str
    kind: TimerKind
    text: str


@dataclass(frozen=True, slots=True)
class SetMessage:
    """The message, by its name, that an event or a receive task waits for."""

    element: str
    name: str


@dataclass(frozen=True, slots=True)
class SetInterrupting:
    """Whether what happens on the edge of a step breaks the step off."""

    element: str
    interrupting: bool


@dataclass(frozen=True, slots=True)
class SetDocumentation:
    """The description of anything in the model. It steers nothing."""

    element: str
    text: str


@dataclass(frozen=True, slots=True)
class AddStep:
    """A new step `after` another, or on a way (by the id of the flow). An empty `role` is that of the step
    before; `form` and `deadline` are a user task's, `operation`, `inputs` and `result` a service task's,
    `decision` a rule task's."""

    after: str
    kind: StepKind
    name: str
    role: str = ""
    form: str | None = None
    deadline: str | None = None
    operation: str | None = None
    inputs: tuple[tuple[str, str], ...] = ()
    result: str | None = None
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class AddTimeLimit:
    """When `step` takes longer than `text` tells, `name` is done by `role`, and that way ends. The step stays
    where it is, unless it is broken off."""

    step: str
    text: str
    name: str
    role: str = ""
    form: str | None = None
    kind: TimerKind = TimerKind.DURATION
    interrupting: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a choice. Without a condition it is taken when no other is; without a target it leads on
    to what came after."""

    name: str
    condition: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class AddChoice:
    """A question `after` a step or on a way, with two ways on or more, of which exactly one has no
    condition."""

    after: str
    question: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class AddWay:
    """One more way out of a gateway."""

    gateway: str
    name: str
    target: str
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveStep:
    """A step away: what led to it leads on to what came after it. With an event on an edge goes what only it
    led to."""

    element: str


@dataclass(frozen=True, slots=True)
class RemoveWay:
    """A way away, and what only it led to."""

    flow: str


@dataclass(frozen=True, slots=True)
class MoveStep:
    """A step changes places with its neighbour in a simple sequence."""

    element: str
    direction: Direction


Edit = (
    Rename
    | SetRole
    | SetForm
    | SetDeadline
    | SetGuidance
    | SetWhy
    | SetSetting
    | SetOperation
    | SetDecision
    | SetCondition
    | SetDefault
    | SetTarget
    | SetTimer
    | SetMessage
    | SetInterrupting
    | SetDocumentation
    | AddStep
    | AddTimeLimit
    | AddChoice
    | AddWay
    | RemoveStep
    | RemoveWay
    | MoveStep
)
