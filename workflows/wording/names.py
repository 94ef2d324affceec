"""Names from strangers as they may stand in a sentence: one line, visible letters, bounded; and lists."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

MAX_NAME = 120
"""Characters of a name that a sentence shows."""
_SHOWN = 12
"""Entries of a list that a sentence shows."""


def plain(text: str, limit: int = MAX_NAME) -> str:
    """The text on one line without control, direction and private characters, at most `limit` long.

    Markup is left as it is: whoever makes HTML escapes it.
    """
    piece = text[: limit * 8]
    visible = "".join(
        " " if char.isspace() else "" if unicodedata.category(char)[0] == "C" else char for char in piece
    )
    words = " ".join(visible.split())
    if len(words) <= limit and len(piece) == len(text):
        return words
    return words[: limit - 1].rstrip() + "…"


def quoted(text: str, limit: int = MAX_NAME) -> str:
    """The text in Swedish quotation marks, with none of them inside that would end the quotation."""
    return f"”{plain(text, limit).replace('”', '’')}”"


def lowered(text: str) -> str:
    """The text as it stands inside a sentence: ”Ja” as ”ja”, but ”JO” and ”3D” as they are."""
    if text[:1].isupper() and not (text[1:2].isupper() or text[1:2].isdigit()):
        return text[0].lower() + text[1:]
    return text


def raised(text: str) -> str:
    """The text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text with a full stop, unless it has an ending of its own."""
    return text if text.endswith((".", "?", "!", "…")) else text + "."


def series(items: Sequence[str], word: str = "och") -> str:
    """a, b och c; a long list ends with how many more there are."""
    if len(items) > _SHOWN:
        items = [*items[: _SHOWN - 1], f"{len(items) - _SHOWN + 1} till"]
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def many(count: int, one: str, several: str) -> str:
    """1 fråga, 3 frågor."""
    return f"{count} {one if count == 1 else several}"
