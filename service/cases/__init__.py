"""The one door: every change to a case goes through here, inside the caller's transaction.

A step is one transaction: the workflow's state, tasks, timers, subscriptions, registrations, history and
the job that nudges the outbox are written together or not at all.
"""

from service.cases.completing import complete, goes_now, guarded, step_failed
from service.cases.happenings import message_arrived, moved, operation_answered, operation_failed, timer_due
from service.cases.incidents import raise_incident, settle_incident
from service.cases.intervening import (
    CANCELLED,
    MAX_REASON,
    cancel,
    cannot_cancel,
    moved_token,
    pause,
    pause_version,
    resume,
    resume_version,
)
from service.cases.opening import REASONS, Arrival, open_case, reckon_again
from service.cases.stepping import MAX_OPERATIONS
from service.cases.tasks import assign, claim, draft_of, form_of, open_task, release, release_all, save_draft
from service.store import case_key
from service.store import hold_case as hold

__all__ = [
    "CANCELLED",
    "MAX_OPERATIONS",
    "MAX_REASON",
    "REASONS",
    "Arrival",
    "assign",
    "cancel",
    "cannot_cancel",
    "case_key",
    "claim",
    "complete",
    "draft_of",
    "form_of",
    "goes_now",
    "guarded",
    "hold",
    "message_arrived",
    "moved",
    "moved_token",
    "open_case",
    "open_task",
    "operation_answered",
    "operation_failed",
    "pause",
    "pause_version",
    "raise_incident",
    "reckon_again",
    "release",
    "release_all",
    "resume",
    "resume_version",
    "save_draft",
    "settle_incident",
    "step_failed",
    "timer_due",
]
