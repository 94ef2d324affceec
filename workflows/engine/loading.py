"""From a definition to what runs: specifications and decision tables, kept by the definition's
hash.

No model runs that the structural checks refuse, whoever calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.checks.structure import structure
from workflows.decisions import DecisionModel
from workflows.definition import Definition, model, tables
from workflows.engine.building import ScopeSpec, specs_of
from workflows.errors import ModelRefused
from workflows.kept import Kept


@dataclass(frozen=True, slots=True)
class Loaded:
    """`specs` by scope id and `decisions` by decision id; both are shared by threads, read-only."""

    specs: Mapping[str, ScopeSpec]
    decisions: Mapping[str, DecisionModel]


_loaded: Kept[str, Loaded] = Kept(32)


def loaded(definition: Definition) -> Loaded:
    """Raises ModelRefused when the definition may not run."""
    return _loaded.get(definition.hash, lambda: _load(definition))


def _load(definition: Definition) -> Loaded:
    errors = [f for f in structure(definition) if f.level == "error"]
    if errors:
        raise ModelRefused(errors)
    return Loaded(specs_of(model(definition)), tables(definition).by_decision)
