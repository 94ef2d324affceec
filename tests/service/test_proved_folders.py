"""Examples that held when a folder was shipped are not run again at a first start; all others are."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

import workflows
from service import definitions
from service.actors import SYSTEM
from service.store import Database
from tests.service.case_world import NOW

_UNTRUE = "\n- name: Något som aldrig händer\n  steps: []\n  expect: {end: Finns inte}\n"


def _folder() -> dict[str, bytes]:
    """A shipped folder with an example that does not hold."""
    files = definitions.folder(Path(str(resources.files("bpmn"))) / "mandate")
    return files | {"scenarios.yaml": files["scenarios.yaml"] + _UNTRUE.encode()}


def test_a_folder_with_an_example_that_does_not_hold_is_refused(database: Database) -> None:
    with database.write() as session, pytest.raises(workflows.ModelRefused, match="Något som aldrig händer"):
        definitions.deploy(session, _folder(), actor=SYSTEM, now=NOW)


def test_what_is_listed_is_that_very_content_and_no_other(database: Database) -> None:
    other = definitions.folder(Path(str(resources.files("bpmn"))) / "mandate")
    listed = {workflows.read(other).hash}
    with database.write() as session:
        with pytest.raises(workflows.ModelRefused):
            definitions.deploy(session, _folder(), actor=SYSTEM, now=NOW, proved=listed)
        row = definitions.deploy(session, other, actor=SYSTEM, now=NOW, proved=listed)
        assert row.active


def test_examples_of_listed_content_are_not_run_again(database: Database) -> None:
    files = _folder()
    with database.write() as session:
        row = definitions.deploy(session, files, actor=SYSTEM, now=NOW, proved={workflows.read(files).hash})
        assert row.active
