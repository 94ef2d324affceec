"""Places the tokens of one running scope, each with what holds it and what waits on its edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID, uuid5

from workflows.engine.resuming import Arm
from workflows.errors import Finding
from workflows.migration.joins import came_by
from workflows.migration.marking import Mark
from workflows.migration.placed import Placed
from workflows.migration.plan import Plan
from workflows.migration.refusing import landing, refusal
from workflows.migration.sides import Side, same_message, sort
from workflows.model import Kind, Node
from workflows.state import Frame, TokenState
from workflows.steps import Value

_JOINS = (Kind.PARALLEL, Kind.INCLUSIVE)


class Level:
    """One frame of a snapshot on its way to `scope` of the new version. `where` gives the new place of
    a token by its old one, -1 for a guard that is not needed; a token that is missing was refused or
    left behind."""

    def __init__(self, plan: Plan, a: Side, b: Side, number: int, scope: str, placed: Placed) -> None:
        self.plan, self.a, self.b = plan, a, b
        self.number, self.scope, self.placed = number, scope, placed
        self.tokens: list[TokenState] = []
        self.where: dict[int, int] = {}
        self.marks: list[Mark] = []
        self._options: dict[int, set[str]] = {}

    def place(self, frame: Frame) -> tuple[TokenState, ...]:
        for index, token in enumerate(frame.tokens):
            self._token(frame, index, token)
        for index, kept in self._options.items():
            self._rest_of(frame.tokens[index], kept)
        return tuple(self.tokens)

    def _token(self, frame: Frame, index: int, token: TokenState) -> None:
        prefix, _, element = token.spec.partition(":")
        if not element:  # a token that has reached the end of the scope: no node is drawn there
            self._put(index, token, token.spec, -1)
            return
        old = self.a.nodes[element]
        if prefix == "guard":
            self._guard(index, token, old)
        elif prefix == "body":
            self._instance(index, token, old)
        elif old.kind is Kind.BOUNDARY:
            self._edge(index, token, old)
        elif token.parent >= 0 and frame.tokens[token.parent].spec.startswith("bpmn:"):
            self._option(index, token, old)
        else:
            self._wait(frame, index, token, old)

    def _wait(self, frame: Frame, index: int, token: TokenState, old: Node) -> None:
        new = landing(self.plan, self.a, self.b, old, self.scope)
        if isinstance(new, Finding):
            self.placed.refusals.append(new)
            return
        via, internal = None, token.internal
        if old.kind in _JOINS:
            via = came_by(self.plan, self.a, self.b, str(internal["via"]).partition(":")[2], old, new)
            if via is None:
                text = "har redan fått ett flöde, men i den nya versionen kommer det inte den vägen."
                hint = "Vänta tills ärendet har passerat."
                self.placed.refusals.append(refusal("lost-input", old, text, hint))
                return
            internal = {**internal, "via": f"bpmn:{via}"}
        self.marks.append(Mark(old, new.id, via))
        parent = self._holder(frame, token, old, new)
        holder = self.tokens[parent].id if parent >= 0 else None
        if same_message(old, new):
            self._put(index, token, f"bpmn:{new.id}", parent, internal)
            self.placed.keep(token, old, new)
        else:
            self.placed.close(token, old)
            self.placed.arms.append(Arm(self.number, holder, new.id))
        if old.kind is Kind.EVENT_GATEWAY:
            self._options[index] = set()
        self._new_edges(old, new, holder)

    def _holder(self, frame: Frame, token: TokenState, old: Node, new: Node) -> int:
        """The place of what must hold the token in the new version: the guard of an activity with
        events on its edge, or the gateway of an event that has become one of several."""
        if self.b.scope_of(new.id).boundaries(new.id):
            if token.parent >= 0:
                return self.where[token.parent]
            return self._insert(token, f"guard:{new.id}")
        gateway = self.b.holder(new.id) if old.kind is Kind.CATCH else None
        if gateway is None:
            return -1
        place = self._insert(token, f"bpmn:{gateway.id}")
        for flow in self.b.scope_of(gateway.id).outgoing(gateway.id):
            if flow.target != new.id:
                self.placed.arms.append(Arm(self.number, self.tokens[place].id, flow.target))
        return place

    def _guard(self, index: int, token: TokenState, old: Node) -> None:
        target = self.plan.target(old.id)
        if target in self.b.nodes and target is not None and self.b.scope_of(target).boundaries(target):
            self._put(index, token, f"guard:{target}", -1)
        else:
            self.where[index] = -1

    def _edge(self, index: int, token: TokenState, old: Node) -> None:
        new = self.b.nodes.get(self.plan.target(old.id) or "")
        host = self.plan.target(old.attached_to or "")
        parent = self.where.get(token.parent, -1)
        if new is None or parent < 0 or host != new.attached_to or not _goes_on(old, new):
            self.placed.close(token, old)
            return
        self._put(index, token, f"bpmn:{new.id}", parent)
        self.placed.keep(token, old, new)

    def _new_edges(self, old: Node, new: Node, holder: str | None) -> None:
        """Events that only the new version has on the activity begin now. One that the old version had
        too either waits already, or has happened and does not happen again."""
        before = self.a.scope_of(old.id).boundaries(old.id)
        for event in self.b.scope_of(new.id).boundaries(new.id):
            if not any(self.plan.target(o.id) == event.id and _goes_on(o, event) for o in before):
                self.placed.arms.append(Arm(self.number, holder, event.id))

    def _option(self, index: int, token: TokenState, old: Node) -> None:
        """One of the events that wait together after a gateway."""
        if token.parent not in self.where:
            return  # the gateway itself was refused
        parent = self.where[token.parent]
        gateway = self.tokens[parent].spec.partition(":")[2]
        new = self.b.nodes.get(self.plan.target(old.id) or "")
        kept = self._options[token.parent]
        following = {flow.target for flow in self.b.scope_of(gateway).outgoing(gateway)}
        if new is None or new.id not in following - kept or not _goes_on(old, new):
            self.placed.close(token, old)
            return
        kept.add(new.id)
        self._put(index, token, f"bpmn:{new.id}", parent)
        self.placed.keep(token, old, new)

    def _rest_of(self, token: TokenState, kept: set[str]) -> None:
        """Events after the gateway that only the new version has."""
        old = self.a.nodes[token.spec.partition(":")[2]]
        gateway = self.plan.target(old.id) or ""
        if not kept:
            text = "har i den nya versionen inget kvar av det som ärendet väntar på."
            self.placed.refusals.append(refusal("no-option-left", old, text))
            return
        for flow in self.b.scope_of(gateway).outgoing(gateway):
            if flow.target not in kept:
                self.placed.arms.append(Arm(self.number, token.id, flow.target))

    def _instance(self, index: int, token: TokenState, old: Node) -> None:
        """One instance of a repeated activity; the activity itself has been judged before it."""
        if token.parent not in self.where:
            return
        target = self.plan.target(old.id) or old.id
        self._put(index, token, f"body:{target}", self.where[token.parent])
        self.placed.keep(token, old, self.b.nodes[target])

    def _insert(self, held: TokenState, spec: str) -> int:
        name = uuid5(UUID(held.id), spec).hex
        self.tokens.append(TokenState(name, spec, "done", -1, held.variables))
        return len(self.tokens) - 1

    def _put(
        self,
        index: int,
        token: TokenState,
        spec: str,
        parent: int,
        internal: Mapping[str, Value] | None = None,
    ) -> None:
        kept = token.internal if internal is None else internal
        self.tokens.append(replace(token, spec=spec, parent=parent, internal=kept))
        self.where[index] = len(self.tokens) - 1


def _goes_on(old: Node, new: Node) -> bool:
    return sort(old) == sort(new) and same_message(old, new)
