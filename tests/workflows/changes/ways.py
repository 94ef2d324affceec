"""Ways between steps."""

# ruff: noqa: E501 (a sentence a line, however long)
from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tests.workflows.changes.places import (
    Place,
    dropped,
    flow_ids,
    kind,
    level_of,
    put_flow,
    set_attribute,
    taken_away,
)
from tests.workflows.owned import Owned, get
from workflows.model import Flow, Kind
from workflows.normalise.vocabulary import children, q
from workflows.wording import in_words, quoted


def _default(own: Owned, node: str) -> str | None:
    named = own.nodes[node].default
    bare = [f.id for f in own.out(node) if f.condition is None]
    return named or (bare[0] if own.nodes[node].kind is Kind.EXCLUSIVE and len(bare) == 1 else None)


def _conditional(own: Owned) -> Iterator[Flow]:
    for flow in own.flows.values():
        if flow.condition is not None and flow.id in flow_ids(own):
            yield flow


@kind("another condition")
def _(own: Owned) -> Iterator[Place]:
    for flow in _conditional(own):
        assert flow.condition is not None

        def change(root: etree._Element, id: str = flow.id) -> None:
            next(children(get(root, id), "conditionExpression")).text = "size > 7"

        yield Place(
            flow.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"{own.way(flow)} tas om ”size” är mer än 7; förut om {in_words(flow.condition, own.words)}.",
            {} if flow.name else {flow.source: "Om ”size” är mer än 7"},
        )


@kind("a condition removed")
def _(own: Owned) -> Iterator[Place]:
    for flow in _conditional(own):
        assert flow.condition is not None
        conditions = [f for f in own.out(flow.source) if f.condition is not None]
        if own.nodes[flow.source].default is None or len(conditions) < 2:
            continue  # else the way becomes what is taken when nothing else is, and that is said with it

        def change(root: etree._Element, id: str = flow.id) -> None:
            taken_away(next(children(get(root, id), "conditionExpression")))

        yield Place(
            flow.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"{own.way(flow)} har inget villkor längre; förut togs den om {in_words(flow.condition, own.words)}.",
            {} if flow.name and flow.source not in own.splits else {flow.source: ""},
        )


@kind("another default way")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.EXCLUSIVE, Kind.INCLUSIVE):
        old = _default(own, node.id)
        other = next((f for f in own.out(node.id) if f.id != old), None)
        if old is None or other is None or node.properties.get("drawn"):
            continue
        if own.flows[old].target == other.target:
            continue
        yield Place(
            node.id,
            set_attribute(own, node.id, "default", other.id),
            f"När inget villkor vid {own.called(node.id)} stämmer går flödet till {own.called(other.target)} i stället för till {own.called(own.flows[old].target)}.",
            {node.id: "Annars"},
        )


@kind("a way that leads elsewhere")
def _(own: Owned) -> Iterator[Place]:
    for flow in own.flows.values():
        if flow.id not in flow_ids(own):
            continue
        taken = {f.target for f in own.out(flow.source)}
        other = next(
            (
                n.id
                for n in own.of(Kind.USER, Kind.END)
                if n.id not in (*taken, flow.source) and level_of(own, n.id) == level_of(own, flow.source)
            ),
            None,
        )
        if other is None or own.nodes[flow.source].kind is Kind.EVENT_GATEWAY:
            continue
        name = f" {quoted(flow.name)}" if flow.name else ""
        yield Place(
            flow.id,
            set_attribute(own, flow.id, "targetRef", other),
            f"Vägen{name} från {own.called(flow.source)} leder till {own.called(other)} i stället för till {own.called(flow.target)}.",
            {flow.source: f"→ {other}", **dict.fromkeys(own.joins(flow.target), "")},
            own.splits | own.joins(other),
        )


@kind("a way added")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.EXCLUSIVE):
        taken = {f.target for f in own.out(node.id)}
        if len(taken) < 2 or node.properties.get("drawn") or _default(own, node.id) is None:
            continue
        other = next(
            (
                n.id
                for n in own.of(Kind.END)
                if n.id not in taken and level_of(own, n.id) == level_of(own, node.id)
            ),
            None,
        )
        if other is None:
            continue

        def change(root: etree._Element, gateway: str = node.id, target: str = other) -> None:
            made = put_flow(root, "extra", gateway, target, name="Gammalt")
            etree.SubElement(made, q("conditionExpression")).text = "age > 30"

        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"Vägen ”Gammalt” från {own.called(node.id)} till {own.called(other)} läggs till och tas om ”age” är mer än 30.",
            {node.id: f"Om gammalt: → {other}."},
            own.splits | own.joins(other),
        )


@kind("a way removed")
def _(own: Owned) -> Iterator[Place]:
    for flow in own.flows.values():
        source = own.nodes[flow.source]
        kept = [f for f in own.out(flow.source) if f.id != flow.id]
        if flow.id not in flow_ids(own) or len(kept) < 2 or source.properties.get("drawn"):
            continue
        if _default(own, flow.source) == flow.id:
            continue
        joins = own.joins(flow.target)
        yield Place(
            flow.id,
            lambda id=flow.id: own.redrawn(lambda r: dropped(r, id)),  # type: ignore[misc]
            f"{own.way(flow)} tas bort.",
            {flow.source: "", **dict.fromkeys(joins, "")},
            own.splits,
        )


@kind("a way renamed")
def _(own: Owned) -> Iterator[Place]:
    for flow in own.flows.values():
        if not flow.name or flow.id not in flow_ids(own):
            continue
        yield Place(
            flow.id,
            set_attribute(own, flow.id, "name", "Kanske"),
            f"Vägen {quoted(flow.name)} från {own.called(flow.source)} till {own.called(flow.target)} heter nu ”Kanske”.",
            {flow.source: "anske"} if len(own.out(flow.source)) > 1 else {},
        )
