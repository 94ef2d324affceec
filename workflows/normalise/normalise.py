"""Makes what a drawing leaves implicit explicit, as its drawer meant it; every change is a note.

XML in, changed XML out: DI is kept, so the viewer still shows what was drawn. What cannot be made
explicit without guessing is left alone, and `workflows.checks` refuses it.
"""

from __future__ import annotations

from lxml import etree

from workflows.errors import Finding
from workflows.normalise import choices, flows, nodes
from workflows.normalise.scope import Drawing, Level
from workflows.normalise.vocabulary import SPIFF, attribute, is_scope, q


def normalise(root: etree._Element) -> tuple[Finding, ...]:
    """Change the tree in place. Returns one note per change, in the order made."""
    drawing = Drawing(root)
    _unmark(root)
    _executable(drawing)
    for scope in [element for element in root.iter() if is_scope(element)]:
        nodes.typed(drawing, scope)
    for scope in [element for element in root.iter() if is_scope(element)]:
        level = Level(drawing, scope)
        flows.attached(level)
        nodes.plain_starts(level)
        nodes.links(level)
        flows.default_branch(level)
        choices.asked(level)
        flows.split(level)
        nodes.begun(level)
        nodes.ended(level)
        flows.listed(level)
    return tuple(drawing.notes)


def _unmark(root: etree._Element) -> None:
    """Only the normaliser says what is synthetic or a choice, never the file."""
    for element in list(root.iter(q("property", SPIFF))):
        parent = element.getparent()
        if attribute(element, "name") in {"synthetic", choices.PROPERTY} and parent is not None:
            parent.remove(element)


def _executable(drawing: Drawing) -> None:
    for process in drawing.root.iter(q("process")):
        if attribute(process, "isExecutable") != "true":
            process.set("isExecutable", "true")
            drawing.note(
                "not-executable",
                attribute(process, "id") or None,
                "Processen var inte markerad som körbar. Den markeras som körbar.",
            )
