"""Small damage to models, one or a few strokes at a time, drawn from a seed: what slips of a hand, broken
exports and hostile editors leave behind."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator

from lxml import etree

from tests.corpora.dialects import every
from workflows.normalise.vocabulary import BPMN, GATEWAYS, NODES, SPIFF, local, q

Chance = random.Random
Stroke = Callable[[etree._Element, Chance], None]

SEEDS = (
    "c7-juel", "c7-external-task", "c7-collection", "c7-timer-edge", "c7-error-edge", "c7-call",
    "c8-message", "c8-loop", "c8-job", "signavio-choice", "signavio-loop", "signavio-event-gateway",
    "bizagi-pools", "io-links", "io-inclusive", "io-typed-tasks", "triso-lanes", "triso-terminate",
    "triso-error-in-subprocess", "arena-service",
)  # fmt: skip
TEXTS = (
    "", " ", "0", "-1", "true", "null", "x", "x > 1", "R/PT1S", "R999999/PT1M", "P99999999D", "PT0S",
    "9" * 400, "((((", "a" * 5000, "\u202e\u0000"[:1], "${x}", "=1/0", "[1..10**9]", "”", "]]>", "../../x",
    "2026-02-30", "P1M", "PT24H", "p", "a", "end",
)  # fmt: skip
EVENTS = (
    "timerEventDefinition", "messageEventDefinition", "errorEventDefinition", "signalEventDefinition",
    "terminateEventDefinition", "linkEventDefinition", "escalationEventDefinition",
    "compensateEventDefinition", "conditionalEventDefinition", "cancelEventDefinition",
)  # fmt: skip


def mutants(count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """`count` models, each with a name that says its seed model, strokes and number."""
    models = every()
    chance = Chance(seed)
    for number in range(count):
        source = chance.choice(SEEDS)
        root = etree.fromstring(models[source][1])  # our own text, not a stranger's
        names = [chance.choice(list(STROKES)) for _ in range(chance.choice((1, 1, 2, 3, 5)))]
        for name in names:
            STROKES[name](root, chance)
        yield f"{number}-{source}-{'-'.join(names)}", etree.tostring(root)


def _bpmn(root: etree._Element) -> list[etree._Element]:
    return [e for e in root.iter(f"{{{BPMN}}}*") if e is not root]


def _nodes(root: etree._Element) -> list[etree._Element]:
    return [e for e in root.iter(f"{{{BPMN}}}*") if local(e) in NODES]


def _flows(root: etree._Element) -> list[etree._Element]:
    return list(root.iter(q("sequenceFlow")))


def _one(found: list[etree._Element], chance: Chance) -> etree._Element:
    return chance.choice(found) if found else etree.Element("none")


def _id(root: etree._Element, chance: Chance) -> str:
    return _one([e for e in _bpmn(root) if e.get("id")], chance).get("id") or "x"


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def drop_element(root: etree._Element, chance: Chance) -> None:
    _drop(_one(_bpmn(root), chance))


def drop_node(root: etree._Element, chance: Chance) -> None:
    _drop(_one(_nodes(root), chance))


def drop_flow(root: etree._Element, chance: Chance) -> None:
    _drop(_one(_flows(root), chance))


def drop_attribute(root: etree._Element, chance: Chance) -> None:
    element = _one([e for e in _bpmn(root) if e.attrib], chance)
    if element.attrib:
        del element.attrib[chance.choice(sorted(map(str, element.attrib)))]


def double(root: etree._Element, chance: Chance) -> None:
    element = _one(_bpmn(root), chance)
    if element.getparent() is not None:
        element.addnext(copy.deepcopy(element))


def move(root: etree._Element, chance: Chance) -> None:
    element, into = _one(_nodes(root), chance), _one(_bpmn(root), chance)
    if element not in list(into.iterancestors()) and element is not into and element.tag != "none":
        into.append(element)


def nest(root: etree._Element, chance: Chance) -> None:
    """A process inside itself, a few levels down."""
    element = _one(list(root.iter(q("process"), q("subProcess"))), chance)
    for _ in range(chance.randint(1, 10)):
        inner = copy.deepcopy(element)
        if sum(1 for _ in root.iter()) + sum(1 for _ in inner.iter()) > 3000:
            return
        inner.tag = q("subProcess")
        element.append(inner)


def swap_ends(root: etree._Element, chance: Chance) -> None:
    flow = _one(_flows(root), chance)
    source, target = flow.get("sourceRef") or "", flow.get("targetRef") or ""
    flow.set("sourceRef", target)
    flow.set("targetRef", source)


def redirect(root: etree._Element, chance: Chance) -> None:
    _one(_flows(root), chance).set(chance.choice(("sourceRef", "targetRef")), _id(root, chance))


def self_loop(root: etree._Element, chance: Chance) -> None:
    flow = _one(_flows(root), chance)
    flow.set("targetRef", flow.get("sourceRef") or "")


def more_flows(root: etree._Element, chance: Chance) -> None:
    for number in range(chance.choice((1, 3, 30, 300))):
        scope = _one(list(root.iter(q("process"))), chance)
        nodes = [n.get("id") or "" for n in scope if local(n) in NODES]
        if nodes:
            flow = etree.SubElement(scope, q("sequenceFlow"), id=f"mer{number}_{chance.random()}")
            flow.set("sourceRef", chance.choice(nodes))
            flow.set("targetRef", chance.choice(nodes))


def same_id(root: etree._Element, chance: Chance) -> None:
    _one(_bpmn(root), chance).set("id", _id(root, chance))


def odd_id(root: etree._Element, chance: Chance) -> None:
    odd = ("", " ", "1", "a b", "a:b", "å", "x" * 300, "__class__", "End", "Start", "guard:a", "None", "a'b")
    _one(_bpmn(root), chance).set("id", chance.choice(odd))


def retype(root: etree._Element, chance: Chance) -> None:
    _one(_nodes(root), chance).tag = q(chance.choice(sorted(NODES)))


def regate(root: etree._Element, chance: Chance) -> None:
    _one([n for n in _nodes(root) if local(n) in GATEWAYS], chance).tag = q(chance.choice(sorted(GATEWAYS)))


def unknown_word(root: etree._Element, chance: Chance) -> None:
    _one(_bpmn(root), chance).tag = q(chance.choice(("flurp", "eval", "task2", "script")))


def foreign(root: etree._Element, chance: Chance) -> None:
    _one(_bpmn(root), chance).tag = chance.choice(("{urn:x}thing", "thing", f"{{{SPIFF}}}preScript"))


def text(root: etree._Element, chance: Chance) -> None:
    _one([e for e in root.iter() if e.text and e.text.strip()] or _bpmn(root), chance).text = chance.choice(
        TEXTS
    )


def attribute_text(root: etree._Element, chance: Chance) -> None:
    element = _one([e for e in root.iter() if e.attrib], chance)
    if element.attrib:
        element.set(chance.choice(sorted(map(str, element.attrib))), chance.choice(TEXTS))


def condition(root: etree._Element, chance: Chance) -> None:
    etree.SubElement(_one(_flows(root), chance), q("conditionExpression")).text = chance.choice(TEXTS)


def default(root: etree._Element, chance: Chance) -> None:
    _one(_nodes(root), chance).set("default", chance.choice((_id(root, chance), "borta")))


def event(root: etree._Element, chance: Chance) -> None:
    made = etree.SubElement(_one(_nodes(root), chance), q(chance.choice(EVENTS)))
    if chance.random() < 0.5:
        kind = chance.choice(("timeDate", "timeDuration", "timeCycle", "condition"))
        etree.SubElement(made, q(kind)).text = chance.choice(TEXTS)
    made.set(chance.choice(("messageRef", "errorRef", "signalRef", "name")), _id(root, chance))


def boundary(root: etree._Element, chance: Chance) -> None:
    scope = _one(list(root.iter(q("process"), q("subProcess"))), chance)
    made = etree.SubElement(scope, q("boundaryEvent"), id=f"kant{chance.random()}".replace(".", ""))
    made.set("attachedToRef", _id(root, chance))
    made.set("cancelActivity", chance.choice(("true", "false", "x")))
    etree.SubElement(made, q(chance.choice(EVENTS)))


def repeat(root: etree._Element, chance: Chance) -> None:
    loop = etree.SubElement(_one(_nodes(root), chance), q("multiInstanceLoopCharacteristics"))
    loop.set("isSequential", chance.choice(("true", "false")))
    etree.SubElement(loop, q("loopCardinality")).text = chance.choice(("0", "1", "3", "1000", "x", "10**9"))


def loop_forever(root: etree._Element, chance: Chance) -> None:
    etree.SubElement(_one(_nodes(root), chance), q("standardLoopCharacteristics"))


def call_itself(root: etree._Element, chance: Chance) -> None:
    element = _one(_nodes(root), chance)
    element.tag = q("callActivity")
    element.set("calledElement", chance.choice(("p", "q", _id(root, chance))))


def executable(root: etree._Element, chance: Chance) -> None:
    for process in root.iter(q("process")):
        process.set("isExecutable", chance.choice(("true", "false", "", "1")))


def shuffle(root: etree._Element, chance: Chance) -> None:
    scope = _one(list(root.iter(q("process"), q("subProcess"))), chance)
    inner = list(scope)
    chance.shuffle(inner)
    scope[:] = inner


def extension(root: etree._Element, chance: Chance) -> None:
    block = etree.SubElement(_one(_nodes(root), chance), q("extensionElements"))
    kinds = ("properties", "serviceTaskOperator", "preScript", "messageVariable", "calledDecisionId")
    made = etree.SubElement(block, q(chance.choice(kinds), SPIFF))
    made.text = chance.choice(TEXTS)
    etree.SubElement(
        made, q("property", SPIFF), name=chance.choice(("synthetic", "aside", "form")), value="true"
    )


def triggered(root: etree._Element, chance: Chance) -> None:
    name = chance.choice(("triggeredByEvent", "isForCompensation", "attachedToRef"))
    _one(_nodes(root), chance).set(name, chance.choice(("true", "1", _id(root, chance))))


STROKES: dict[str, Stroke] = {
    stroke.__name__: stroke
    for stroke in (
        drop_element, drop_node, drop_flow, drop_attribute, double, move, nest, swap_ends, redirect,
        self_loop, more_flows, same_id, odd_id, retype, regate, unknown_word, foreign, text,
        attribute_text, condition, default, event, boundary, repeat, loop_forever, call_itself,
        executable, shuffle, extension, triggered,
    )
}  # fmt: skip
