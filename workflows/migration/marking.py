"""Whether tokens placed in the new version can stand where they stand, and all come to an end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from workflows.checks.tokens import findings_from
from workflows.errors import Finding
from workflows.kept import Kept
from workflows.migration.concurrency import Together, together
from workflows.model import Node, Scope


@dataclass(frozen=True, slots=True)
class Mark:
    """A token: `old` is where it waited, `node` where it is placed. `via` is the node it came from to
    a join, else None."""

    old: Node
    node: str
    via: str | None = None


_together: Kept[tuple[str, str], Together] = Kept(128)


def doubts(version: str, scope: Scope, marks: Sequence[Mark]) -> Iterator[Finding]:
    """Why these tokens may not stand in the scope; nothing when they may. `version` is the hash of the
    new definition."""
    relation = _together.get((version, scope.id), lambda: together(scope))
    places = [_places(scope, mark) for mark in marks]
    clash = False
    for (first, here), (second, there) in combinations(zip(marks, places, strict=True), 2):
        if not any(b in relation[a] for a in here for b in there):
            clash = True
            yield Finding(
                "not-together",
                second.old.id,
                f"{_label(first.old)} och {_label(second.old)} pågår samtidigt, men det kan de inte göra "
                "i den nya versionen: något skulle göras två gånger.",
                "Låt ärendet gå klart på den gamla versionen, eller vänta tills en av dem är klar.",
            )
    if clash:
        return
    for found in findings_from(scope, tuple(sorted(place[0] for place in places if place))):
        if found.rule == "starved-join":
            name = _label(scope.nodes[found.element or ""])
            text = f"{name} skulle vänta för alltid på ett flöde som det här ärendet aldrig får."
            hint = "Vänta tills ärendet har passerat, eller låt det gå klart på den gamla versionen."
            yield Finding("would-starve", found.element, text, hint)
        elif found.rule in ("flood", "not-explored"):
            yield Finding(found.rule, found.element, found.text, found.hint)


def _places(scope: Scope, mark: Mark) -> list[int]:
    return [
        number
        for number, flow in enumerate(scope.flows)
        if flow.target == mark.node and mark.via in (None, flow.source)
    ]


def _label(node: Node) -> str:
    return f"”{node.name or node.id}”"
