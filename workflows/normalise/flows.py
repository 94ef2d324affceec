"""Sequence flows that the normaliser removes, names, or leads through a gateway."""

from __future__ import annotations

from lxml import etree

from workflows.normalise.scope import Level
from workflows.normalise.vocabulary import (
    ACTIVITIES,
    attribute,
    child,
    identifier,
    local,
    q,
    reference,
    text_of,
)

_SPLIT_BY_DRAWING = (
    *ACTIVITIES,
    "startEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
)


def attached(level: Level) -> None:
    """Every flow has an id and two ends on this level; others are removed."""
    for flow in list(level.flows):
        if identifier(flow) is None:
            flow.set("id", level.drawing.fresh("flow"))
        ends = attribute(flow, "sourceRef"), attribute(flow, "targetRef")
        if any(end not in level.nodes for end in ends):
            level.remove(flow)
            level.drawing.note(
                "dangling-flow",
                identifier(flow),
                "Ett flöde sitter inte fast i båda ändar. Det tas inte med.",
                "Dra om flödet så att det börjar och slutar i en symbol.",
            )


def default_branch(level: Level) -> None:
    """The only branch of an exclusive gateway that has no condition is its default."""
    for ident, element in level.of("exclusiveGateway"):
        out = level.outgoing(ident)
        bare = [flow for flow in out if not conditioned(flow)]
        if len(out) > 1 and len(bare) == 1 and not reference(element, "default"):
            element.set("default", attribute(bare[0], "id"))
            level.drawing.note(
                "default-branch",
                ident,
                f"En väg ur ”{attribute(element, 'name') or ident}” saknar villkor. "
                "Den tas när inget annat villkor stämmer.",
            )


def split(level: Level) -> None:
    """Several flows out of a task or event run side by side: a gateway says so."""
    for ident, element in level.of(*_SPLIT_BY_DRAWING):
        out = level.outgoing(ident)
        if len(out) < 2:
            continue
        choosing = any(conditioned(flow) for flow in out)
        gateway = level.add("inclusiveGateway" if choosing else "parallelGateway", f"{ident}_split")
        if choosing and (default := reference(element, "default")):
            level.nodes[gateway].set("default", default)
            del element.attrib["default"]
        for flow in out:
            level.reroute(flow, gateway)
        level.connect(ident, gateway)
        level.drawing.note(
            "implicit-split",
            ident,
            f"Flera flöden lämnar ”{attribute(element, 'name') or ident}”. "
            + ("De vars villkor stämmer tas, var för sig." if choosing else "Alla tas, parallellt."),
        )


def listed(level: Level) -> None:
    """Each node lists its flows, in the place where the standard wants the list."""
    incoming: dict[str, list[str]] = {}
    outgoing: dict[str, list[str]] = {}
    for flow in level.flows:
        name = attribute(flow, "id")
        outgoing.setdefault(attribute(flow, "sourceRef"), []).append(name)
        incoming.setdefault(attribute(flow, "targetRef"), []).append(name)
    for ident, element in level.nodes.items():
        for stale in [c for c in element if local(c) in {"incoming", "outgoing"}]:
            element.remove(stale)
        at = sum(1 for c in element if local(c) in {"documentation", "extensionElements"})
        for tag, names in (("outgoing", outgoing), ("incoming", incoming)):
            for name in reversed(names.get(ident, [])):
                entry = etree.Element(q(tag))
                entry.text = name
                element.insert(at, entry)


def conditioned(flow: etree._Element) -> bool:
    return bool(text_of(child(flow, "conditionExpression")))
