"""Every step of a definition as a page of text tells it: who, which form, how long, and where it leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service import definitions, processes
from service.actors import ROLES
from service.http import step_forms
from service.http.language import t
from workflows import Definition, Finding, ModelRefused, checks
from workflows.definition import model
from workflows.editing import Direction
from workflows.model import GATEWAYS, Flow, Kind, Node, Scope
from workflows.outline import outline
from workflows.wording import in_words, vocabulary, when


@dataclass(frozen=True, slots=True)
class WayOut:
    """A way out of a step. `case` is when it is taken, in words; `anchor` is where on the page it leads."""

    id: str
    name: str
    case: str
    target: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A step of the list. `facts` are pairs of what and its value; `up` and `down` tell where it can move."""

    number: str
    anchor: str
    id: str
    title: str
    kind: str
    depth: int
    facts: tuple[tuple[str, str], ...]
    ways: tuple[WayOut, ...]
    findings: tuple[Finding, ...]
    start: bool
    end: bool
    up: bool
    down: bool

    @property
    def wrong(self) -> bool:
        return any(one.level == "error" for one in self.findings)


@dataclass(frozen=True, slots=True)
class Group:
    """Steps that one role has in a row."""

    heading: str
    steps: tuple[Shown, ...]


def findings(definition: Definition) -> tuple[Finding, ...]:
    """What is wrong with the draft, as at publication but for the scenarios, which take longer; and what is
    worth a second look."""
    looked = checks.check(definition, operations=definitions.OPERATIONS, roles=tuple(ROLES.values()))
    found = [one for one in looked if one.level != "note"]
    try:
        definitions.require(definition, proved=True)
    except ModelRefused as refused:
        found += refused.findings
    return tuple(dict.fromkeys((*found, *_formless(definition))))


def _formless(definition: Definition) -> list[Finding]:
    """Tasks where nothing is asked: nothing forbids it, but most often something was forgotten."""
    return [
        Finding("no-form", node.id, t("steps.formless", name=node.name), t("steps.formless_hint"), "warning")
        for node in model(definition).nodes()
        if node.kind is Kind.USER and node.form is None and node.id not in definition.choices
    ]


def groups(definition: Definition, found: Sequence[Finding]) -> list[Group]:
    """The whole process in the order that it is told, with what was found at each step."""
    listing = Listing(definition, found)
    return [
        Group(section.heading, tuple(listing.step(line.element, line.number, line.anchor, section.depth)
                                     for line in section.lines))
        for section in listing.told.sections
    ]  # fmt: skip


class Listing:
    """One definition, looked up once for all of its steps."""

    def __init__(self, definition: Definition, found: Sequence[Finding]) -> None:
        self.definition = definition
        self.told = outline(definition, words=processes.WORDS)
        self.words = vocabulary(definition, processes.WORDS)
        self.anchors = {line.element: line.anchor for line in self.told.lines()}
        self.numbers = {line.element: line.number for line in self.told.lines()}
        self.asked = step_forms.asked(definition)
        self.at = {
            name: scope for scope in step_forms.drawn(definition).scopes.values() for name in scope.nodes
        }
        self.found: dict[str, list[Finding]] = {}
        for finding in found:
            self.found.setdefault(owner(definition, finding.element), []).append(finding)

    def step(self, ident: str, number: str, anchor: str, depth: int) -> Shown:
        scope = self.at[ident]
        node = scope.nodes[ident]
        return Shown(
            number,
            anchor,
            ident,
            self.title(node),
            t(f"steps.kind_{node.kind.value}"),
            depth,
            tuple(self._facts(node)),
            tuple(self._way(scope, node, flow) for flow in scope.outgoing(ident)),
            tuple(self.found.get(ident, ())),
            node.kind is Kind.START,
            node.kind is Kind.END,
            step_forms.swaps(scope, node, Direction.UP),
            step_forms.swaps(scope, node, Direction.DOWN),
        )

    def title(self, node: Node) -> str:
        if not node.name and node.kind in GATEWAYS and len(self.at[node.id].outgoing(node.id)) < 2:
            waits = node.kind in (Kind.PARALLEL, Kind.INCLUSIVE)
            return t("steps.awaited") if waits else t("steps.met")
        return node.name or t("steps.nameless", kind=t(f"steps.kind_{node.kind.value}"))

    def defaults(self, place: step_forms.Place) -> list[tuple[str, str]]:
        """The ways of a choice, as what may be taken when no other is."""
        nodes = place.scope.nodes
        ways = place.scope.outgoing(place.node.id)
        return [(flow.id, flow.name or self.title(nodes[flow.target])) for flow in ways]

    def targets(self, scope: Scope) -> list[tuple[str, str]]:
        """Where a way may lead: id and number with title, in the order told."""
        known = [n for n in scope.nodes.values() if n.kind not in (Kind.START, Kind.BOUNDARY)]
        shown = [n for n in known if n.id in self.numbers]
        order = {name: at for at, name in enumerate(self.numbers)}
        shown.sort(key=lambda node: order[node.id])
        return [(node.id, f"{self.numbers[node.id]} {self.title(node)}") for node in shown]

    def _facts(self, node: Node) -> list[tuple[str, str]]:
        form = self.words.forms.get(node.form or "", node.form or "")
        due = node.properties.get("due", "")
        operation = node.operation.name if node.operation else ""
        host = self.at[node.id].nodes.get(node.attached_to or "")
        facts = [
            ("host", self.title(host) if host is not None else ""),
            ("role", node.role if node.kind is Kind.USER else ""),
            ("form", form),
            ("due", processes.WORDS.get(due, due)),
            ("operation", processes.WORDS.get(operation, operation)),
            ("decision", self.words.decisions.get(node.decision or "", node.decision or "")),
            ("time", when(node.timer, self.words) if node.timer is not None else ""),
            ("message", node.message.name if node.message is not None else ""),
            ("why", node.properties.get("why", "")),
        ]
        return [(t(f"steps.{name}_fact"), value) for name, value in facts if value]

    def _way(self, scope: Scope, node: Node, flow: Flow) -> WayOut:
        several = len(scope.outgoing(node.id)) > 1
        case = ""
        if flow.id in self.asked:
            case = t("steps.asked")
        elif several and flow.id == node.default:
            case = t("steps.otherwise")
        elif flow.condition is not None:
            case = t("steps.when", case=in_words(flow.condition, self.words))
        target = scope.nodes[flow.target]
        number = self.numbers.get(flow.target, "")
        return WayOut(
            flow.id, flow.name, case, f"{number} {self.title(target)}", self.anchors.get(flow.target, "")
        )


def owner(definition: Definition, element: str | None) -> str:
    """The step that a finding stands at: itself, or the one that the way comes from."""
    place = step_forms.find(definition, element or "")
    return place.node.id if place is not None else ""
