"""What looks at the answer to a question: conditions, decisions, operations, scenarios of the process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from workflows import scenarios, variables
from workflows.definition import Definition, model, tables
from workflows.errors import ModelRefused
from workflows.forms.kinds import FieldKind, kind_of
from workflows.model import Model
from workflows.wording import lowered, many, quoted

MAX_SCENARIOS = 3
"""Scenarios that are named; of the rest the number is said."""


def steps(definition: Definition) -> dict[str, tuple[str, ...]]:
    """Form id → the names of the steps that ask with it, in drawing order."""
    found: dict[str, list[str]] = {}
    for node in model(definition).nodes():
        if node.form is not None:
            found.setdefault(node.form, []).append(node.name or node.id)
    return {form: tuple(names) for form, names in found.items()}


def readers(definition: Definition, needs: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """Key of a question → Swedish phrases for what reads it (”villkoret på …”), each once. `needs` are the
    questions whose answers an operation looks up by itself, by operation."""
    graph = model(definition)
    return _gathered((*_read(definition, graph), *_needed(graph, needs)))


def stories(definition: Definition) -> dict[str, tuple[str, ...]]:
    """Key of a question → Swedish phrases for the scenarios that answer it: the first few by name."""
    return _gathered(_told(definition))


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, phrase in pairs:
        found.setdefault(name, {})[phrase] = None
    return {name: tuple(phrases) for name, phrases in found.items()}


def _read(definition: Definition, graph: Model) -> Iterator[tuple[str, str]]:
    names = {node.id: node.name or node.id for node in graph.nodes()}
    flows = {flow.id: flow for flow in graph.flows()}
    for read in variables.reads(graph, tables(definition).by_decision):
        if read.element in flows:
            flow = flows[read.element]
            way = flow.name or names.get(flow.target, flow.target)
            yield read.name, f"villkoret på {quoted(names.get(flow.source, flow.source))} mot {quoted(way)}"
        else:
            yield read.name, f"{lowered(read.what)} i {quoted(names.get(read.element, read.element))}"


def _needed(graph: Model, needs: Mapping[str, Collection[str]]) -> Iterator[tuple[str, str]]:
    for node in graph.nodes():
        if node.operation is not None:
            for name in needs.get(node.operation.name, ()):
                yield name, f"åtgärden {quoted(node.name or node.id)}"


def _told(definition: Definition) -> Iterator[tuple[str, str]]:
    """The scenarios that answer a question: the first few by name."""
    if definition.scenarios is None:
        return
    try:
        written = scenarios.read(definition.scenarios)
    except ModelRefused:  # said among the findings
        return
    told: Counter[str] = Counter()
    for story in written:
        for name in {
            name for step in story.steps if isinstance(step, scenarios.Timed) for name in step.values
        }:
            told[name] += 1
            if told[name] <= MAX_SCENARIOS:
                yield name, f"scenariot {quoted(story.name)}"
    for name, count in told.items():
        if count > MAX_SCENARIOS:
            yield name, many(count - MAX_SCENARIOS, "scenario till", "scenarier till")


def endangered(old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> tuple[str, bool] | None:
    """What a reader of the question could no longer count on, as a Swedish sentence: the answer is gone, of
    another sort, one of its choices is, or it may be missing; and whether those who give the answer (the
    scenarios) are touched too. `old` and `new` are accepted schemas."""
    before, after = old["properties"].get(name), new["properties"].get(name)
    if before is None:
        return None
    if after is None:
        return "Fältet finns inte längre.", True
    if _sort(before) != _sort(after):
        return "Svaret blir av ett annat slag.", True
    gone = [title for value, title in _choices(before).items() if value not in _choices(after)]
    if gone:
        return f"Det går inte längre att svara {quoted(gone[0])}.", True
    if _always(old, name) and not _always(new, name):
        return "Svaret kan komma att saknas.", False
    return None


def _sort(made: Mapping[str, Any]) -> str:
    """Kinds whose answers are read in the same way are one sort."""
    kind = kind_of(made)
    match kind:
        case FieldKind.ONE | FieldKind.LIST:
            return "choice"
        case FieldKind.YES_NO | FieldKind.TICK:
            return "truth"
        case FieldKind.SHORT | FieldKind.LONG | FieldKind.EMAIL | FieldKind.WEB:
            return "words"
        case FieldKind.NUMBER | FieldKind.WHOLE:
            return "number"
        case FieldKind.SEVERAL | FieldKind.DATE | FieldKind.MOMENT:
            return kind.value


def _choices(made: Mapping[str, Any]) -> dict[str, str]:
    listed = made.get("oneOf") or made.get("items", {}).get("oneOf", ())
    return {choice["const"]: choice["title"] for choice in listed}


def _always(schema: Mapping[str, Any], name: str) -> bool:
    """Whether whoever answers the form has answered this question."""
    made = schema["properties"][name]
    answered = name in schema.get("required", ()) or kind_of(made) is FieldKind.TICK
    return answered and "x-show-if" not in made
