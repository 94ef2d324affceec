"""Background work: DBOS behind four functions. A job is a nudge: a kind and an id, never content.

Our own tables are the truth. A job that is lost, doubled or late does no harm: the handler looks at
the row, and the sweeper nudges every row whose job vanished. That is also how the work of a dead
process is taken over: each process on PostgreSQL has an executor id of its own and DBOS never hands
its jobs to another, so no heartbeat is needed, only the sweeper of any process that lives. On
SQLite there is one process with one constant id, and DBOS resumes its jobs at the next start.

    connect   make the engine's tables and let sessions enqueue
    enqueue   put a nudge in the caller's own transaction
    work      run nudges, and a round of upkeep, in threads of this process
    stop      end that work
"""

from __future__ import annotations

from service.jobs import pickles
from service.jobs.engine import WORKERS, JobsRefused, connect, enqueue, forget, stop, work

pickles.refuse()

__all__ = ["WORKERS", "JobsRefused", "connect", "enqueue", "forget", "stop", "work"]
