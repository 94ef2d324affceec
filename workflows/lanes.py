"""Lanes: who does what. The innermost lane's name is the role of the nodes in it."""

from __future__ import annotations

from lxml import etree

from workflows.normalise.vocabulary import (
    DC,
    DI,
    attribute,
    child,
    children,
    in_use,
    local,
    q,
    text_of,
)


def role_of_nodes(root: etree._Element) -> dict[str, str]:
    """Node id → name of the innermost lane that lists it."""
    found: dict[str, tuple[int, str]] = {}
    for lane in root.iter(q("lane")):
        depth, name = len(list(lane.iterancestors(q("lane")))), attribute(lane, "name")
        for entry in children(lane, "flowNodeRef"):
            node = text_of(entry).rsplit(":", 1)[-1]
            if depth >= found.get(node, (-1, ""))[0]:
                found[node] = (depth, name)
    return {node: name for node, (_, name) in found.items()}


def roles_in_order(root: etree._Element) -> tuple[str, ...]:
    """The names of the lanes without inner lanes, from the top of the drawing down, each once."""
    height = tops(root)
    inner = [e for e in in_use(root) if local(e) == "lane" and child(e, "childLaneSet") is None]
    inner.sort(key=lambda lane: height.get(attribute(lane, "id"), 0.0))
    return tuple(dict.fromkeys(name for lane in inner if (name := attribute(lane, "name"))))


def tops(root: etree._Element) -> dict[str, float]:
    """The upper edge of every figure that is drawn, in pixels, by the id of its element."""
    return {attribute(shape, "bpmnElement"): _top(shape) for shape in root.iter(q("BPMNShape", DI))}


def _top(shape: etree._Element) -> float:
    bounds = shape.find(q("Bounds", DC))
    try:
        value = float(attribute(bounds, "y")) if bounds is not None else 0.0
    except ValueError:
        return 0.0
    return value if value == value else 0.0  # NaN would make the order arbitrary
