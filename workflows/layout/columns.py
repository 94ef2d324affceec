"""Columns: every figure stands to the right of all that lead to it, but for lines that lead back."""

from __future__ import annotations

from dataclasses import dataclass, field

from workflows.layout.parts import Line, Scope


@dataclass(slots=True)
class Columns:
    """`at` is the column of each figure. `back` holds ids of lines that lead back. `ahead` lists each
    figure's lines forward, those from its edge last and from the right; `length` is the number of figures
    on the longest way from it."""

    at: dict[str, int]
    back: set[str]
    ahead: dict[str, list[Line]] = field(default_factory=dict)
    length: dict[str, int] = field(default_factory=dict)


def columns(scope: Scope) -> Columns:
    hosts = scope.hosts()
    out: dict[str, list[Line]] = {name: [] for name in scope.parts}
    entered = set()
    for line in scope.lines:
        out[hosts[line.source]].append(line)
        if hosts[line.target] != hosts[line.source]:
            entered.add(hosts[line.target])
    # What leads back is told by the flows themselves, before edge events have their say.
    own = {name: [line for line in lines if line.source == name] for name, lines in out.items()}
    _, back = _walked(scope, own, hosts, entered)
    order, more = _walked(
        scope,
        {n: [line for line in lines if line.id not in back] for n, lines in out.items()},
        hosts,
        entered,
    )
    back |= more
    at = dict.fromkeys(scope.parts, 0)
    for name in order:
        for line in out[name]:
            if line.id not in back:
                target = hosts[line.target]
                at[target] = max(at[target], at[name] + 1)
    found = Columns(at, back)
    for name in reversed(order):
        ahead = [line for line in out[name] if line.id not in back]
        edge = {e.id: n for n, e in enumerate(scope.parts[name].events)}
        ahead.sort(key=lambda line: -edge.get(line.source, len(edge)))
        found.ahead[name] = ahead
        found.length[name] = 1 + max((found.length[hosts[line.target]] for line in ahead), default=0)
    for part in scope.parts.values():
        if part.beside:
            at[part.id] = at[part.beside]
    return found


def _walked(
    scope: Scope, out: dict[str, list[Line]], hosts: dict[str, str], entered: set[str]
) -> tuple[list[str], set[str]]:
    """Figures in an order where only `back` lines lead backwards: depth first from the starts."""
    roots = sorted(
        scope.parts, key=lambda name: (name in entered, scope.parts[name].kind != "startEvent")
    )  # the sort is stable: else the document's order decides
    state: dict[str, int] = {}
    done: list[str] = []
    back: set[str] = set()
    for root in roots:
        if root in state:
            continue
        state[root] = 1
        stack = [(root, iter(out[root]))]
        while stack:
            name, lines = stack[-1]
            for line in lines:
                target = hosts[line.target]
                if state.get(target) == 1:
                    back.add(line.id)
                elif target not in state:
                    state[target] = 1
                    stack.append((target, iter(out[target])))
                    break
            else:
                state[name] = 2
                done.append(name)
                stack.pop()
    return done[::-1], back
