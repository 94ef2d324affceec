"""Whether a plan fits its two versions, whatever case it is used on."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Definition
from workflows.errors import Finding
from workflows.migration.plan import Plan
from workflows.migration.sides import Side, called, side, sort
from workflows.model import Kind, Node

_WAITS = frozenset(
    {Kind.USER, Kind.SERVICE, Kind.RECEIVE, Kind.CATCH, Kind.SUBPROCESS, Kind.CALL, Kind.EVENT_GATEWAY}
)
_MAY_MERGE = frozenset({Kind.USER, Kind.SERVICE, Kind.RECEIVE, Kind.CATCH, Kind.EXCLUSIVE, Kind.END})


def validate(plan: Plan, old: Definition, new: Definition) -> tuple[Finding, ...]:
    """Errors: the plan cannot be used. Warnings and notes: cases that wait there will be refused.
    Elements are ids of the old version."""
    a, b = side(old), side(new)
    found = list(_whole(old, new))
    for name, target in plan.mapping.items():
        found += _pair(plan, a, b, name, target)
    found += _merged(plan, a)
    for name, node in a.nodes.items():
        if name not in plan.mapping and node.kind in _WAITS and not node.synthetic:
            text = f"{called(node)} har ingen plats i den nya versionen: ärenden som är där kan inte flytta."
            found.append(Finding("unmapped", name, text, "Välj vad den motsvarar.", "note"))
    order = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(found, key=lambda finding: order[finding.level]))


def _whole(old: Definition, new: Definition) -> Iterator[Finding]:
    if old.process != new.process:
        yield Finding(
            "other-process",
            None,
            f"Processen heter ”{new.process}” i den nya versionen och ”{old.process}” i den gamla: "
            "det är en annan process.",
            "Ge processen samma id som förut.",
        )


def _pair(plan: Plan, a: Side, b: Side, name: str, target: str) -> Iterator[Finding]:
    old, new = a.nodes.get(name), b.nodes.get(target)
    if old is None:
        yield Finding("no-source", name, f"”{name}” finns inte i den gamla versionen.")
        return
    if new is None or new.synthetic:
        yield Finding("no-target", name, f"{called(old)} ska bli ”{target}”, som inte finns i den nya versionen.")
        return
    if sort(old) != sort(new):
        yield Finding(
            "other-type", name, f"{called(old)} kan inte bli ”{new.name or target}”, som är av en annan typ."
        )
        return
    if not _same_level(plan, a, b, name, target):
        yield Finding(
            "other-level", name, f"{called(old)} kan inte bli ”{new.name or target}”, som ligger på en annan nivå."
        )
    if old.attached_to is not None:
        host = plan.target(old.attached_to)
        if host is not None and host != new.attached_to:
            yield Finding("other-edge", name, f"{called(old)} sitter på en annan aktivitet i den nya versionen.")
    if old.instances != new.instances:
        text = f"{called(old)} upprepas på ett annat sätt: ärenden som är mitt i den kan inte flytta."
        yield Finding("instances", name, text, level="warning")


def _same_level(plan: Plan, a: Side, b: Side, name: str, target: str) -> bool:
    """Whether the two levels answer to each other: both the process, or inside a pair of the plan."""
    inside, outside = a.at[name], b.at[target]
    if inside == a.model.process or outside == b.model.process:
        return inside == a.model.process and outside == b.model.process
    pairs = {
        (old.scope, b.nodes[new].scope)
        for old in a.nodes.values()
        if (new := plan.target(old.id)) in b.nodes and new is not None
    }
    return (inside, outside) in pairs


def _merged(plan: Plan, a: Side) -> Iterator[Finding]:
    first: dict[str, Node] = {}
    for name, target in plan.mapping.items():
        node = a.nodes.get(name)
        if node is None:
            continue
        other = first.setdefault(target, node)
        if other is not node and node.kind not in _MAY_MERGE:
            yield Finding("merged", name, f"{called(other)} och {called(node)} kan inte bli samma.")
