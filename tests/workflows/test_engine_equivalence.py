"""A workflow that is saved and restored at every step behaves as one that never was.

Models are drawn at random from blocks that nest: sequences, choices, parallel and inclusive splits,
loops, subprocesses, instances, tasks with timers and errors on their edge. Each is also accepted by
the checks, and comes to its end whatever is answered.
"""

from __future__ import annotations

from itertools import count, pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflows import models as m
from tests.workflows.twins import Kept, Restored, Seen
from workflows import (
    CompleteTask,
    Event,
    OperationAnswered,
    OperationFailed,
    OperationRequested,
    Step,
    TaskOpened,
    TimerDue,
    TimerSet,
    check,
    read,
)

KINDS = ["seq", "xor", "par", "or", "loop", "sub", "many", "timed", "failing"]
shapes = st.recursive(
    st.sampled_from(["user", "service"]),
    lambda inner: st.tuples(st.sampled_from(KINDS), st.lists(inner, min_size=2, max_size=3)),
    max_leaves=8,
)


class Builder:
    """Draws a shape as nodes and flows; `flows` of a scope are collected with its nodes."""

    def __init__(self) -> None:
        self.number = count()

    def block(self, shape: Any, parts: list[str]) -> tuple[str, str]:
        """Adds the shape to `parts`; returns its first and last node."""
        n = next(self.number)
        if shape == "user":
            parts.append(m.user(f"u{n}"))
            return f"u{n}", f"u{n}"
        if shape == "service":
            parts.append(m.service(f"s{n}"))
            return f"s{n}", f"s{n}"
        kind, inner = shape
        match kind:
            case "seq":
                ends = [self.block(one, parts) for one in inner]
                for (_, last), (first, _) in pairwise(ends):
                    parts.append(f"{last} -> {first}")
                return ends[0][0], ends[-1][1]
            case "xor" | "par" | "or":
                return self.split(kind, inner, n, parts)
            case "loop":
                first, last = self.block(inner[0], parts)
                parts += [m.exclusive(f"m{n}"), m.user(f"l{n}"), m.exclusive(f"x{n}", f"x{n}_o{n}")]
                parts += [m.exclusive(f"o{n}"), f"m{n} -> {first}; {last} -> l{n} -> x{n}"]
                parts.append(f"x{n} -> m{n} : v0; x{n} -> o{n}")
                return f"m{n}", f"o{n}"
            case "sub":
                own: list[str] = []
                first, last = self.block(inner[0], own)
                own += [m.start(f"b{n}"), m.end(f"e{n}"), f"b{n} -> {first}; {last} -> e{n}"]
                parts.append(m.subprocess(f"p{n}", *own))
                return f"p{n}", f"p{n}"
            case "many":
                loop = m.instances(
                    "<loopCardinality>2</loopCardinality><loopDataOutputRef>alla</loopDataOutputRef>"
                    '<outputDataItem id="v1"/>',
                    sequential=n % 2 == 0,
                )
                parts.append(m.user(f"u{n}", loop))
                return f"u{n}", f"u{n}"
            case "timed":
                return self.edged(m.user(f"u{n}"), m.timer("P1D"), n % 3 != 0, inner[0], n, parts)
            case _:
                return self.edged(m.service(f"u{n}"), m.error(), True, inner[0], n, parts)

    def split(self, kind: str, inner: list[Any], n: int, parts: list[str]) -> tuple[str, str]:
        tag = {"xor": m.exclusive, "or": m.inclusive, "par": lambda id, default="": m.parallel(id)}
        ends = [self.block(one, parts) for one in inner]
        default = "" if kind == "par" else f"f{n}_{ends[-1][0]}"
        parts += [tag[kind](f"f{n}", default), tag[kind](f"j{n}", "")]
        for number, (first, last) in enumerate(ends):
            condition = f" : v{number}" if kind != "par" and number < len(ends) - 1 else ""
            parts.append(f"f{n} -> {first}{condition}; {last} -> j{n}")
        return f"f{n}", f"j{n}"

    def edged(
        self, task: str, trigger: str, interrupting: bool, shape: Any, n: int, parts: list[str]
    ) -> tuple[str, str]:
        first, last = self.block(shape, parts)
        parts += [task, m.boundary(f"t{n}", f"u{n}", trigger, interrupting), m.exclusive(f"j{n}")]
        parts.append(f"u{n} -> j{n}; t{n} -> {first}")
        if interrupting:
            parts.append(f"{last} -> j{n}")
        else:
            parts += [m.end(f"e{n}"), f"{last} -> e{n}"]
        return f"u{n}", f"j{n}"


def model(shape: Any) -> bytes:
    parts: list[str] = [m.start(), m.end()]
    first, last = Builder().block(shape, parts)
    return m.process(*parts, f"start -> {first}; {last} -> end")


def chosen(open_now: Event, number: int, answers: dict[str, bool], fails: bool) -> Step:
    match open_now:
        case TaskOpened():
            return CompleteTask(open_now.task, answers)
        case OperationRequested():
            failing = open_now.element.startswith("u") and fails
            return (
                OperationFailed(open_now.task, "X")
                if failing
                else OperationAnswered(open_now.task, {"n": number})
            )
        case TimerSet():
            return TimerDue(open_now.task)
    raise AssertionError(open_now)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shapes, st.data())
def test_saving_at_every_step_changes_nothing(shape: Any, data: st.DataObject) -> None:
    definition = read({"model.bpmn": model(shape)})
    assert not [f for f in check(definition) if f.level == "error"]
    given = {"v0": False, "v1": True}
    runs = (Restored(definition, given), Kept(definition, given))
    seen = (Seen(), Seen())
    for number in range(60):
        for run, noted in zip(runs, seen, strict=True):
            noted.told(run.last)
        assert seen[0].log == seen[1].log
        assert runs[0].last.ended == runs[1].last.ended
        if runs[0].last.ended:
            break
        assert len(seen[0].open) == len(seen[1].open) > 0
        at = data.draw(st.integers(0, len(seen[0].open) - 1))
        answers = {"v0": number < 20 and data.draw(st.booleans()), "v1": data.draw(st.booleans())}
        fails = data.draw(st.booleans())
        for run, noted in zip(runs, seen, strict=True):
            event = list(noted.open.values())[at]
            step = chosen(event, number, answers, fails)
            noted.open.pop(step.task)
            run.step(step)
