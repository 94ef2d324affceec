"""Places every live token of a case in the new version: a snapshot in, a snapshot out."""

from __future__ import annotations

from collections import Counter

from workflows.migration.level import Level
from workflows.migration.marking import doubts
from workflows.migration.placed import Placed
from workflows.migration.plan import Plan
from workflows.migration.sides import Side, sort
from workflows.model import Scope
from workflows.state import Frame, Snapshot


def place(plan: Plan, a: Side, b: Side, version: str, snapshot: Snapshot) -> tuple[Snapshot, Placed]:
    """The snapshot as the new version would have it; of no use when anything is refused. `version` is
    the hash of the new definition."""
    placed = Placed()
    levels: list[Level | None] = []
    frames: list[Frame] = []
    for number, frame in enumerate(snapshot.frames):
        inside = _host(plan, b, snapshot, frame, levels)
        if inside is None:
            levels.append(None)  # what runs this scope has been refused already
            continue
        scope, host = inside
        level = Level(plan, a, b, number, scope, placed)
        before = len(placed.refusals)
        tokens = level.place(frame)
        levels.append(level)
        frames.append(Frame(scope, host, frame.variables, tokens))
        old, new = a.model.scopes[frame.scope], b.model.scopes[scope]
        if len(placed.refusals) == before and not same_shape(plan, old, new):
            placed.refusals += doubts(version, new, level.marks)
    return Snapshot(tuple(frames), snapshot.variables), placed


def _host(
    plan: Plan, b: Side, snapshot: Snapshot, frame: Frame, levels: list[Level | None]
) -> tuple[str, tuple[int, int] | None] | None:
    """The new scope of the frame, and the new place of the token that runs it."""
    if frame.host is None:
        return b.model.process, None
    number, token = frame.host
    above = levels[number]
    if above is None or token not in above.where:
        return None
    element = snapshot.frames[number].tokens[token].spec.partition(":")[2]
    scope = b.nodes[plan.target(element) or element].scope
    return None if scope is None else (scope, (number, above.where[token]))


def same_shape(plan: Plan, old: Scope, new: Scope) -> bool:
    """Whether the plan makes the one scope the other, node for node and flow for flow: then tokens
    stand in it as they stood."""
    to = {n.id: n.id if n.synthetic else plan.target(n.id) for n in old.nodes.values()}
    if len(to) != len(new.nodes) or {*to.values()} != new.nodes.keys():
        return False
    for node in old.nodes.values():
        other = new.nodes[to[node.id] or ""]
        host = None if node.attached_to is None else to.get(node.attached_to)
        if (sort(node), node.interrupting, host) != (sort(other), other.interrupting, other.attached_to):
            return False
        if (node.error, node.terminate) != (other.error, other.terminate):
            return False
    before = Counter((to[flow.source], to[flow.target]) for flow in old.flows)
    return before == Counter((flow.source, flow.target) for flow in new.flows)
