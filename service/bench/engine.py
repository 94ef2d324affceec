"""`ordna bench engine`: what one step costs as the history grows, beside stock SpiffWorkflow.

A step is restore, complete one user task, run on to the next, save; no database. The model is a loop with
one user task; `turn` is how many times it has been completed before the measured step. Stock goes to turn
300: at 334 its task iterator reaches its depth limit and the instance stops without an error. What is
counted is processor time: a step does nothing else, and on a busy machine the clock on the wall would punish
the side with the longer steps for being interrupted. All sides take turns in short windows, and ratios are
taken inside each window before their median.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from service.bench.measured import here, tell
from service.bench.runners import Moved, Ours, Runner, StockRunner
from service.bench.work import LOOP, TURN
from service.node import clock

OURS_TURNS = (10, 100, 300, 2000)
STOCK_TURNS = (10, 100, 300)
_CASE = "case"
_WINDOW = 0.012
"""Seconds of processor time that each side gets in each window, but at least one step."""


@dataclass(slots=True)
class _Side:
    name: str
    turn: int
    runner: Runner
    at: Moved
    windows: list[float] = field(default_factory=list)
    """Processor seconds a step, the median of each window."""

    def window(self) -> None:
        until = time.thread_time() + _WINDOW
        steps: list[float] = []
        while not steps or time.thread_time() < until:
            before = time.thread_time()
            self.runner.complete(_CASE, self.at.state, self.at.opened[0][0], TURN)
            steps.append(time.thread_time() - before)
        self.windows.append(statistics.median(steps))


def run(seconds: float) -> dict[str, object]:
    """Measure for about `seconds`, after a few that it takes to make the histories."""
    machine = here()
    sides = _sides()
    until = time.perf_counter() + seconds
    for side in sides:
        side.window()  # warms up
        side.windows.clear()
    while not sides[0].windows or time.perf_counter() < until:
        gc.collect()
        order = sides if len(sides[0].windows) % 2 else sides[::-1]
        for side in order:
            side.window()
    for side in sides:
        tell(f"{side.name}, varv {side.turn}: {_ms(side)} ms, {len(side.at.state)} byte")
    at = {(side.name, side.turn): side for side in sides}
    return {
        "stock_over_ours_turn_10": _ratio(at["stock", 10], at["ours", 10]),
        "turn_2000_over_turn_10": _ratio(at["ours", 2000], at["ours", 10]),
        "state_bytes": len(at["ours", 2000].at.state),
        "step_ms": _by_turn(sides, _ms),
        "bytes": _by_turn(sides, lambda side: len(side.at.state)),
        "windows": len(sides[0].windows),
        "seconds": seconds,
        "machine": machine,
    }


def _sides() -> list[_Side]:
    now = clock()
    ours, stock = Ours(LOOP, now), StockRunner(LOOP, now)
    sides = [_Side("ours", turn, ours, at) for turn, at in ours.after(_CASE, TURN, OURS_TURNS).items()]
    tell(f"Vår motor har gått {OURS_TURNS[-1]} varv.")
    sides += [_Side("stock", turn, stock, at) for turn, at in stock.after(_CASE, TURN, STOCK_TURNS).items()]
    tell(f"Stock har gått {STOCK_TURNS[-1]} varv.")
    return sides


def _ratio(over: _Side, under: _Side) -> float:
    return round(statistics.median(a / b for a, b in zip(over.windows, under.windows, strict=True)), 3)


def _ms(side: _Side) -> float:
    return round(statistics.median(side.windows) * 1000, 3)


def _by_turn(sides: Sequence[_Side], value: Callable[[_Side], float]) -> dict[str, dict[str, float]]:
    return {
        name: {str(side.turn): value(side) for side in sides if side.name == name}
        for name in ("ours", "stock")
    }
