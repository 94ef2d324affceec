"""What is remembered: typed tables on SQLite or PostgreSQL. Rooms read and write rows; none commits."""

from service.store.absence import AbsenceRow
from service.store.bundles import BundleRow, CopyRuleRow, RemovalRow
from service.store.captures import CaptureFileRow, CaptureRow, DeliveryRow
from service.store.channels import (
    ChannelDayRow,
    ChannelPersonRow,
    ChannelRow,
    ConsentRow,
    CustodyRow,
    VisitorCountRow,
)
from service.store.counters import next_in
from service.store.crisis import CrisisChannelRow, CrisisDigestRow, CrisisRow
from service.store.database import Database, DatabaseRefused, keys_of, lock_rows, open_database
from service.store.drafts import (
    ChoiceRow,
    CommentRow,
    DraftRow,
    PresenceRow,
    SaveRow,
    SharedRow,
    SnapshotRow,
)
from service.store.duties import DutyRow, ScheduleRow
from service.store.holding import case_key, hold_case
from service.store.interventions import HeldAnswerRow, IncidentNoteRow, InterventionRow
from service.store.replays import ReplayedRow, ReplayRow
from service.store.retention import (
    AuthorityRow,
    DisposalRow,
    HoldRow,
    ProposalRow,
    RetentionRuleRow,
)
from service.store.secrecy import ClearanceRow, SecrecyMarkRow
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
    "AbsenceRow",
    "AttemptRow",
    "AuthorityRow",
    "Base",
    "BundleRow",
    "CaptureFileRow",
    "CaptureRow",
    "CaseRow",
    "ChannelDayRow",
    "ChannelPersonRow",
    "ChannelRow",
    "ChoiceRow",
    "ClearanceRow",
    "CommentRow",
    "ConsentRow",
    "CopyRuleRow",
    "CounterRow",
    "CrisisChannelRow",
    "CrisisDigestRow",
    "CrisisRow",
    "CustodyRow",
    "Database",
    "DatabaseRefused",
    "DefinitionRow",
    "DeliveryRow",
    "DisposalRow",
    "DraftRow",
    "DutyRow",
    "EndpointRow",
    "EvidenceRow",
    "HeldAnswerRow",
    "HistoryRow",
    "HoldRow",
    "IncidentNoteRow",
    "InterventionRow",
    "ItemRow",
    "MessageRow",
    "PersonRow",
    "PresenceRow",
    "ProposalRow",
    "RegistrationRow",
    "RemovalRow",
    "ReplayRow",
    "ReplayedRow",
    "RetentionRuleRow",
    "SaveRow",
    "ScheduleRow",
    "SecrecyMarkRow",
    "SessionRow",
    "SetupRow",
    "SharedRow",
    "SnapshotRow",
    "SubscriptionRow",
    "TaskRow",
    "TimerRow",
    "VisitorCountRow",
    "case_key",
    "hold_case",
    "keys_of",
    "lock_rows",
    "next_in",
    "open_database",
]
