"""Who may import whom: the contracts, and the libraries that only one room knows."""

from __future__ import annotations

import subprocess
import sys

import grimp
import pytest

from tests.repository.tree import PACKAGES, ROOT

ONLY_IN = {
    "SpiffWorkflow": ("workflows",),
    "zeep": ("adapters.soap",),
    "requests": ("adapters.soap",),
    "flask": (
        *("service.http", "service.app", "service.wsgi"),
        *("service.demo", "service.bench", "service.proving"),
    ),
    "werkzeug": ("service.http", "service.app", "service.demo", "service.bench", "service.proving"),
    "dbos": ("service.jobs",),
    "fpdf": ("adapters.archive",),
    "pikepdf": ("adapters.archive",),
    "granian": ("service.server", "service.bench"),
    "cryptography": ("service.keys",),
    "argon2": ("service.people",),
    "alembic": ("service.store",),
    "holidays": ("service.deadlines",),
    "markdown_it": ("service.http",),
    "prometheus_client": ("service.http",),
    "sqlite3": ("service.store", "service.demo", "service.bench"),
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_in_its_own_room_only(library: str, graph: grimp.ImportGraph) -> None:
    importers = graph.find_modules_that_directly_import(library)
    strangers = {
        m for m in importers if not any(m == room or m.startswith(f"{room}.") for room in ONLY_IN[library])
    }
    assert strangers == set()


def test_the_import_contracts_hold() -> None:
    program = "from importlinter.cli import lint_imports_command as check; check()"
    command = [sys.executable, "-c", program, "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout


def test_nothing_in_the_packages_imports_the_tests(graph: grimp.ImportGraph) -> None:
    assert not {m for m in graph.modules if m.split(".")[0] in {"tests", "pytest", "hypothesis"}} - {"pytest"}
    if "pytest" in graph.modules:
        assert graph.find_modules_that_directly_import("pytest") <= {"adapters.conformance"}
