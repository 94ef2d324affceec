"""Disposal (*gallring*): nothing is destroyed without a named authority, a list that a person approved, and
a certificate. Rules are set by the archivist; a hold stops them; a secret case is never proposed."""

from service.retention.carrying import carry_out, decline
from service.retention.certified import Disposed, disposed
from service.retention.proposing import Line, lines_of, propose
from service.retention.rules import (
    RecordType,
    Rule,
    all_holds,
    authorities,
    end_authority,
    enter_authority,
    hold,
    holds_of,
    lift,
    record_types,
    rules,
    set_rule,
)

__all__ = [
    "Disposed",
    "Line",
    "RecordType",
    "Rule",
    "all_holds",
    "authorities",
    "carry_out",
    "decline",
    "disposed",
    "end_authority",
    "enter_authority",
    "hold",
    "holds_of",
    "lift",
    "lines_of",
    "propose",
    "record_types",
    "rules",
    "set_rule",
]
