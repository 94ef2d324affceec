"""The schema that a form's schema must follow: our subset of JSON Schema 2020-12.

`pattern` is left out on purpose (a stranger's regular expression can stop the service), and so are
references, nesting and `default`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

MAX_FIELDS = 100
MAX_CHOICES = 200
MAX_TITLE = 300
MAX_DESCRIPTION = 2_000
MAX_NUMBER = 10**15
SUGGESTIONS = (
    "off",
    "name",
    "given-name",
    "family-name",
    "email",
    "tel",
    "url",
    "organization",
    "organization-title",
    "street-address",
    "postal-code",
)
"""What a browser may be told to suggest: HTML's own names."""

_TITLE = {"type": "string", "minLength": 1, "maxLength": MAX_TITLE}
_DESCRIPTION = {"type": "string", "maxLength": MAX_DESCRIPTION}
_NUMBER = {"type": "number", "minimum": -MAX_NUMBER, "maximum": MAX_NUMBER}
_NAME = {"type": "string", "minLength": 1, "maxLength": 60}


def _closed(properties: Mapping[str, object], *required: str) -> dict[str, object]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


_CHOICE = _closed(
    {
        "const": {"type": "string", "minLength": 1, "maxLength": 100},
        "title": _TITLE,
        "description": _DESCRIPTION,
    },
    "const",
    "title",
)
_CHOICES = {"type": "array", "minItems": 1, "maxItems": MAX_CHOICES, "items": _CHOICE}
_ITEMS = _closed({"type": {"const": "string"}, "oneOf": _CHOICES}, "oneOf")
_SHOW_IF = _closed(
    {"field": _NAME, "equals": {"type": ["string", "boolean"], "maxLength": 100}},
    "field",
    "equals",
)
_FIELD = _closed(
    {
        "type": {"enum": ["string", "boolean", "integer", "number", "array"]},
        "title": _TITLE,
        "description": _DESCRIPTION,
        "format": {"enum": ["date", "date-time", "email", "uri"]},
        "oneOf": _CHOICES,
        "items": _ITEMS,
        "uniqueItems": {"const": True},
        "maxLength": {"type": "integer", "minimum": 1, "maximum": 10_000},
        "minimum": _NUMBER,
        "maximum": _NUMBER,
        "x-widget": {"enum": ["textarea", "select", "radio"]},
        "x-show-if": _SHOW_IF,
        "x-fills": {"enum": ["subject", "registration_number", "sender_public", "outcome"]},
        "x-check": {"enum": ["public_subject", "no_personal_number"]},
        "x-must": {"type": "array", "minItems": 1, "maxItems": MAX_CHOICES, "items": _NAME},
        "x-autocomplete": {"enum": list(SUGGESTIONS)},
    },
    "type",
    "title",
)
FORM: Mapping[str, Any] = MappingProxyType(
    _closed(
        {
            "$schema": {"const": "https://json-schema.org/draft/2020-12/schema"},
            "title": _TITLE,
            "description": _DESCRIPTION,
            "type": {"const": "object"},
            "additionalProperties": {"const": False},
            "properties": {
                "type": "object",
                "maxProperties": MAX_FIELDS,
                "additionalProperties": _FIELD,
            },
            "required": {"type": "array", "maxItems": MAX_FIELDS, "items": _NAME},
        },
        "title",
        "type",
        "properties",
    )
)
