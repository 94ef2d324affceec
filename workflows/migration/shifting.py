"""Moves one live token to another step of the same version: where it may go, and the move itself.

What a drawing demands cannot be gone round: a token never passes a step whose work must be done, and never
comes before one whose work must not be done twice. Which those are, the caller says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from workflows import state as codec
from workflows.definition import Definition
from workflows.engine.loading import loaded
from workflows.engine.resuming import Arm, resume
from workflows.errors import BudgetExceeded, ExpressionError, Finding
from workflows.migration.marking import Mark, doubts
from workflows.migration.placed import told
from workflows.migration.sides import Side, called, side
from workflows.migration.values import Consequence, Migrated, MigrationRefused
from workflows.model import Kind, Node, Scope
from workflows.state import Frame, Snapshot, TokenState
from workflows.steps import (
    Advance,
    Event,
    MessageUnawaited,
    OperationWithdrawn,
    TaskClosed,
    TimerCleared,
)

_GOALS = frozenset({Kind.USER, Kind.SERVICE, Kind.RECEIVE, Kind.CATCH, Kind.DECISION})
_JOINS = (Kind.PARALLEL, Kind.INCLUSIVE)
_WAIT = "Låt ärendet gå fram till steget i stället."


@dataclass(frozen=True, slots=True)
class Rules:
    """Element ids. `kept`: steps whose work may not be gone round; `once`: steps whose work may not be done
    twice; `passed`: what the case has been through."""

    kept: frozenset[str] = frozenset()
    once: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Live:
    """A token that waits. `token` names it; `goals` are the elements of its level that it could be moved to,
    in drawing order, none where it cannot be moved at all."""

    token: str
    element: str
    name: str
    goals: tuple[str, ...]


def live(definition: Definition, state: bytes, *, case: str, key: bytes) -> tuple[Live, ...]:
    """Where the case stands. Raises StateRefused."""
    here = side(definition)
    snapshot = codec.load(state, case=case, definition=definition.hash, key=key)
    found = []
    for number, frame in enumerate(snapshot.frames):
        scope = here.model.scopes[frame.scope]
        for index, token in enumerate(frame.tokens):
            node = _main(here, frame, index, token)
            if node is None:
                continue
            family = _family(frame, _root(frame, index))
            stuck = node.instances is not None or _hosts(snapshot, number, family)
            goals = () if stuck else tuple(n.id for n in scope.nodes.values() if _goal(here, n, node))
            found.append(Live(str(UUID(token.id)), node.id, node.name, goals))
    return tuple(found)


def shift(
    definition: Definition,
    state: bytes,
    token: str,
    target: str,
    rules: Rules,
    *,
    case: str,
    key: bytes,
    now: datetime,
) -> Migrated:
    """The case with the token (as `live` names it) at `target`. `now` is aware. What waited where it stood is
    closed in the events, what begins at the target is opened. Values in, values out: who only wants to know
    what would happen reads `after` and lets go of the rest.

    Raises MigrationRefused with every reason, ModelRefused and StateRefused."""
    loaded(definition)
    here = side(definition)
    snapshot = codec.load(state, case=case, definition=definition.hash, key=key)
    number, index = _found(here, snapshot, token)
    frame = snapshot.frames[number]
    node = _node(here, frame.tokens[index])
    family = _family(frame, _root(frame, index))
    scope = here.model.scopes[frame.scope]
    goal = here.nodes.get(target)
    if goal is None or goal.id not in scope.nodes or not _goal(here, goal, node):
        raise MigrationRefused([Finding("no-goal", target, "Dit kan ärendet inte flyttas.", _WAIT)])
    refused = [*_unmovable(snapshot, number, family, node), *_bound(here, scope, node, goal, rules)]
    if not refused:
        marks = [*_others(here, frame, family), Mark(node, goal.id)]
        refused += dict.fromkeys(_said(found, goal) for found in doubts(definition.hash, scope, marks))
    if refused:
        raise MigrationRefused(refused)
    closed, after = _closing(here, frame, family)
    moved = _without(snapshot, number, family)
    arm = Arm(number, None, goal.id, entering=True)
    try:
        advance = resume(definition, moved, [arm], case=case, key=key, now=now)
    except (ExpressionError, BudgetExceeded) as error:
        raise MigrationRefused([Finding("cannot-go-on", goal.id, str(error))]) from error
    after += told(advance.events)
    if advance.ended:
        after.append(Consequence("gone", goal.id, "Ärendet når sitt slut och avslutas."))
    return Migrated(Advance(advance.state, (*closed, *advance.events), advance.ended), (), tuple(after))


# ── the token and what stands with it ────────────────────────────────────────────────────────────────


def _found(here: Side, snapshot: Snapshot, token: str) -> tuple[int, int]:
    for number, frame in enumerate(snapshot.frames):
        for index, one in enumerate(frame.tokens):
            if str(UUID(one.id)) == token and _main(here, frame, index, one) is not None:
                return number, index
    raise MigrationRefused([Finding("gone", None, "Ärendet står inte kvar där. Läs om sidan och se var.")])


def _main(here: Side, frame: Frame, index: int, token: TokenState) -> Node | None:
    """The node of a token that stands for what waits there: not the guard in front of an activity, not an
    event on its edge or after a choice between events, not one of many instances, not a token in a join."""
    prefix, _, element = token.spec.partition(":")
    if prefix != "bpmn" or not element:
        return None
    node = here.nodes[element]
    if node.kind in (Kind.BOUNDARY, *_JOINS):
        return None
    if token.parent >= 0 and not frame.tokens[token.parent].spec.startswith("guard:"):
        return None
    return node


def _node(here: Side, token: TokenState) -> Node:
    return here.nodes[token.spec.partition(":")[2]]


def _root(frame: Frame, index: int) -> int:
    while frame.tokens[index].parent >= 0:
        index = frame.tokens[index].parent
    return index


def _family(frame: Frame, root: int) -> frozenset[int]:
    return frozenset(n for n in range(len(frame.tokens)) if _root(frame, n) == root)


def _hosts(snapshot: Snapshot, number: int, family: Collection[int]) -> bool:
    """Whether something goes on inside one of the tokens."""
    return any(f.host is not None and f.host[0] == number and f.host[1] in family for f in snapshot.frames)


def _goal(here: Side, node: Node, source: Node) -> bool:
    return (
        node.kind in _GOALS
        and not node.synthetic
        and node.instances is None
        and node.id != source.id
        and here.holder(node.id) is None
    )


def _without(snapshot: Snapshot, number: int, family: Collection[int]) -> Snapshot:
    """The snapshot when the tokens have been taken away."""
    frame = snapshot.frames[number]
    left = [n for n in range(len(frame.tokens)) if n not in family]
    where = {-1: -1} | {old: new for new, old in enumerate(left)}
    tokens = tuple(replace(frame.tokens[n], parent=where[frame.tokens[n].parent]) for n in left)
    frames = [
        replace(f, host=(number, where[f.host[1]])) if f.host is not None and f.host[0] == number else f
        for f in snapshot.frames
    ]
    frames[number] = replace(frames[number], tokens=tokens)
    return replace(snapshot, frames=tuple(frames))


def _closing(here: Side, frame: Frame, family: Collection[int]) -> tuple[list[Event], list[Consequence]]:
    closed: list[Event] = []
    after: list[Consequence] = []
    for index in sorted(family):
        token = frame.tokens[index]
        node, task = _node(here, token), str(UUID(token.id))
        event: Event
        if node.kind is Kind.USER and token.kind == "ready":
            event, text = TaskClosed(task, node.id, True), "stängs. Det som var påbörjat i den tas inte med."
        elif "inputs" in token.internal:
            event, text = OperationWithdrawn(task, node.id), "väntar inte längre på svar."
        elif "due" in token.internal:
            event, text = TimerCleared(task, node.id), "gäller inte längre."
        elif "correlation" in token.internal:
            event, text = MessageUnawaited(task, node.id), "slutar vänta på sitt meddelande."
        else:
            continue
        closed.append(event)
        after.append(Consequence("gone", node.id, f"{called(node)} {text}"))
    return closed, after


# ── what may not be gone round ───────────────────────────────────────────────────────────────────────


def _unmovable(snapshot: Snapshot, number: int, family: Collection[int], node: Node) -> Iterator[Finding]:
    if node.instances is not None:
        yield Finding("instances", node.id, f"{called(node)} görs flera gånger och kan inte flyttas.", _WAIT)
    elif _hosts(snapshot, number, family):
        text = f"{called(node)} pågår: flytta det som väntar inne i den i stället."
        yield Finding("inside", node.id, text)


def _bound(here: Side, scope: Scope, source: Node, goal: Node, rules: Rules) -> Iterator[Finding]:
    """Steps that the move would go round, or have done again."""
    ahead, back = _edges(scope)
    kept = {n.id for n in scope.nodes.values() if _holds(here, n, rules.kept)}
    once = {n.id for n in scope.nodes.values() if _holds(here, n, rules.once & rules.passed)}
    for name in _in_order(scope, _round(scope, source, goal, kept, rules, ahead, back)):
        text = f"{called(scope.nodes[name])} får inte hoppas över, och den ligger på vägen dit."
        yield Finding("goes-round", name, text, _WAIT)
    again = {goal.id, *_walk({goal.id}, ahead, None)} - _walk({source.id}, ahead, None)
    for name in _in_order(scope, once & again):
        text = f"{called(scope.nodes[name])} är redan gjord och skulle göras en gång till."
        yield Finding("done-twice", name, text, "Välj ett steg som ligger efter den.")


def _round(
    scope: Scope,
    source: Node,
    goal: Node,
    kept: Collection[str],
    rules: Rules,
    ahead: Mapping[str, Collection[str]],
    back: Mapping[str, Collection[str]],
) -> set[str]:
    starts = {node.id for node in scope.starts()}
    if source.id not in {*starts, *_walk(starts, ahead, goal.id)}:
        return set()  # every way to where it stands goes by the goal: it will all be done again
    before = _walk({goal.id}, back, source.id)
    after = _walk({source.id}, ahead, goal.id)
    if goal.id in _walk({source.id}, ahead, None):
        done = {source.id} & rules.once & rules.passed  # registered, but the flow never went on
        return (((after & before) | {source.id}) & {*kept}) - {goal.id} - done
    # into another branch: what it holds, from where the ways parted
    parted = _parting(scope, starts, source, goal, ahead)
    inside = _walk({parted}, ahead, goal.id) & _walk({goal.id}, back, parted)
    return (inside & {*kept}) - rules.passed


def _parting(
    scope: Scope, starts: Collection[str], one: Node, other: Node, ahead: Mapping[str, Collection[str]]
) -> str:
    """The last node that every way to the one and every way to the other goes by."""
    without = {name: _walk(starts, ahead, name) | ({*starts} - {name}) for name in scope.nodes}

    def always(node: str) -> set[str]:
        return {name for name in scope.nodes if name == node or node not in without[name]}

    shared = always(one.id) & always(other.id)
    return max(shared, key=lambda name: len(always(name)))


def _walk(begin: Collection[str], edges: Mapping[str, Collection[str]], avoiding: str | None) -> set[str]:
    """What is reached from there, not going through `avoiding`."""
    seen: set[str] = set()
    waiting = [name for name in begin if name != avoiding]
    while waiting:
        for name in edges[waiting.pop()]:
            if name not in seen and name != avoiding:
                seen.add(name)
                waiting.append(name)
    return seen


def _edges(scope: Scope) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    ahead: dict[str, set[str]] = {name: set() for name in scope.nodes}
    back: dict[str, set[str]] = {name: set() for name in scope.nodes}
    pairs = [(flow.source, flow.target) for flow in scope.flows]
    pairs += [(n.attached_to, n.id) for n in scope.nodes.values() if n.attached_to is not None]
    for one, other in pairs:
        ahead[one].add(other)
        back[other].add(one)
    return ahead, back


def _holds(here: Side, node: Node, names: Collection[str]) -> bool:
    """Whether the node is one of them, or has one of them inside it."""
    if node.id in names:
        return True
    scope = here.model.scopes.get(node.scope or "")
    return scope is not None and any(_holds(here, inner, names) for inner in scope.nodes.values())


def _in_order(scope: Scope, names: Collection[str]) -> list[str]:
    return [name for name in scope.nodes if name in names]


# ── what stands beside ───────────────────────────────────────────────────────────────────────────────


def _others(here: Side, frame: Frame, family: Collection[int]) -> Iterator[Mark]:
    """The tokens that stay, as `doubts` wants them."""
    for index, token in enumerate(frame.tokens):
        prefix, _, element = token.spec.partition(":")
        if index in family or prefix != "bpmn" or not element:
            continue
        node = here.nodes[element]
        held = token.parent >= 0 and not frame.tokens[token.parent].spec.startswith("guard:")
        if node.kind is Kind.BOUNDARY or held:
            continue
        via = str(token.internal["via"]).partition(":")[2] if node.kind in _JOINS else None
        yield Mark(node, element, via)


def _said(found: Finding, goal: Node) -> Finding:
    if found.rule == "not-together":
        text = (
            f"{called(goal)} kan inte pågå samtidigt som det andra i ärendet: något skulle göras två gånger."
        )
        return Finding(
            found.rule, goal.id, text, "Välj ett annat steg, eller vänta tills det andra är klart."
        )
    if found.rule == "would-starve":
        return replace(found, hint="Välj ett annat steg, eller flytta det andra först.")
    return found
