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
Levels = frozenset[tuple[str | None, str | None]]
_MAY_MERGE = frozenset({Kind.USER, Kind.SERVICE, Kind.RECEIVE, Kind.CATCH, Kind.EXCLUSIVE, Kind.END})


def validate(plan: Plan, old: Definition, new: Definition) -> tuple[Finding, ...]:
    """Errors: the plan cannot be used. Warnings and notes: cases that wait there will be refused.
    Elements are ids of the old version."""
    a, b = side(old), side(new)
    found, levels = list(_whole(old, new)), _levels(plan, a, b)
    for name, target in plan.mapping.items():
        found += _pair(plan, a, b, levels, name, target)
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


def _pair(plan: Plan, a: Side, b: Side, levels: Levels, name: str, target: str) -> Iterator[Finding]:
    old, new = a.nodes.get(name), b.nodes.get(target)
    if old is None:
        yield Finding("no-source", name, f"”{name}” finns inte i den gamla versionen.")
        return
    if new is None or new.synthetic:
        text = f"{called(old)} ska bli ”{target}”, som inte finns i den nya versionen."
        yield Finding("no-target", name, text)
        return
    becoming = f"{called(old)} kan inte bli ”{new.name or target}”"
    if sort(old) != sort(new):
        yield Finding("other-type", name, f"{becoming}, som är av en annan typ.")
        return
    if (a.at[name], b.at[target]) not in levels:
        yield Finding("other-level", name, f"{becoming}, som ligger på en annan nivå.")
    if old.attached_to is not None:
        host = plan.target(old.attached_to)
        if host is not None and host != new.attached_to:
            text = f"{called(old)} sitter på en annan aktivitet i den nya versionen."
            yield Finding("other-edge", name, text)
    if old.instances != new.instances:
        text = f"{called(old)} upprepas på ett annat sätt: ärenden som är mitt i den kan inte flytta."
        yield Finding("instances", name, text, level="warning")


def _levels(plan: Plan, a: Side, b: Side) -> Levels:
    """Which scopes answer to each other: the processes, and what each pair of the plan runs."""
    pairs: set[tuple[str | None, str | None]] = {(a.model.process, b.model.process)}
    for name, target in plan.mapping.items():
        if name in a.nodes and target in b.nodes:
            pairs.add((a.nodes[name].scope, b.nodes[target].scope))
    return frozenset(pairs)


def _merged(plan: Plan, a: Side) -> Iterator[Finding]:
    first: dict[str, Node] = {}
    for name, target in plan.mapping.items():
        node = a.nodes.get(name)
        if node is None:
            continue
        other = first.setdefault(target, node)
        if other is not node and node.kind not in _MAY_MERGE:
            yield Finding("merged", name, f"{called(other)} och {called(node)} kan inte bli samma.")
