"""Crisis mode: who may publish and answers for the channels, which of them are used, and what is told on."""

from service.crisis.digest import Digest, digests, make_digest, summary
from service.crisis.mode import (
    STARTERS,
    USE_OR_REFER,
    Responsible,
    current,
    end,
    history_of,
    may_publish,
    may_start,
    responsible,
    start,
    usage,
    use,
)

__all__ = [
    "STARTERS",
    "USE_OR_REFER",
    "Digest",
    "Responsible",
    "current",
    "digests",
    "end",
    "history_of",
    "make_digest",
    "may_publish",
    "may_start",
    "responsible",
    "start",
    "summary",
    "usage",
    "use",
]
