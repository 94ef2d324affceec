"""A single change at one place: the files after it, the sentence it must give, and the lines of the text
twin that it must change; and small tools to make such changes with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from tests.workflows.owned import Files, Owned, get
from workflows.model import Kind, Node
from workflows.normalise.vocabulary import SPIFF, child, q

Lines = Mapping[str, str | None]


@dataclass(frozen=True)
class Place:
    """One change at one place. `said` is the sentence ("" when there must be none); `lines` the elements
    whose lines in the twin must change, with what the new line must hold (None: the line goes away). `may`
    are lines that may change too: where branches that are taken at once meet. `swaps` are words that stand
    for each other in lines that name a variable or an answer."""

    where: str
    files: Callable[[], Files]
    said: str
    lines: Lines = field(default_factory=dict)
    may: frozenset[str] = frozenset()
    swaps: tuple[frozenset[str], ...] = ()


Kinds = dict[str, Callable[[Owned], Iterator[Place]]]
KINDS: Kinds = {}


def kind(name: str) -> Callable[[Callable[[Owned], Iterator[Place]]], Callable[[Owned], Iterator[Place]]]:
    def kept(places: Callable[[Owned], Iterator[Place]]) -> Callable[[Owned], Iterator[Place]]:
        assert name not in KINDS, name
        KINDS[name] = places
        return places

    return kept


def set_attribute(own: Owned, id: str, name: str, value: str | None) -> Callable[[], Files]:
    def change(root: etree._Element) -> None:
        if value is None:
            get(root, id).attrib.pop(name, None)
        else:
            get(root, id).set(name, value)

    return lambda: own.redrawn(change)


def set_property(own: Owned, id: str, name: str, value: str | None) -> Callable[[], Files]:
    def change(root: etree._Element) -> None:
        element = get(root, id)
        block = next(element.iter(q("properties", SPIFF)), None)
        if block is None:
            extensions = child(element, "extensionElements")
            if extensions is None:
                extensions = etree.SubElement(element, q("extensionElements"))
                element.insert(0, extensions)
            block = etree.SubElement(extensions, q("properties", SPIFF))
        for entry in [e for e in block if e.get("name") == name]:
            block.remove(entry)
        if value is not None:
            etree.SubElement(block, q("property", SPIFF), name=name, value=value)

    return lambda: own.redrawn(change)


def dropped(root: etree._Element, *ids: str) -> None:
    """The elements, and what else names them: flows' mentions, lanes' lists, figures."""
    for id in ids:
        element = get(root, id)
        taken_away(element)
        for other in [e for e in root.iter() if isinstance(e.tag, str)]:
            if other.get("bpmnElement") == id or (
                other.text == id and other.tag in (q("flowNodeRef"), q("incoming"), q("outgoing"))
            ):
                taken_away(other)


def taken_away(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def put(
    root: etree._Element, beside: str, tag: str, id: str, lane_of: str = "", **attributes: str
) -> etree._Element:
    """A new element on the level of `beside`, in the lane of `lane_of`."""
    level = get(root, beside).getparent()
    assert level is not None
    made = etree.SubElement(level, q(tag), id=id, **attributes)
    if lane_of:
        for entry in [e for e in root.iter(q("flowNodeRef")) if e.text == lane_of]:
            lane = entry.getparent()
            assert lane is not None
            etree.SubElement(lane, q("flowNodeRef")).text = id
    return made


def put_flow(root: etree._Element, id: str, source: str, target: str, **more: str) -> etree._Element:
    return put(root, source, "sequenceFlow", id, sourceRef=source, targetRef=target, **more)


def put_timer(parent: etree._Element, tag: str, text: str) -> None:
    made = etree.SubElement(parent, q("timerEventDefinition"))
    etree.SubElement(made, q(tag)).text = text


def other_lane(own: Owned, node: Node) -> tuple[str, str] | None:
    """Another lane than the node's: its id and name."""
    lanes = [(e.get("id") or "", e.get("name") or "") for e in own.root.iter(q("lane"))]
    return next(((id, name) for id, name in lanes if name != node.role and node.role), None)


def in_lanes(own: Owned, *kinds: Kind) -> list[Node]:
    """Nodes of the kinds that lie in a lane."""
    return [node for node in own.of(*kinds) if node.role]


def swapped(before: str | None, now: str | None) -> str:
    if before is None:
        return f"är nu {now} och fanns inte förut"
    return f"tas bort (förut {before})" if now is None else f"ändras från {before} till {now}"


def level_of(own: Owned, node: str) -> str:
    parent = get(own.root, node).getparent()
    assert parent is not None
    return parent.get("id") or ""


def flow_ids(own: Owned) -> set[str]:
    return {e.get("id") or "" for e in own.root.iter(q("sequenceFlow"))}
