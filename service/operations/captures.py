"""Handing a capture of a channel over to the archive."""

from __future__ import annotations

from collections.abc import Mapping

from service import captures
from service.operations.asked import Asked, Operation
from workflows import Value


def _deliver(asked: Asked) -> Mapping[str, Value]:
    found = captures.capture_of_case(asked.session, asked.case.id)
    if found is not None:
        captures.request_delivery(asked.session, found, now=asked.now)
    return {"capture_found": found is not None}


OPERATIONS = (
    Operation(
        "deliver_capture",
        "Ärendets senaste bild av kanalen lämnas till arkivet, som svarar med en kvittens.",
        _deliver,
        outputs=("capture_found",),
    ),
)
