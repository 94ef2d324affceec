"""Stepping in by hand when a case is stuck: pause, move a token, cancel, try again, and what each would mean.

Process owners who may know of the case pause, move and cancel; a technical role tries again and writes notes.
Everything is written by `service.cases`; this room asks first, in words."""

from service.interventions.acting import (
    cancel,
    move,
    pause,
    pause_version,
    resume,
    resume_version,
    try_move,
)
from service.interventions.notes import MAX_NOTE, Note, note_of, notes, write_note
from service.interventions.reading import Affected, Attempt, Stands, Where, attempts, may_act, stands
from service.interventions.retrying import Tried, retry

__all__ = [
    "MAX_NOTE",
    "Affected",
    "Attempt",
    "Note",
    "Stands",
    "Tried",
    "Where",
    "attempts",
    "cancel",
    "may_act",
    "move",
    "note_of",
    "notes",
    "pause",
    "pause_version",
    "resume",
    "resume_version",
    "retry",
    "stands",
    "try_move",
    "write_note",
]
