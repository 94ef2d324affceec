"""Batches of cases worked through step by step by one or several at once, until enough time is measured."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from service.bench.measured import Tally
from service.bench.site import Site
from service.bench.work import STEPS, Work

Complete = Callable[[str, Work], None]
"""Completes the task with this id."""

_SMALLEST, _LARGEST = 4, 150


def batch(site: Site, size: int, workers: Sequence[Complete], tally: Tally) -> None:
    """Open `size` cases (not measured), then complete every task of each: first all cases' first task,
    then all second ones, each worker taking the next task as soon as it is done with one."""
    opened = site.open_cases(size)
    with ThreadPoolExecutor(len(workers)) as pool:
        for work in STEPS:
            waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
            for task in site.tasks(opened, work.element):
                waiting.put(task)
            begun, given = time.perf_counter(), time.process_time()
            working = [pool.submit(_work, complete, work, waiting) for complete in workers]
            for worker in working:
                tally.durations += worker.result()
            tally.elapsed += time.perf_counter() - begun
            tally.processor += time.process_time() - given
            if work is not STEPS[-1]:
                tally.saw(size, site.state_bytes(opened))


def measure(run: Callable[[int, Tally], None], seconds: float) -> Tally:
    """Run batches until `seconds` have been measured. The first, small one warms up and is not counted."""
    warm_up, tally = Tally(), Tally()
    run(_SMALLEST, warm_up)
    while tally.elapsed < seconds:
        run(next_size(tally if tally.elapsed else warm_up, seconds - tally.elapsed), tally)
    return tally


def next_size(so_far: Tally, left: float) -> int:
    """How many cases should fill the seconds that are left, at the speed so far."""
    return max(_SMALLEST, min(_LARGEST, round(so_far.per_second * left / len(STEPS))))


def _work(complete: Complete, work: Work, waiting: queue.SimpleQueue[str]) -> list[float]:
    durations: list[float] = []
    while True:
        try:
            task = waiting.get_nowait()
        except queue.Empty:
            return durations
        before = time.perf_counter()
        complete(task, work)
        durations.append(time.perf_counter() - before)
