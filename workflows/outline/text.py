"""The text twin as plain text, for a terminal, a mail or a printed routine."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workflows.outline.values import Outline, Section, written

HERE = "DU ÄR HÄR"


def as_text(outline: Outline, here: Collection[str] = ()) -> str:
    """Headings, numbered lines, one indented line for each way out. `here` are ids of elements that
    are marked; those that the diagram does not show are passed over."""
    lines = [outline.title, ""]
    for section in outline.sections:
        lines += [*_section(section, here), ""]
    return "\n".join(lines).rstrip() + "\n"


def _section(section: Section, here: Collection[str]) -> Iterator[str]:
    margin = "    " * section.depth
    yield f"{margin}{section.heading}"
    for line in section.lines:
        mark = f"[{HERE}] " if line.element in here else ""
        yield f"{margin}  {line.number}. {mark}{written(line.sentence)}"
        for phrase in line.exits:
            yield f"{margin}       – {written(phrase)}"
