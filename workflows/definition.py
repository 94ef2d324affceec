"""A process folder as one immutable value, named by the hash of its contents.

model.bpmn   forms/<id>.json   decisions/<id>.dmn   texts/<id>.md   scenarios.yaml
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from workflows.errors import Finding, ModelRefused
from workflows.folder import Folder, sorted_out
from workflows.kept import Kept
from workflows.model import Kind, Model
from workflows.normalise import normalise, parse_xml
from workflows.normalise.choices import variable_of
from workflows.normalise.limits import counted
from workflows.normalise.vocabulary import SCHEDULE, q
from workflows.reading import model_of
from workflows.tables import Tables, load_tables
from workflows.variables import asked_for

FORMAT = 1
"""Part of every hash: raised when the same files come to mean something else."""


@dataclass(frozen=True, slots=True)
class Element:
    """A node that the diagram shows. `kind` is its BPMN name, `role` its innermost lane's name."""

    id: str
    kind: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A question that ends a user task: the answer `variable` is the id of one of the flows in
    `options`, which pairs ids with the labels to show."""

    variable: str
    question: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """The system around opens a case by itself: at `element`, a start event, by the ISO 8601 or cron `text`
    that `workflows.timers` reads."""

    element: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """One version of a process. Equal when the hashes are; all mappings are to be read only.

    `model` is the normalised XML with DI, `forms` parsed JSON by form id, `decisions` DMN bytes and
    `texts` Markdown by file id. `findings` are the normaliser's notes. `roles` are the lanes in
    drawing order, `operations` the names that service tasks ask for.
    """

    hash: str
    process: str
    name: str
    model: bytes = field(repr=False)
    forms: Mapping[str, Mapping[str, Any]] = field(repr=False)
    decisions: Mapping[str, bytes] = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    scenarios: bytes | None = field(repr=False)
    findings: tuple[Finding, ...] = field(repr=False)
    roles: tuple[str, ...]
    operations: tuple[str, ...]
    elements: Mapping[str, Element] = field(repr=False)
    choices: Mapping[str, Choice] = field(repr=False, default_factory=dict)
    """By the id of the user task that must answer before it can be completed."""

    @property
    def reads(self) -> frozenset[str]:
        """The names that the model reads and does not set by itself (outputs of operations aside): what
        a case may be started with."""
        return _reads.get(self.hash, lambda: asked_for(model(self), self.forms, tables(self).by_decision))

    @property
    def schedules(self) -> tuple[Schedule, ...]:
        """When cases are opened by the clock, in drawing order; empty for what people or others begin."""
        graph = model(self)
        return tuple(
            Schedule(node.id, text)
            for node in graph.scopes[graph.process].starts()
            for text in node.properties.get(SCHEDULE, "").splitlines()
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Definition) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)


_models: Kept[str, Model] = Kept(64)
_tables: Kept[str, Tables] = Kept(64)
_reads: Kept[str, frozenset[str]] = Kept(64)


def read(files: Mapping[str, bytes]) -> Definition:
    """The process folder `files` (path inside the folder → bytes) as a Definition.

    Raises ModelRefused when a file cannot be read at all: not safe XML, not BPMN, too large, no
    process or several. What else is wrong with the model, `workflows.checks` finds.
    """
    folder = sorted_out(files)
    root = parse_xml(folder.model)
    if str(root.tag) != q("definitions"):
        raise ModelRefused([Finding("not-bpmn", None, "Filen model.bpmn är inte en BPMN-modell.")])
    counted(root)
    process, changes = normalise(root)
    model = model_of(root, process)
    name = _digest(folder)
    _models.get(name, lambda: model)
    return Definition(
        hash=name,
        process=process,
        name=model.name,
        model=etree.tostring(root, encoding="utf-8", xml_declaration=True),
        forms=folder.forms,
        decisions=folder.decisions,
        texts=folder.texts,
        scenarios=folder.scenarios,
        findings=(*folder.findings, *changes),
        roles=model.roles,
        operations=_operations(model),
        elements={
            node.id: Element(node.id, node.kind.value, node.name, node.role)
            for node in model.nodes()
            if not node.synthetic
        },
        choices=choices(model),
    )


def model(definition: Definition) -> Model:
    """The diagram of the definition as values; the latest few dozen are kept."""
    return _models.get(definition.hash, lambda: model_of(parse_xml(definition.model), definition.process))


def tables(definition: Definition) -> Tables:
    """The decision tables of the folder. A file that cannot be read is among the findings, and its
    decisions are missing."""
    return _tables.get(definition.hash, lambda: load_tables(definition.decisions))


def choices(model: Model) -> dict[str, Choice]:
    """The questions that gateways without conditions put to the user task before them."""
    found: dict[str, Choice] = {}
    for scope in model.scopes.values():
        for node in scope.nodes.values():
            gateway = scope.nodes.get(node.properties.get("choice", ""))
            if gateway is not None:
                found[node.id] = Choice(
                    variable_of(gateway.id),
                    gateway.name,
                    tuple(
                        (flow.id, flow.name or scope.nodes[flow.target].name or flow.target)
                        for flow in scope.outgoing(gateway.id)
                    ),
                )
    return found


def _digest(folder: Folder) -> str:
    """SHA-256 over the format and every known file, each name and content with its length."""
    digest = hashlib.sha256(b"ordna definition %d\0" % FORMAT)
    for name, content in sorted(folder.files.items()):
        for part in (name.encode(), content):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def _operations(model: Model) -> tuple[str, ...]:
    names = (n.operation.name for n in model.nodes() if n.kind is Kind.SERVICE and n.operation)
    return tuple(dict.fromkeys(names))
