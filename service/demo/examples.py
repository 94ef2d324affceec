"""What people answer in the demonstration: what the process folders' own examples answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from importlib import resources
from pathlib import Path

import workflows
from service import definitions
from workflows import Definition, Value, scenarios
from workflows.scenarios import Scenario, Timed
from workflows.scenarios.case import way_out

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Examples:
    """The answers that a shipped folder's scenarios give, by the name of the task: those of the
    municipality's own scenarios first, then the others', and of these only what ends in `outcome` or says
    of no outcome. Dates in them become `today`."""

    def __init__(self, process: str, municipality: str, *, outcome: str, today: date) -> None:
        folder = Path(str(resources.files("bpmn") / process))
        self.definition: Definition = workflows.read(definitions.folder(folder))
        told = scenarios.read((folder / "scenarios.yaml").read_bytes())
        own = [one for one in told if one.profile == municipality]
        self._answers: dict[str, Mapping[str, Value]] = {}
        for one in sorted(
            own + [one for one in told if one not in own], key=lambda s: _rank(s, municipality, outcome)
        ):
            if one.expect.variables.get("outcome", outcome) == outcome:
                self._keep(one, today)

    def answers(self, element: str) -> Mapping[str, Value]:
        """What to answer at the user task `element`, the way out included. Raises LookupError where no
        example answers it."""
        name = self.definition.elements[element].name
        given = self._answers.get(name or "", self._answers.get(element))
        if given is None:
            raise LookupError(name)
        answers, chosen = way_out(self.definition, element, given)
        return {**answers, **chosen}

    def _keep(self, scenario: Scenario, today: date) -> None:
        for step in scenario.steps:
            if isinstance(step, Timed) and step.kind == "task" and step.refused is None:
                answers = {name: _of_today(value, today) for name, value in step.values.items()}
                self._answers.setdefault(step.name, answers)


def _rank(scenario: Scenario, municipality: str, outcome: str) -> tuple[bool, bool]:
    return scenario.profile != municipality, scenario.expect.variables.get("outcome") != outcome


def _of_today(value: Value, today: date) -> Value:
    return today.isoformat() if isinstance(value, str) and _DAY.fullmatch(value) else value
