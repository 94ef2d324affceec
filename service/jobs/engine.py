"""The four functions on DBOS. Nothing outside this file knows which engine it is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions
from dbos._serialization import DBOSPortableJSON
from sqlalchemy.orm import Session

from service.jobs.quiet import hush
from service.settings import Settings
from service.store import Database

APPLICATION = "ordna"
VERSION = "ordna-1"
"""Constant, not DBOS's hash of the source: jobs from before an upgrade must run after it."""
QUEUE = "ordna"
JOB = "ordna_job"
WORKERS = 16
"""Jobs at once in one process. A limit over all processes is not used: DBOS would count the jobs of
dead processes in it for ever."""
POLL = 0.1

Kind = Literal["push", "fire", "replay"]
Handler = Callable[[str], None]
log = logging.getLogger("ordna.jobs")
hush()


class JobsRefused(RuntimeError):
    """Jobs cannot be run here. The text says why."""


@dataclass(slots=True)
class _Working:
    """What this process works on. There is one: DBOS allows one application in a process."""

    handlers: Mapping[str, Handler]
    halt: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    running: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)


_working: _Working | None = None


def _job(kind: str, id: str) -> None:
    """Run the handler. A failure is logged and left to the sweeper: DBOS would record the error's
    text, and would never run the job again."""
    working = _working
    if working is None or working.halt.is_set():
        return
    handler = working.handlers.get(kind)
    if handler is None:
        log.error("job_unknown", extra={"kind": str(kind)[:60]})
        return
    with working.changed:
        working.running += 1
    try:
        handler(id)
    except Exception as error:
        # the class only: the text of a strange error may quote what was being registered
        log.error("job_failed", extra={"kind": kind, "id": str(id)[:60], "error": type(error).__name__})
    finally:
        with working.changed:
            working.running -= 1
            working.changed.notify_all()


DBOS.workflow(name=JOB)(_job)


def _schema(database: Database) -> str:
    return f"{database.schema or APPLICATION}_jobs"


def connect(database: Database, settings: Settings) -> None:
    """Make or upgrade the engine's tables (SQLite: in our file; PostgreSQL: in the schema
    `<ours>_jobs`) and let every session of `database` enqueue. Nothing is run: see `work`."""
    hush()
    # DBOS migrates with an engine of its own: ours begins every transaction itself, and DBOS's
    # migration does too, which SQLite refuses.
    DBOS.migrate(database.engine.url.render_as_string(hide_password=False), schema=_schema(database))
    # lazy: a client that connected at its first use would open a second connection inside the
    # caller's write transaction, and wait there for itself
    database.info["jobs"] = DBOSClient(
        system_database_engine=database.engine,
        dbos_system_schema=_schema(database),
        serializer=DBOSPortableJSON,
        application_name=APPLICATION,
        lazy=True,
    )


def enqueue(session: Session, kind: Kind, id: str, *, delay: float = 0.0, turn: str = "") -> None:
    """Nudge `kind` for `id` after `delay` seconds, in the caller's transaction. One nudge is kept
    for each (kind, id, turn), finished ones included, so a repeated call is harmless; another turn
    is another nudge. Does nothing when no engine is connected: the sweeper finds the row."""
    client = session.info.get("jobs")
    if client is None:
        return
    options: EnqueueOptions = {
        "workflow_name": JOB,
        "queue_name": QUEUE,
        "workflow_id": f"{kind}:{id}:{turn}",
        "app_version": VERSION,
    }
    if delay > 0:
        options["delay_seconds"] = delay
    client.enqueue_in_transaction(session, options, kind, id)


def work(
    database: Database,
    handlers: Mapping[str, Handler],
    settings: Settings,
    *,
    upkeep: Callable[[], None] | None = None,
    workers: int = WORKERS,
) -> None:
    """Run jobs in threads of this process until `stop`, and `upkeep` every `settings.poll` seconds.
    Raises JobsRefused when this process works already. The caller sees to it that an SQLite file
    has one process (`service.owner`)."""
    global _working
    if _working is not None:
        raise JobsRefused("Den här processen arbetar redan.")
    if "jobs" not in database.info:
        connect(database, settings)
    hush()
    database.info["jobs"].register_queue(QUEUE, worker_concurrency=workers, polling_interval_sec=POLL)
    _working = _Working(dict(handlers))
    try:
        DBOS(config=_config(database))
        DBOS.listen_queues([QUEUE])
        DBOS.launch()
    except BaseException:
        _working = None
        DBOS.destroy()
        raise
    if upkeep is not None:
        thread = threading.Thread(
            target=_rounds, args=(_working, upkeep, settings.poll), name="ordna-upkeep", daemon=True
        )
        _working.threads.append(thread)
        thread.start()


def _config(database: Database) -> DBOSConfig:
    return DBOSConfig(
        name=APPLICATION,
        system_database_engine=database.engine,
        dbos_system_schema=_schema(database),
        application_version=VERSION,
        executor_id=APPLICATION if database.sqlite else f"{APPLICATION}-{uuid4()}",
        run_migrations=False,
        serializer=DBOSPortableJSON,
        enable_otlp=False,
        use_listen_notify=False,
        notification_listener_polling_interval_sec=POLL,
        log_level="WARNING",
    )


def _rounds(working: _Working, upkeep: Callable[[], None], interval: float) -> None:
    while not working.halt.wait(interval):
        try:
            upkeep()
        except Exception as error:
            log.error("upkeep_failed", extra={"error": type(error).__name__})


def stop(*, patience: float = 10.0) -> None:
    """Begin no more jobs, wait at most `patience` seconds for those that run, and end. What does
    not finish in time is found again by its row. Does nothing when nothing works."""
    global _working
    working = _working
    if working is None:
        return
    working.halt.set()
    for thread in working.threads:
        thread.join(timeout=patience)
    with working.changed:
        working.changed.wait_for(lambda: working.running == 0, timeout=patience)
    DBOS.destroy()
    _working = None


def forget(database: Database, before: datetime, *, limit: int = 1000) -> int:
    """Delete the traces of at most `limit` jobs that were made before `before` and are over, or
    were left behind by a process that died. Call with no transaction open."""
    client: Any = database.info.get("jobs")
    if client is None:
        return 0
    old = client.list_workflows(
        end_time=before.isoformat(),
        limit=limit,
        load_input=False,
        load_output=False,
        status=["SUCCESS", "ERROR", "CANCELLED", "PENDING", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
    )
    if old:
        client.delete_workflows([w.workflow_id for w in old])
    return len(old)
