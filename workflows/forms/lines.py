"""Choices as lines of text that a person edits: one choice a line, an explanation after a vertical bar.

What is stored and compared (the code of a choice) is never shown. A line that says what a choice said keeps
its code, wherever it is moved; where as many lines went as came, they are taken for new words for the same
choices, in order. Everything else is new, and what no line says any more is gone.
"""

from __future__ import annotations

from collections.abc import Sequence

from workflows.forms.fields import Choice
from workflows.forms.naming import name_for

_BAR = " | "


def as_lines(choices: Sequence[Choice]) -> str:
    """The choices as a person sees them."""
    return "\n".join(_line(choice) for choice in choices)


def _line(choice: Choice) -> str:
    title = " ".join(choice.title.split())
    text = " ".join(choice.description.split())
    return f"{title}{_BAR}{text}" if text else title


def from_lines(text: str, before: Sequence[Choice] = ()) -> tuple[Choice, ...]:
    """The choices that the lines say; blank lines are nothing. Untouched lines give the same choices back."""
    if text.replace("\r\n", "\n").strip() == as_lines(before).strip():
        return tuple(before)
    written = [parted for line in text.splitlines() if (parted := _parted(line))[0]]
    left = list(before)
    known: list[Choice | None] = []
    for title, _ in written:
        same = next((choice for choice in left if " ".join(choice.title.split()) == title), None)
        if same is not None:
            left.remove(same)
        known.append(same)
    if known.count(None) == len(left):
        known = [left.pop(0) if choice is None else choice for choice in known]
    taken = {choice.value for choice in (*before, *(one for one in known if one))}
    made: list[Choice] = []
    for (title, description), choice in zip(written, known, strict=True):
        value = choice.value if choice else name_for(title, taken, "val")
        taken.add(value)
        made.append(Choice(value, title, description))
    return tuple(made)


def _parted(line: str) -> tuple[str, str]:
    title, _, description = line.partition(_BAR)
    return " ".join(title.split()), " ".join(description.split())
