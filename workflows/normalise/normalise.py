"""Makes what a drawing leaves implicit explicit, as its drawer meant it; every change is a note.

XML in, changed XML out: DI is kept, so the viewer still shows what was drawn. What cannot be made
explicit without guessing is left alone, and `workflows.checks` refuses it.
"""

from __future__ import annotations

from lxml import etree

from workflows.errors import Finding
from workflows.normalise import choices, dialects, flows, nodes, pools, sketches, starts
from workflows.normalise.scope import Drawing, Level
from workflows.normalise.vocabulary import (
    ASIDE,
    DRAWN,
    ROLE,
    SCHEDULE,
    SPIFF,
    attribute,
    identifier,
    is_scope,
    q,
)

OURS = frozenset({"synthetic", choices.PROPERTY, ASIDE, ROLE, SCHEDULE, DRAWN, f"{DRAWN}-event"})
"""Properties that only the normaliser writes."""


def normalise(root: etree._Element) -> tuple[str, tuple[Finding, ...]]:
    """Change the tree in place. Returns the id of the process that is started, and one note per
    change, in the order made. Raises ModelRefused when no process, or no single one, can be."""
    drawing = Drawing(root)
    _unmark(root)
    dialects.translated(drawing)
    running = pools.chosen(drawing)
    processes = {name for process in root.iter(q("process")) if (name := identifier(process))}
    for process in running:
        sketch = attribute(process, "isExecutable") != "true"
        _executable(drawing, process)
        for scope in [element for element in process.iter() if is_scope(element)]:
            nodes.typed(drawing, scope)
            if sketch:
                sketches.by_hand(drawing, scope, processes)
        for scope in [element for element in process.iter() if is_scope(element)]:
            level = Level(drawing, scope)
            flows.attached(level)
            level = starts.one(level)
            nodes.plain_starts(level)
            nodes.links(level)
            flows.default_branch(level)
            choices.asked(level)
            if sketch:
                sketches.asked(level)
            flows.split(level)
            nodes.begun(level)
            nodes.ended(level)
            flows.listed(level)
    return attribute(running[0], "id"), tuple(drawing.notes)


def _unmark(root: etree._Element) -> None:
    """Only the normaliser says what is synthetic, a choice or set aside, never the file."""
    for element in list(root.iter(q("property", SPIFF))):
        parent = element.getparent()
        if attribute(element, "name") in OURS and parent is not None:
            parent.remove(element)


def _executable(drawing: Drawing, process: etree._Element) -> None:
    if attribute(process, "isExecutable") != "true":
        process.set("isExecutable", "true")
        drawing.note(
            "not-executable",
            identifier(process),
            "Processen var inte markerad som körbar. Den markeras som körbar.",
        )
