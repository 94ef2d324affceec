"""The diagram as typed values: nodes and flows per scope, with no XML and no engine in them.

Everything that looks at a model (the checks, the engine, the text twin, migration) reads these
values
and not the XML. A *scope* is the process itself, an embedded subprocess, or a process that a call
activity calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a node is. The value is its BPMN element name where there is one."""

    START = "startEvent"
    END = "endEvent"
    USER = "userTask"
    SERVICE = "serviceTask"
    DECISION = "businessRuleTask"
    RECEIVE = "receiveTask"
    CATCH = "intermediateCatchEvent"
    THROW = "intermediateThrowEvent"
    BOUNDARY = "boundaryEvent"
    SUBPROCESS = "subProcess"
    CALL = "callActivity"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    INCLUSIVE = "inclusiveGateway"
    EVENT_GATEWAY = "eventBasedGateway"


ACTIVITIES = frozenset({Kind.USER, Kind.SERVICE, Kind.DECISION, Kind.RECEIVE, Kind.SUBPROCESS, Kind.CALL})
GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.EVENT_GATEWAY})


class TimerKind(StrEnum):
    DATE = "timeDate"
    DURATION = "timeDuration"
    CYCLE = "timeCycle"


@dataclass(frozen=True, slots=True)
class Timer:
    """`text` is ISO 8601 as written in the standard (`PT24H`), for a cycle also cron's five fields, or an
    expression that gives such text."""

    kind: TimerKind
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """`correlation` is an expression; None means the case's own id. `variable` receives the payload
    as one mapping; None spreads it over the variables."""

    name: str
    correlation: str | None = None
    variable: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """What a service task asks for. `parameters` are expressions by name; `result` is the variable
    that receives all outputs as one mapping, or None to spread them over the variables."""

    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Instances:
    """Multi-instance: `items` or `count` is an expression, the other None. `output` collects the
    variable `output_item` of every instance, in order. `until` ends the rest early."""

    sequential: bool
    items: str | None = None
    count: str | None = None
    item: str | None = None
    output: str | None = None
    output_item: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `condition` is an expression or None."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One element of the diagram. Only the fields of its kind are filled.

    `role` is the innermost lane's name. `error` is an error code: on an end event the one thrown,
    on a boundary event the one caught; "" is an error without code (a boundary event then catches
    all). `synthetic` marks what the normaliser drew and the diagram does not show.
    """

    id: str
    kind: Kind
    name: str = ""
    role: str = ""
    default: str | None = None
    form: str | None = None
    text: str | None = None
    operation: Operation | None = None
    decision: str | None = None
    timer: Timer | None = None
    message: Message | None = None
    error: str | None = None
    terminate: bool = False
    attached_to: str | None = None
    interrupting: bool = True
    scope: str | None = None
    """The scope inside a subprocess, or the process that a call activity calls."""
    instances: Instances | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Nodes and flows on one level, in document order. `parent` is the scope that embeds it."""

    id: str
    name: str
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    parent: str | None = None

    def outgoing(self, node: str) -> tuple[Flow, ...]:
        return tuple(flow for flow in self.flows if flow.source == node)

    def incoming(self, node: str) -> tuple[Flow, ...]:
        return tuple(flow for flow in self.flows if flow.target == node)

    def boundaries(self, node: str) -> tuple[Node, ...]:
        """The boundary events that sit on the activity `node`."""
        return tuple(n for n in self.nodes.values() if n.attached_to == node)

    def starts(self) -> tuple[Node, ...]:
        return tuple(n for n in self.nodes.values() if n.kind is Kind.START)


@dataclass(frozen=True, slots=True)
class Model:
    """The process `process` and every scope that it reaches, by scope id."""

    process: str
    name: str
    scopes: Mapping[str, Scope]
    roles: tuple[str, ...] = ()

    def nodes(self) -> Iterator[Node]:
        for scope in self.scopes.values():
            yield from scope.nodes.values()

    def flows(self) -> Iterator[Flow]:
        for scope in self.scopes.values():
            yield from scope.flows
