"""The change that a rule's proof names, made: a value of the profile, a step, a question, a text, a duty
or a page.

What is taken away is taken away so that the rest still runs: a scenario must fail because the rule is gone,
not because the model is broken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from lxml import etree

import workflows
from service import duties, profiles
from service.http.policy import POLICY
from service.profiles import Profile
from service.profiles.guidelines import Proof
from workflows import Value
from workflows.checks import structure
from workflows.normalise import parse_xml
from workflows.normalise.vocabulary import DI, NODES, attribute, children, local, q, text_of
from workflows.scenarios import plain_yaml

Folders = Mapping[str, Mapping[str, bytes]]
_DRAWN = ("BPMNShape", "BPMNEdge")


class NoSuch(LookupError):
    """What should be changed is not there, or cannot be taken away. `str()` is a Swedish sentence."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What stands instead of what is shipped: process folders by process id, values of the profile by key,
    the kinds of duties (None: all of them), and the endpoints of pages that are not there."""

    folders: Folders = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    duties: Mapping[str, duties.Kind] | None = None
    pages: frozenset[str] = frozenset()

    def profile(self, name: str | None) -> Profile:
        """The profile with this name (None: the law's minimum) with the changed values. Raises NoSuch."""
        shown = name or profiles.DEFAULT
        if not self.values:
            return profiles.load(shown)
        path = Path(str(resources.files("bpmn"))) / "profiles" / f"{shown}.yaml"
        whole = plain_yaml.read(path.read_bytes())
        assert isinstance(whole, dict)
        for key, value in self.values.items():
            whole["values"][key]["value"] = value
        try:
            return profiles.read(shown, json.dumps(whole, ensure_ascii=False).encode())
        except profiles.ProfileRefused as refused:
            raise NoSuch(str(refused)) from None


def changed(proof: Proof, folders: Folders) -> Changed:
    """The change that `proof` names, made to `folders`. Raises NoSuch."""
    if proof.profile:
        return Changed(values=proof.profile)
    return without(proof.without, folders)


def without(what: Mapping[str, str], folders: Folders) -> Changed:
    """The folders, or the duties, without what is named: {process, element}, {process, form, field},
    {process, text} or {duty}, or without the page {page}. Raises NoSuch."""
    if "duty" in what:
        kinds = dict(duties.kinds())
        if kinds.pop(what["duty"], None) is None:
            raise NoSuch(f"Slaget av återkommande uppgift ”{what['duty']}” finns inte.")
        return Changed(duties=MappingProxyType(kinds))
    if "page" in what:
        if what["page"] not in POLICY:
            raise NoSuch(f"Sidan ”{what['page']}” finns inte.")
        return Changed(pages=frozenset({what["page"]}))
    process = what["process"].replace("-", "_")
    name = next((name for name in folders if name.replace("-", "_") == process), None)
    if name is None:
        raise NoSuch(f"Processen ”{what['process']}” finns inte.")
    files = dict(folders[name])
    if "element" in what:
        files["model.bpmn"] = _bypassed(files["model.bpmn"], what["element"])
    elif "field" in what:
        path = f"forms/{what['form']}.json"
        files[path] = _unasked(_file(files, path), what["field"])
    else:
        path = f"texts/{what['text']}.md"
        _file(files, path)
        files[path] = b" "
    _still_runs(files)
    return Changed(folders={name: files})


def _file(files: Mapping[str, bytes], path: str) -> bytes:
    if path not in files:
        raise NoSuch(f"Filen {path} finns inte i processen.")
    return files[path]


def _still_runs(files: Mapping[str, bytes]) -> None:
    try:
        found = structure(workflows.read(files))
    except workflows.ModelRefused as refused:
        found = refused.findings
    if errors := [finding for finding in found if finding.level == "error"]:
        raise NoSuch(f"Modellen går inte utan det: {errors[0].text} ({errors[0].element})")


# ── questions ────────────────────────────────────────────────────────────────────────────────────────


def _unasked(form: bytes, name: str) -> bytes:
    """The form without the question. What was shown by its answer is always shown."""
    made = json.loads(form)
    if name not in made["properties"]:
        raise NoSuch(f"Frågan ”{name}” finns inte i formuläret.")
    del made["properties"][name]
    made["required"] = [other for other in made.get("required", []) if other != name]
    for asked in made["properties"].values():
        if asked.get("x-show-if", {}).get("field") == name:
            del asked["x-show-if"]
    return json.dumps(made, ensure_ascii=False).encode()


# ── steps ────────────────────────────────────────────────────────────────────────────────────────────


def _bypassed(model: bytes, name: str) -> bytes:
    """The model where what led to the element leads to what comes after it. A way (a flow, or an event on an
    activity's edge) is taken away with what only it leads to."""
    root = parse_xml(model)
    named = {attribute(element, "id"): element for element in root.iter() if isinstance(element.tag, str)}
    element = named.get(name)
    if element is None or local(element) not in {*NODES, "sequenceFlow"}:
        raise NoSuch(f"”{name}” finns inte i ritningen, eller är inget steg.")
    scope = element.getparent()
    assert scope is not None
    if local(element) not in ("sequenceFlow", "boundaryEvent"):
        _lead_past(scope, element)
    _take_away(scope, element)
    _prune(scope)
    _tidy(root)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _lead_past(scope: etree._Element, element: etree._Element) -> None:
    name = attribute(element, "id")
    out = [flow for flow in children(scope, "sequenceFlow") if attribute(flow, "sourceRef") == name]
    usual = attribute(element, "default")
    chosen = next((flow for flow in out if attribute(flow, "id") == usual), out[0] if out else None)
    if chosen is None:
        raise NoSuch(f"Efter ”{name}” kommer ingenting: det går inte att gå förbi.")
    for flow in children(scope, "sequenceFlow"):
        if attribute(flow, "targetRef") == name:
            flow.set("targetRef", attribute(chosen, "targetRef"))


def _take_away(scope: etree._Element, element: etree._Element) -> None:
    """The element, the flows from and to it, and the events on its edge with theirs."""
    name = attribute(element, "id")
    scope.remove(element)
    for flow in list(children(scope, "sequenceFlow")):
        if name in (attribute(flow, "sourceRef"), attribute(flow, "targetRef")):
            scope.remove(flow)
    for event in list(children(scope, "boundaryEvent")):
        if attribute(event, "attachedToRef") == name:
            _take_away(scope, event)


def _prune(scope: etree._Element) -> None:
    """What nothing leads to any more goes too, until all that is left can be reached."""
    while True:
        reached = {attribute(flow, "targetRef") for flow in children(scope, "sequenceFlow")}
        lost = [
            node
            for node in children(scope, *NODES)
            if local(node) not in ("startEvent", "boundaryEvent")
            and attribute(node, "triggeredByEvent") != "true"
            and attribute(node, "id") not in reached
        ]
        if not lost:
            return
        for node in lost:
            _take_away(scope, node)


def _tidy(root: etree._Element) -> None:
    """Nothing points to what is gone: flows told of in nodes, lanes, defaults and the drawing."""
    there = {attribute(element, "id") for element in root.iter() if isinstance(element.tag, str)}
    for node in root.iter(*(q(name) for name in NODES)):
        for told in [*children(node, "incoming"), *children(node, "outgoing")]:
            flow = _named(root, text_of(told))
            side = "targetRef" if local(told) == "incoming" else "sourceRef"
            if flow is None or attribute(flow, side) != attribute(node, "id"):
                node.remove(told)
        if attribute(node, "default") not in there:
            node.attrib.pop("default", "")
    for told in list(root.iter(q("flowNodeRef"))):
        if text_of(told) not in there and (lane := told.getparent()) is not None:
            lane.remove(told)
    for drawn in list(root.iter(*(q(name, DI) for name in _DRAWN))):
        if attribute(drawn, "bpmnElement") not in there and (plane := drawn.getparent()) is not None:
            plane.remove(drawn)


def _named(root: etree._Element, name: str) -> etree._Element | None:
    return next((flow for flow in root.iter(q("sequenceFlow")) if attribute(flow, "id") == name), None)
