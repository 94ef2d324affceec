"""Every text that will be evaluated is compiled here, so that a slip is found before the first
case."""

from __future__ import annotations

from collections.abc import Iterator

from workflows import timers
from workflows.errors import Finding, WorkflowError
from workflows.expressions import compile
from workflows.model import Model, Node


def formulas(model: Model) -> Iterator[Finding]:
    for scope in model.scopes.values():
        for flow in scope.flows:
            if flow.condition is not None:
                yield from _compiled(flow.id, "Villkoret", flow.condition)
        for node in scope.nodes.values():
            for what, source in _sources(node):
                yield from _compiled(node.id, what, source)


def _sources(node: Node) -> Iterator[tuple[str, str]]:
    if node.operation is not None:
        for name, source in node.operation.parameters.items():
            yield f"Värdet för ”{name[:60]}”", source
    if node.timer is not None and not timers.is_literal(node.timer.text):
        yield "Tiden", node.timer.text
    if node.message is not None and node.message.correlation is not None:
        yield "Meddelandets nyckel", node.message.correlation
    if node.instances is not None:
        for what, text in (
            ("Listan", node.instances.items),
            ("Antalet", node.instances.count),
            ("Villkoret", node.instances.until),
        ):
            if text is not None:
                yield what, text


def _compiled(element: str, what: str, source: str) -> Iterator[Finding]:
    try:
        compile(source)
    except WorkflowError as error:
        yield Finding("expression", element, f"{what} går inte att läsa: {error}", "Rätta uttrycket.")
