"""Which flow of the new version is which of the old, and which changes a node that came or went explains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.diff.sides import Pair, Side
from workflows.model import Flow, Kind


@dataclass(frozen=True, slots=True)
class Matched:
    """`kept` pairs old with new; `folded` are ids whose change belongs to a node's sentence."""

    kept: tuple[tuple[Flow, Flow], ...]
    removed: tuple[Flow, ...]
    added: tuple[Flow, ...]
    renumbered: Mapping[str, str]
    """Old id → new id of the flows in `kept`."""


def matched(both: Pair) -> Matched:
    """Flows match by id, then by their two ends: a flow drawn anew is the same flow."""
    kept = [(flow, both.b.flows[name]) for name, flow in both.a.flows.items() if name in both.b.flows]
    added = {name: flow for name, flow in both.b.flows.items() if name not in both.a.flows}
    removed: list[Flow] = []
    for name, flow in both.a.flows.items():
        if name in both.b.flows:
            continue
        twin = next((f for f in added.values() if ends(f) == ends(flow)), None)
        if twin is None:
            removed.append(flow)
        else:
            kept.append((flow, added.pop(twin.id)))
    return Matched(tuple(kept), tuple(removed), tuple(added.values()), {old.id: new.id for old, new in kept})


def ends(flow: Flow) -> tuple[str, str]:
    return flow.source, flow.target


def explained(both: Pair, old: Flow | None, new: Flow | None) -> bool:
    """Whether a removed, added or redirected flow follows from a node that came, went or
    moved to another level, where the old flows cannot follow."""
    if old is not None and (both.gone | both.moved) & set(ends(old)):
        return True
    if new is not None and (both.new | both.moved) & set(ends(new)):
        return True
    if old is None and new is not None:
        return bridged(both.a, ends(new), both.gone)
    if new is None and old is not None:
        return bridged(both.b, ends(old), both.new)
    return False


def bridged(side: Side, between: tuple[str, str], over: frozenset[str]) -> bool:
    """Whether the version has a way from one end to the other through nothing but these nodes."""
    source, target = between
    waiting, seen = [flow.target for flow in side.out(source)], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in over or name in seen:
            continue
        seen.add(name)
        onward = [flow.target for flow in side.out(name)]
        if target in onward:
            return True
        waiting += onward
    return False


def default_of(side: Side, gateway: str) -> str | None:
    """The flow that is taken when no condition holds, whether or not it is marked as default."""
    node = side.nodes[gateway]
    if node.default in {flow.id for flow in side.out(gateway)}:
        return node.default
    bare = [flow.id for flow in side.out(gateway) if flow.condition is None]
    return bare[0] if node.kind is Kind.EXCLUSIVE and len(bare) == 1 else None
