"""Forms and their questions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.workflows.changes.places import (
    Place,
    kind,
)
from tests.workflows.owned import Files, Owned
from workflows.wording import quoted


def _users(own: Owned, form: str) -> list[str]:
    return [n.id for n in own.nodes.values() if n.form == form]


def reformed(own: Owned, name: str, change: Callable[[Any], object]) -> Callable[[], Files]:
    def changed() -> Files:
        path = f"forms/{name}.json"
        schema = json.loads(own.files[path])
        change(schema)
        return own.rewritten(path, json.dumps(schema, ensure_ascii=False).encode())

    return changed


def form_called(own: Owned, name: str) -> str:
    return f"formuläret {quoted(own.words.forms[name])}"


def questions(own: Owned) -> Iterator[tuple[str, str, Mapping[str, Any], str]]:
    """Form, field, its schema, and ”Frågan X i formuläret Y” without its first word."""
    for name, form in own.definition.forms.items():
        for field_name, made in form["properties"].items():
            yield name, field_name, made, f"{quoted(made['title'])} i {form_called(own, name)}"


@kind("a form renamed")
def _(own: Owned) -> Iterator[Place]:
    for name in own.definition.forms:
        yield Place(
            name,
            reformed(own, name, lambda s: s.update(title="Ny blankett")),
            f"F{form_called(own, name)[1:]} heter nu ”Ny blankett”.",
            dict.fromkeys(_users(own, name), "Formulär: ”Ny blankett”"),
        )


@kind("a form introduced")
def _(own: Owned) -> Iterator[Place]:
    for name, form in own.definition.forms.items():
        how = "ändras" if form.get("description") else "läggs till"
        yield Place(
            name,
            reformed(own, name, lambda s: s.update(description="Läs detta först.")),
            f"Inledningen till {form_called(own, name)} {how}.",
        )


@kind("a form file removed")
def _(own: Owned) -> Iterator[Place]:
    for name in own.definition.forms:
        named = {quoted(own.words.forms[name]): quoted(name)}
        yield Place(
            name,
            lambda name=name: own.rewritten(f"forms/{name}.json", None),  # type: ignore[misc]
            f"F{form_called(own, name)[1:]} tas bort.",
            dict.fromkeys(_users(own, name), f"Formulär: {quoted(name)}")
            if quoted(own.words.forms[name]) != quoted(name)
            else {},
            swaps=(*_words_of(own, name), *(frozenset(pair) for pair in named.items())),
        )


def _words_of(own: Owned, form: str, only: str | None = None) -> tuple[frozenset[str], ...]:
    """What a variable or an answer of the form may be called, before and after a change to the form."""
    found = []
    for name, made in own.definition.forms[form]["properties"].items():
        if only in (None, name):
            titles = {
                quoted(f["properties"][name]["title"])
                for f in own.definition.forms.values()
                if name in f["properties"]
            }
            found.append(frozenset({*titles, quoted(name)}))
            for listed in made.get("oneOf", made.get("items", {}).get("oneOf", ())):
                found.append(frozenset({quoted(listed["title"]), quoted(str(listed["const"]))}))
    return tuple(found)


@kind("a question added")
def _(own: Owned) -> Iterator[Place]:
    for name in own.definition.forms:
        yield Place(
            name,
            reformed(
                own,
                name,
                lambda s: s["properties"].update(extra={"type": "string", "title": "När?", "format": "date"}),
            ),
            f"Frågan ”När?” läggs till i {form_called(own, name)}.",
        )


@kind("a question that must be answered added")
def _(own: Owned) -> Iterator[Place]:
    def change(schema: Any) -> None:
        schema["properties"]["extra"] = {"type": "string", "title": "När?"}
        schema.setdefault("required", []).append("extra")

    for name in own.definition.forms:
        yield Place(
            name,
            reformed(own, name, change),
            f"Den obligatoriska frågan ”När?” läggs till i {form_called(own, name)}.",
        )


@kind("a question removed")
def _(own: Owned) -> Iterator[Place]:
    for name, asked, made, _said in questions(own):
        if any(
            (q_.get("x-show-if") or {}).get("field") == asked
            for q_ in own.definition.forms[name]["properties"].values()
        ):
            continue  # then other questions are shown on other conditions too

        def change(schema: Any, asked: str = asked) -> None:
            schema["properties"].pop(asked)
            schema["required"] = [n for n in schema.get("required", []) if n != asked]

        yield Place(
            f"{name}.{asked}",
            reformed(own, name, change),
            f"Frågan {quoted(made['title'])} tas bort ur {form_called(own, name)}.",
            swaps=_words_of(own, name, asked),
        )


@kind("a question renamed")
def _(own: Owned) -> Iterator[Place]:
    for name, asked, _made, said in questions(own):
        words = _words_of(own, name, asked)
        yield Place(
            f"{name}.{asked}",
            reformed(own, name, lambda s, asked=asked: s["properties"][asked].update(title="Hur då?")),  # type: ignore[misc]
            f"Frågan {said} lyder nu ”Hur då?”.",
            swaps=(words[0] | {"”Hur då?”"},),
        )


@kind("a question's hint")
def _(own: Owned) -> Iterator[Place]:
    for name, asked, made, said in questions(own):
        how = "ändras" if made.get("description") else "läggs till"
        yield Place(
            f"{name}.{asked}",
            reformed(
                own,
                name,
                lambda s, asked=asked: s["properties"][asked].update(description="Högst tre rader."),
            ),  # type: ignore[misc]
            f"Förklaringen till frågan {said} {how}.",
        )


@kind("a question that must be answered, or need no longer be")
def _(own: Owned) -> Iterator[Place]:
    for name, asked, _made, said in questions(own):
        required = asked in own.definition.forms[name].get("required", [])

        def change(schema: Any, asked: str = asked, required: bool = required) -> None:
            listed = [n for n in schema.get("required", []) if n != asked]
            schema["required"] = listed if required else [*listed, asked]

        yield Place(
            f"{name}.{asked}",
            reformed(own, name, change),
            f"Frågan {said} blir {'frivillig' if required else 'obligatorisk'}.",
        )
