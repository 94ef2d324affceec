"""From a form's schema, written by strangers, to a `Form`, or a refusal that says what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from workflows.errors import Finding, ModelRefused
from workflows.forms.agreement import disagreements
from workflows.forms.fields import Choice, Field
from workflows.forms.form import Form
from workflows.forms.formats import unstorable
from workflows.forms.metaschema import FORM, MAX_CHOICES, MAX_DESCRIPTION, MAX_FIELDS, MAX_TITLE
from workflows.kept import Kept

MAX_PARTS = 50_000
MAX_DEPTH = 8
MAX_FINDINGS = 20
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
RESERVED = frozenset(
    (
        "and",
        "or",
        "not",
        "in",
        "if",
        "then",
        "else",
        "for",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "instance",
        "of",
        "function",
        "true",
        "false",
        "null",
        "none",
        "is",
        "lambda",
    )
)
_NAME_RULE = (
    "ett fältnamn skrivs med små bokstäver a–z, siffror och understreck, börjar med en bokstav "
    "och är inget ord i uttrycksspråket."
)
_loaded: Kept[tuple[str, str], Form] = Kept(200)
_META = Draft202012Validator(dict(FORM))


def load(id: str, schema: Mapping[str, object]) -> Form:
    """The form, or ModelRefused with at most twenty findings whose `element` is `<id>.<path>`.

    `schema` is decoded JSON and may be anything at all. The latest forms are kept, so that a page
    may load its form each time.
    """
    if unreadable := _bounds(schema):
        raise ModelRefused(_located(id, unreadable))
    try:
        written = json.dumps(schema)
    except (TypeError, ValueError):  # no JSON, so no form either: to be told why
        return _load(id, schema)
    return _loaded.get((id, written), lambda: _load(id, schema))


def _load(id: str, schema: Mapping[str, object]) -> Form:
    if findings := _shape(schema) or _names(schema):
        raise ModelRefused(_located(id, findings))
    form = _form(id, schema)
    if disagreeing := list(disagreements(form, schema)):
        raise ModelRefused(_located(id, disagreeing))
    return form


Remark = tuple[str, str]
"""(path inside the schema, Swedish sentence)."""


def _located(id: str, remarks: Sequence[Remark]) -> list[Finding]:
    return [
        Finding("form-schema", f"{id}.{path}" if path else id, f"Formuläret {id}: {text}")
        for path, text in remarks[:MAX_FINDINGS]
    ]


def _bounds(schema: object) -> list[Remark]:
    """Looked at first and without recursion, so that nothing later meets a bomb."""
    level: list[object] = [schema]
    count = 0
    for _ in range(MAX_DEPTH):
        count += len(level)
        if count > MAX_PARTS:
            return [("", "schemat är för stort.")]
        below: list[object] = []
        for part in level:
            if isinstance(part, Mapping):
                below += [*part.keys(), *part.values()]
            elif isinstance(part, list):
                below += part
            elif isinstance(part, str) and (len(part) > MAX_DESCRIPTION or unstorable(part)):
                return [("", "en text är för lång eller innehåller tecken som inte går att spara.")]
            elif isinstance(part, int | float) and not -1e18 < part < 1e18:
                return [("", "ett tal är för stort.")]
        level = below
    return [("", "schemat är för djupt nästlat.")] if level else []


def _shape(schema: object) -> list[Remark]:
    found = sorted(_META.iter_errors(schema), key=lambda error: [str(step) for step in error.path])
    return [remark for error in found[:MAX_FINDINGS] for remark in _remarks(error)]


def _remarks(error: ValidationError) -> Iterator[Remark]:
    path = ".".join(str(step) for step in error.path)
    wanted: Any = error.validator_value
    allowed: Any = error.schema
    found: Any = error.instance
    match error.validator:
        case "additionalProperties":
            for name in [key for key in found if key not in allowed["properties"]]:
                yield path, f"nyckelordet ”{str(name)[:60]}” stöds inte. Ta bort det."
        case "required":
            missing = [key for key in wanted if key not in found]
            yield path, f"{', '.join(f'”{key}”' for key in missing)} saknas."
        case "maxProperties":
            yield path, f"högst {MAX_FIELDS} fält får finnas."
        case "maxItems":
            yield path, f"listan är för lång (högst {MAX_CHOICES} val eller {MAX_FIELDS} fält)."
        case "maxLength":
            yield path, f"texten är för lång (en rubrik får ha högst {MAX_TITLE} tecken)."
        case "enum":
            values = ", ".join(str(value) for value in wanted)
            yield path, f"värdet stöds inte. Tillåtna värden: {values}."
        case "const":
            yield path, f"värdet måste vara {str(wanted).lower()}."
        case _:
            yield path, "värdet har fel slag eller är utanför gränserna."


def _names(schema: Mapping[str, Any]) -> list[Remark]:
    return [
        (f"properties.{name[:60]}", _NAME_RULE)
        for name in schema["properties"]
        if not NAME.fullmatch(name) or name in RESERVED
    ]


def _form(id: str, schema: Mapping[str, Any]) -> Form:
    required = set(schema.get("required", ()))
    properties: Mapping[str, Mapping[str, Any]] = schema["properties"]
    fields = tuple(_field(name, made, name in required) for name, made in properties.items())
    return Form(id, schema["title"], fields, schema.get("description", ""))


def _field(name: str, made: Mapping[str, Any], required: bool) -> Field:
    choices = made.get("oneOf") or made.get("items", {}).get("oneOf", ())
    condition = made.get("x-show-if")
    return Field(
        name=name,
        title=made["title"],
        description=made.get("description", ""),
        type=made["type"],
        format=made.get("format"),
        choices=tuple(Choice(c["const"], c["title"], c.get("description", "")) for c in choices),
        required=required,
        max_length=made.get("maxLength"),
        minimum=made.get("minimum"),
        maximum=made.get("maximum"),
        widget=made.get("x-widget"),
        show_if=(condition["field"], condition["equals"]) if condition else None,
        fills=made.get("x-fills"),
        autocomplete=made.get("x-autocomplete"),
        check=made.get("x-check"),
        must=tuple(made.get("x-must", ())),
    )
