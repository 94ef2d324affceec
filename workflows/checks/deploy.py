"""May this version be deployed? Everything that can be said before the first case."""

from __future__ import annotations

from collections.abc import Collection

from workflows.checks.references import around, inside
from workflows.checks.structure import structure
from workflows.checks.variables import shared
from workflows.definition import Definition, model
from workflows.errors import Finding, ModelRefused

_ORDER = {"error": 0, "warning": 1, "note": 2}


def check(
    definition: Definition,
    *,
    operations: Collection[str] | None = None,
    roles: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """All findings, errors first, then warnings and the normaliser's notes. `operations` and
    `roles` are the names that exist where it shall run; None leaves them unasked."""
    graph = model(definition)
    beside = (definition.forms, definition.texts, definition.decisions, definition.scenarios)
    lone = operations is None and not any(beside)
    found = [*structure(definition), *inside(graph, definition.forms, definition.texts, lone=lone)]
    found += around(graph, operations, roles)
    found += shared(definition)
    found += definition.findings
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: _ORDER[finding.level]))


def require(
    definition: Definition,
    *,
    operations: Collection[str] | None = None,
    roles: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """`check`, but raises ModelRefused when there is an error. Returns warnings and notes."""
    found = check(definition, operations=operations, roles=roles)
    if errors := [finding for finding in found if finding.level == "error"]:
        raise ModelRefused(errors)
    return found
