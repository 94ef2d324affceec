"""A draft tried against earlier cases, as whoever works would do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from service import drafts
from service.actors import Actor
from service.replay import trials
from service.store import Database


def tried(
    database: Database, process: str, draft_id: str, actor: Actor, clock: Callable[[], datetime]
) -> str:
    """Start a replay of the draft as it is and carry it out: the id of the run."""
    with database.write() as session:
        row = drafts.read_draft(session, process, draft_id)
        run = trials.start(session, row, actor=actor, now=clock()).id
    trials.work(database, run, clock)
    return run
