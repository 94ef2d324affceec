"""Reading the files that a verb is given, never more of them than the verb can use."""

from __future__ import annotations

import sys
from pathlib import Path


def read(path: Path, most: int) -> bytes:
    """The first `most` + 1 bytes: one too many shows that the file is too large. `-` is standard input.
    Raises OSError."""
    if str(path) == "-":
        return sys.stdin.buffer.read(most + 1)
    with path.open("rb") as file:
        return file.read(most + 1)
