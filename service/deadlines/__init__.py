"""When things are due, and why: pure rules over Swedish time, weekends, public holidays and office hours."""

from __future__ import annotations

from datetime import datetime

from service.deadlines.days import (
    EVES,
    STOCKHOLM,
    at,
    holidays_in,
    is_working_day,
    next_working_day,
    why_closed,
)
from service.deadlines.reckoning import (
    OFFICE_CLOSES,
    VERSION,
    Deadline,
    Skipped,
    answer,
    as_json,
    by_the_end_of,
    in_office,
    of_json,
    promises_none,
    registration,
)
from service.deadlines.rules import CALENDARS, SATER, AnswerRule, answer_rule
from service.deadlines.wording import sentence

RULES = ("at_once", "answer", "registration", "responsible", "head", "duty")
"""The deadline rules that a model may name for a task: at once, when the answer is due, next working day,
when the responsible and the head are told, and (in a recurring duty) when that is due."""


VARIABLES = ("answer_due", "escalation_responsible_due", "escalation_head_due")
"""What `variables` gives."""


def answer_due(received_at: datetime, rule: AnswerRule = SATER) -> datetime:
    """When a drawing's timer `answer_due` goes off, as aware UTC: when the answer is due or, where no time
    is promised, when somebody is reminded."""
    return answer(received_at, rule).remind_at


def registration_due(received_at: datetime) -> datetime:
    """When a received record must be in the diarium: before closing time on the next working day."""
    due = registration(received_at).due
    assert due is not None
    return due


def variables(deadline: Deadline) -> dict[str, str]:
    """What a drawing's timers may name, as ISO 8601 texts in UTC: `answer_due` (the administrator is
    reminded), `escalation_responsible_due` and `escalation_head_due`."""
    return {
        "answer_due": deadline.remind_at.isoformat(),
        "escalation_responsible_due": deadline.responsible_at.isoformat(),
        "escalation_head_due": deadline.head_at.isoformat(),
    }


def due(rule: str | None, received_at: datetime, case: Deadline | None = None) -> datetime | None:
    """The due time that a model's deadline rule gives a task of a case received then. `case` is the case's
    own deadline; without one the answer is reckoned anew. Raises LookupError for an unknown rule."""
    if rule is None:
        return None
    if rule not in RULES:
        raise LookupError(f"{rule!r} is no deadline rule; there are {', '.join(RULES)}")
    if rule == "at_once":
        return received_at  # what must come down is late from the moment it came
    if rule == "registration":
        return registration_due(received_at)
    own = answer(received_at, SATER) if case is None else case
    return {"responsible": own.responsible_at, "head": own.head_at}.get(rule, own.due)


__all__ = [
    "CALENDARS",
    "EVES",
    "OFFICE_CLOSES",
    "RULES",
    "SATER",
    "STOCKHOLM",
    "VARIABLES",
    "VERSION",
    "AnswerRule",
    "Deadline",
    "Skipped",
    "answer",
    "answer_due",
    "answer_rule",
    "as_json",
    "at",
    "by_the_end_of",
    "due",
    "holidays_in",
    "in_office",
    "is_working_day",
    "next_working_day",
    "of_json",
    "promises_none",
    "registration",
    "registration_due",
    "sentence",
    "variables",
    "why_closed",
]
