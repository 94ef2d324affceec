"""Checks answers: what is not asked for is refused, what is not shown is dropped."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator

from workflows.forms import messages, public_subject
from workflows.forms.fields import MAX_TEXT, Field, Validated
from workflows.forms.formats import FORMATS, unstorable
from workflows.forms.metaschema import MAX_CHOICES, MAX_NUMBER
from workflows.steps import Value

MAX_UNKNOWN = 20
"""Undeclared names that are reported one by one; a stranger may send thousands."""


def validate(fields: Sequence[Field], answers: Mapping[str, object]) -> Validated:
    """Answers checked and sorted; see `Validated`. Never raises and never echoes what was sent."""
    errors = _undeclared(fields, answers)
    values: dict[str, Value] = {}
    for field in fields:
        if not _shown(field, values):
            continue  # a value left over from before the condition changed is not an answer
        value, error = _checked(field, answers.get(field.name))
        if error:
            errors[field.name] = error
        elif value is not None:
            values[field.name] = value
    given = [field for field in fields if field.name in values]
    return Validated(
        values=values,
        variables={field.name: values[field.name] for field in given if not field.free_text},
        texts={field.name: str(values[field.name]) for field in given if field.free_text},
        fills={field.fills: values[field.name] for field in given if field.fills},
        errors=errors,
    )


def _undeclared(fields: Sequence[Field], answers: Mapping[str, object]) -> dict[str, str]:
    declared = {field.name for field in fields}
    unknown = [name for name in answers if name not in declared][:MAX_UNKNOWN]
    return {_printable(name): messages.UNDECLARED for name in unknown}


def _printable(name: object) -> str:
    if not isinstance(name, str):
        return "?"
    return name[:100].encode("utf-8", "replace").decode("utf-8").replace("\x00", "?")


def _shown(field: Field, values: Mapping[str, Value]) -> bool:
    """A condition looks only at answers that were themselves shown and accepted."""
    if field.show_if is None:
        return True
    other, wanted = field.show_if
    return other in values and values[other] == wanted and type(values[other]) is type(wanted)


def _checked(field: Field, given: object) -> tuple[Value, str | None]:
    """The value to keep (None: there is none) and the sentence to show (None: all is well)."""
    if given is None or given == [] or (isinstance(given, str) and not given.strip()):
        return None, messages.missing(field) if field.required else None
    value = _of_type(field, given)
    if value is None:
        return None, messages.wrong_type(field)
    if isinstance(value, str) and (error := _text_error(field, value)):
        return None, error
    broken = next(iter(_validator(field).iter_errors(value)), None)
    if broken:
        return None, messages.broken_limit(field, str(broken.validator))
    lacking = [c.title for c in field.choices if c.value in field.must and c.value not in _chosen(value)]
    return (None, messages.not_chosen(lacking)) if lacking else (value, None)


def _chosen(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _of_type(field: Field, given: object) -> Value:
    """`given` when it is of the field's type, made plain; else None. Looks before it computes."""
    match field.type:
        case "boolean":
            return given if isinstance(given, bool) else None
        case "integer" | "number":
            return _number(field, given)
        case "array":
            if not isinstance(given, list) or len(given) > MAX_CHOICES:
                return None
            return list(given) if all(isinstance(item, str) for item in given) else None
        case "string":
            if not isinstance(given, str):
                return None
            return given.replace("\r\n", "\n") if field.free_text else given


def _number(field: Field, given: object) -> Value:
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    if isinstance(given, float) and not math.isfinite(given):
        return None
    if field.type == "number":
        return given
    return int(given) if given == int(given) else None


def _text_error(field: Field, value: str) -> str | None:
    limit = field.max_length or MAX_TEXT
    if len(value) > limit:
        return messages.too_long(len(value), limit)
    if unstorable(value):
        return messages.UNSTORABLE
    if field.widget != "textarea" and ("\n" in value or "\r" in value):
        return messages.ONE_LINE
    if field.format and not FORMATS[field.format](value):
        return messages.wrong_format(field.format)
    if field.check == "public_subject" or (field.fills == "subject" and not field.choices):
        return public_subject.wrong(value)
    if field.check == "no_personal_number" and public_subject.has_personal_number(value):
        return messages.PERSONAL_NUMBER
    return None


@lru_cache(maxsize=1_000)
def _validator(field: Field) -> Draft202012Validator:
    """The field's limits as JSON Schema; built from the field, never from a stranger's schema."""
    choices = [choice.value for choice in field.choices]
    limits: dict[str, Any] = {"type": field.type}
    if field.type == "array":
        limits |= {"items": {"enum": choices}, "uniqueItems": True}
    elif choices:
        limits["enum"] = choices
    if field.type in ("integer", "number"):
        limits["minimum"] = -MAX_NUMBER if field.minimum is None else field.minimum
        limits["maximum"] = MAX_NUMBER if field.maximum is None else field.maximum
    return Draft202012Validator(limits)
