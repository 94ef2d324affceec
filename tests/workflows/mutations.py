"""Small changes to the investigation folder, one at a time, as a process owner would make them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lxml import etree

from tests.workflows.investigation import files
from workflows.normalise.vocabulary import BPMN, SPIFF, q

Files = dict[str, bytes]
Mutation = Callable[[], Files]


def model(change: Callable[[etree._Element], None]) -> Mutation:
    def changed() -> Files:
        given = files()
        root = etree.fromstring(given["model.bpmn"])  # our own text, not a stranger's
        change(root)
        return given | {"model.bpmn": etree.tostring(root)}

    return changed


def form(change: Callable[[Any], None], name: str = "assess") -> Mutation:
    def changed() -> Files:
        given = files()
        path = f"forms/{name}.json"
        schema = json.loads(given[path])
        change(schema)
        return given | {path: json.dumps(schema).encode()}

    return changed


def question(name: str, **values: Any) -> Mutation:
    """The question with these keywords; None takes a keyword away. `_` stands for a hyphen."""

    def change(schema: Any) -> None:
        made = schema["properties"][name]
        for key, value in values.items():
            key = key.replace("_", "-") if key.startswith("x_") else key
            if value is None:
                made.pop(key)
            else:
                made[key] = value

    return form(change)


def swap(path: str, old: str, new: str) -> Mutation:
    """One text in one file replaced by another."""

    def changed() -> Files:
        given = files()
        before = given[path].decode()
        assert old in before, old
        return given | {path: before.replace(old, new, 1).encode()}

    return changed


def without(path: str) -> Mutation:
    return lambda: {name: data for name, data in files().items() if name != path}


def with_file(path: str, data: str) -> Mutation:
    return lambda: files() | {path: data.encode()}


def get(root: etree._Element, id: str) -> etree._Element:
    return next(e for e in root.iter(f"{{{BPMN}}}*") if e.get("id") == id)


def attribute(id: str, name: str, value: str | None) -> Mutation:
    def change(root: etree._Element) -> None:
        element = get(root, id)
        if value is None:
            element.attrib.pop(name)
        else:
            element.set(name, value)

    return model(change)


def text(id: str, tag: str, value: str | None) -> Mutation:
    """The text of the first such element inside the element; None removes it."""

    def change(root: etree._Element) -> None:
        found = next(get(root, id).iter(q(tag)))
        if value is None:
            parent = found.getparent()
            assert parent is not None
            parent.remove(found)
        else:
            found.text = value

    return model(change)


def setting(id: str, name: str, value: str | None) -> Mutation:
    """A property of an element; None takes it away."""

    def change(root: etree._Element) -> None:
        element = get(root, id)
        block = next(element.iter(q("properties", SPIFF)), None)
        if block is None:
            extensions = etree.SubElement(element, q("extensionElements"))
            element.insert(0, extensions)
            block = etree.SubElement(extensions, q("properties", SPIFF))
        for entry in list(block):
            if entry.get("name") == name:
                block.remove(entry)
        if value is not None:
            etree.SubElement(block, q("property", SPIFF), name=name, value=value)

    return model(change)


def parameter(name: str, value: str | None) -> Mutation:
    """An input of the operation at `register`."""

    def change(root: etree._Element) -> None:
        block = next(get(root, "register").iter(q("parameters", SPIFF)))
        for entry in list(block):
            if entry.get("id") == name:
                block.remove(entry)
        if value is not None:
            etree.SubElement(block, q("parameter", SPIFF), id=name, type="any", value=value)

    return model(change)


def operation(name: str, value: str) -> Mutation:
    return model(lambda root: next(root.iter(q("serviceTaskOperator", SPIFF))).set(name, value))


def become(id: str, tag: str) -> Mutation:
    def change(root: etree._Element) -> None:
        get(root, id).tag = q(tag)

    return model(change)


def move(id: str, lane: str) -> Mutation:
    def change(root: etree._Element) -> None:
        for entry in list(root.iter(q("flowNodeRef"))):
            if entry.text == id:
                old = entry.getparent()
                assert old is not None
                old.remove(entry)
        etree.SubElement(get(root, lane), q("flowNodeRef")).text = id

    return model(change)


def remove(*ids: str) -> Mutation:
    def change(root: etree._Element) -> None:
        for id in ids:
            drop(get(root, id))

    return model(change)


def drop(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


def taken_out(id: str, *, into: str, out: str) -> Mutation:
    """A node removed as an editor does it: the flow into it now leads where the flow out led."""

    def change(root: etree._Element) -> None:
        get(root, into).set("targetRef", get(root, out).get("targetRef") or "")
        drop(get(root, id))
        drop(get(root, out))

    return model(change)


def put_in(tag: str, into: str, lane: str = "lane_Handläggare", **attributes: str) -> Mutation:
    """A new node in the middle of a flow, in a lane."""

    def change(root: etree._Element) -> None:
        old = get(root, into)
        process = old.getparent()
        assert process is not None
        etree.SubElement(process, q(tag), id="extra", **attributes)
        etree.SubElement(
            process,
            q("sequenceFlow"),
            id="onward",
            sourceRef="extra",
            targetRef=old.get("targetRef") or "",
        )
        old.set("targetRef", "extra")
        etree.SubElement(get(root, lane), q("flowNodeRef")).text = "extra"

    return model(change)


def flow(source: str, target: str, condition: str = "", name: str = "") -> Mutation:
    def change(root: etree._Element) -> None:
        process = get(root, source).getparent()
        assert process is not None
        made = etree.SubElement(
            process, q("sequenceFlow"), id="extra", sourceRef=source, targetRef=target, name=name
        )
        if condition:
            etree.SubElement(made, q("conditionExpression")).text = condition

    return model(change)


def added(parent: str, xml: str) -> Mutation:
    """The element, written in BPMN's namespace, inside another."""

    def change(root: etree._Element) -> None:
        inside = etree.fromstring(f'<x xmlns="{BPMN}" xmlns:s="{SPIFF}">{xml}</x>')
        for element in list(inside):
            get(root, parent).append(element)

    return model(change)


def replaced(id: str, tag: str, xml: str) -> Mutation:
    """The first such element inside the element replaced by another."""

    def change(root: etree._Element) -> None:
        drop(next(get(root, id).iter(q(tag))))
        for element in list(etree.fromstring(f'<x xmlns="{BPMN}">{xml}</x>')):
            get(root, id).append(element)

    return model(change)


def unlaned(lane: str, heir: str | None) -> Mutation:
    """A lane removed; what it held goes to another lane or to none."""

    def change(root: etree._Element) -> None:
        old = get(root, lane)
        if heir is not None:
            for entry in list(old):
                get(root, heir).append(entry)
        drop(old)

    return model(change)
