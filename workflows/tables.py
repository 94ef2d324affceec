"""The decision tables of a process folder: loaded once for the checks, the engine and the scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows import decisions
from workflows.decisions import DecisionModel
from workflows.errors import Finding, ModelRefused


@dataclass(frozen=True, slots=True)
class Tables:
    """The model that holds each decision, by decision id, and all findings about the files."""

    by_decision: Mapping[str, DecisionModel] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def load_tables(files: Mapping[str, bytes]) -> Tables:
    """The decisions of all files (file id → DMN). Never raises for what a file holds."""
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
