"""Every text that will be evaluated is compiled here, so that a slip is found before the first
case."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.errors import Finding, WorkflowError
from workflows.expressions import compile
from workflows.model import Model
from workflows.variables import sources


def formulas(model: Model) -> Iterator[Finding]:
    for scope in model.scopes.values():
        for flow in scope.flows:
            if flow.condition is not None:
                yield from _compiled(flow.id, "Villkoret", flow.condition)
        for node in scope.nodes.values():
            for what, source in sources(node):
                yield from _compiled(node.id, what, source)


def _compiled(element: str, what: str, source: str) -> Iterator[Finding]:
    try:
        compile(source)
    except WorkflowError as error:
        yield Finding("expression", element, f"{what} går inte att läsa: {error}", "Rätta uttrycket.")
