"""The documentation says what is there: settings, verbs, decisions, and links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.repository.blocks import BLOCKS, PROVED, found, proved
from tests.repository.tree import ROOT, files, text

DECISIONS = ROOT / "docs" / "decisions"
PARTS = ("Question", "Options", "Choice", "Consequences", "Guarded by")
PAGES = [p for p in files() if p.suffix == ".md"]
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
_FILE = re.compile(r"`((?:docs|tests|service|workflows|adapters|bpmn)/[\w./-]+)`")


@pytest.mark.parametrize("name", BLOCKS)
def test_the_operations_page_lists_what_the_code_has(name: str) -> None:
    assert found(name) == BLOCKS[name](), "write it anew with: python -m tests.repository.blocks"


def test_the_folders_whose_examples_are_not_run_at_start_are_those_that_were_run() -> None:
    assert PROVED.read_text("utf-8") == proved(), "write it anew with: python -m tests.repository.blocks"


@pytest.mark.parametrize("decision", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda p: p.stem)
def test_a_decision_has_its_five_parts_in_order_and_is_listed(decision: Path) -> None:
    content = decision.read_text("utf-8")
    number, title = decision.name[:4], content.splitlines()[0]
    assert re.fullmatch(rf"# {number} · .+", title)
    assert re.findall(r"^\*\*([A-Z][a-z ]+)\b\.?\*\*", content, re.MULTILINE) == list(PARTS)
    assert f"[{number}]({decision.name})" in (DECISIONS / "README.md").read_text("utf-8")


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(p.name[:4]) for p in sorted(DECISIONS.glob("[0-9]*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("decision", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda p: p.stem)
def test_the_tests_that_guard_a_decision_exist(decision: Path) -> None:
    guards = decision.read_text("utf-8").split("**Guarded by**")[-1]
    named = re.findall(r"`(tests/[^`]*)`", guards)
    assert named, "no test is named"
    for name in named:
        assert list(ROOT.glob(name.rstrip("/"))), name


@pytest.mark.parametrize("sheet", PAGES, ids=str)
def test_every_link_in_a_page_leads_somewhere(sheet: Path) -> None:
    content = text(sheet) or ""
    for link in (a or b for a, b in _LINK.findall(re.sub(r"```.*?```", "", content, flags=re.DOTALL))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (ROOT / sheet).parent / path if path else ROOT / sheet
        assert target.exists(), link
        assert target.resolve().is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """The names that headings get."""
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_every_file_that_a_page_names_in_code_exists() -> None:
    missing = []
    for page in PAGES:
        for name in _FILE.findall(text(page) or ""):
            if not (ROOT / name).exists() and not (ROOT / f"{name}.py").exists():
                missing.append(f"{page}: {name}")
    assert missing == []
