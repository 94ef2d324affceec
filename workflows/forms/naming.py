"""The key of a new question, made from its title: what conditions, decisions and scenarios will call it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from workflows.forms.schema import NAME, RESERVED

_LONGEST = 40
"""Characters of a key that is made here; a written one may have 60."""
_LETTERS = str.maketrans({"å": "a", "ä": "a", "ö": "o", "æ": "ae", "ø": "o", "ß": "ss", "đ": "d", "ł": "l"})


def name_for(title: str, taken: Collection[str], fallback: str = "fraga") -> str:
    """A key for the question `title` that is none of `taken` (all that the process already calls something)
    and no word of the expression language. The same every time."""
    plain = unicodedata.normalize("NFC", title[:400]).lower().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    stem = stem if stem[:1].isalpha() else f"{fallback}_{stem}".strip("_")
    if len(stem) > _LONGEST:
        stem = stem[:_LONGEST].rpartition("_")[0] or stem[:_LONGEST]
    for name in (stem, *(f"{stem}_{number}" for number in range(2, len(taken) + len(RESERVED) + 3))):
        if name not in taken and name not in RESERVED and NAME.fullmatch(name):
            return name
    raise AssertionError("more names than are taken were tried")
