"""A drawing taken apart into its elements, so that what two people did to different ones can both stand.

An element is compared without its place among its siblings, its comments and its prefixes; what it says of
others by id alone (its flows, a lane's steps) is merged as a set. Where two have moved the same symbol the
one that is in the draft is taken: looks are nothing to quarrel about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Literal, cast

from lxml import etree

from workflows.normalise import parse_xml
from workflows.normalise.vocabulary import (
    BPMN,
    CONTAINERS,
    DI,
    XSI,
    attribute,
    identifier,
    local,
    q,
    reference,
)

Side = Literal["theirs", "mine"]
Says = tuple[object, ...]
"""What an element says, for comparing."""
_HOLDING = CONTAINERS | {"definitions", "process", "collaboration", "laneSet", "lane", "childLaneSet"}
_ITEMS = frozenset({"incoming", "outgoing", "flowNodeRef"})
_PLANES = frozenset({q("BPMNDiagram", DI), q("BPMNPlane", DI)})
_NEEDED = {"sequenceFlow": ("sourceRef", "targetRef"), "messageFlow": ("sourceRef", "targetRef")}
_TOOL = frozenset({"exporter", "exporterVersion"})


class Apart(Exception):
    """The drawings cannot be merged by element. `str()` is a Swedish sentence that says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One element: `key` in all versions of the drawing, the key of what it lies in, what it says of itself
    and which others it names. `quiet` units are looks."""

    key: str
    parent: str
    says: Says
    items: tuple[tuple[str, str], ...]
    element: etree._Element
    quiet: bool

    @property
    def content(self) -> tuple[str, Says]:
        return self.parent, self.says


@dataclass(frozen=True, slots=True)
class Quarrel:
    """An element that both changed, or that one changed and the other took away (`gone`)."""

    key: str
    element: str
    name: str
    gone: Side | None


Units = dict[str, Unit]


def merged(
    base: bytes, theirs: bytes, mine: bytes, chosen: Mapping[str, Side]
) -> tuple[bytes, tuple[Quarrel, ...]]:
    """Both drawings' changes since `base` in one drawing, and what both had changed; of that, `chosen` says
    by key whose stands (the draft's where nothing is chosen). Raises Apart, and ModelRefused for what is no
    XML."""
    roots = [parse_xml(one) for one in (base, theirs, mine)]
    b, t, m = (_taken_apart(root) for root in roots)
    taken: Units = {}
    quarrels: list[Quarrel] = []
    for key in dict.fromkeys((*t, *m, *b)):
        unit, quarrel = _one(key, b.get(key), t.get(key), m.get(key), chosen.get(key, "theirs"))
        if quarrel is not None:
            quarrels.append(quarrel)
        if unit is not None:
            taken[key] = unit
    _lost(taken)
    names = {name for unit in taken.values() if (name := identifier(unit.element)) and not unit.quiet}
    _dangling(taken, names, t, m)
    root = _together(taken, names, b, t, m, _prefixes(roots))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True), tuple(quarrels)


def _one(
    key: str, b: Unit | None, t: Unit | None, m: Unit | None, choice: Side
) -> tuple[Unit | None, Quarrel | None]:
    """What becomes of one element."""
    was, there, here = (None if one is None else one.content for one in (b, t, m))
    if there == here or was == here:
        return t, None
    if was == there:
        return m, None
    told = b or t or m
    assert told is not None
    if told.quiet:
        return t or m, None
    gone: Side | None = "theirs" if t is None else "mine" if m is None else None
    name = attribute(told.element, "name")
    quarrel = Quarrel(key, identifier(told.element) or "", name, gone)
    return (t if choice == "theirs" else m), quarrel


def _taken_apart(root: etree._Element) -> Units:
    found: Units = {}
    for unit in _units(root, "", "definitions", quiet=True):
        if unit.key in found:
            raise Apart("Två symboler i ritningen har samma id.")
        found[unit.key] = unit
    return found


def _units(element: etree._Element, parent: str, key: str, *, quiet: bool) -> Iterator[Unit]:
    inner, items, own = _sorted(element)
    named = tuple((local(child), (child.text or "").strip()) for child in items)
    yield Unit(key, parent, _says(element, own), named, element, quiet)
    for child in inner:
        drawn = not str(child.tag).startswith(f"{{{BPMN}}}")
        yield from _units(child, key, _key(child), quiet=drawn)


def _sorted(
    element: etree._Element,
) -> tuple[list[etree._Element], list[etree._Element], list[etree._Element]]:
    """The children that are elements of their own, those that only name others, and its own parts."""
    inner, items, own = [], [], []
    for child in element:
        if _member(element, child):
            inner.append(child)
        elif local(child) in _ITEMS:
            items.append(child)
        else:
            own.append(child)
    return inner, items, own


def _member(element: etree._Element, child: etree._Element) -> bool:
    """Whether the child is an element of its own, not a part of what it lies in."""
    if element.tag in _PLANES or child.tag in _PLANES:
        return True
    return local(element) in _HOLDING and local(child) not in ("", *_ITEMS) and identifier(child) is not None


def _key(element: etree._Element) -> str:
    if str(element.tag).startswith(f"{{{BPMN}}}"):
        return identifier(element) or ""
    kind = str(element.tag).rsplit("}", 1)[-1]
    if element.tag in _PLANES:  # the picture of the whole, whatever a tool calls it
        parent = element.getparent()
        among = [] if parent is None else [one for one in parent if one.tag == element.tag]
        return f"{kind} {among.index(element)}"
    return f"{kind} {attribute(element, 'bpmnElement') or attribute(element, 'id')}"


def _says(element: etree._Element, own: Iterable[etree._Element]) -> Says:
    kept = {
        str(name): str(value).rsplit(":", 1)[-1] if name == q("type", XSI) else str(value)
        for name, value in element.attrib.items()
        if name not in _TOOL
    }
    text = (element.text or "").strip()
    return (str(element.tag), *sorted(kept.items()), text, *(_says(child, child) for child in own))


def _lost(taken: Units) -> None:
    """Looks go with what they lay in. Raises Apart where one put something in what the other took away."""
    for key, unit in list(taken.items()):
        if unit.parent and unit.parent not in taken:
            if not unit.quiet:
                raise Apart(f"”{_called(unit)}” ligger i något som en av er har tagit bort.")
            del taken[key]


def _dangling(taken: Units, names: set[str], *sides: Units) -> None:
    """Raises Apart where one has led something to a step that the other has taken away."""
    for unit in taken.values():
        kind = local(unit.element)
        for what in (*_NEEDED.get(kind, ()), "attachedToRef", "default"):
            target = reference(unit.element, what)
            if target and target not in names and any(target in side for side in sides):
                side = next(side for side in sides if target in side)
                raise Apart(
                    f"”{_called(unit)}” hänger ihop med ”{_called(side[target])}”, "
                    "som en av er har tagit bort."
                )


def _called(unit: Unit) -> str:
    return attribute(unit.element, "name")[:80] or (identifier(unit.element) or unit.key)[:80]


def _prefixes(roots: Sequence[etree._Element]) -> dict[str | None, str]:
    found: dict[str | None, str] = {}
    for root in (roots[1], roots[2]):
        for prefix, space in root.nsmap.items():
            if found.setdefault(prefix, space) != space:
                raise Apart("Ritningarna är sparade av verktyg som skriver på olika sätt.")
    return found


def _together(
    taken: Units, names: Collection[str], b: Units, t: Units, m: Units, prefixes: dict[str | None, str]
) -> etree._Element:
    inside: dict[str, list[str]] = defaultdict(list)
    for parent in {unit.parent for unit in taken.values()}:
        wanted = {key for key, unit in taken.items() if unit.parent == parent}
        inside[parent] = _order(_children(b, parent), _children(t, parent), _children(m, parent), wanted)

    def made(key: str) -> etree._Element:
        unit = taken[key]
        lists = [side[key].items if key in side else () for side in (b, t, m)]
        held = [item for item in _items(*lists) if item[1] in names]
        element = _shell(unit.element, held, prefixes if not unit.parent else {})
        element.extend(
            made(child)
            for child in inside[key]
            if not taken[child].quiet or _of(taken[child], names) or taken[child].element.tag in _PLANES
        )
        return element

    root = made("definitions")
    etree.indent(root)
    return root


def _of(drawn: Unit, names: Collection[str]) -> bool:
    """Whether what the symbol or line shows is still there."""
    shown = reference(drawn.element, "bpmnElement")
    return not shown or shown in names


def _children(side: Units, parent: str) -> list[str]:
    return [key for key, unit in side.items() if unit.parent == parent]


def _order(b: list[str], t: list[str], m: list[str], wanted: set[str]) -> list[str]:
    """The wanted keys in the order of whoever changed it, the other's new ones after what they came after."""
    common = set(b) & set(t) & set(m)
    untouched = [key for key in b if key in common] == [key for key in t if key in common]
    first, second = (m, t) if untouched else (t, m)
    found = [key for key in first if key in wanted]
    there = set(found)
    before = None
    for key in second:
        if key in wanted and key not in there:
            found.insert(found.index(before) + 1 if before in there else len(found), key)
            there.add(key)
        if key in there:
            before = key
    return found


def _items(
    b: Sequence[tuple[str, str]], t: Sequence[tuple[str, str]], m: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    kept = [item for item in t if item in m or item not in b]
    return kept + [item for item in m if item not in b and item not in kept]


def _shell(
    element: etree._Element, items: Iterable[tuple[str, str]], prefixes: dict[str | None, str]
) -> etree._Element:
    """The element with its own parts and the others that it names, without what lies in it."""
    known = cast(dict[str, str], prefixes or dict(element.nsmap))  # None is the prefix of the default one
    made = etree.Element(element.tag, {str(k): str(v) for k, v in element.attrib.items()}, nsmap=known)
    made.text = element.text if (element.text or "").strip() else None
    parts = [_plain(deepcopy(child)) for child in _sorted(element)[2]]
    place = sum(1 for part in parts if local(part) in ("documentation", "extensionElements"))
    named = []
    for kind, text in items:
        item = etree.Element(q(kind))
        item.text = text
        named.append(item)
    made.extend([*parts[:place], *named, *parts[place:]])
    return made


def _plain(element: etree._Element) -> etree._Element:
    """Without the blanks of the old lines, so that the new ones can be set straight."""
    for one in element.iter():
        one.tail = None
        if len(one) and not (one.text or "").strip():
            one.text = None
    return element
