"""Our own models as places to change: the folder, the drawing as values, and its text twin line by line.

The twin is compared with its numbers folded away: a link is the element it leads to, the line that simply
comes next is named too, and the order of the ways out does not count. What is left is what each line says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree

from tests.workflows import investigation
from workflows import Definition, read
from workflows.asdrawn import as_drawn
from workflows.definition import model
from workflows.model import GATEWAYS, Flow, Kind, Node
from workflows.normalise.vocabulary import BPMN
from workflows.outline import Line, Link, outline
from workflows.wording import Vocabulary, quoted, raised, vocabulary

Files = dict[str, bytes]
FOLDERS = sorted(path.parent for path in (Path(__file__).parents[2] / "bpmn").glob("*/model.bpmn"))
_NOUNS = {
    Kind.START: "starten", Kind.END: "slutet", Kind.USER: "uppgiften", Kind.SERVICE: "åtgärden",
    Kind.DECISION: "beslutet", Kind.RECEIVE: "väntan", Kind.CATCH: "väntan", Kind.THROW: "händelsen",
    Kind.SUBPROCESS: "delprocessen", Kind.CALL: "delflödet", Kind.EXCLUSIVE: "vägvalet",
    Kind.PARALLEL: "parallellgrinden", Kind.INCLUSIVE: "den inkluderande grinden",
    Kind.EVENT_GATEWAY: "händelsevalet",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What one line of the twin says, wherever it stands."""

    role: str
    text: str
    exits: frozenset[str]

    def __str__(self) -> str:
        return " ".join((f"[{self.role}]", self.text, *sorted(self.exits)))


@dataclass(frozen=True)
class Owned:
    """A process folder. `name` is the folder's."""

    name: str
    files: Mapping[str, bytes]

    @cached_property
    def definition(self) -> Definition:
        return read(self.files)

    @cached_property
    def root(self) -> etree._Element:
        return etree.fromstring(self.files["model.bpmn"])  # our own text, not a stranger's

    @cached_property
    def words(self) -> Vocabulary:
        return vocabulary(self.definition)

    @cached_property
    def nodes(self) -> dict[str, Node]:
        return {node.id: node for node in as_drawn(model(self.definition)).nodes()}

    @cached_property
    def flows(self) -> dict[str, Flow]:
        return {flow.id: flow for flow in as_drawn(model(self.definition)).flows()}

    @cached_property
    def told(self) -> dict[str, Told]:
        return told(self.definition)

    def of(self, *kinds: Kind) -> list[Node]:
        return [node for node in self.nodes.values() if node.kind in kinds]

    def out(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows.values() if flow.source == node]

    def into(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows.values() if flow.target == node]

    def called(self, node: str) -> str:
        found = self.nodes[node]
        return quoted(found.name) if found.name else f"{noun(found)} {quoted(node)}"

    def noun(self, node: str) -> str:
        found = self.nodes[node]
        return raised(f"{noun(found)} {quoted(found.name or node)}")

    def way(self, flow: Flow) -> str:
        name = f" {quoted(flow.name)}" if flow.name else ""
        return f"Vägen{name} från {self.called(flow.source)} till {self.called(flow.target)}"

    @property
    def splits(self) -> frozenset[str]:
        """Where several ways are taken at once: their lines also say where they meet again."""
        return frozenset(
            n.id
            for n in self.nodes.values()
            if len(self.out(n.id)) > 1 and n.kind not in (Kind.EXCLUSIVE, Kind.EVENT_GATEWAY)
        )

    def joins(self, node: str) -> frozenset[str]:
        """The node, when its line says from where the ways come that meet there."""
        meets = self.nodes[node].kind in GATEWAYS and len(self.into(node)) > 1
        return frozenset({node}) if meets else frozenset()

    def redrawn(self, change: Callable[[etree._Element], object]) -> Files:
        root = deepcopy(self.root)
        change(root)
        return {**self.files, "model.bpmn": etree.tostring(root)}

    def rewritten(self, path: str, data: bytes | None) -> Files:
        files = {name: content for name, content in self.files.items() if name != path}
        return files if data is None else {**files, path: data}


def owned() -> list[Owned]:
    """Every model in `bpmn/`, and the one of the tests, which has what none of ours has: messages, repeated
    steps, subprocesses and calls."""
    ours = [
        Owned(at.name, {str(p.relative_to(at)): p.read_bytes() for p in at.rglob("*") if p.is_file()})
        for at in FOLDERS
    ]
    made = investigation.files()
    made["scenarios.yaml"] = b"- name: Vanlig\n  steps: []\n"
    return [*ours, Owned("investigation", made)]


def noun(node: Node) -> str:
    if node.kind is Kind.BOUNDARY:
        error = "felhändelsen" if node.error is not None else "kanthändelsen"
        return "tidsgränsen" if node.timer is not None else error
    return _NOUNS[node.kind]


def get(root: etree._Element, id: str) -> etree._Element:
    return next(e for e in root.iter(f"{{{BPMN}}}*") if e.get("id") == id)


def told(definition: Definition) -> dict[str, Told]:
    found: dict[str, Told] = {}
    levels: dict[str, list[tuple[str, Line]]] = {}
    for section in outline(definition).sections:
        for line in section.lines:
            levels.setdefault(section.scope, []).append((section.role, line))
    for lines in levels.values():
        for at, (role, line) in enumerate(lines):
            text = _folded(line.sentence)
            onward = line.exits or line.kind is Kind.END or text.endswith("Flödet slutar här.")
            if not onward and "→" not in text:
                text += f" → {lines[at + 1][1].element}."
            drawn = definition.elements.get(line.element)
            if drawn is not None and not drawn.role:
                role = ""  # in no lane: told among the lines before
            found[line.element] = Told(role, text, frozenset(_folded(exit) for exit in line.exits))
    return found


def _folded(phrase: tuple[Any, ...]) -> str:
    """Links as elements, those that are listed in the order of the alphabet; forward and back the same."""
    pieces: list[str] = []
    listed: list[str] = []
    for piece in (*phrase, ""):
        if isinstance(piece, Link):
            listed.append(piece.element)
        elif listed and piece in (", ", " och ", " eller "):
            continue
        else:
            if listed:
                pieces.append(" ".join(sorted(listed)))
                listed = []
            pieces.append(piece)
    text = "".join(pieces)
    for way in ("Gå till ", "gå till ", "Tillbaka till ", "tillbaka till "):
        text = text.replace(way, "→ ")
    return text
