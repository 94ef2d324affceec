"""What a model may hold without being obeyed: said once for each kind, so that nobody trusts it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from workflows.errors import Finding
from workflows.normalise.vocabulary import BPMN, SPIFF, attribute, in_use, local, q

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
        ("import",),
        "import-unused",
        "Andra filer som modellen hänvisar till hämtas inte.",
        "",
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


def foreign(root: etree._Element) -> Iterator[Finding]:
    """Other tools' settings, told of once for each tool."""
    found: dict[str, dict[str, None]] = {}
    for element in in_use(root):
        if local(element) != "extensionElements":
            continue
        for extension in element:
            space, _, name = str(extension.tag)[1:].rpartition("}")
            if space not in ("", BPMN) and (space != SPIFF or name == "instructionsForEndUser"):
                found.setdefault(space, {})[name] = None
    for space, names in found.items():
        yield Finding(
            "foreign-extension",
            None,
            f"Inställningar från ett annat verktyg ({space[:80]}) används inte: {', '.join(names)[:200]}.",
            "Ange det som behövs med den här modellens egna inställningar.",
            "warning",
        )
