"""Every scenario of every shipped process holds in the whole house too: store, SOAP diarium and pages."""

from __future__ import annotations

import pytest

from service.proving import Prover, shipped
from workflows.scenarios import Scenario, read

_SCENARIOS = [
    pytest.param(process, scenario, id=f"{process}: {scenario.name}")
    for process, files in shipped().items()
    if "scenarios.yaml" in files
    for scenario in read(files["scenarios.yaml"])
]


@pytest.mark.parametrize(("process", "scenario"), _SCENARIOS)
def test_the_scenario_holds_in_the_whole_house(prover: Prover, process: str, scenario: Scenario) -> None:
    assert prover.prove(scenario, process).difference is None
