"""What stands in files that everybody gets: locks with hashes, and nothing about where they were written."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.repository.tree import ROOT, files, text

LOCKS = ("requirements.txt", "requirements-test.txt")
PLACES = {
    # name: what it looks like. Written so that this file does not hold them.
    "a home folder": r"/(?:home|Users)/(?!\.)\w+/",
    "the folder of the one who wrote it": r"(?<![\w.])/(?:work|workspace|mnt|scratch)/\w",
    "a temporary folder": r"(?<![\w.{])/tmp" + r"/\w",
    "an index address": r"(?:index|extra-index|find)-(?:url|links)\s*[= ]\s*\S*://",
    "a registry": r"(?:files\.python" + r"hosted|pypi\." + r"org|registry\.npm" + r"js|artifactory|nexus\.)",
    "a private key": r"BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY",
    "a machine's log": r"Traceback \(most recent call last\)\n",
}
MAY = {
    # (name, file): why
    ("a registry", "tests/repository/test_repository_tracked.py"): "the pattern itself",
}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_version_and_hashes_and_no_address(name: str) -> None:
    content = (ROOT / name).read_text("utf-8")
    assert "://" not in content
    packages = re.findall(
        r"^([\w.\[\]-]+)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", content, re.M
    )
    lines = [line for line in content.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(packages) == len(lines) > 30
    assert len({package.lower() for package, _, _ in packages}) == len(packages)


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for lock, wanted in (
        (LOCKS[0], project["dependencies"]),
        (LOCKS[1], project["optional-dependencies"]["test"]),
    ):
        content = (ROOT / lock).read_text("utf-8")
        locked = {normal(n) for n in re.findall(r"^([\w.-]+)(?:\[.*?\])?==", content, re.M)}
        names = {normal(re.match(r"[\w.-]+", d)[0]) for d in wanted}
        assert names - locked == set()


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", PLACES)
def test_no_file_tells_where_it_was_written(name: str) -> None:
    found = {p.as_posix() for p in files() if re.search(PLACES[name], text(p) or "")}
    assert found - {file for what, file in MAY if what == name} == set()


def test_no_file_is_a_leftover() -> None:
    leftovers = {".orig", ".rej", ".bak", ".swp", ".pyc", ".sqlite", ".log"}
    assert [p.as_posix() for p in files() if p.suffix in leftovers or p.name.endswith("~")] == []


def test_no_file_is_large() -> None:
    assert [p.as_posix() for p in files() if (ROOT / p).stat().st_size > 1_000_000] == []


def test_text_files_end_with_one_line_break_and_hold_no_tabs_in_code() -> None:
    wrong = [
        p.as_posix()
        for p in files()
        if p.suffix in {".py", ".md", ".toml", ".yaml", ".html", ".css"}
        and (content := text(p))
        and (
            not content.endswith("\n") or content.endswith("\n\n") or (p.suffix == ".py" and "\t" in content)
        )
    ]
    assert wrong == []
