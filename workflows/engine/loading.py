"""From a definition to what runs: specifications and decision tables, kept by the definition's
hash.

No model runs that the structural checks refuse, whoever calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows import decisions
from workflows.checks.structure import structure
from workflows.definition import Definition, model
from workflows.engine.building import ScopeSpec, specs_of
from workflows.errors import ModelRefused
from workflows.kept import Kept
from workflows.normalise import parse_xml
from workflows.normalise.vocabulary import attribute


@dataclass(frozen=True, slots=True)
class Loaded:
    """`specs` by scope id and `decisions` by decision id; both are shared by threads, read-only."""

    specs: Mapping[str, ScopeSpec]
    decisions: Mapping[str, Any]


_loaded: Kept[str, Loaded] = Kept(32)


def loaded(definition: Definition) -> Loaded:
    """Raises ModelRefused when the definition may not run."""
    return _loaded.get(definition.hash, lambda: _load(definition))


def _load(definition: Definition) -> Loaded:
    errors = [f for f in structure(definition) if f.level == "error"]
    if errors:
        raise ModelRefused(errors)
    tables: dict[str, Any] = {}
    for content in definition.decisions.values():
        table = decisions.load(content)
        tables |= dict.fromkeys(decision_ids(content), table)
    return Loaded(specs_of(model(definition)), tables)


def decision_ids(content: bytes) -> list[str]:
    """The ids of the decisions in a DMN file."""
    root = parse_xml(content)
    return [
        attribute(e, "id") for e in root if str(e.tag).endswith("}decision") and attribute(e, "id")
    ]
