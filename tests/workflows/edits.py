"""Small changes to a model, as a process owner makes them in a modeller: XML in, XML out.

Each takes the tree and a number that chooses where, and answers False when there is no such place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lxml import etree

from tests.workflows import models as m
from workflows.normalise.vocabulary import q

Edit = Callable[[etree._Element, int], bool]


def edited(model: bytes, changes: Sequence[tuple[Edit, int]]) -> bytes | None:
    """The model after the changes; None when one of them found no place."""
    root = etree.fromstring(model)  # our own text, not a stranger's
    return etree.tostring(root) if all(change(root, at) for change, at in changes) else None


def _parsed(text: str) -> etree._Element:
    return next(iter(etree.fromstring(m.definitions(text))))


def _flow(name: str, source: str, target: str) -> etree._Element:
    return _parsed(f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"/>')


def _pick(found: Sequence[etree._Element], at: int) -> etree._Element | None:
    return found[at % len(found)] if found else None


def _users(root: etree._Element, plain: bool = False) -> list[etree._Element]:
    """User tasks; only those that nothing sits on and nothing repeats when `plain`, and not those whose
    answer leads out of a loop: without them it would go round for ever, moved or not."""
    edges = {e.get("attachedToRef") for e in root.iter(q("boundaryEvent"))}

    def alone(task: etree._Element) -> bool:
        name = task.get("id") or ""
        repeated = task.find(q("multiInstanceLoopCharacteristics")) is not None
        return name not in edges and not repeated and not name.startswith("l")

    return [task for task in root.iter(q("userTask")) if not plain or alone(task)]


def _ends(root: etree._Element, name: str) -> tuple[list[etree._Element], list[etree._Element]]:
    flows = list(root.iter(q("sequenceFlow")))
    into = [f for f in flows if f.get("targetRef") == name]
    return into, [f for f in flows if f.get("sourceRef") == name]


def rename(root: etree._Element, at: int) -> bool:
    task = _pick(_users(root), at)
    if task is not None:
        task.set("name", f"Ny {at % 7}")
    return task is not None


def renumber(root: etree._Element, at: int) -> bool:
    """The same task drawn anew: another id."""
    task = _pick(_users(root), at)
    if task is None:
        return False
    old, new = task.get("id"), f"{task.get('id')}_ny"
    for element in root.iter():
        for key in ("id", "sourceRef", "targetRef", "attachedToRef"):
            if element.get(key) == old:
                element.set(key, new)
    return True


def insert(root: etree._Element, at: int) -> bool:
    """A task in the middle of a flow."""
    flow = _pick(list(root.iter(q("sequenceFlow"))), at)
    if flow is None:
        return False
    scope, name = flow.getparent(), f"in{at}_{flow.get('id')}"
    target = flow.get("targetRef") or ""
    flow.set("targetRef", name)
    scope.append(_parsed(m.user(name)))  # type: ignore[union-attr]
    scope.append(_flow(f"{name}_ut", name, target))  # type: ignore[union-attr]
    return True


def remove(root: etree._Element, at: int) -> bool:
    """A task taken away; the flow into it goes on to what came after."""
    task = _pick(_users(root, plain=True), at)
    if task is None:
        return False
    into, out = _ends(root, task.get("id") or "")
    if len(out) != 1 or out[0].get("targetRef") == task.get("id"):
        return False
    for flow in into:
        flow.set("targetRef", out[0].get("targetRef") or "")
    for gone in (task, out[0]):
        gone.getparent().remove(gone)  # type: ignore[union-attr]
    return True


def add_edge(root: etree._Element, at: int) -> bool:
    """A deadline on a task, with an end of its own."""
    task = _pick(_users(root), at)
    if task is None:
        return False
    name = f"kant{at}_{task.get('id')}"
    scope = task.getparent()
    for part in (m.boundary(name, task.get("id") or "", m.timer("P2D"), at % 2 == 0), m.end(f"{name}_s")):
        scope.append(_parsed(part))  # type: ignore[union-attr]
    scope.append(_flow(f"{name}_f", name, f"{name}_s"))  # type: ignore[union-attr]
    return True


def add_branch(root: etree._Element, at: int) -> bool:
    """One more branch in a parallel block."""
    split = _pick([e for e in root.iter(q("parallelGateway")) if (e.get("id") or "").startswith("f")], at)
    if split is None:
        return False
    name, scope = f"gren{at}_{split.get('id')}", split.getparent()
    join = "j" + (split.get("id") or "")[1:]
    scope.append(_parsed(m.user(name)))  # type: ignore[union-attr]
    scope.append(_flow(f"{name}_in", split.get("id") or "", name))  # type: ignore[union-attr]
    scope.append(_flow(f"{name}_ut", name, join))  # type: ignore[union-attr]
    return True


def choose(root: etree._Element, at: int) -> bool:
    """A parallel block becomes a choice."""
    split = _pick([e for e in root.iter(q("parallelGateway")) if (e.get("id") or "").startswith("f")], at)
    if split is None:
        return False
    join = "j" + (split.get("id") or "")[1:]
    for gateway in [e for e in root.iter(q("parallelGateway")) if e.get("id") in (split.get("id"), join)]:
        gateway.tag = q("exclusiveGateway")
    out = _ends(root, split.get("id") or "")[1]
    split.set("default", out[-1].get("id") or "")
    for flow in out[:-1]:
        etree.SubElement(flow, q("conditionExpression")).text = "v0"
    return True


def line_up(root: etree._Element, at: int) -> bool:
    """A parallel block becomes a sequence: the branches one after the other."""
    split = _pick([e for e in root.iter(q("parallelGateway")) if (e.get("id") or "").startswith("f")], at)
    if split is None:
        return False
    join = "j" + (split.get("id") or "")[1:]
    out, into = _ends(root, split.get("id") or "")[1], _ends(root, join)[0]
    if len(out) != 2 or len(into) != 2:
        return False
    into[0].set("targetRef", out[1].get("targetRef") or "")
    out[1].getparent().remove(out[1])  # type: ignore[union-attr]
    return True


def retype(root: etree._Element, at: int) -> bool:
    """A task that a person did is now done by an operation."""
    task = _pick(_users(root, plain=True), at)
    if task is None:
        return False
    made = _parsed(m.service(task.get("id") or ""))
    task.getparent().replace(task, made)  # type: ignore[union-attr]
    return True


def wrap(root: etree._Element, at: int) -> bool:
    """A task put into a subprocess of its own."""
    task = _pick(_users(root, plain=True), at)
    if task is None:
        return False
    name = task.get("id") or ""
    into, out = _ends(root, name)
    scope, around = task.getparent(), f"runt_{name}"
    begin, stop = f"{around}_b", f"{around}_e"
    for flow in into:
        flow.set("targetRef", around)
    for flow in out:
        flow.set("sourceRef", around)
    made = _parsed(m.subprocess(around, m.start(begin), m.end(stop)))
    scope.append(made)  # type: ignore[union-attr]
    made.append(task)
    made.append(_flow(f"{around}_1", begin, name))
    made.append(_flow(f"{around}_2", name, stop))
    return True


EDITS: tuple[Edit, ...] = (
    rename, renumber, insert, remove, add_edge, add_branch, choose, line_up, retype, wrap,
)  # fmt: skip
