"""Starting and stopping the outbox in a process."""

from __future__ import annotations

import time
from datetime import timedelta

from adapters.contract import Diarium
from service import cases, jobs
from service.outbox.policy import SAFE, Checkpoint, Clock, Policy, nothing
from service.outbox.push import push
from service.outbox.sweep import sweep
from service.settings import Settings
from service.store import Database

TIDY = 600.0
"""Seconds between two removals of old jobs' traces."""
KEPT = timedelta(days=1)


def start(
    database: Database,
    diarium: Diarium,
    settings: Settings,
    *,
    clock: Clock,
    policy: Policy = SAFE,
    checkpoint: Checkpoint = nothing,
    workers: int = jobs.WORKERS,
) -> None:
    """Carry registrations out and fire timers, in threads of this process, until `stop`. Raises
    JobsRefused when it does so already."""
    tidied = time.monotonic()

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

    def upkeep() -> None:
        nonlocal tidied
        sweep(database, settings, clock)
        if time.monotonic() - tidied > TIDY:
            tidied = time.monotonic()
            jobs.forget(database, clock() - KEPT)

    jobs.work(database, {"push": carry, "fire": fire}, settings, upkeep=upkeep, workers=workers)


def stop() -> None:
    """End it; what is under way gets a while to finish."""
    jobs.stop()
