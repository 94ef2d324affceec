"""The repository as files: what is in it, without what `.gitignore` keeps out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("workflows", "adapters", "service", "bpmn")
_BUILT = ("static/bpmn/",)
"""Folders of built files: made elsewhere, checked there."""


@cache
def files() -> tuple[Path, ...]:
    """Every file, relative to the root, sorted."""
    ignored = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split()} | {".git"}
    found: list[Path] = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in ignored and not f.endswith(".egg-info")]
        found += [Path(folder, name).relative_to(ROOT) for name in names if name not in ignored]
    return tuple(sorted(p for p in found if not any(part in p.as_posix() for part in _BUILT)))


def python(*within: str) -> Iterator[Path]:
    """The Python files of the packages, or of `within`."""
    chosen = within or PACKAGES
    return (p for p in files() if p.suffix == ".py" and p.parts[0] in chosen)


def text(path: Path) -> str | None:
    """The file's text, or None where it is no text."""
    try:
        return (ROOT / path).read_text("utf-8")
    except UnicodeDecodeError:
        return None
