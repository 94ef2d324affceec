"""What is remembered: typed tables on SQLite or PostgreSQL. Rooms read and write rows; none commits."""

from service.store.counters import next_in
from service.store.database import Database, DatabaseRefused, keys_of, lock_rows, open_database
from service.store.tables import (
    AttemptRow,
    CaseRow,
    CounterRow,
    DefinitionRow,
    EndpointRow,
    EvidenceRow,
    HistoryRow,
    ItemRow,
    MessageRow,
    PersonRow,
    RegistrationRow,
    SessionRow,
    SetupRow,
    SubscriptionRow,
    TaskRow,
    TimerRow,
)
from service.store.types import Base

__all__ = [
    "AttemptRow",
    "Base",
    "CaseRow",
    "CounterRow",
    "Database",
    "DatabaseRefused",
    "DefinitionRow",
    "EndpointRow",
    "EvidenceRow",
    "HistoryRow",
    "ItemRow",
    "MessageRow",
    "PersonRow",
    "RegistrationRow",
    "SessionRow",
    "SetupRow",
    "SubscriptionRow",
    "TaskRow",
    "TimerRow",
    "keys_of",
    "lock_rows",
    "next_in",
    "open_database",
]
