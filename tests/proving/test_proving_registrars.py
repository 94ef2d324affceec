"""The registrars' checklist, held against what the diarium took in, in every shipped story that registers."""

from __future__ import annotations

import re

import pytest

from adapters.contract import DocumentRecord
from service import quality
from service.deadlines import STOCKHOLM
from service.proving import Prover, shipped
from service.proving.house import STAFF
from workflows.scenarios import Scenario, Timed, read

_REGISTERS = ("register_case", "register_document")
_TOLD = [
    (process, scenario)
    for process, files in shipped().items()
    if "scenarios.yaml" in files
    for scenario in read(files["scenarios.yaml"])
]
_REGISTERING = [
    pytest.param(process, scenario, id=f"{process}: {scenario.name}")
    for process, scenario in _TOLD
    if any(isinstance(step, Timed) and step.name in _REGISTERS and not step.fails for step in scenario.steps)
]
_NAMES = {
    name.casefold()
    for actors in STAFF.values()
    for actor in actors
    for name in re.findall(r"[^\W\d_]{3,}", actor.name)
} | {"provson", "provsson", "exempel"}
"""Names of everybody in the house and of everybody that the stories tell of."""


@pytest.mark.parametrize(("process", "scenario"), _REGISTERING)
def test_what_the_diarium_took_in_keeps_the_registrars_checklist(
    prover: Prover, process: str, scenario: Scenario
) -> None:
    assert prover.prove(scenario, process).difference is None
    taken = prover.received()
    assert taken, "the story registers something"
    for record in taken:
        assert quality.broken(record) == (), record.subject
        words = {word.casefold() for word in re.findall(r"[^\W\d_]{3,}", record.subject)}
        assert not words & _NAMES, record.subject
        if isinstance(record, DocumentRecord):
            day = record.received_or_sent_at.astimezone(STOCKHOLM).date()
            assert record.document_date == day
            drawn_up_here = process == "channel_application"  # a decision; all else came in from outside
            assert record.direction == ("internal" if drawn_up_here else "incoming")
            assert not drawn_up_here or record.parties == (), "what is drawn up here has no sender"


def test_every_way_of_registering_is_among_the_stories() -> None:
    processes = {param.values[0] for param in _REGISTERING}
    assert {"complaint", "secret_content", "channel_application"} <= {
        str(p).replace("-", "_") for p in processes
    }
