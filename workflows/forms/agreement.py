"""What a form's schema must keep to beyond its shape: that its parts agree with one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflows.forms.fields import Field
from workflows.forms.form import Form

_ONLY_FOR: Mapping[str, tuple[str, ...]] = {
    "format": ("string",),
    "oneOf": ("string",),
    "maxLength": ("string",),
    "items": ("array",),
    "uniqueItems": ("array",),
    "minimum": ("integer", "number"),
    "maximum": ("integer", "number"),
}
_FILLS_TYPE = {
    "subject": "string",
    "registration_number": "string",
    "sender_public": "boolean",
    "outcome": "string",
}
_COLUMN_LENGTH = 255
"""What a public case subject or number may be in the registers this is sent to."""


def disagreements(form: Form, schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(path, Swedish sentence) for each part that contradicts another."""
    earlier: dict[str, Field] = {}
    for name in schema.get("required", ()):
        if name not in schema["properties"]:
            yield "required", f"fältet ”{name}” finns inte."
    for field in form.fields:
        for text in [
            *_keywords(field, schema["properties"][field.name]),
            *_choices(field),
            *_checking(field),
            *_condition(field, earlier),
            *_filling(field, earlier),
        ]:
            yield f"properties.{field.name}", text
        earlier[field.name] = field


def _keywords(field: Field, made: Mapping[str, Any]) -> Iterator[str]:
    for keyword, types in _ONLY_FOR.items():
        if keyword in made and field.type not in types:
            yield f"”{keyword}” kan inte stå i ett fält av typen {field.type}."
    if field.type == "array" and not field.choices:
        yield "en lista måste ha slutna val (items med oneOf)."
    if field.choices and (field.format or field.max_length):
        yield "ett fält med slutna val kan inte ha format eller maxLength."
    if None not in (field.minimum, field.maximum) and made["minimum"] > made["maximum"]:
        yield "”minimum” är större än ”maximum”."
    match field.widget:
        case "textarea" if not field.free_text or field.format:
            yield "”textarea” är bara för fri text."
        case "select" if not field.choices or field.type != "string":
            yield "”select” kräver slutna val (oneOf)."
        case "radio" if field.type != "boolean" and (not field.choices or field.type != "string"):
            yield "”radio” kräver slutna val (oneOf) eller typen boolean."


def _checking(field: Field) -> Iterator[str]:
    if field.check and (field.type != "string" or field.choices or field.format):
        yield f"”x-check: {field.check}” är bara för fri text utan format."
    elif field.check == "public_subject" and not _fits(field):
        yield f"”x-check: {field.check}” kräver en rad och maxLength högst {_COLUMN_LENGTH}."


def _choices(field: Field) -> Iterator[str]:
    if field.must and (field.type != "array" or not {*field.must} <= {c.value for c in field.choices}):
        yield "”x-must” räknar upp val som finns i en lista."
    if len({choice.value for choice in field.choices}) < len(field.choices):
        yield "samma val förekommer två gånger."


def _condition(field: Field, earlier: Mapping[str, Field]) -> Iterator[str]:
    if field.show_if is None:
        return
    name, wanted = field.show_if
    other = earlier.get(name)
    if other is None:
        yield f"villkoret pekar på ”{name}”, som måste vara ett tidigare fält i formuläret."
    elif other.type == "boolean":
        if not isinstance(wanted, bool):
            yield f"villkoret på ”{name}” måste vara true eller false."
    elif other.type != "string" or wanted not in [choice.value for choice in other.choices]:
        yield f"villkoret måste vara ett av valen i ”{name}”."


def _filling(field: Field, earlier: Mapping[str, Field]) -> Iterator[str]:
    if field.fills is None:
        return
    if field.type != _FILLS_TYPE[field.fills]:
        yield f"”x-fills: {field.fills}” kräver typen {_FILLS_TYPE[field.fills]}."
    elif field.type == "string" and not field.choices and not _fits(field):
        yield f"”x-fills: {field.fills}” kräver en rad och maxLength högst {_COLUMN_LENGTH}."
    if any(other.fills == field.fills for other in earlier.values()):
        yield f"”x-fills: {field.fills}” används av två fält."


def _fits(field: Field) -> bool:
    return (field.max_length or _COLUMN_LENGTH + 1) <= _COLUMN_LENGTH and field.widget != "textarea"
