"""Requests within bounds: bodies stay in memory, JSON means one thing, form keys are declared."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from io import BytesIO
from typing import IO, Any

from flask import Request, request
from werkzeug.datastructures import FileStorage

from service.errors import Invalid, Unsupported
from service.http.language import t

MAX_BODY = 30 * 1024 * 1024
MAX_FORM = 1024 * 1024
MAX_PARTS = 200
MAX_JSON_DEPTH = 32


class BoundedRequest(Request):
    """Uploads are never spooled to disk: a temporary file would hold citizen text unencrypted."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


def form(declared: Collection[str] | None = None, *, lists: Collection[str] = ()) -> dict[str, str]:
    """The form's fields without the CSRF token, each given once. `lists` are groups of checkboxes, left
    for the caller to read.

    Raises Invalid on a repeated field and, with `declared`, on any field outside it."""
    fields: dict[str, str] = {}
    for name, values in request.form.lists():
        if name in lists:
            continue
        if len(values) > 1:
            raise Invalid(t("error.repeated"), {name: t("error.repeated")})
        fields[name] = values[0].replace("\r\n", "\n")
    fields.pop("csrf", None)
    if declared is not None:
        refuse_unknown(fields, declared)
        refuse_unknown(request.files, declared)
    return fields


def files(name: str) -> list[FileStorage]:
    """The uploaded files of one field; an empty choice in the browser is no file."""
    return [f for f in request.files.getlist(name) if f.filename]


def refuse_unknown(given: Mapping[str, Any], declared: Collection[str]) -> None:
    if unknown := sorted(set(given) - set(declared)):
        # the names are a stranger's words: told back only as field keys, bounded
        raise Invalid(
            t("error.unknown_field"), {name[:80]: t("error.unknown_field") for name in unknown[:20]}
        )


def body(declared: Collection[str]) -> dict[str, Any]:
    """The JSON object of the request. Duplicate keys, NaN, other encodings and unknown keys are refused."""
    if request.mimetype != "application/json":
        raise Unsupported(t("error.want_json"))
    try:
        value = json.loads(
            request.get_data().decode("utf-8") or "{}",
            object_pairs_hook=_once,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except (ValueError, RecursionError):
        raise Invalid(t("error.bad_json")) from None
    if not isinstance(value, dict) or _depth(value) > MAX_JSON_DEPTH:
        raise Invalid(t("error.bad_json"))
    refuse_unknown(value, declared)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _no_constant(text: str) -> float:
    raise ValueError(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _depth(value: Any) -> int:
    deepest, rest = 0, [(value, 1)]
    while rest:
        part, depth = rest.pop()
        deepest = max(deepest, depth)
        if depth > MAX_JSON_DEPTH:
            break
        if isinstance(part, dict | list):
            children = part.values() if isinstance(part, dict) else part
            rest.extend((child, depth + 1) for child in children)
    return deepest
