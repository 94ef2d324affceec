"""What sits on the edge of a step, ends, and subprocesses."""

# ruff: noqa: E501 (a sentence a line, however long)
from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from tests.workflows.changes.places import (
    KINDS,
    Place,
    dropped,
    flow_ids,
    in_lanes,
    kind,
    level_of,
    put,
    put_flow,
    put_timer,
    set_attribute,
)
from tests.workflows.changes.steps import inserted
from tests.workflows.owned import Owned, get
from workflows.model import Flow, Kind
from workflows.normalise.vocabulary import q


def _edged(interrupting: bool) -> Callable[[Owned], Iterator[Place]]:
    def places(own: Owned) -> Iterator[Place]:
        for node in in_lanes(own, Kind.USER, Kind.SERVICE, Kind.SUBPROCESS):

            def change(root: etree._Element, host: str = node.id) -> None:
                stops = str(interrupting).lower()
                made = put(
                    root,
                    host,
                    "boundaryEvent",
                    "extra",
                    host,
                    name="För sent",
                    attachedToRef=host,
                    cancelActivity=stops,
                )
                put_timer(made, "timeDuration", "P2D")

            does = "avbryter" if interrupting else "avbryter inte"
            stays = "avbryts" if interrupting else "ligger kvar" if node.kind is Kind.USER else "fortsätter"
            yield Place(
                node.id,
                lambda change=change: own.redrawn(change),  # type: ignore[misc]
                f"Tidsgränsen ”För sent” läggs till på {own.called(node.id)}: inträffar efter 2 dygn och {does}.",
                {"extra": f"Efter 2 dygn under steg {node.id}: För sent. {_HOSTS[node.kind]} {stays}."},
                own.splits,
            )

    return places


_HOSTS = {Kind.USER: "Uppgiften", Kind.SERVICE: "Åtgärden", Kind.SUBPROCESS: "Delprocessen"}
KINDS["a boundary timer that interrupts added"] = _edged(True)
KINDS["a boundary timer that does not interrupt added"] = _edged(False)


@kind("an edge event removed")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.BOUNDARY):
        out = own.out(node.id)

        def change(root: etree._Element, node: str = node.id, flows: list[Flow] = out) -> None:
            dropped(root, node, *(f.id for f in flows))

        joins = {join: "" for f in out for join in own.joins(f.target)}
        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"{own.noun(node.id)} på {own.called(node.attached_to or '')} tas bort.",
            {node.id: None, **joins},
            own.splits,
        )


@kind("an edge event on another task")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.BOUNDARY):
        old = own.nodes[node.attached_to or ""]
        other = next(
            (n for n in own.of(old.kind) if n.id != old.id and level_of(own, n.id) == level_of(own, old.id)),
            None,
        )
        if other is not None:
            yield Place(
                node.id,
                set_attribute(own, node.id, "attachedToRef", other.id),
                f"{own.noun(node.id)} sitter nu på {own.called(other.id)}.",
                {node.id: f"under steg {other.id}"},
                own.splits,
            )


@kind("an end added")
def _(own: Owned) -> Iterator[Place]:
    for node in in_lanes(own, Kind.EXCLUSIVE):
        if len(own.out(node.id)) < 2 or node.properties.get("drawn"):
            continue

        def change(root: etree._Element, gateway: str = node.id) -> None:
            put(root, gateway, "endEvent", "extra", gateway, name="Förgäves")
            made = put_flow(root, "extra_in", gateway, "extra", name="Om det är förgäves")
            etree.SubElement(made, q("conditionExpression")).text = "futile = true"

        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"Slutet ”Förgäves” läggs till efter {own.called(node.id)}.",
            {"extra": "Slut: Förgäves.", node.id: "Om det är förgäves: → extra."},
            own.splits,
        )


@kind("an end removed")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.END):
        into = own.into(node.id)
        if (
            not into
            or not {f.id for f in into} <= flow_ids(own)
            or any(len(own.out(f.source)) != 1 for f in into)
        ):
            continue

        def change(root: etree._Element, node: str = node.id, into: list[Flow] = into) -> None:
            dropped(root, node, *(f.id for f in into))

        yield Place(
            node.id,
            lambda change=change: own.redrawn(change),  # type: ignore[misc]
            f"{own.noun(node.id)} tas bort.",
            {node.id: None, **{f.source: "Flödet slutar här." for f in into}},
            own.splits,
        )


@kind("an end that stops everything")
def _(own: Owned) -> Iterator[Place]:
    for node in own.of(Kind.END):
        if not node.terminate and node.error is None:
            yield Place(
                node.id,
                lambda id=node.id: own.redrawn(
                    lambda r: etree.SubElement(get(r, id), q("terminateEventDefinition"))
                ),  # type: ignore[misc]
                f"{own.noun(node.id)} ändras från ett vanligt slut till att avbryta allt som pågår.",
                {node.id: "Allt annat som pågår avbryts."},
            )


@kind("a subprocess added")
def _(own: Owned) -> Iterator[Place]:
    def fill(element: etree._Element) -> None:
        etree.SubElement(element, q("startEvent"), id="extra_s")
        etree.SubElement(element, q("userTask"), id="extra_t", name="Samråd")
        etree.SubElement(element, q("endEvent"), id="extra_e")
        for at, (a, b) in enumerate((("extra_s", "extra_t"), ("extra_t", "extra_e"))):
            etree.SubElement(element, q("sequenceFlow"), id=f"extra_{at}", sourceRef=a, targetRef=b)

    for place in inserted(
        "subProcess", "Delprocessen", "Delprocessen ”Sortera” utförs: börjar i extra_s.", fill
    )(own):
        inner = {"extra_s": "Start.", "extra_t": "Samråd", "extra_e": "Slut."}
        yield Place(
            place.where,
            place.files,
            place.said.replace("”Sortera”", "”Sortera” med 3 steg"),
            {**place.lines, **inner},
            place.may,
        )
