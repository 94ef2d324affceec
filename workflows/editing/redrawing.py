"""The drawing after a step or way has come, gone or moved: laid out anew, pools and lanes in their order."""

from __future__ import annotations

from lxml import etree

from workflows.layout.complete import drawn
from workflows.layout.laying import lay
from workflows.normalise.vocabulary import DI, attribute, local, q

_BANDS = ("participant", "lane")


def redraw(root: etree._Element) -> None:
    """Place everything anew. A file that nobody has drawn stays so. Raises ModelRefused: too much to draw."""
    if not drawn(root):
        return
    kinds = {attribute(e, "id"): local(e) for e in root.iter() if local(e) and e.get("id")}
    for shape in list(root.iter(q("BPMNShape", DI), q("BPMNEdge", DI))):
        parent = shape.getparent()
        if kinds.get(attribute(shape, "bpmnElement")) not in _BANDS and parent is not None:
            parent.remove(shape)  # the bands' heights tell their order
    lay(root)
    if "\n" in (root.text or ""):
        diagram = next(root.iter(q("BPMNDiagram", DI)))
        before = diagram.getprevious()
        if before is not None:
            before.tail = "\n  "
        etree.indent(diagram, space="  ", level=1)
        diagram.tail = "\n"
