"""`ordna bench replay`: what it takes to replay recorded cases on a draft before it is published.

The cases are worked through by the same rooms as in service, in a place of their own; only the replay is
measured, from the first row that is read to the last verdict: once on an unchanged draft, where every case
must go the same way, and once on one that registers less.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime

import workflows
from service import replay
from service.actors import SYSTEM
from service.bench import walking
from service.bench.measured import BenchFailed, here, tell
from service.replay import Report
from service.store import Database
from workflows import Definition

CASES = 1_000
_SEED = 20_260_301


def run(cases: int) -> dict[str, object]:
    """Replay `cases` recorded cases on both drafts. Raises BenchFailed when a draft finds the wrong thing."""
    with walking.place() as database:
        tell(f"{cases} ärenden arbetas igenom (mäts inte).")
        began = time.perf_counter()
        now = walking.walk(database, cases, _SEED)
        making = time.perf_counter() - began
        files = walking.shipped()
        sides = {}
        for name, draft in (("unchanged", files), ("changed", changed(files))):
            sides[name] = _measured(database, workflows.read(draft), now)
            tell(f"{name}: {sides[name]}")
    if sides["unchanged"]["same"] != sides["unchanged"]["cases"]:
        raise BenchFailed("Ett oförändrat utkast gav en annan väg.")
    if sides["changed"]["same"] == sides["changed"]["cases"]:
        raise BenchFailed("Ett ändrat utkast gav samma väg.")
    return {
        "cases": sides["unchanged"]["cases"],
        "seconds": max(side["seconds"] for side in sides.values()),
        **sides,
        "making_seconds": round(making, 1),
        "machine": here(),
    }


def changed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same folder where what belongs to a running case is registered no more."""
    model = files["model.bpmn"].decode()
    before = 'registration in ("register_new", "register_existing")'
    if model.count(before) != 1:
        raise BenchFailed("Modellen har inte villkoret för vad som registreras.")
    return {**files, "model.bpmn": model.replace(before, 'registration = "register_new"').encode()}


def _measured(database: Database, draft: Definition, now: datetime) -> dict[str, float]:
    with database.read() as session:
        began, given = time.perf_counter(), time.process_time()
        report: Report = replay.run(session, draft, actor=SYSTEM, now=now)
        seconds, processor = time.perf_counter() - began, time.process_time() - given
    return {
        "cases": report.total,
        "closed": report.closed,
        "open": report.open,
        "seconds": round(seconds, 2),
        "processor_seconds": round(processor, 2),
        **{str(kind): number for kind, number in report.counts.items()},
    }
