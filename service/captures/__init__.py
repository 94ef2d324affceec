"""Captures of channels: what a channel looked like, as PDF/A-2b beside the files it was made from, each
encrypted under a key of its own, and delivered to the archive with a receipt (YST-18, BRO-19/20)."""

from service.captures.delivering import (
    ATTEMPTS,
    Attempt,
    Failure,
    claim,
    delivered,
    due,
    failed,
    request_delivery,
    try_again,
)
from service.captures.keeping import (
    KINDS,
    CaptureFile,
    CaptureView,
    Kind,
    Prepared,
    add,
    capture_of_case,
    damaged,
    fetch,
    latest,
    of_channel,
    prepare,
)

__all__ = [
    "ATTEMPTS",
    "KINDS",
    "Attempt",
    "CaptureFile",
    "CaptureView",
    "Failure",
    "Kind",
    "Prepared",
    "add",
    "capture_of_case",
    "claim",
    "damaged",
    "delivered",
    "due",
    "failed",
    "fetch",
    "latest",
    "of_channel",
    "prepare",
    "request_delivery",
    "try_again",
]
