"""Reads normalised BPMN into `workflows.model` values. Total: what it does not know it leaves out,
and `workflows.checks.vocabulary` has refused it from the same tree."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from workflows.extensions import operation_of, properties_of, spiff_text
from workflows.lanes import role_of_nodes, roles_in_order
from workflows.model import (
    Flow,
    Instances,
    Kind,
    Message,
    Model,
    Node,
    Scope,
    Timer,
    TimerKind,
)
from workflows.normalise.vocabulary import (
    CONTAINERS,
    ROLE,
    aside,
    attribute,
    child,
    children,
    identifier,
    local,
    q,
    reference,
    text_of,
)

_KINDS = {kind.value: kind for kind in Kind}


def model_of(root: etree._Element, process: str) -> Model:
    """The process and every scope it reaches through subprocesses and call activities."""
    reader = _Reader(root)
    scopes: dict[str, Scope] = {}
    waiting = [process]
    while waiting:
        name = waiting.pop()
        element = reader.processes.get(name)
        if element is None or name in scopes:
            continue
        for scope in reader.scopes(element):
            scopes[scope.id] = scope
            waiting += [n.scope for n in scope.nodes.values() if n.kind is Kind.CALL and n.scope]
    top = reader.processes.get(process)
    return Model(
        process=process,
        name=(attribute(top, "name") if top is not None else "") or process,
        scopes=scopes,
        roles=_roles(root, scopes),
    )


def _roles(root: etree._Element, scopes: Mapping[str, Scope]) -> tuple[str, ...]:
    """Lanes from the top of the drawing down, then those who do tasks that lie in no lane."""
    grouped = (n.role for scope in scopes.values() for n in scope.nodes.values() if n.role)
    return tuple(dict.fromkeys((*roles_in_order(root), *grouped)))


class _Reader:
    def __init__(self, root: etree._Element) -> None:
        self.processes = {i: p for p in root.iter(q("process")) if (i := identifier(p))}
        self.messages = {i: m for m in root.iter(q("message")) if (i := identifier(m))}
        self.errors = {i: e for e in root.iter(q("error")) if (i := identifier(e))}
        self.roles = role_of_nodes(root)

    def scopes(self, process: etree._Element) -> list[Scope]:
        """The process and its embedded subprocesses, outermost first."""
        found: list[Scope] = []
        waiting: list[tuple[etree._Element, str | None, str]] = [(process, None, "")]
        while waiting:
            element, parent, role = waiting.pop(0)
            scope = self._scope(element, parent, role)
            found.append(scope)
            for inner in children(element, *CONTAINERS):
                name = attribute(inner, "id")
                if name in scope.nodes:
                    waiting.append((inner, scope.id, scope.nodes[name].role))
        return found

    def _scope(self, element: etree._Element, parent: str | None, role: str) -> Scope:
        nodes: dict[str, Node] = {}
        for candidate in element:
            kind, name = _KINDS.get(local(candidate)), identifier(candidate)
            if kind is not None and name is not None and not aside(candidate):
                nodes[name] = self._node(candidate, kind, name, self.roles.get(name, role))
        flows = tuple(
            Flow(
                id=attribute(flow, "id"),
                source=attribute(flow, "sourceRef"),
                target=attribute(flow, "targetRef"),
                name=attribute(flow, "name"),
                condition=text_of(child(flow, "conditionExpression")) or None,
            )
            for flow in children(element, "sequenceFlow")
            if attribute(flow, "sourceRef") in nodes and attribute(flow, "targetRef") in nodes
        )
        name = attribute(element, "id")
        return Scope(name, attribute(element, "name") or name, nodes, flows, parent)

    def _node(self, element: etree._Element, kind: Kind, name: str, role: str) -> Node:
        properties = properties_of(element)
        inner = None
        if kind is Kind.SUBPROCESS:
            inner = name
        elif kind is Kind.CALL:
            inner = reference(element, "calledElement") or None
        return Node(
            id=name,
            kind=kind,
            name=attribute(element, "name"),
            role=role or properties.get(ROLE, ""),
            default=reference(element, "default") or None,
            form=properties.get("form"),
            text=properties.get("text"),
            operation=operation_of(element),
            decision=spiff_text(element, "calledDecisionId"),
            timer=_timer(element),
            message=self._message(element, properties),
            error=self._error(element),
            terminate=child(element, "terminateEventDefinition") is not None,
            attached_to=reference(element, "attachedToRef") or None,
            interrupting=attribute(element, "cancelActivity") != "false",
            scope=inner,
            instances=_instances(element),
            properties=properties,
            synthetic=properties.get("synthetic") == "true",
        )

    def _message(self, element: etree._Element, properties: Mapping[str, str]) -> Message | None:
        holder = element
        if local(element) != "receiveTask":
            definition = child(element, "messageEventDefinition")
            if definition is None:
                return None
            holder = definition
        declared = self.messages.get(reference(holder, "messageRef"))
        if declared is None:
            return None
        return Message(
            name=attribute(declared, "name"),
            correlation=properties.get("correlation"),
            variable=spiff_text(holder, "messageVariable") or spiff_text(element, "messageVariable"),
        )

    def _error(self, element: etree._Element) -> str | None:
        definition = child(element, "errorEventDefinition")
        if definition is None:
            return None
        declared = self.errors.get(reference(definition, "errorRef"))
        return "" if declared is None else attribute(declared, "errorCode")


def _timer(element: etree._Element) -> Timer | None:
    definition = child(element, "timerEventDefinition")
    if definition is None:
        return None
    for kind in TimerKind:
        if text := text_of(child(definition, kind.value)):
            return Timer(kind, text)
    return None


def _instances(element: etree._Element) -> Instances | None:
    loop = child(element, "multiInstanceLoopCharacteristics")
    if loop is None:
        return None
    item, output = child(loop, "inputDataItem"), child(loop, "outputDataItem")
    return Instances(
        sequential=attribute(loop, "isSequential") == "true",
        items=text_of(child(loop, "loopDataInputRef")) or None,
        count=text_of(child(loop, "loopCardinality")) or None,
        item=_variable(item),
        output=text_of(child(loop, "loopDataOutputRef")) or None,
        output_item=_variable(output),
        until=text_of(child(loop, "completionCondition")) or None,
    )


def _variable(element: etree._Element | None) -> str | None:
    if element is None:
        return None
    return attribute(element, "name") or attribute(element, "id") or None
