"""A rule is proven when a scenario that names it falls as soon as what serves the rule is changed."""

from __future__ import annotations

import pytest

from service.profiles.guidelines import Rule, rules
from service.proving import Prover, caught, naming, shipped
from workflows.scenarios import read

_FOLDERS = shipped()
_PROVEN = [pytest.param(rule, id=rule.id) for rule in rules().values() if rule.proof is not None]


@pytest.mark.parametrize("rule", _PROVEN)
def test_a_scenario_that_names_the_rule_falls_when_what_serves_it_is_changed(
    prover: Prover, rule: Rule
) -> None:
    found = caught(rule, _FOLDERS, prover)
    assert found is not None, f"{rule.id}: {[s.name for _, s in naming(rule.id, _FOLDERS)]} hold all the same"
    assert found.difference


def test_every_rule_that_a_scenario_names_is_a_rule_of_a_guideline() -> None:
    assert set(_named()) - set(rules()) == set()


def _named() -> list[str]:
    return [
        rule
        for files in _FOLDERS.values()
        if "scenarios.yaml" in files
        for scenario in read(files["scenarios.yaml"])
        for rule in scenario.rules
    ]
