"""Files kept as evidence: encrypted as they came, with their hash; every read is an event. What stands in a
case is sealed before anything is removed, and the seals are one chain."""

from service.evidence.anchors import PLACE, anchor
from service.evidence.copies import NO_COPY, destroy_copies, forbidden, metadata_only
from service.evidence.keeping import (
    EvidenceFile,
    EvidenceView,
    damaged,
    fetch,
    keep,
    views,
)
from service.evidence.kinds import INLINE, MAX_UPLOADS, Upload, check_uploads, kind_of
from service.evidence.proving import Broken, verify
from service.evidence.removals import HOWS, How, record_removal, removals
from service.evidence.sealing import (
    DEMANDS,
    UNKNOWN_SENDERS,
    Demand,
    EvidenceRefused,
    Standing,
    demanded,
    latest,
    require_sealed,
    seal,
    sealed,
    standing,
)

__all__ = [
    "DEMANDS",
    "HOWS",
    "INLINE",
    "MAX_UPLOADS",
    "NO_COPY",
    "PLACE",
    "UNKNOWN_SENDERS",
    "Broken",
    "Demand",
    "EvidenceFile",
    "EvidenceRefused",
    "EvidenceView",
    "How",
    "Standing",
    "Upload",
    "anchor",
    "check_uploads",
    "damaged",
    "demanded",
    "destroy_copies",
    "fetch",
    "forbidden",
    "keep",
    "kind_of",
    "latest",
    "metadata_only",
    "record_removal",
    "removals",
    "require_sealed",
    "seal",
    "sealed",
    "standing",
    "verify",
    "views",
]
