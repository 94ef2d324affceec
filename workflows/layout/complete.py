"""Whether a model's own drawing shows all of it."""

from __future__ import annotations

from lxml import etree

from workflows.layout.gathering import lines_of, synthetic
from workflows.normalise.vocabulary import CONTAINERS, DI, NODES, attribute, is_scope, local, q
from workflows.plane.diagram import placed


def complete(root: etree._Element) -> bool:
    """Whether every node has its place, and every line that its owner drew. What a closed subprocess
    holds needs none."""
    shapes, lines, closed = placed(root)
    for scope in root.iter():
        if not is_scope(scope) or any(attribute(e, "id") in closed for e in _around(scope)):
            continue
        shown = {attribute(e, "id") for e in scope if local(e) in NODES and e.get("id") and not synthetic(e)}
        if not shown <= shapes:
            return False
        throwing = {attribute(e, "id") for e in scope if local(e) == "intermediateThrowEvent"}
        for line in lines_of(scope, shown):
            linked = line.source in throwing and line.target in throwing  # a pair of links has no line
            if line.id not in lines and not linked:
                return False
    return True


def drawn(root: etree._Element) -> bool:
    """Whether anything at all is drawn."""
    return next(root.iter(q("BPMNShape", DI)), None) is not None


def _around(scope: etree._Element) -> list[etree._Element]:
    return [e for e in (scope, *scope.iterancestors()) if local(e) in CONTAINERS]
