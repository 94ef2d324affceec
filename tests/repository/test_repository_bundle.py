"""The editor's bundle is what its sources give: by hash here, and built anew where there is Node."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.repository.tree import ROOT

SOURCES = ROOT / "service" / "frontend"
BUILT = ROOT / "service" / "http" / "static" / "bpmn"
PAGE = ("editor.js", "editor.css", "bpmn.woff2")
"""What the editor's page asks for, with what its entry imports, and beside what every page has."""
BUDGET = 400_000
"""Bytes of the editor's page, compressed."""


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((BUILT / "MANIFEST.json").read_text("utf-8"))
    return found


def hashes(folder: Path, names: list[str]) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def names_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_what_is_committed_is_what_was_built() -> None:
    names = [name for name in names_in(BUILT) if name != "MANIFEST.json"]
    assert hashes(BUILT, names) == manifest()["built"]


def test_it_was_built_from_the_sources_that_are_here() -> None:
    names = [name for name in names_in(SOURCES) if not name.startswith("node_modules/")]
    assert hashes(SOURCES, names) == manifest()["sources"], "build it anew: npm run build in service/frontend"


def test_the_sources_give_the_same_bundle_again(tmp_path: Path) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node is not installed here: the bundle is compared by the hashes of its sources")
    major = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(major.lstrip("v").split(".")[0]) < 20:
        pytest.skip("Node here is older than 20")
    made, out = tmp_path / "frontend", tmp_path / "out"
    shutil.copytree(SOURCES, made, ignore=shutil.ignore_patterns("node_modules"))
    installed = _run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"], made, limit=180
    )
    if installed is None or installed.returncode:
        pytest.skip("the packages could not be fetched here: no registry answers")
    built = _run([node, "build.mjs", str(out)], made, limit=120)
    assert built is not None and built.returncode == 0, built and built.stderr
    assert hashes(out, names_in(out)) == hashes(BUILT, names_in(BUILT))


def _run(command: list[str], folder: Path, *, limit: int) -> subprocess.CompletedProcess[str] | None:
    """None: it took too long."""
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return None


def test_the_lock_names_no_host_and_every_package_by_its_content() -> None:
    text = (SOURCES / "package-lock.json").read_text("utf-8")
    packages = json.loads(text)["packages"]
    assert len(packages) > 30
    assert [name for name, one in packages.items() if name and not one.get("integrity")] == []
    assert not any("resolved" in one for one in packages.values())
    assert not re.search(r"registry|tarball|\.tgz", text)
    wanted = json.loads((SOURCES / "package.json").read_text("utf-8"))["devDependencies"]
    assert {v for v in wanted.values() if not re.fullmatch(r"\d+\.\d+\.\d+", v)} == set(), "pinned exactly"


def test_the_editors_page_is_within_its_budget() -> None:
    beside = [ROOT / "service" / "http" / "static" / name for name in ("app.css", "app.js")]
    asked = [BUILT / name for name in (*PAGE, *manifest()["preloads"]["editor"])]
    size = sum(len(gzip.compress(path.read_bytes(), 9)) for path in (*asked, *beside))
    html = 8_000  # the page itself, measured at 5,400
    assert size + html <= BUDGET


def test_everything_that_is_in_the_bundle_has_its_licence_beside_it() -> None:
    text = (BUILT / "THIRD_PARTY_LICENSES.txt").read_text("utf-8")
    heads = re.findall(r"^={78}\n(\S+) (\d\S*) \((.+)\)\n={78}\n\n(?=\S)", text, re.MULTILINE)
    named = {name: licence for name, _, licence in heads}
    assert {"bpmn-js", "diagram-js", "bpmn-moddle", "bpmn-js-properties-panel", "preact", "htm"} <= set(named)
    free = {"MIT", "ISC", "Apache-2.0", "CC0", "CC0-1.0", "0BSD", "SEE LICENSE IN LICENSE"}
    assert set(named.values()) <= free
    assert "The source code responsible for displaying the bpmn.io project watermark" in " ".join(
        text.split()
    )


def test_the_bundle_runs_no_text_as_code_and_asks_no_other_host() -> None:
    for path in BUILT.glob("*.js"):
        code = path.read_text("utf-8")
        assert not re.search(r"\beval\(|\bnew Function\(|\bimportScripts\(", code), path.name
        assert not re.search(r"sourceMappingURL", code), path.name
        asked = set(re.findall(r"""(?:fetch|import)\(\s*["'`](?:https?:)?//[^"'`]+""", code))
        assert asked == set(), path.name
