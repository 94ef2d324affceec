"""Whether a rule is proven: its scenarios hold, and one falls when what serves the rule is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import workflows
from service import profiles
from service.profiles.guidelines import Rule
from service.proving.mutations import Changed, Folders, changed
from service.proving.prover import AS_SHIPPED, Prover
from workflows import Value, scenarios
from workflows.scenarios import Scenario

By = Literal["pure", "full"]


@dataclass(frozen=True, slots=True)
class Caught:
    """Which scenario fell when the rule's service was changed, in which runner, and what it said."""

    process: str
    scenario: str
    by: By
    difference: str


def naming(rule: str, folders: Folders) -> Iterator[tuple[str, Scenario]]:
    """The scenarios that name the rule, each with its process."""
    for process, files in folders.items():
        for scenario in _read(files["scenarios.yaml"]) if "scenarios.yaml" in files else ():
            if rule in scenario.rules:
                yield process, scenario


@lru_cache(64)
def _read(told: bytes) -> tuple[Scenario, ...]:
    # asked again for each of many rules, and a thousand lines of YAML take their time
    return scenarios.read(told)


def pure(scenario: Scenario, process: str, folders: Folders, change: Changed = AS_SHIPPED) -> str | None:
    """What the pure runner says: None when the scenario holds, else the difference."""

    def variables_of(name: str | None) -> Mapping[str, Value]:
        if name is not None and name not in profiles.names():
            raise LookupError(name)
        return change.profile(name).variables()

    definition = workflows.read({**folders, **change.folders}[process])
    return scenarios.run(definition, scenario, variables_of=variables_of).difference


def caught(rule: Rule, folders: Folders, prover: Prover) -> Caught | None:
    """Make the change that the rule's proof names and see which scenario that names the rule falls, the first
    in the pure runner, else in the whole house; None when all still hold. Raises NoSuch when the change
    cannot be made, and LookupError when the rule has no proof."""
    if rule.proof is None:
        raise LookupError(rule.id)
    change = changed(rule.proof, folders)
    change.profile(rule.profile)  # a value that cannot be would make every story fall, and prove nothing
    named = list(naming(rule.id, folders))
    for process, scenario in named:
        if difference := pure(scenario, process, folders, change):
            return Caught(process, scenario.name, "pure", difference)
    for process, scenario in named:
        if difference := prover.prove(scenario, process, change=change).difference:
            return Caught(process, scenario.name, "full", difference)
    return None
