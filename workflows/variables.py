"""Which variables a model reads, and which it sets: place by place, without running it.

A parameter, a condition, a timer, a table: whatever is evaluated names what it reads. What people's own words
fill (free text) never becomes a variable, so a form sets its closed answers only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflows import forms as form_door
from workflows import timers
from workflows.decisions import Decision, DecisionModel, Table
from workflows.errors import ModelRefused, WorkflowError
from workflows.expressions import compile
from workflows.model import Kind, Model, Node
from workflows.normalise.choices import variable_of

STARTS_WITH = "starts_with"
"""The property of a start event that names what whoever starts the process gives, with blanks between."""
TIME = "Tiden"
"""What a timer's expression is called."""
Schemas = Mapping[str, Mapping[str, Any]]
Decisions = Mapping[str, DecisionModel]
"""The model that holds each decision, by decision id."""


@dataclass(frozen=True, slots=True)
class Read:
    """`element` (a node or a flow) reads `name`. `what` says in Swedish where it stands."""

    element: str
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Set:
    """What a node sets. `everything` when it spreads names over the variables that nobody here knows: an
    operation whose outputs are not told of, a message without a variable."""

    names: frozenset[str] = frozenset()
    everything: bool = False


def reads(model: Model, decisions: Decisions) -> Iterator[Read]:
    """Everything that is read, in document order. Names inside a filter, that may be entries of the filtered
    items, and texts that cannot be read are left out."""
    for scope in model.scopes.values():
        for flow in scope.flows:
            if flow.condition is not None:
                for name in _names(flow.condition):
                    yield Read(flow.id, name, "Villkoret")
        for node in scope.nodes.values():
            for what, source in sources(node):
                for name in _names(source):
                    yield Read(node.id, name, what)
            if node.decision is not None and node.decision in decisions:
                for name in _inputs(decisions[node.decision], node.decision):
                    yield Read(node.id, name, "Beslutet")


def sources(node: Node) -> Iterator[tuple[str, str]]:
    """The expressions of a node, each with what it is called in Swedish."""
    if node.operation is not None:
        for name, source in node.operation.parameters.items():
            yield f"Värdet för ”{name[:60]}”", source
    if node.timer is not None and not timers.is_literal(node.timer.text):
        yield TIME, node.timer.text
    if node.message is not None and node.message.correlation is not None:
        yield "Meddelandets nyckel", node.message.correlation
    if node.instances is not None:
        for what, text in (
            ("Listan", node.instances.items),
            ("Antalet", node.instances.count),
            ("Villkoret", node.instances.until),
        ):
            if text is not None:
                yield what, text


def sets(
    node: Node,
    schemas: Schemas,
    decisions: Decisions,
    outputs: Mapping[str, Collection[str]] | None = None,
) -> Set:
    """What the node sets when it is done. `outputs` are the variables that each operation gives, where that
    is known."""
    names: set[str] = set()
    everything = False
    match node.kind:
        case Kind.START:
            names.update(node.properties.get(STARTS_WITH, "").split())
        case Kind.USER:
            names |= _closed(node.form, schemas)
            if "choice" in node.properties:
                names.add(variable_of(node.properties["choice"]))
        case Kind.DECISION if node.decision is not None and node.decision in decisions:
            names |= _outputs(decisions[node.decision].decisions[node.decision])
        case Kind.SERVICE if node.operation is not None:
            if node.operation.result is not None:
                names.add(node.operation.result)
            elif outputs is None or node.operation.name not in outputs:
                everything = True
            else:
                names.update(outputs[node.operation.name])
    if node.message is not None:
        if node.message.variable is not None:
            names.add(node.message.variable)
        else:
            everything = True
    if node.instances is not None:
        # what an instance sets is gone when it is done; only what is collected stays
        output = node.instances.output
        return Set(frozenset() if output is None else frozenset({output}))
    return Set(frozenset(names), everything)


def inner(node: Node) -> frozenset[str]:
    """What each instance of a multi-instance has besides the scope's variables."""
    plan = node.instances
    return frozenset() if plan is None or plan.item is None else frozenset({plan.item})


def asked_for(model: Model, schemas: Schemas, decisions: Decisions) -> frozenset[str]:
    """The names that the model reads and does not set itself: what a case may be started with."""
    made: set[str] = set()
    for node in model.nodes():
        made |= sets(node, schemas, decisions).names | inner(node)
    return frozenset(read.name for read in reads(model, decisions)) - made


def _names(source: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(compile(source).names))
    except WorkflowError:
        return ()  # `checks.formulas` has told of it


def _closed(form: str | None, schemas: Schemas) -> frozenset[str]:
    if form is None or form not in schemas:
        return frozenset()
    try:
        loaded = form_door.load(form, schemas[form])
    except ModelRefused:
        return frozenset()
    return frozenset(field.name for field in loaded.fields if not field.free_text)


def _inputs(model: DecisionModel, name: str) -> tuple[str, ...]:
    """What the decision and all it requires read from outside."""
    found: dict[str, None] = {}
    waiting, seen = [name], {name}
    while waiting:
        decision = model.decisions[waiting.pop()]
        found.update(dict.fromkeys(decision.inputs))
        fresh = [need for need in decision.requires if need not in seen]
        seen.update(fresh)
        waiting += fresh
    return tuple(found)


def _outputs(decision: Decision) -> frozenset[str]:
    if isinstance(decision.logic, Table):
        return frozenset(output.name for output in decision.logic.outputs)
    return frozenset({decision.variable})
