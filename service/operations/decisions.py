"""Drawing up the decision of an application as a document that the diarium can file.

What a decision must tell: the day, what was decided, who decided, the rapporteur, who took part without
deciding, the reasons, dissent, and the delegation. Source: FL (2017:900) 30–31 §§. Field names are those of
`bpmn/channel-application/forms/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service import evidence
from service.deadlines import STOCKHOLM
from service.operations.asked import Asked, Operation
from workflows import Value

_DECIDED = {
    "approved": "Ansökan bifalls",
    "rejected": "Ansökan avslås",
}
_TOLD = (
    ("Kanal", ("channel_name",)),
    ("Medium", ("platform",)),
    ("Enhet", ("unit",)),
    ("Syfte", ("purpose",)),
    ("Beslutets dag", ("decided_on",)),
    ("Beslutat av", ("decided_by",)),
    ("Föredragande", ("rapporteur",)),
    ("Deltog utan att avgöra", ("took_part",)),
    ("Skäl", ("decision_reasons", "preparation_reasons", "review_reasons")),
    ("Reservation", ("dissent",)),
    ("Delegation eller protokoll", ("delegation_reference",)),
)
"""Heading → the fields that may hold it, the first answered one counts."""
_DECISION = frozenset(
    {"decided_on", "decided_by", "rapporteur", "took_part", "dissent", "delegation_reference"}
)


def _draw_up(asked: Asked) -> Mapping[str, Value]:
    """One text file, kept encrypted among the case's files: registering the document sends it."""
    content = "\n".join(_lines(asked)).encode() + b"\n"
    evidence.keep(
        asked.session,
        asked.case,
        item_id=None,
        kind="original",
        name="beslut.txt",
        media_type="text/plain",
        content=content,
        actor=asked.actor,
        now=asked.now,
    )
    return {}


def _lines(asked: Asked) -> Iterator[str]:
    yield f"Beslut i ärende {asked.case.number}"
    yield f"Upprättat {asked.now.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
    yield ""
    made = _DECIDED.get(asked.text("decision"))
    yield made or "Ansökan avslås"  # refused before it came to the group that decides
    for heading, fields in _TOLD:
        if made is None and _DECISION & set(fields):
            continue  # what an earlier round said of a decision that was never made
        said = next((text for field in fields if (text := asked.text(field))), "")
        if said:
            yield f"{heading}: {said}"


OPERATIONS = (
    Operation(
        "draw_up_decision",
        "Beslutet skrivs som en handling i ärendet: dag, vad, vem, föredragande, skäl och reservation.",
        _draw_up,
        reads=(
            "decision",
            "decided_on",
            "decided_by",
            "rapporteur",
            "decision_reasons",
            "delegation_reference",
        ),
    ),
)
