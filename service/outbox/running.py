"""Starting and stopping the outbox in a process."""

from __future__ import annotations

import time
from datetime import timedelta

from adapters.archive import Archive
from adapters.contract import Diarium
from service import cases, evidence, jobs, replay
from service.outbox import rounds
from service.outbox.archiving import archive_round
from service.outbox.policy import SAFE, Checkpoint, Clock, Policy, nothing
from service.outbox.push import push
from service.outbox.sweep import sweep
from service.settings import Settings
from service.store import Database

LOOK = 60.0
"""Seconds between two looks for what the clock is to begin."""
SURVEY = 600.0
"""Seconds between two surveys of every channel for duties that have come due."""
TIDY = 600.0
"""Seconds between two removals of old jobs' traces."""
KEPT = timedelta(days=1)
ANCHOR = 3600.0
"""Seconds between two writings of where the chains end; sealing writes it at once."""


def start(
    database: Database,
    diarium: Diarium,
    settings: Settings,
    *,
    clock: Clock,
    policy: Policy = SAFE,
    checkpoint: Checkpoint = nothing,
    workers: int = jobs.WORKERS,
    archive: Archive | None = None,
) -> None:
    """Carry registrations out, fire timers and try drafts, in threads of this process, until `stop`. Raises
    JobsRefused when it does so already."""
    tidied, anchored = time.monotonic(), -ANCHOR
    looked = surveyed = -SURVEY

    def carry(registration_id: str) -> None:
        push(
            database,
            registration_id,
            diarium,
            settings,
            clock,
            policy=policy,
            checkpoint=checkpoint,
        )

    def fire(timer_id: str) -> None:
        with database.write() as session:
            cases.timer_due(session, timer_id, now=clock())

    def try_out(run_id: str) -> None:
        replay.trials.work(database, run_id, clock)

    def upkeep() -> None:
        nonlocal tidied, anchored, looked, surveyed
        sweep(database, settings, clock)
        replay.trials.sweep(database, clock())
        if archive is not None:
            archive_round(database, archive, clock)
        if time.monotonic() - surveyed > SURVEY:
            looked = surveyed = time.monotonic()
            rounds.begin(database, clock())
        elif time.monotonic() - looked > LOOK:
            looked = time.monotonic()
            rounds.open_due(database, clock())
        if time.monotonic() - tidied > TIDY:
            tidied = time.monotonic()
            jobs.forget(database, clock() - KEPT)
        if time.monotonic() - anchored > ANCHOR:
            anchored = time.monotonic()
            with database.read() as session:
                evidence.anchor(session, clock())

    handlers = {"push": carry, "fire": fire, "replay": try_out}
    jobs.work(database, handlers, settings, upkeep=upkeep, workers=workers)


def stop() -> None:
    """End it; what is under way gets a while to finish."""
    jobs.stop()
