"""The lists and pages that staff read: queries that only find what the asker may see.

A task is visible to those who hold its role or to whom it is assigned; a case to all staff with a role
in cases. A case that is need-to-know, and all that belongs to it, is there for those who are cleared and
for nobody else (`service.secrecy`). Nothing here changes anything.
"""

from service.inbox.case_list import (
    CASE_ROLES,
    CaseLine,
    Cases,
    case_line,
    case_row,
    cases,
    channels,
    may_see_cases,
)
from service.inbox.course import HistoryView, OpenTask, RegistrationView, open_tasks, registrations, timeline
from service.inbox.searching import MAX_SEARCH, PAGE
from service.inbox.task_list import (
    VIEWS,
    Counts,
    TaskLine,
    Tasks,
    Urgency,
    View,
    counts,
    next_task,
    task_line,
    tasks,
    urgency,
    visible,
)

__all__ = [
    "CASE_ROLES",
    "MAX_SEARCH",
    "PAGE",
    "VIEWS",
    "CaseLine",
    "Cases",
    "Counts",
    "HistoryView",
    "OpenTask",
    "RegistrationView",
    "TaskLine",
    "Tasks",
    "Urgency",
    "View",
    "case_line",
    "case_row",
    "cases",
    "channels",
    "counts",
    "may_see_cases",
    "next_task",
    "open_tasks",
    "registrations",
    "task_line",
    "tasks",
    "timeline",
    "urgency",
    "visible",
]
