"""Puts elements into a DMN tree and takes them out, with the line breaks that its neighbours have."""

from __future__ import annotations

from lxml import etree

from workflows.decisions.source import part

_STEP = "  "


def put(parent: etree._Element, name: str, at: int) -> etree._Element:
    """A new child in the parent's own namespace."""
    made = parent.makeelement(f"{{{etree.QName(parent).namespace}}}{name}")
    put_in(parent, made, at)
    return made


def put_in(parent: etree._Element, child: etree._Element, at: int) -> None:
    """Place the child; whatever stood there comes after it."""
    depth = sum(1 for _ in parent.iterancestors())
    inner, outer = "\n" + _STEP * (depth + 1), "\n" + _STEP * depth
    if not len(parent):
        parent.text, child.tail = inner, outer
    elif at >= len(parent):
        child.tail = parent[-1].tail
        parent[-1].tail = parent.text if len(parent) == 1 else parent[-2].tail
    else:
        child.tail = parent[at - 1].tail if at else parent.text
    parent.insert(at, child)


def take_out(child: etree._Element) -> None:
    """Remove the child and the line break that was its own."""
    parent, before = child.getparent(), child.getprevious()
    if parent is None:
        return
    if child.getnext() is None and before is not None:
        before.tail = child.tail
    elif len(parent) == 1:
        parent.text = None
    parent.remove(child)
    child.tail = None


def write_text(element: etree._Element, text: str) -> None:
    """What its <text> says."""
    inner = part(element, "text")
    if inner is None:
        inner = put(element, "text", len(element))
    for stray in list(inner):
        inner.remove(stray)
    inner.text = text


def write_part(element: etree._Element, name: str, text: str, at: int) -> None:
    """The child with a <text>; an empty text takes the child away."""
    found = part(element, name)
    if not text:
        if found is not None:
            take_out(found)
        return
    write_text(put(element, name, at) if found is None else found, text)


def describe(element: etree._Element, text: str) -> None:
    """Its <description>, which comes first; an empty text takes it away."""
    found = part(element, "description")
    if not text:
        if found is not None:
            take_out(found)
        return
    if found is None:
        found = put(element, "description", 0)
    for stray in list(found):
        found.remove(stray)
    found.text = text


def after_extensions(element: etree._Element) -> int:
    """Where the first child of its own kind belongs."""
    common = [part(element, name) for name in ("description", "extensionElements")]
    return max((element.index(one) + 1 for one in common if one is not None), default=0)


def ids(anywhere: etree._Element) -> set[str]:
    """Every id of the file."""
    return {str(one.get("id")) for one in anywhere.getroottree().getroot().iter() if one.get("id")}


def new_id(taken: set[str], stem: str) -> str:
    """The stem and the first number that is free; it is taken from now on."""
    number = 1
    while f"{stem}_{number}" in taken:
        number += 1
    taken.add(f"{stem}_{number}")
    return f"{stem}_{number}"
