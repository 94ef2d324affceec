"""A model with a drawing of all of it: its owner's where that is whole, else one made here."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from workflows.definition import Definition
from workflows.errors import Finding, ModelRefused
from workflows.layout.complete import complete, drawn
from workflows.layout.gathering import ASIDES
from workflows.layout.joining import join
from workflows.layout.pools import together
from workflows.layout.writing import write
from workflows.normalise.vocabulary import NODES, local
from workflows.normalise.xml import parse_xml
from workflows.plane.diagram import MAX_EDGES, MAX_SHAPES

_FIGURES = NODES | ASIDES | {"lane", "participant"}
_LINES = frozenset(
    {"sequenceFlow", "messageFlow", "association", "dataInputAssociation", "dataOutputAssociation"}
)


@dataclass(frozen=True, slots=True)
class Laid:
    """A model's XML with a whole drawing; `note` tells that it was made here, None that it was not."""

    model: bytes
    note: Finding | None = None


def layout(model: Definition | bytes) -> bytes:
    """The model's XML with a drawing of every figure and line. Raises ModelRefused: see `laid`."""
    return laid(model).model


def laid(model: Definition | bytes) -> Laid:
    """The same bytes when everything is drawn already; else a new drawing in place of any old one.

    The same model always gives the same drawing. Raises ModelRefused: unreadable XML, nothing to
    draw, or more than can be shown.
    """
    source = model.model if isinstance(model, Definition) else model
    root = parse_xml(source)
    note = lay(root)
    if note is None:
        return Laid(source)
    return Laid(etree.tostring(root, encoding="utf-8", xml_declaration=True), note)


def lay(root: etree._Element) -> Finding | None:
    """Draw the parsed model, unless all of it is drawn. Returns what to tell, if it was done."""
    if complete(root) and drawn(root):
        return None
    kinds = [local(element) for element in root.iter()]
    figures, lines = sum(k in _FIGURES for k in kinds), sum(k in _LINES for k in kinds)
    if figures > MAX_SHAPES or lines > MAX_EDGES:
        raise ModelRefused(
            [Finding("drawing-size", None, f"Modellen är för stor att rita: högst {MAX_SHAPES} figurer.")]
        )
    partly = drawn(root)
    picture = together(root)
    if not picture.boxes:
        raise ModelRefused([Finding("drawing-missing", None, "Modellen har inget att rita.")])
    join(root, picture)
    write(root, picture)
    if partly:
        return Finding(
            "drawing-remade",
            None,
            "Modellens ritning var inte hel. Systemet har ritat om alltihop.",
            "Öppna modellen i ett BPMN-verktyg och placera det som saknas, om den egna ritningen ska visas.",
            "note",
        )
    return Finding("drawing-made", None, "Modellen saknade ritning. Systemet har gjort en.", "", "note")
