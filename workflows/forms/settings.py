"""One question as JSON: a setting put in its place, and what every refusal of a setting is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflows.errors import Finding, ModelRefused
from workflows.forms.fields import Field
from workflows.forms.form import Form
from workflows.forms.formats import unstorable

Json = dict[str, Any]
_ORDER = (
    "type", "title", "description", "format", "oneOf", "items", "uniqueItems", "minimum", "maximum",
    "maxLength", "x-widget", "x-show-if", "x-fills", "x-check", "x-must", "x-autocomplete",
)  # fmt: skip


def refused(setting: str | None, text: str) -> ModelRefused:
    return ModelRefused([Finding("form-edit", setting, text)])


def storable(setting: str, *texts: str) -> None:
    """Raises ModelRefused when a text holds what no file or database can carry."""
    if any(unstorable(text) for text in texts):
        raise refused(setting, "Texten innehåller tecken som inte går att spara. Skriv om den.")


def put(made: Mapping[str, Any], key: str, value: object, order: Sequence[str] = _ORDER) -> Json:
    """With the key set, in its old place or where it belongs by `order`; None takes it away."""
    if value is None:
        return {name: kept for name, kept in made.items() if name != key}
    if key in made:
        return {name: value if name == key else kept for name, kept in made.items()}
    later = set(order[order.index(key) + 1 :])
    names = list(made)
    place = next((at for at, name in enumerate(names) if name in later), len(names))
    names.insert(place, key)
    return {name: value if name == key else made[name] for name in names}


def ordered(made: Mapping[str, Any]) -> Json:
    return {key: made[key] for key in _ORDER if key in made}


def field_of(form: Form, name: str) -> Field:
    return next(field for field in form.fields if field.name == name)


def named(title: str) -> str:
    return f"”{' '.join(title.split())[:80]}”"
