"""Several start events are several ways for a case to begin; the system around has one."""

from __future__ import annotations

from lxml import etree

from workflows.normalise.nodes import schedule, schedule_of
from workflows.normalise.scope import Level, mark
from workflows.normalise.vocabulary import ASIDE, attribute, event_definitions, local


def one(level: Level) -> Level:
    """The level with one start: the plain one if there is one, else the one that leads to most.

    A case that begins there never comes to what only the other starts lead to, so that is set aside
    with a warning. What nothing at all leads to is left for the checks to refuse.
    """
    starts = [ident for ident, _ in level.of("startEvent")]
    if local(level.scope) != "process" or len(starts) < 2:
        return level
    plain = [ident for ident in starts if not event_definitions(level.nodes[ident])]
    reach = {ident: _reached(level, [ident]) for ident in starts}
    first = max(plain or starts, key=lambda ident: len(reach[ident]))
    loose = [
        ident
        for ident, element in level.nodes.items()
        if ident not in starts and not level.has_incoming(ident) and local(element) != "boundaryEvent"
    ]
    used = reach[first] | _reached(level, loose)
    others = [ident for ident in starts if ident != first]
    left_out = set().union(*(reach[ident] for ident in others)) - used
    for ident in left_out:
        mark(level.nodes[ident], ASIDE, "true")
    listed = ", ".join(_label(level.nodes[ident]) for ident in others)[:300]
    lost = [ident for ident in left_out if ident not in others]
    if not lost:  # the same way, begun by the clock as well
        for text in filter(None, map(_schedule, (level.nodes[ident] for ident in others))):
            schedule(level.nodes[first], text)
    level.drawing.note(
        "several-starts",
        first,
        f"Processen har {len(starts)} starthändelser. Den börjar vid {_label(level.nodes[first])}; "
        + (f"det som bara nås från {listed} körs inte." if lost else f"{listed} leder till samma väg."),
        "Låt varje sätt att börja bli en egen process, om de ska kunna köras." if lost else "",
        "warning" if lost else "note",
    )
    return Level(level.drawing, level.scope)


def _schedule(start: etree._Element) -> str | None:
    return next(filter(None, map(schedule_of, event_definitions(start))), None)


def _reached(level: Level, first: list[str]) -> set[str]:
    hosts: dict[str, list[str]] = {}
    for ident, element in level.of("boundaryEvent"):
        hosts.setdefault(attribute(element, "attachedToRef"), []).append(ident)
    seen = set(first)
    waiting = list(first)
    while waiting:
        here = waiting.pop()
        following = [attribute(flow, "targetRef") for flow in level.outgoing(here)]
        for ident in following + hosts.get(here, []):
            if ident in level.nodes and ident not in seen:
                seen.add(ident)
                waiting.append(ident)
    return seen


def _label(element: etree._Element) -> str:
    return f"”{attribute(element, 'name') or attribute(element, 'id')}”"
