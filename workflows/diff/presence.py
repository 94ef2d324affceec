"""Nodes that came, went, or moved between levels. The flows around them are told in the same sentence."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.diff.flows import case
from workflows.diff.sides import Pair, Side
from workflows.diff.values import Change, Sentence, sentence
from workflows.model import GATEWAYS, Kind
from workflows.outline.phrases import trigger
from workflows.wording import lowered, many, plain, quoted, series


def presence_changes(both: Pair) -> Iterator[Sentence]:
    for name in _told(both.a, both.gone, both.b):
        yield sentence(Change.REMOVED, name, _removed(both, name))
    for name in _told(both.b, both.new, both.a):
        yield sentence(Change.ADDED, name, _added(both, name))
    moves: dict[tuple[str, str], list[str]] = {}
    for name in both.common:
        if name in both.moved:
            moves.setdefault((both.a.at[name], both.b.at[name]), []).append(name)
    for (_, to), names in moves.items():
        where = f"in i delprocessen {quoted(both.b.model.scopes[to].name)}" if to else "ut i processen"
        yield sentence(Change.LEVEL, names[0], f"{both.b.series(names)} flyttas {where}.")


def _told(side: Side, names: frozenset[str], other: Side) -> list[str]:
    """The nodes that need a sentence of their own: not those inside a subprocess that came or went as
    a whole, nor events on the edge of an activity that did."""
    owners = {side.nodes[name].scope or name for name in names}
    # A whole process that is called, or no longer: told with the call.
    whole = {s for s in side.model.scopes if s not in other.model.scopes and s != side.model.process}
    return [
        name
        for name in side.nodes
        if name in names
        and not side.within(name, owners | whole)
        and side.nodes[name].attached_to not in names
    ]


def _removed(both: Pair, name: str) -> str:
    host = both.a.nodes[name].attached_to
    place = f" på {both.a.called(host)}" if host in both.b.nodes else ""
    text = f"{both.a.noun(name)}{place}{_size(both.a, name)} tas bort"
    now = [
        f"efter {both.b.called(flow.source)} kommer nu {both.b.called(flow.target)}"
        for before in both.a.flows.values()
        if before.target == name
        for flow in both.b.out(before.source)
        if flow.target in both.a.nodes
        and not any(old.target == flow.target for old in both.a.out(before.source))
    ]
    return f"{text}{': ' + series(now) if now else ''}."


def _added(both: Pair, name: str) -> str:
    node = both.b.nodes[name]
    whose = f" hos {plain(node.role)}" if node.role and node.kind is Kind.USER else ""
    text = f"{both.b.noun(name)}{_size(both.b, name)} läggs till{whose}"
    if node.kind is Kind.BOUNDARY and node.attached_to in both.b.nodes:
        does = "avbryter" if node.interrupting else "avbryter inte"
        return (
            f"{text} på {both.b.called(node.attached_to)}: inträffar "
            f"{lowered(trigger(node, both.b.words))} och {does}."
        )
    before = [f.source for f in both.b.flows.values() if f.target == name and f.source in both.a.nodes]
    after = [f for f in both.b.out(name) if f.target in both.a.nodes]
    if node.kind in GATEWAYS and len(after) > 1:
        ways = "; ".join(f"till {both.b.called(f.target)} {case(both.b, f)}".strip() for f in after)
        place = f" efter {both.b.series(before)}" if before else ""
        return f"{text}{place}: {ways}."
    targets = [f.target for f in after]
    if len(before) + len(targets) > 2 and before and targets:
        return f"{text} efter {both.b.series(before)}, före {both.b.series(targets)}."
    if before and targets:
        return f"{text} mellan {both.b.series(before)} och {both.b.series(targets)}."
    if before:
        return f"{text} efter {both.b.series(before)}."
    return f"{text} före {both.b.series(targets)}." if targets else f"{text}."


def _size(side: Side, name: str) -> str:
    node = side.nodes[name]
    if node.kind is not Kind.SUBPROCESS or node.scope not in side.model.scopes:
        return ""
    count = sum(1 for inner in side.nodes if side.within(inner, {node.scope or ""}))
    return f" med {many(count, 'steg', 'steg')}"
