"""Adapters are found by name, and a name that is not exactly one is a loud error."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from adapters.contract import Target
from adapters.memory import MemoryDiarium
from adapters.registry import UnknownAdapter, names, open_diarium
from adapters.soap.neutral import NeutralDiarium


def install(folder: Path, distribution: str, *lines: str) -> None:
    """A real, if small, distribution on the path."""
    info = folder / f"{distribution}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("\n".join(["[ordna.diarium]", *lines, ""]))


def test_the_adapters_of_the_product_are_installed_and_open() -> None:
    assert {"memory", "neutral"} <= set(names())
    assert isinstance(open_diarium("memory", Target()), MemoryDiarium)
    assert isinstance(open_diarium("neutral", Target(url="http://127.0.0.1:9/")), NeutralDiarium)


def test_an_unknown_name_is_refused_with_the_list_of_those_that_exist() -> None:
    with pytest.raises(UnknownAdapter, match=r"'nuetral'.*memory, neutral"):
        open_diarium("nuetral", Target())


def test_another_package_may_bring_an_adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "ordna_lund", "lund = adapters.memory:open_diarium")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert isinstance(open_diarium("lund", Target()), MemoryDiarium)


def test_two_adapters_of_one_name_are_refused_with_both_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "ordna_annan", "memory = annan.adapter:open_diarium")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(UnknownAdapter, match=r"2 .*adapters\.memory.*annan\.adapter"):
        open_diarium("memory", Target())
