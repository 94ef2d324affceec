"""Ten harmful edits and ten harmless ones of the complaint flow, against cases that were worked through by
the same rooms as in service: every harmful one is found and said in words, and no harmless one is told of."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from service import definitions, items, replay
from service.actors import SYSTEM
from service.bench import walking
from service.store import Database, open_database
from tests.conftest import KEYS
from tests.service.case_world import NOW
from tests.workflows import test_replay as edits
from tests.workflows.test_replay import Edit, form
from workflows import read

CASES, SEED = 14, 20_260_301
"""As many as it takes for each of the edits to meet a case."""


def one_more(schema: Any) -> None:
    schema["properties"]["extra"] = {"type": "string", "title": "Anteckning till", "maxLength": 100}
    schema["required"].append("extra")


def one_less(schema: Any) -> None:
    kinds = schema["properties"]["kind_of_item"]
    kinds["oneOf"] = [choice for choice in kinds["oneOf"] if choice["const"] != "question"]


def told(name: str, kind: str, words: str) -> tuple[Edit, str, str]:
    """One of the edits that are also tried on the scenarios, with what real cases say of it."""
    return edits.HARMFUL[name][1], kind, words


HARMFUL: Mapping[str, tuple[Edit, str, str]] = {
    "a registration step is gone": told("a registration step is gone", "other", "Öppna ärende i diariet"),
    "a condition is reversed": told("a condition is reversed", "other", "Registrera i diariet"),
    "the copy is not sealed": told("the copy is not sealed before the post goes", "stops", "aldrig gavs"),
    "another flow is the default": told("another flow is the default", "stops", "aldrig gavs"),
    "a code has another name": told("a code of the form has another name", "fails", "godtas inte"),
    "an outcome has another name": told(
        "the code of an outcome has another name",
        "other",
        "Utfallet var registered_and_answered, men blir done.",
    ),
    "the reminder is gone": told("the reminder is gone", "other", "Svarstiden har gått ut"),
    "the reminder comes at once": told("the reminder comes at once", "other", "Svarstiden har gått ut"),
    "somebody more must read": told("somebody more must read", "stops", "Låt chefen läsa"),
    "another role does the work": told("another role does the work", "other", "Registrator"),
    "the wrong operation": told("the wrong operation is asked for", "other", "register_document"),
    "a new field must be answered": (form("assess", one_more), "fails", "Anteckning till"),
    "a choice is gone": (form("assess", one_less), "fails", "godtas inte"),
}
"""What was done → the edit, a verdict that some case must get, and words of its sentence."""


@pytest.fixture(scope="module")
def worked(
    migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, datetime]]:
    """A place where people have worked, and a time after everything."""
    path = tmp_path_factory.mktemp("worked") / "ordna.sqlite"
    shutil.copyfile(migrated_file, path)
    database = open_database(f"sqlite:///{path}", KEYS)
    with database.write() as session:
        for name in (walking.PROCESS, items.SECRET):
            files = definitions.folder(walking.SHIPPED / name)
            proved = (read(files).hash,)  # their scenarios are run elsewhere
            definitions.deploy(session, files, actor=SYSTEM, now=NOW, proved=proved)
    yield database, walking.walk(database, CASES, SEED)
    database.close()


def played(worked: tuple[Database, datetime], edit: Edit) -> replay.Report:
    database, now = worked
    with database.read() as session:
        return replay.run(session, read(edit(walking.shipped())), actor=SYSTEM, now=now)


def test_there_are_ten_of_each() -> None:
    assert len(HARMFUL) >= 10 and len(edits.HARMLESS) >= 10


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_edit_is_found_in_what_people_have_done(
    worked: tuple[Database, datetime], name: str
) -> None:
    edit, kind, words = HARMFUL[name]
    report = played(worked, edit)
    said = [one.text for one in report.cases if one.kind == kind and words in one.text]
    assert said, Counter((one.kind, one.text) for one in report.cases)
    assert report.counts["unclear"] == 0 and report.total == CASES


@pytest.mark.parametrize("name", edits.HARMLESS)
def test_a_harmless_edit_passes(worked: tuple[Database, datetime], name: str) -> None:
    report = played(worked, edits.HARMLESS[name])
    assert [one for one in report.cases if one.kind != "same"] == []
    assert report.counts["same"] == CASES
