"""A draft's forms and their questions as the form builder lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.http.form_bench import Bench
from service.http.language import t
from workflows import ModelRefused
from workflows.forms import Field, Form, editing
from workflows.forms.kinds import FieldKind, kind_of


@dataclass(frozen=True, slots=True)
class Line:
    """A form in the list. `fields` is None for a file that is no form."""

    id: str
    title: str
    fields: int | None
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A question in the builder. `shown` is (title, answer) of the condition that it waits for."""

    field: Field
    kind: FieldKind
    shown: tuple[str, str] | None
    readers: tuple[str, ...]


def lines(bench: Bench) -> list[Line]:
    used = bench.steps()
    return [_line(name, content, used.get(name, ())) for name, content in bench.forms().items()]


def _line(name: str, content: bytes, steps: tuple[str, ...]) -> Line:
    try:
        form = editing.read(content)[1]
    except ModelRefused:
        return Line(name, name, None, steps)
    return Line(name, form.title, len(form.fields), steps)


def rows(bench: Bench, made: Mapping[str, Any], form: Form) -> list[Row]:
    readers, fields = bench.readers(), {field.name: field for field in form.fields}
    return [
        Row(
            field, kind_of(made["properties"][field.name]), _shown(field, fields), readers.get(field.name, ())
        )
        for field in form.fields
    ]


def _shown(field: Field, fields: Mapping[str, Field]) -> tuple[str, str] | None:
    if field.show_if is None:
        return None
    name, wanted = field.show_if
    titles = {choice.value: choice.title for choice in fields[name].choices}
    answer = t("form.yes" if wanted else "form.no") if isinstance(wanted, bool) else titles[str(wanted)]
    return fields[name].title, answer
