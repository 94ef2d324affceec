"""What a question may be answered with, and when it is asked."""

# ruff: noqa: E501 (a sentence a line, however long)
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.workflows.changes.forms import form_called, questions, reformed
from tests.workflows.changes.places import (
    Place,
    kind,
)
from tests.workflows.owned import Owned
from workflows.wording import quoted, series


@kind("another kind of answer")
def _(own: Owned) -> Iterator[Place]:
    for name, asked, made, said in questions(own):
        if made["type"] == "string" and "format" not in made and "oneOf" not in made:
            yield Place(
                f"{name}.{asked}",
                reformed(own, name, lambda s, asked=asked: s["properties"][asked].update(type="boolean")),  # type: ignore[misc]
                f"Svaret på frågan {said} ändras från text till ja eller nej.",
            )


@kind("another format of an answer")
def _(own: Owned) -> Iterator[Place]:
    for name, asked, made, said in questions(own):
        if made["type"] == "string" and "format" not in made and "oneOf" not in made:
            yield Place(
                f"{name}.{asked}",
                reformed(own, name, lambda s, asked=asked: s["properties"][asked].update(format="date")),  # type: ignore[misc]
                f"Svaret på frågan {said} ändras från text till datum.",
            )


def _chosen(own: Owned) -> Iterator[tuple[str, str, list[Any], str]]:
    for name, asked, made, said in questions(own):
        listed = made.get("oneOf") or made.get("items", {}).get("oneOf")
        if listed:
            yield name, asked, listed, said


def _listed(schema: Any, asked: str) -> list[Any]:
    made = schema["properties"][asked]
    found: list[Any] = made.get("oneOf") or made["items"]["oneOf"]
    return found


@kind("a choice added")
def _(own: Owned) -> Iterator[Place]:
    for name, asked, _all, said in _chosen(own):
        yield Place(
            f"{name}.{asked}",
            reformed(
                own,
                name,
                lambda s, asked=asked: _listed(s, asked).append({"const": "extra", "title": "Något nytt"}),
            ),  # type: ignore[misc]
            f"Frågan {said} får svaret ”Något nytt”.",
        )


@kind("a choice removed")
def _(own: Owned) -> Iterator[Place]:
    for name, asked, listed, said in _chosen(own):
        if len(listed) < 2:
            continue
        last = listed[-1]
        yield Place(
            f"{name}.{asked}",
            reformed(own, name, lambda s, asked=asked: _listed(s, asked).pop()),  # type: ignore[misc]
            f"Svaret {quoted(last['title'])} på frågan {said} tas bort.",
            swaps=(frozenset({quoted(last["title"]), quoted(str(last["const"]))}),),
        )


@kind("a choice renamed")
def _(own: Owned) -> Iterator[Place]:
    for name, asked, listed, said in _chosen(own):
        for at, choice in enumerate(listed):
            others = {
                quoted(c["title"])
                for f in own.definition.forms.values()
                if asked in f["properties"]
                for c in f["properties"][asked].get("oneOf", ())
                if c["const"] == choice["const"]
            }
            yield Place(
                f"{name}.{asked}.{at}",
                reformed(
                    own, name, lambda s, asked=asked, at=at: _listed(s, asked)[at].update(title="Något nytt")
                ),  # type: ignore[misc]
                f"Svaret {quoted(choice['title'])} på frågan {said} heter nu ”Något nytt”.",
                swaps=(frozenset({*others, quoted(str(choice["const"])), "”Något nytt”"}),),
            )


@kind("choices in another order")
def _(own: Owned) -> Iterator[Place]:
    for name, asked, listed, said in _chosen(own):
        if len(listed) > 1:
            yield Place(
                f"{name}.{asked}",
                reformed(own, name, lambda s, asked=asked: _listed(s, asked).reverse()),  # type: ignore[misc]
                f"Svaren på frågan {said} byter ordning.",
            )


@kind("questions in another order")
def _(own: Owned) -> Iterator[Place]:
    for name, form in own.definition.forms.items():
        if len(form["properties"]) > 1:
            yield Place(
                name,
                reformed(own, name, lambda s: s.update(properties=dict(reversed(s["properties"].items())))),
                f"Frågorna i {form_called(own, name)} byter ordning.",
            )


@kind("when a question is shown")
def _(own: Owned) -> Iterator[Place]:
    for name, asked, made, said in questions(own):
        flag = next(
            (
                k
                for k, v in own.definition.forms[name]["properties"].items()
                if v["type"] == "boolean" and k != asked
            ),
            None,
        )
        if flag is None or "x-show-if" in made:
            continue
        title = quoted(own.definition.forms[name]["properties"][flag]["title"])
        yield Place(
            f"{name}.{asked}",
            reformed(
                own,
                name,
                lambda s, asked=asked, flag=flag: s["properties"][asked].update(
                    {"x-show-if": {"field": flag, "equals": True}}
                ),
            ),  # type: ignore[misc]
            f"Frågan {said} visas bara när {title} är ja i stället för alltid.",
        )


@kind("a question always shown")
def _(own: Owned) -> Iterator[Place]:
    for name, asked, made, said in questions(own):
        shown = made.get("x-show-if")
        if shown is None:
            continue
        other = own.definition.forms[name]["properties"][shown["field"]]
        title = quoted(other["title"])
        titles = {choice["const"]: quoted(choice["title"]) for choice in other.get("oneOf", ())}
        value = {True: "ja", False: "nej", **titles}[shown["equals"]]
        yield Place(
            f"{name}.{asked}",
            reformed(own, name, lambda s, asked=asked: s["properties"][asked].pop("x-show-if")),  # type: ignore[misc]
            f"Frågan {said} visas alltid i stället för bara när {title} är {value}.",
        )


@kind("choices that must be made")
def _(own: Owned) -> Iterator[Place]:
    for name, asked, listed, said in _chosen(own):
        made = own.definition.forms[name]["properties"][asked]
        if made["type"] != "array":
            continue
        titles = {c["const"]: quoted(c["title"]) for c in listed}
        old = [titles[value] for value in made.get("x-must", ())]
        new = listed[0]["const"] if made.get("x-must") != [listed[0]["const"]] else listed[-1]["const"]
        yield Place(
            f"{name}.{asked}",
            reformed(
                own, name, lambda s, asked=asked, new=new: s["properties"][asked].update({"x-must": [new]})
            ),  # type: ignore[misc]
            f"Val som krävs för frågan {said}: {titles[new]} i stället för {series(old) or 'inget särskilt'}.",
        )


@kind("another length of an answer")
def _(own: Owned) -> Iterator[Place]:
    for name, asked, made, said in questions(own):
        if made["type"] == "string" and "oneOf" not in made:
            was = str(made.get("maxLength", "inget särskilt"))
            yield Place(
                f"{name}.{asked}",
                reformed(own, name, lambda s, asked=asked: s["properties"][asked].update(maxLength=77)),  # type: ignore[misc]
                f"Största antal tecken för frågan {said}: 77 i stället för {was}.",
            )
