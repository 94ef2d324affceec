"""A form's file with one edit done to it: bytes in, bytes out, or a refusal that says what to change.

A finding's `element` is the setting that the sentence is about (`title`, `hint`, `kind`, `choices`,
`show_if`, `must`, `check`, `fills`, `length`, `range`, `suggest`, `name`), or None. What an edit does not
speak of stays as it was, in its place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from workflows.forms import choosing, conditions, rules, settings
from workflows.forms.edits import (
    AddField,
    Describe,
    Edit,
    FieldEdit,
    Introduce,
    MoveField,
    RemoveField,
    Rename,
    Retitle,
    SetCheck,
    SetChoices,
    SetFills,
    SetKind,
    SetLength,
    SetMust,
    SetRange,
    SetRequired,
    SetShowIf,
    SetSuggestion,
)
from workflows.forms.form import Form
from workflows.forms.kinds import CHOSEN, SHAPES
from workflows.forms.metaschema import MAX_DESCRIPTION, MAX_FIELDS, MAX_TITLE
from workflows.forms.schema import NAME, RESERVED, load

Json = dict[str, Any]
_FORM_ORDER = (
    "$schema", "title", "description", "type", "properties", "required", "additionalProperties",
)  # fmt: skip
_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def new(title: str) -> bytes:
    """A form without questions. Raises ModelRefused."""
    made = {"$schema": _SCHEMA, "title": _titled(title), "type": "object", "properties": {}}
    return _written({**made, "required": [], "additionalProperties": False})


def read(schema: bytes) -> tuple[Json, Form]:
    """The file as JSON and as the form that it is. Raises ModelRefused."""
    try:
        made = json.loads(schema.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise settings.refused(None, "Formuläret är inte giltig JSON.") from None
    return made, load(_called(made), made)


def apply(schema: bytes, edit: Edit) -> bytes:
    """The file with the edit done. Deterministic. Raises ModelRefused, and `schema` is then all there is."""
    made, form = read(schema)
    match edit:
        case Retitle(title):
            after = settings.put(made, "title", _titled(title), _FORM_ORDER)
        case Introduce(text):
            after = settings.put(made, "description", _described(text) or None, _FORM_ORDER)
        case AddField():
            after = _added(made, edit)
        case _:
            if edit.name not in made["properties"]:
                raise settings.refused("name", "Fältet finns inte längre i formuläret.")
            after = _changed(made, form, edit)
    return _written(after)


def apply_all(schema: bytes, edits: Sequence[Edit]) -> bytes:
    """All of them in order, or none. Raises ModelRefused at the first that is refused."""
    for edit in edits:
        schema = apply(schema, edit)
    return schema


# ── the form ─────────────────────────────────────────────────────────────────────────────────────────


def _added(made: Json, edit: AddField) -> Json:
    properties = made["properties"]
    if len(properties) >= MAX_FIELDS:
        raise settings.refused(
            None, f"Ett formulär kan ha högst {MAX_FIELDS} fält. Dela upp frågorna på flera steg."
        )
    if edit.name in properties or edit.name in RESERVED or not NAME.fullmatch(edit.name):
        raise settings.refused("title", "Ett fält med det namnet kan inte läggas till. Välj en annan rubrik.")
    shape = {"title": _titled(edit.title), **SHAPES[edit.kind]}
    if text := _described(edit.hint):
        shape["description"] = text
    field = settings.ordered(shape)
    if edit.kind in CHOSEN:
        field = choosing.with_choices(field, choosing.choices_of(edit.choices))
    after = {**made, "properties": {**properties, edit.name: field}}
    return _required(after, edit.name, True) if edit.required else after


def _required(made: Json, name: str, wanted: bool) -> Json:
    """The names of required questions stand in the order of the questions."""
    there = [other for other in made.get("required", ()) if other != name]
    if wanted:
        order = list(made["properties"])
        later = set(order[order.index(name) + 1 :])
        place = next((at for at, other in enumerate(there) if other in later), len(there))
        there.insert(place, name)
    return settings.put(made, "required", there or None, _FORM_ORDER)


def _changed(made: Json, form: Form, edit: FieldEdit) -> Json:
    name = edit.name
    match edit:
        case RemoveField():
            conditions.free_of_followers(form, name, "name", "tas bort")
            rest = {key: field for key, field in made["properties"].items() if key != name}
            return _required({**made, "properties": rest}, name, False)
        case MoveField(_, up):
            return {**made, "properties": _moved(made["properties"], form, name, up)}
        case SetRequired(_, wanted):
            return made if (name in made.get("required", ())) is wanted else _required(made, name, wanted)
    field = made["properties"][name]
    match edit:
        case Rename(_, title):
            field = settings.put(field, "title", _titled(title))
        case Describe(_, text):
            field = settings.put(field, "description", _described(text) or None)
        case SetKind(_, kind, choices):
            field = choosing.of_kind(form, name, field, kind, choosing.choices_of(choices) if choices else ())
        case SetChoices(_, choices):
            field = choosing.chosen_from(form, name, field, choosing.choices_of(choices))
        case SetShowIf(_, when):
            field = conditions.shown_when(form, name, field, when)
        case SetMust(_, values):
            field = rules.with_must(field, values)
        case SetCheck(_, check):
            field = rules.with_check(field, check)
        case SetFills(_, fills):
            field = rules.filling(form, name, field, fills)
        case SetLength(_, most):
            field = rules.with_length(field, most)
        case SetRange(_, least, most):
            field = rules.within(field, least, most)
        case SetSuggestion(_, autocomplete):
            field = rules.suggesting(field, autocomplete)
    return {**made, "properties": {**made["properties"], name: field}}


def _moved(properties: Mapping[str, Any], form: Form, name: str, up: bool) -> Json:
    order = list(properties)
    at = order.index(name)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(order):
        raise settings.refused(None, "Fältet står redan först." if up else "Fältet står redan sist.")
    order[at], order[other] = order[other], order[at]
    conditions.in_order(form, order)
    return {key: properties[key] for key in order}


# ── texts, and the file ──────────────────────────────────────────────────────────────────────────────


def _titled(title: str) -> str:
    plain = " ".join(title.split())
    if not plain:
        raise settings.refused("title", "Skriv en rubrik.")
    if len(plain) > MAX_TITLE:
        raise settings.refused("title", f"Korta rubriken till högst {MAX_TITLE} tecken.")
    settings.storable("title", plain)
    return plain


def _described(text: str) -> str:
    plain = text.replace("\r\n", "\n").strip()
    if len(plain) > MAX_DESCRIPTION:
        raise settings.refused("hint", f"Korta förklaringen till högst {MAX_DESCRIPTION} tecken.")
    settings.storable("hint", plain)
    return plain


def _written(made: Json) -> bytes:
    """The file, once it is known to be a form."""
    load(_called(made), made)  # the last word is the loader's own, whatever was seen to above
    return (json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode()


def _called(made: object) -> str:
    title = made.get("title") if isinstance(made, Mapping) else None
    return title[:MAX_TITLE] if isinstance(title, str) else "?"


def _once(pairs: list[tuple[str, Any]]) -> Json:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)
