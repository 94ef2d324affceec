"""Which input of a join in the new version a token has come by, that waits at it since the old."""

from __future__ import annotations

from workflows.migration.plan import Plan
from workflows.migration.sides import Side
from workflows.model import Node


def came_by(plan: Plan, a: Side, b: Side, via: str, old: Node, new: Node) -> str | None:
    """`via` is the node before the join `old`. Its counterpart when that leads to the join `new`; else,
    when one input of each version is left over, that one. None when it cannot be known."""
    before = [flow.source for flow in a.scope_of(old.id).incoming(old.id)]
    after = [flow.source for flow in b.scope_of(new.id).incoming(new.id)]
    kept = {name: target for name in before if (target := _target(plan, b, name)) in after}
    if via in kept:
        return kept[via]
    lost = [name for name in before if name not in kept]
    gained = [name for name in after if name not in kept.values()]
    return gained[0] if lost == [via] and len(gained) == 1 else None


def _target(plan: Plan, b: Side, name: str) -> str | None:
    target = plan.target(name)
    return name if target is None and name in b.nodes and b.nodes[name].synthetic else target
