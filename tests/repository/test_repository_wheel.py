"""The wheel that an operator installs holds everything that is not Python, too."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_wheel

from tests.repository.tree import PACKAGES, ROOT, files


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    made = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        name = build_wheel(str(made))
    return zipfile.ZipFile(made / name)


def test_everything_in_the_packages_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    held = set(wheel.namelist())
    missing = {p.as_posix() for p in files() if p.parts[0] in PACKAGES and "frontend" not in p.parts} - held
    assert missing == set()


@pytest.mark.parametrize(
    "kind",
    [
        "bpmn/complaint/model.bpmn",
        "bpmn/complaint/forms/assess.json",
        "bpmn/complaint/decisions/outcome.dmn",
        "service/http/templates/base.html",
        "service/http/static/app.css",
        "service/http/texts/sv.yaml",
        "service/store/migrations/env.py",
        "service/store/migrations/versions/0001_first_tables.py",
        "adapters/soap/neutral/diarium-registration-1.0.wsdl",
        "service/demo/schema.sql",
        "service/demo/templates/register.html",
        "service/py.typed",
    ],
)
def test_what_the_service_reads_when_it_runs_is_in_the_wheel(kind: str, wheel: zipfile.ZipFile) -> None:
    assert wheel.getinfo(kind).file_size >= 0


def test_the_wheel_holds_the_command_the_adapters_and_the_licence(wheel: zipfile.ZipFile) -> None:
    entries = next(n for n in wheel.namelist() if n.endswith("/entry_points.txt"))
    said = wheel.read(entries).decode()
    assert "ordna = service.cli:main" in said
    assert "neutral = adapters.soap.neutral:open_diarium" in said
    assert any(n.endswith("/licenses/LICENSE") for n in wheel.namelist())


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    suffixes = {Path(name).suffix for name in wheel.namelist()}
    assert suffixes & {".pyc", ".sqlite", ".db", ".key", ".eml"} == set()
