"""How large a model may be. Counted on the raw tree, before anything walks it twice."""

from __future__ import annotations

from lxml import etree

from workflows.errors import Finding, ModelRefused
from workflows.normalise.vocabulary import CONTAINERS, NODES, local, q

MAX_NODES = 400
MAX_NESTING = 8
MAX_FLOWS = 1000


def counted(root: etree._Element) -> None:
    """Raises ModelRefused: more than 400 nodes, 1,000 flows, or subprocesses nested deeper than
    8."""
    nodes = flows = 0
    for element in root.iter():
        name = local(element)
        nodes += name in NODES
        flows += name == "sequenceFlow"
        if nodes > MAX_NODES or flows > MAX_FLOWS:
            raise ModelRefused(
                [
                    Finding(
                        "too-many-nodes",
                        None,
                        f"Modellen är för stor: högst {MAX_NODES} symboler och {MAX_FLOWS} flöden.",
                        "Dela upp processen i flera.",
                    )
                ]
            )
    for element in root.iter(*(q(name) for name in CONTAINERS)):
        if sum(1 for a in element.iterancestors() if local(a) in CONTAINERS) >= MAX_NESTING:
            raise ModelRefused(
                [
                    Finding(
                        "nesting",
                        element.get("id"),
                        f"Delprocesserna är nästlade djupare än {MAX_NESTING} nivåer.",
                        "Lägg det innersta i en egen process.",
                    )
                ]
            )
