"""Which questions wait for an answer to another, and what that other may therefore not do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflows.forms.fields import Field
from workflows.forms.form import Form
from workflows.forms.settings import Json, field_of, named, put, refused


def followers(form: Form, name: str) -> list[Field]:
    """The questions that are shown only for some answer to this one."""
    return [field for field in form.fields if field.show_if is not None and field.show_if[0] == name]


def free_of_followers(form: Form, name: str, setting: str, what: str) -> None:
    """Raises ModelRefused when a question is shown for an answer to this one, which shall be `what`."""
    if found := followers(form, name):
        titles = ", ".join(named(field.title) for field in found[:5])
        raise refused(
            setting,
            f"Fältet kan inte {what}: {titles} visas bara för ett visst svar på det. Ändra det först.",
        )


def in_order(form: Form, order: Sequence[str]) -> None:
    """A condition looks at what has already been asked."""
    place = {name: at for at, name in enumerate(order)}
    for field in form.fields:
        if field.show_if is not None and place[field.show_if[0]] > place[field.name]:
            other = field_of(form, field.show_if[0])
            raise refused(
                None,
                f"{named(field.title)} visas bara för ett visst svar på {named(other.title)} och måste "
                "stå efter det fältet.",
            )


def shown_when(form: Form, name: str, made: Mapping[str, Any], when: tuple[str, str | bool] | None) -> Json:
    if when is None:
        return put(made, "x-show-if", None)
    order = [field.name for field in form.fields]
    if when[0] not in order or order.index(when[0]) >= order.index(name):
        raise refused("show_if", "Villkoret ska gälla ett fält som står tidigare i formuläret.")
    if when not in answers_of(field_of(form, when[0])):
        raise refused("show_if", "Välj ett av svaren som fältet i villkoret kan få.")
    return put(made, "x-show-if", {"field": when[0], "equals": when[1]})


def answers_of(field: Field) -> list[tuple[str, str | bool]]:
    """The answers to a question that a condition may wait for, as (name, answer)."""
    if field.type == "boolean":
        return [(field.name, True), (field.name, False)]
    if field.type != "string":
        return []
    return [(field.name, choice.value) for choice in field.choices]
