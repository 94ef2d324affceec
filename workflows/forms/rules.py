"""What an answer must keep to, and where else it goes: each rule for the kinds that it can hold for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflows.forms.fields import MAX_TEXT, Check, Fills
from workflows.forms.form import Form
from workflows.forms.kinds import COUNTED, FILLED_BY, PUBLIC_LINE, SUGGESTED, WRITTEN, FieldKind, kind_of
from workflows.forms.metaschema import MAX_NUMBER
from workflows.forms.settings import Json, named, put, refused


def with_must(made: Mapping[str, Any], values: Sequence[str]) -> Json:
    if not values:
        return put(made, "x-must", None)
    known = [choice["const"] for choice in made.get("items", {}).get("oneOf", ())]
    if kind_of(made) is not FieldKind.SEVERAL or not set(values) <= set(known):
        raise refused("must", "Välj bland de val som fältet har.")
    return put(made, "x-must", [value for value in known if value in values])


def with_check(made: Mapping[str, Any], check: Check | None) -> Json:
    if check is None:
        return put(made, "x-check", None)
    kind = kind_of(made)
    if kind not in WRITTEN:
        raise refused("check", "Texten kan bara granskas i ett fält för fri text.")
    if check == "public_subject" and (kind is not FieldKind.SHORT or not _fits(made)):
        raise refused("check", _ONE_LINE)
    return put(made, "x-check", check)


def filling(form: Form, name: str, made: Mapping[str, Any], fills: Fills | None) -> Json:
    if fills is None:
        return put(made, "x-fills", None)
    kind = kind_of(made)
    if kind not in FILLED_BY[fills]:
        raise refused("fills", "Ett svar av det här slaget kan inte stå där. Välj en annan plats.")
    if kind is FieldKind.SHORT and not _fits(made):
        raise refused("fills", _ONE_LINE)
    if other := next((field for field in form.fields if field.fills == fills and field.name != name), None):
        raise refused("fills", f"Fältet {named(other.title)} fyller redan i det.")
    return put(made, "x-fills", fills)


_ONE_LINE = f"Välj kort text med högst {PUBLIC_LINE} tecken: längre rader får inte plats i registret."


def _fits(made: Mapping[str, Any]) -> bool:
    return int(made.get("maxLength", MAX_TEXT)) <= PUBLIC_LINE


def with_length(made: Mapping[str, Any], most: int | None) -> Json:
    if kind_of(made) not in WRITTEN:
        if most is None:
            return put(made, "maxLength", None)
        raise refused("length", "Bara fri text har ett största antal tecken.")
    if most is not None and not 1 <= most <= MAX_TEXT:
        raise refused("length", f"Skriv ett antal tecken mellan 1 och {MAX_TEXT}.")
    after = put(made, "maxLength", most)
    public = made.get("x-check") == "public_subject" or made.get("x-fills") is not None
    if public and not _fits(after):
        raise refused("length", f"Texten skickas till register där högst {PUBLIC_LINE} tecken får plats.")
    return after


def within(made: Mapping[str, Any], least: float | None, most: float | None) -> Json:
    if kind_of(made) not in COUNTED and (least, most) != (None, None):
        raise refused("range", "Bara tal har ett minsta och ett största värde.")
    if any(limit is not None and abs(limit) > MAX_NUMBER for limit in (least, most)):
        raise refused("range", "Talet är för stort. Kontrollera antalet siffror.")
    if least is not None and most is not None and least > most:
        raise refused("range", "Det minsta värdet är större än det största.")
    return put(put(made, "minimum", least), "maximum", most)


def suggesting(made: Mapping[str, Any], autocomplete: str | None) -> Json:
    if autocomplete is not None and kind_of(made) not in SUGGESTED:
        raise refused("suggest", "Webbläsaren kan bara föreslå kort text, e-postadress och webbadress.")
    return put(made, "x-autocomplete", autocomplete)
