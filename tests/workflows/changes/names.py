"""What things are called, and who does them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from tests.workflows.changes.places import (
    KINDS,
    Place,
    in_lanes,
    kind,
    other_lane,
    set_attribute,
    taken_away,
)
from tests.workflows.owned import Owned, get
from workflows.model import ACTIVITIES, Kind, Node
from workflows.normalise.vocabulary import q
from workflows.wording import plain, quoted


def _renames(*kinds: Kind) -> Callable[[Owned], Iterator[Place]]:
    def places(own: Owned) -> Iterator[Place]:
        for node in own.of(*kinds):
            # A task that asks what a nameless gateway leaves open is called by its own name in the twin too.
            new = "Något helt annat"
            lines: dict[str, str | None] = {}
            if (
                new in str(own.told[node.id])
                or node.kind in (*_NAMED, Kind.BOUNDARY)
                or len(own.out(node.id)) > 1
                or len(own.into(node.id)) > 0
            ):
                lines = {node.id: new.lower()[1:]}
            yield Place(
                node.id,
                set_attribute(own, node.id, "name", new),
                f"{own.noun(node.id)} heter nu {quoted(new)}.",
                lines,
            )

    return places


_NAMED = {
    Kind.USER, Kind.SERVICE, Kind.DECISION, Kind.START, Kind.END, Kind.CATCH, Kind.RECEIVE, Kind.THROW,
    Kind.SUBPROCESS, Kind.CALL,
}  # fmt: skip
KINDS["a task renamed"] = _renames(Kind.USER)
KINDS["a service task renamed"] = _renames(Kind.SERVICE)
KINDS["a decision task renamed"] = _renames(Kind.DECISION)
KINDS["a gateway renamed"] = _renames(Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.EVENT_GATEWAY)
KINDS["a start renamed"] = _renames(Kind.START)
KINDS["an end renamed"] = _renames(Kind.END)
KINDS["a waiting event renamed"] = _renames(Kind.CATCH, Kind.RECEIVE, Kind.THROW)
KINDS["an edge event renamed"] = _renames(Kind.BOUNDARY)
KINDS["a subprocess or call renamed"] = _renames(Kind.SUBPROCESS, Kind.CALL)


@kind("a name removed")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(*ACTIVITIES, Kind.END):
        if node.name:
            yield Place(
                node.id,
                set_attribute(own, node.id, "name", None),
                f"{own.noun(node.id)} har inget namn längre.",
                {node.id: ""},
            )


@kind("the process renamed")
def _(own: Owned) -> Iterator[Place]:
    process = own.definition.process
    yield Place(
        process,
        set_attribute(own, process, "name", "En ny process"),
        f"Processen {quoted(own.definition.name)} heter nu ”En ny process”.",
    )


@kind("a pool renamed")
def _(own: Owned) -> Iterator[Place]:
    for pool in own.root.iter(q("participant")):
        yield Place(
            pool.get("id") or "",
            set_attribute(own, pool.get("id") or "", "name", "Kommunen"),
            f"Poolen {quoted(pool.get('name') or '')} heter nu ”Kommunen”.",
        )


@kind("a lane renamed")
def _(own: Owned) -> Iterator[Place]:
    for lane in own.root.iter(q("lane")):
        id, old = lane.get("id") or "", lane.get("name") or ""
        inside = [n.id for n in own.nodes.values() if n.role == old]
        tasks = sum(own.nodes[n].kind in (Kind.USER, Kind.SUBPROCESS) for n in inside)
        whose = f" Det gäller {tasks} {'uppgift' if tasks == 1 else 'uppgifter'}." if tasks else ""
        yield Place(
            id,
            set_attribute(own, id, "name", "Kommunjurist"),
            f"Banan {quoted(old)} heter nu ”Kommunjurist”.{whose}",
            dict.fromkeys(inside, "Kommunjurist"),
        )


@kind("a lane added")
def _(own: Owned) -> Iterator[Place]:
    for lanes in own.root.iter(q("laneSet")):
        id = lanes.get("id") or ""
        yield Place(
            id,
            lambda id=id: own.redrawn(
                lambda r: etree.SubElement(get(r, id), q("lane"), id="extra", name="Jurist")
            ),  # type: ignore[misc]
            "Banan ”Jurist” läggs till.",
        )


def _moves(*kinds: Kind) -> Callable[[Owned], Iterator[Place]]:
    def places(own: Owned) -> Iterator[Place]:
        for node in in_lanes(own, *kinds):
            to = other_lane(own, node)
            if to is None:
                continue

            def change(root: etree._Element, id: str = node.id, lane: str = to[0]) -> None:
                for entry in [e for e in root.iter(q("flowNodeRef")) if e.text == id]:
                    taken_away(entry)
                etree.SubElement(get(root, lane), q("flowNodeRef")).text = id

            inner = [n for n in own.nodes.values() if n.role and n.id != node.id and _inside(own, n, node)]
            yield Place(
                node.id,
                lambda change=change: own.redrawn(change),  # type: ignore[misc]
                f"{own.noun(node.id)} flyttas från {plain(node.role)} till {plain(to[1])}.",
                dict.fromkeys([node.id, *(n.id for n in inner)], to[1]),
            )

    return places


def _inside(own: Owned, node: Node, owner: Node) -> bool:
    element = get(own.root, node.id)
    return any(above.get("id") == owner.id for above in element.iterancestors())


KINDS["a task moved to another lane"] = _moves(Kind.USER, Kind.SUBPROCESS)
KINDS["a service task moved to another lane"] = _moves(Kind.SERVICE, Kind.DECISION)
KINDS["a gateway moved to another lane"] = _moves(Kind.EXCLUSIVE, Kind.PARALLEL)
