"""Files kept as evidence: encrypted as they came, with their hash; every read is an event."""

from service.evidence.keeping import (
    EvidenceFile,
    EvidenceView,
    damaged,
    fetch,
    hold,
    keep,
    views,
)
from service.evidence.kinds import INLINE, MAX_UPLOADS, Upload, check_uploads, kind_of

__all__ = [
    "INLINE",
    "MAX_UPLOADS",
    "EvidenceFile",
    "EvidenceView",
    "Upload",
    "check_uploads",
    "damaged",
    "fetch",
    "hold",
    "keep",
    "kind_of",
    "views",
]
