"""Puts a model in the clothes of an editor: its prefixes, exporter, drawing and metadata."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from tests.workflows import models as m
from workflows.normalise.vocabulary import BPMN, DC, DI, NODES, XSI, local, q

OMG_DI = "http://www.omg.org/spec/DD/20100524/DI"
SIGNAVIO = "http://www.signavio.com"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
MODELER = "http://camunda.org/schema/modeler/1.0"
FLOWABLE = "http://flowable.org/bpmn"
VENDORS = (
    f'xmlns:zeebe="{ZEEBE}" xmlns:signavio="{SIGNAVIO}" xmlns:flowable="{FLOWABLE}" '
    'xmlns:bizagi="http://www.bizagi.com/bpmn20" xmlns:trisofeed="http://trisotech.com/feed"'
)


@dataclass(frozen=True, slots=True)
class Dress:
    """How one editor writes. `prefix` is that of BPMN itself, None the default namespace."""

    prefix: str | None
    exporter: str
    metadata: int = 0
    """Entries of the editor's own on every node."""
    declared: str = '<?xml version="1.0" encoding="UTF-8"?>\n'
    encoding: str = "utf-8"
    attributes: dict[str, str] = field(default_factory=dict)


def file(dress: Dress, *parts: str, beside: str = "", executable: bool = False, id: str = "p") -> bytes:
    """One process as that editor saves it, with a drawing of it."""
    process = f'<process id="{id}" isExecutable="{str(executable).lower()}">{m.body(*parts)}</process>'
    return dressed(dress, beside + process)


def dressed(dress: Dress, inner: str) -> bytes:
    """What stands in the file, written as that editor does."""
    plain = etree.fromstring(f"<definitions {m.NAMESPACES} {VENDORS}>{inner}</definitions>")
    root = etree.Element(
        q("definitions"),
        nsmap={
            dress.prefix: BPMN,
            "bpmndi": DI,
            "omgdc" if dress.prefix is None else "dc": DC,
            "di": OMG_DI,
            "xsi": XSI,
        },
    )
    root.set("id", "Definitions_1")
    root.set("targetNamespace", "http://example.se/bpmn")
    root.set("exporter", dress.exporter)
    for name, value in dress.attributes.items():
        root.set(name, value)
    root.extend(list(plain))
    if dress.metadata:
        _metadata(root, dress.metadata)
    _drawn(root)
    text = dress.declared + etree.tostring(root, encoding="unicode")
    return text.encode(dress.encoding)


def _metadata(root: etree._Element, count: int) -> None:
    for element in root.iter(f"{{{BPMN}}}*"):
        if local(element) in NODES:
            block = next(element.iterchildren(q("extensionElements")), None)
            if block is None:
                block = etree.Element(q("extensionElements"))
                element.insert(0, block)
            for number in range(count):
                etree.SubElement(
                    block,
                    f"{{{SIGNAVIO}}}signavioMetaData",
                    metaKey=f"nyckel{number}",
                    metaValue="#ffffff " * 5,
                )


def _drawn(root: etree._Element) -> None:
    diagram = etree.SubElement(root, q("BPMNDiagram", DI), id="BPMNDiagram_1")
    plane = etree.SubElement(diagram, q("BPMNPlane", DI), id="BPMNPlane_1", bpmnElement="p")
    for number, element in enumerate(list(root.iter(f"{{{BPMN}}}*"))):
        ident = element.get("id")
        if ident is None:
            continue
        if local(element) in NODES or local(element) in {"lane", "participant", "textAnnotation"}:
            shape = etree.SubElement(plane, q("BPMNShape", DI), id=f"{ident}_di", bpmnElement=ident)
            bounds = etree.SubElement(shape, q("Bounds", DC))
            for name, value in (("x", number * 40 % 1000), ("y", number), ("width", 100), ("height", 80)):
                bounds.set(name, str(value))
        elif local(element) in {"sequenceFlow", "messageFlow", "association"}:
            edge = etree.SubElement(plane, q("BPMNEdge", DI), id=f"{ident}_di", bpmnElement=ident)
            for x in (0, 100):
                etree.SubElement(edge, f"{{{OMG_DI}}}waypoint", x=str(x), y="100")
