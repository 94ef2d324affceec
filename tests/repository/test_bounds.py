"""What the pages say of bounds and functions is what the code has."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.repository.bounds import PAGES, SECTIONS, SHOWN_ONLY, constants, value
from tests.repository.tree import ROOT
from workflows.expressions import FUNCTIONS, Function, compile

LISTED = [name for rows in SECTIONS.values() for _, name, _ in rows]
PROMISED = {
    "workflows.normalise.xml.MAX_BYTES": 2_000_000,
    "workflows.normalise.limits.MAX_NODES": 400,
    "workflows.normalise.limits.MAX_NESTING": 8,
    "workflows.engine.instances.MAX_INSTANCES": 1000,
    "workflows.engine.running.MAX_STEPS": 500,
}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_as_the_code_makes_it(name: str) -> None:
    page = (ROOT / "docs" / name).read_text("utf-8")
    assert page == PAGES[name](), "write it anew with: python -m tests.repository.bounds"


def test_every_bound_in_the_code_stands_on_the_page_once() -> None:
    assert [name for name, count in Counter(LISTED).items() if count > 1] == []
    missing = set(constants()) - {*LISTED, *SHOWN_ONLY}
    assert missing == set(), "add it to SECTIONS in tests/repository/bounds.py"


@pytest.mark.parametrize("name", PROMISED)
def test_the_bounds_that_were_promised_are_kept(name: str) -> None:
    assert value(name) == PROMISED[name] and name in LISTED


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_every_function_on_the_page_can_be_called_as_it_is_spelled(function: Function) -> None:
    arguments = ", ".join(["x"] * max(function.least, min(1, function.most)))
    for spelling in (function.name, function.name.replace(" ", "_"), *function.python):
        compile(f"{spelling}({arguments})")
