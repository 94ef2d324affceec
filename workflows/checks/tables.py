"""The decision tables of a process folder: loaded once for the checks and for the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows import decisions
from workflows.decisions import DecisionModel
from workflows.definition import Definition
from workflows.errors import Finding, ModelRefused
from workflows.kept import Kept


@dataclass(frozen=True, slots=True)
class Tables:
    """The model that holds each decision, by decision id, and all findings about the files."""

    by_decision: Mapping[str, DecisionModel] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


_tables: Kept[str, Tables] = Kept(64)


def tables(definition: Definition) -> Tables:
    """A file that cannot be read is among the findings, and its decisions are missing."""
    return _tables.get(definition.hash, lambda: _load(definition.decisions))


def _load(files: Mapping[str, bytes]) -> Tables:
    known: dict[str, DecisionModel] = {}
    found: list[Finding] = []
    for name, content in sorted(files.items()):
        try:
            model = decisions.load(content)
        except ModelRefused as refusal:
            found += refusal.findings
            continue
        found += model.findings
        for decision in model.decisions:
            if decision in known:
                found.append(
                    Finding(
                        "double-decision",
                        decision,
                        f"Beslutet ”{decision}” finns i flera filer, bland annat {name}.dmn.",
                        "Ge besluten olika id.",
                    )
                )
            known[decision] = model
    return Tables(known, tuple(found))
