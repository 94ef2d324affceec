"""What variables, answers, forms and decisions are called by people, gathered from a process folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.definition import Definition
from workflows.errors import ModelRefused
from workflows.normalise.xml import parse_xml

_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`variables` and `answers` are titles by variable and by (variable, value); `forms` and
    `decisions` are titles by id; `words` is what the caller knows of operations, deadline rules and
    variables that are set outside the model."""

    variables: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


def vocabulary(definition: Definition, words: Mapping[str, str] = _NONE) -> Vocabulary:
    """Total: a form or decision that cannot be read gives no words. A variable that two forms call
    by different names keeps its own."""
    titles: dict[str, set[str]] = {}
    answers: dict[tuple[str, str], set[str]] = {}
    for form in definition.forms.values():
        for name, made in fields(form):
            titles.setdefault(name, set()).add(text(made.get("title")))
            for value, title in choices(made).items():
                answers.setdefault((name, value), set()).add(title)
    decisions: dict[str, str] = {}
    for data in definition.decisions.values():
        for kind, name, title in _named(data):
            if kind == "decision":
                decisions.setdefault(name, title)
            elif name not in titles or kind == "output":
                titles.setdefault(name, {title})
    return Vocabulary(
        variables=_agreed(titles),
        answers=_agreed(answers),
        forms={name: text(form.get("title")) or name for name, form in definition.forms.items()},
        decisions=decisions,
        words=words,
    )


def fields(form: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The questions of a form's schema, whatever stands in it."""
    made = form.get("properties")
    if isinstance(made, Mapping):
        for name, question in made.items():
            if isinstance(question, Mapping):
                yield str(name), question


def choices(question: Mapping[str, Any]) -> dict[str, str]:
    """Value → title of a question's closed choices; empty when it has none."""
    items = question.get("items")
    listed = question.get("oneOf") or (items.get("oneOf") if isinstance(items, Mapping) else None)
    if not isinstance(listed, list):
        return {}
    return {
        str(entry["const"]): text(entry.get("title")) or str(entry["const"])
        for entry in listed
        if isinstance(entry, Mapping) and "const" in entry
    }


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _agreed(found: Mapping[Any, set[str]]) -> dict[Any, str]:
    return {name: next(iter(titles)) for name, titles in found.items() if len(titles) == 1 and all(titles)}


def _named(data: bytes) -> Iterator[tuple[str, str, str]]:
    """("decision", id, name) and ("output", variable, label) of a DMN file."""
    try:
        root = parse_xml(data)
    except ModelRefused:
        return
    for element in root.iter("{*}decision"):
        if name := element.get("id"):
            yield "decision", name, element.get("name") or name
    for element in root.iter("{*}output"):
        if name := element.get("name"):
            yield "output", name, element.get("label") or name
