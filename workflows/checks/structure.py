"""What a model must be in itself to run at all, whoever runs it."""

from __future__ import annotations

from workflows.checks.formulas import formulas
from workflows.checks.nodes import nodes
from workflows.checks.paths import paths
from workflows.checks.references import needed
from workflows.checks.tokens import tokens
from workflows.checks.vocabulary import vocabulary
from workflows.definition import Definition, model, tables
from workflows.errors import Finding
from workflows.kept import Kept
from workflows.normalise import parse_xml

_found: Kept[str, tuple[Finding, ...]] = Kept(64)


def structure(definition: Definition) -> tuple[Finding, ...]:
    """Errors and warnings about the diagram and its decisions; kept by hash."""
    return _found.get(definition.hash, lambda: _structure(definition))


def _structure(definition: Definition) -> tuple[Finding, ...]:
    found = list(vocabulary(parse_xml(definition.model)))
    if any(finding.level == "error" for finding in found):
        # What has a wrong word in it is not worth measuring: the rest would be noise.
        return tuple(found)
    graph = model(definition)
    found += nodes(graph)
    found += formulas(graph)
    found += tables(definition).findings
    found += needed(graph, tables(definition).by_decision)
    if not any(finding.level == "error" for finding in found):
        found += paths(graph)
    if not any(finding.level == "error" for finding in found):
        found += tokens(graph)
    return tuple(found)
