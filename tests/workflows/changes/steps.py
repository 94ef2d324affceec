"""Steps that come and go in the flow, and that become another sort of step."""

# ruff: noqa: E501 (a sentence a line, however long)
from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from tests.workflows.changes.places import (
    KINDS,
    Place,
    dropped,
    flow_ids,
    kind,
    put,
    put_flow,
    put_timer,
)
from tests.workflows.owned import Owned, get
from workflows.model import Flow, Kind
from workflows.normalise.vocabulary import q
from workflows.wording import plain, quoted


def inserted(
    tag: str, said: str, line: str, build: Callable[[etree._Element], object] = lambda e: None
) -> Callable[[Owned], Iterator[Place]]:
    """A step in the middle of every way between steps in a lane."""

    def places(own: Owned) -> Iterator[Place]:
        for flow in own.flows.values():
            source, target = own.nodes[flow.source], own.nodes[flow.target]
            if not source.role or source.kind is Kind.EVENT_GATEWAY or flow.id not in flow_ids(own):
                continue

            def change(root: etree._Element, flow: Flow = flow) -> None:
                made = put(root, flow.source, tag, "extra", flow.source, name="Sortera")
                build(made)
                get(root, flow.id).set("targetRef", "extra")
                put_flow(root, "extra_on", "extra", flow.target)

            whose = f" hos {plain(source.role)}" if tag == "userTask" else ""
            yield Place(
                flow.id,
                lambda change=change: own.redrawn(change),  # type: ignore[misc]
                f"{said} ”Sortera” läggs till{whose} mellan {own.called(source.id)} och {own.called(target.id)}.",
                {"extra": line, source.id: "→ extra", **dict.fromkeys(own.joins(target.id), "extra")},
                own.splits,
            )

    return places


KINDS["a task added"] = inserted("userTask", "Uppgiften", "ortera")
KINDS["a service task added"] = inserted("serviceTask", "Åtgärden", "Systemet: Sortera")
KINDS["a timer event added"] = inserted(
    "intermediateCatchEvent",
    "Väntan",
    "Sortera: väntar 3 dygn.",
    lambda e: put_timer(e, "timeDuration", "P3D"),
)


@kind("a message event added")
def _(own: Owned) -> Iterator[Place]:
    def arrives(element: etree._Element) -> None:
        root = element.getroottree().getroot()
        root.insert(0, etree.Element(q("message"), id="extra_message", name="Kvitto"))
        etree.SubElement(element, q("messageEventDefinition"), messageRef="extra_message")

    yield from inserted(
        "intermediateCatchEvent", "Väntan", "Sortera: väntar på meddelandet ”Kvitto”.", arrives
    )(own)


def _taken_out(*kinds: Kind) -> Callable[[Owned], Iterator[Place]]:
    """A step removed as an editor does it: what led to it leads on to what it led to."""

    def places(own: Owned) -> Iterator[Place]:
        for node in own.of(*kinds):
            into, out = own.into(node.id), own.out(node.id)
            edges = [n for n in own.nodes.values() if n.attached_to == node.id]
            if len(into) != 1 or len(out) != 1 or edges or not {into[0].id, out[0].id} <= flow_ids(own):
                continue
            before, after = into[0].source, out[0].target
            if before == after or any(f.target == after for f in own.out(before)):
                continue

            def change(
                root: etree._Element, node: str = node.id, into: str = into[0].id, out: Flow = out[0]
            ) -> None:
                get(root, into).set("targetRef", out.target)
                dropped(root, node, out.id)

            yield Place(
                node.id,
                lambda change=change: own.redrawn(change),  # type: ignore[misc]
                f"{own.noun(node.id)} tas bort: efter {own.called(before)} kommer nu {own.called(after)}.",
                {node.id: None, before: f"→ {after}", **dict.fromkeys(own.joins(after), before)},
                own.splits | _watchers(own, node.id),
            )

    return places


def _watchers(own: Owned, task: str) -> frozenset[str]:
    """Tasks whose lines name the task as done by somebody else."""
    return frozenset(n.id for n in own.nodes.values() if task in n.properties.get("four_eyes", "").split())


KINDS["a task removed"] = _taken_out(Kind.USER)
KINDS["a service task removed"] = _taken_out(Kind.SERVICE)
KINDS["a decision task removed"] = _taken_out(Kind.DECISION)
KINDS["a waiting event removed"] = _taken_out(Kind.CATCH, Kind.THROW, Kind.RECEIVE)


@kind("a task that an operation does instead")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.USER):
        edges = frozenset(n.id for n in own.nodes.values() if n.attached_to == node.id)
        if node.id in own.definition.choices:
            continue
        yield Place(
            node.id,
            lambda id=node.id: own.redrawn(lambda r: setattr(get(r, id), "tag", q("serviceTask"))),  # type: ignore[misc]
            f"{own.called(node.id)} ändras från användaruppgift till tjänsteuppgift.",
            {node.id: "ystemet", **dict.fromkeys(edges, "Åtgärden")},
        )


def _became(old: Kind, new: str, said: str, noun: str, line: str) -> Callable[[Owned], Iterator[Place]]:
    def places(own: Owned) -> Iterator[Place]:
        for node in own.of(old):
            if len(own.out(node.id)) < 2 or node.properties.get("drawn"):
                continue
            name = quoted(node.name) if node.name else f"{noun} {quoted(node.id)}"
            yield Place(
                node.id,
                lambda id=node.id: own.redrawn(lambda r: setattr(get(r, id), "tag", q(new))),  # type: ignore[misc]
                f"{name[:1].upper()}{name[1:]} ändras från {said}.",
                {node.id: line},
            )

    return places


KINDS["a choice where several ways may be taken"] = _became(
    Kind.EXCLUSIVE, "inclusiveGateway",
    "exklusiv grind (en väg tas) till inkluderande grind (en eller flera vägar tas)",
    "den inkluderande grinden", "n eller flera grenar, samtidigt",
)  # fmt: skip
KINDS["branches that become a choice"] = _became(
    Kind.PARALLEL, "inclusiveGateway",
    "parallell grind (alla vägar tas) till inkluderande grind (en eller flera vägar tas)",
    "den inkluderande grinden", "n eller flera grenar, samtidigt",
)  # fmt: skip
