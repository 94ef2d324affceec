"""Need to know: who may know that a case exists, who has read it, and how it is marked.

A case that is locked is there for its named handlers, for deputies with a grant in force, and for
registrars with the secrecy role. To everybody else it does not exist. System administrators and process
owners are among everybody else: of what went wrong in such a case they see that it did, and where.
"""

from service.secrecy.clearing import MAX_DEPUTY_DAYS, MAX_REASON, grant, is_handler, lock, revoke
from service.secrecy.knowing import (
    BROKEN,
    NEED_TO_KNOW,
    NEUTRAL,
    REGISTRAR,
    TECHNICAL_ROLES,
    knows,
    knows_case,
    may_do,
    may_know_of_task,
    sees_task,
    theirs_to_do,
    unmanned,
)
from service.secrecy.marking import Marking, lift, mark, marking_of, markings
from service.secrecy.reading import Candidate, Clearance, Read, candidates, clearances, note, reads
from service.secrecy.standing_in import MAX_LINKS, MAX_NAMES, absent, acts_as, doer, stood_in_for

__all__ = [
    "BROKEN",
    "MAX_DEPUTY_DAYS",
    "MAX_LINKS",
    "MAX_NAMES",
    "MAX_REASON",
    "NEED_TO_KNOW",
    "NEUTRAL",
    "REGISTRAR",
    "TECHNICAL_ROLES",
    "Candidate",
    "Clearance",
    "Marking",
    "Read",
    "absent",
    "acts_as",
    "candidates",
    "clearances",
    "doer",
    "grant",
    "is_handler",
    "knows",
    "knows_case",
    "lift",
    "lock",
    "mark",
    "marking_of",
    "markings",
    "may_do",
    "may_know_of_task",
    "note",
    "reads",
    "revoke",
    "sees_task",
    "stood_in_for",
    "theirs_to_do",
    "unmanned",
]
