"""The transaction in which a task is finished, and what is kept when the flow cannot go on from there."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.orm import Session

from service import cases
from service.errors import Conflict
from service.http.house import actor, now, writing
from service.http.language import t
from workflows import StepRefused, WorkflowError

log = logging.getLogger("ordna.http")


@contextmanager
def stepping(task_id: str, answers: Mapping[str, object]) -> Iterator[Session]:
    """One transaction, as `writing`. When the flow itself fails, all of it is rolled back; the answers are
    kept as the task's draft, a process owner gets a task about it, and the person a sentence."""
    try:
        with writing() as session:
            yield session
    except StepRefused:
        raise
    except WorkflowError as error:
        # the class only: the text of an expression's failure may quote case data
        log.error("step_failed", extra={"id": task_id, "error": type(error).__name__})
        with writing() as session:
            cases.step_failed(session, task_id, answers, actor=actor(), now=now())
        raise Conflict(t("error.step_stopped")) from error
