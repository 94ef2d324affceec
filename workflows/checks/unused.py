"""What a model may hold without being obeyed: said once for each kind, so that nobody trusts it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from workflows.errors import Finding
from workflows.normalise.vocabulary import attribute, q

_DATA = ("dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "ioSpecification")
_KEYS = ("correlationKey", "correlationProperty", "correlationSubscription")
_PEOPLE = ("potentialOwner", "humanPerformer", "performer", "resourceRole")
_KINDS = (
    (
        _DATA,
        "data-unused",
        "Dataobjekt och datalager visas i diagrammet men påverkar inte körningen.",
        "",
        "note",
    ),
    (
        _KEYS,
        "correlation-unused",
        "Korrelationsnycklar används inte för att para ihop meddelanden.",
        "Ange egenskapen correlation på händelsen som väntar; annars gäller ärendet självt.",
        "warning",
    ),
    (
        _PEOPLE,
        "performer-unused",
        "Utförare som anges på en uppgift används inte.",
        "Rita uppgiften i rollens bana.",
        "warning",
    ),
)


def unused(root: etree._Element) -> Iterator[Finding]:
    for names, rule, text, hint, level in _KINDS:
        first = next(root.iter(*(q(name) for name in names)), None)
        if first is not None:
            element = attribute(first, "id") or None
            yield Finding(rule, element, text, hint, "note" if level == "note" else "warning")
