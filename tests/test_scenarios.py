"""Every scenario of every shipped process holds, and together they take every way through."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import bpmn
from service.definitions import variables_of
from workflows import Definition, read
from workflows.checks import check
from workflows.definition import model
from workflows.drawing import draw
from workflows.forms import load
from workflows.model import GATEWAYS
from workflows.scenarios import Result, Scenario, run, run_all
from workflows.scenarios import read as read_scenarios

_FOLDERS = sorted(path.parent for path in Path(bpmn.__file__).parent.glob("*/model.bpmn"))


@cache
def deployed(folder: Path) -> Definition:
    files = (path for path in folder.rglob("*") if path.is_file())
    return read({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})


@cache
def results(folder: Path) -> tuple[Result, ...]:
    return run_all(deployed(folder), variables_of=variables_of)


_PROCESSES = pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
_SCENARIOS = [
    pytest.param(folder, scenario, id=f"{folder.name}: {scenario.name}")
    for folder in _FOLDERS
    if (folder / "scenarios.yaml").exists()
    for scenario in read_scenarios((folder / "scenarios.yaml").read_bytes())
]


@pytest.mark.parametrize(("folder", "scenario"), _SCENARIOS)
def test_the_scenario_holds(folder: Path, scenario: Scenario):
    assert run(deployed(folder), scenario, variables_of=variables_of).difference is None


@_PROCESSES
def test_every_flow_out_of_every_gateway_is_taken_by_some_scenario(folder: Path):
    scopes = model(deployed(folder)).scopes.values()
    drawn = {
        flow.id
        for scope in scopes
        for node in scope.nodes.values()
        if node.kind in GATEWAYS and not node.synthetic and len(scope.outgoing(node.id)) > 1
        for flow in scope.outgoing(node.id)
        if str(node.kind) != "parallelGateway"
    }
    taken = {flow for result in results(folder) for flow in result.flows}
    assert drawn - taken == set()


@_PROCESSES
def test_every_element_is_passed_by_some_scenario(folder: Path):
    passed = {element for result in results(folder) for element in result.elements}
    assert set(deployed(folder).elements) - passed == set()


@_PROCESSES
def test_every_form_can_be_loaded_and_a_variable_means_one_thing_whichever_form_asks(folder: Path):
    loaded = [load(name, schema) for name, schema in deployed(folder).forms.items()]
    asked: dict[str, object] = {}
    for field in (field for form in loaded for field in form.fields if not field.free_text):
        same = replace(field, required=False)
        assert asked.setdefault(field.name, same) == same, "two forms ask differently for the same variable"


@_PROCESSES
def test_the_process_reads_without_remarks_and_can_be_drawn(folder: Path):
    definition = deployed(folder)
    assert check(definition) == ()
    picture = draw(definition.model, title=definition.name)
    assert all(f'data-id="{name}"' in picture for name in definition.elements)


@_PROCESSES
def test_a_saved_state_stays_small_on_every_way(folder: Path):
    assert max(result.state_bytes for result in results(folder)) < 2048
