"""How a question is answered: its kind, and the choices of a kind that has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflows.forms.conditions import followers, free_of_followers
from workflows.forms.fields import Choice
from workflows.forms.form import Form
from workflows.forms.kinds import (
    CHOSEN,
    COUNTED,
    FILLED_BY,
    SHAPES,
    STEERING,
    SUGGESTED,
    WRITTEN,
    FieldKind,
    kind_of,
)
from workflows.forms.metaschema import MAX_CHOICES, MAX_DESCRIPTION, MAX_TITLE
from workflows.forms.settings import Json, field_of, named, ordered, put, refused, storable

_KEPT = ("title", "description", "x-show-if")
"""Whatever the kind."""


def choices_of(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Raises ModelRefused unless they can be chosen among."""
    if not choices:
        raise refused("choices", "Skriv minst ett val, ett på varje rad.")
    if len(choices) > MAX_CHOICES:
        raise refused("choices", f"Högst {MAX_CHOICES} val får plats.")
    titles = [choice.title for choice in choices]
    if twice := next((title for title in titles if titles.count(title) > 1), None):
        raise refused("choices", f"Valet {named(twice)} står två gånger.")
    if any(not title.strip() or len(title) > MAX_TITLE for title in titles):
        raise refused("choices", f"Ett val ska ha mellan 1 och {MAX_TITLE} tecken.")
    if any(len(choice.description) > MAX_DESCRIPTION for choice in choices):
        raise refused("choices", f"Korta förklaringen till ett val till högst {MAX_DESCRIPTION} tecken.")
    storable("choices", *titles, *(choice.description for choice in choices))
    return tuple(choices)


def with_choices(made: Mapping[str, Any], choices: Sequence[Choice]) -> Json:
    listed = [
        {"const": choice.value, "title": choice.title}
        | ({"description": choice.description} if choice.description else {})
        for choice in choices
    ]
    if made["type"] != "array":
        return put(made, "oneOf", listed)
    items = {**made.get("items", {"type": "string"}), "oneOf": listed}
    return put(
        put(made, "items", items), "uniqueItems", True if "items" not in made else made.get("uniqueItems")
    )


def chosen_from(form: Form, name: str, made: Mapping[str, Any], choices: Sequence[Choice]) -> Json:
    """Other choices. Those that another question or a rule of this one looks at must stay."""
    if kind_of(made) not in CHOSEN:
        raise refused("choices", "Fältet har inga val att välja bland.")
    values = {choice.value for choice in choices}
    for choice in field_of(form, name).choices:
        if choice.value in values:
            continue
        for other in followers(form, name):
            if other.show_if == (name, choice.value):
                raise refused(
                    "choices",
                    f"Valet {named(choice.title)} kan inte tas bort: fältet {named(other.title)} "
                    "visas bara för det. Ändra det fältet först.",
                )
        if choice.value in made.get("x-must", ()):
            raise refused(
                "choices", f"Valet {named(choice.title)} krävs för att gå vidare. Ta bort kravet först."
            )
    return with_choices(made, choices)


def of_kind(
    form: Form, name: str, made: Mapping[str, Any], kind: FieldKind, choices: Sequence[Choice]
) -> Json:
    """Answered in another way, with what still fits of its settings."""
    old = kind_of(made)
    if kind is old:
        return chosen_from(form, name, made, choices) if choices and kind in CHOSEN else dict(made)
    if kind not in STEERING or (old in CHOSEN) is not (kind in CHOSEN):
        free_of_followers(form, name, "kind", "få ett annat slags svar")
    _keep_the_rules(made, kind)
    shape: Json = {key: made[key] for key in (*_KEPT, "x-check", "x-fills") if key in made} | {**SHAPES[kind]}
    if kind in WRITTEN and old in WRITTEN:
        shape["maxLength"] = made.get("maxLength")
    if "x-autocomplete" in made and kind in SUGGESTED:
        shape["x-autocomplete"] = made["x-autocomplete"]
    if kind in COUNTED and old in COUNTED:
        shape |= {key: made[key] for key in ("minimum", "maximum") if key in made}
    field = ordered({key: value for key, value in shape.items() if value is not None})
    if kind not in CHOSEN:
        return field
    kept = tuple(choices) or field_of(form, name).choices
    _keep_what_steers(form, name, kept)
    return with_choices(field, choices_of(kept))


def _keep_the_rules(made: Mapping[str, Any], kind: FieldKind) -> None:
    """A rule of the question is never lost in passing."""
    if "x-must" in made:
        raise refused("kind", "Fältet har val som krävs för att gå vidare. Ta bort kravet först.")
    check = made.get("x-check")
    if check and (kind not in WRITTEN or (check == "public_subject" and kind is not FieldKind.SHORT)):
        raise refused("kind", "Fältets text granskas. Ta bort granskningen först.")
    if "x-fills" in made and kind not in FILLED_BY[made["x-fills"]]:
        raise refused("kind", "Svaret skrivs också i ärendet. Ta bort det valet först.")


def _keep_what_steers(form: Form, name: str, choices: Sequence[Choice]) -> None:
    values = {choice.value for choice in choices}
    for other in followers(form, name):
        if other.show_if is not None and other.show_if[1] not in values:
            raise refused(
                "choices",
                f"Fältet {named(other.title)} visas bara för ett val som inte är kvar. Ändra det först.",
            )
