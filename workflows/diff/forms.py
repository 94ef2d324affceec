"""Forms: came, went, other questions, other answers to choose from, other limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from workflows.diff.sides import Pair
from workflows.diff.values import Change, Sentence, sentence
from workflows.wording import many, quoted, series
from workflows.wording.vocabulary import choices, fields, text

Json = Mapping[str, Any]
Titles = Mapping[str, str]
"""Key of a question → its title, quoted."""
Answers = Mapping[tuple[str, str], str]
"""(key of a question, stored value) → title of the choice."""
_TYPES = {
    "string": "text", "boolean": "ja eller nej", "integer": "heltal", "number": "tal",
    "array": "flera val", "date": "datum", "date-time": "datum och klockslag",
    "email": "e-postadress", "uri": "webbadress",
}  # fmt: skip
_SETTINGS = {
    "maxLength": "största antal tecken", "minimum": "minsta värde", "maximum": "största värde",
    "x-widget": "utseende", "x-fills": "plats i ärendet", "x-autocomplete": "automatisk ifyllnad",
    "x-must": "val som krävs", "x-check": "granskning av texten",
}  # fmt: skip
_VALUES = {
    "textarea": "stor textruta", "select": "rullista", "radio": "alternativknappar",
    "subject": "ärendemeningen", "registration_number": "diarienumret", "outcome": "utfallet",
    "sender_public": "om avsändaren får visas",
    "public_subject": "ska kunna stå som offentlig ärendemening", "no_personal_number": "inga personnummer",
}  # fmt: skip
_SORT = ("type", "format", "uniqueItems", "oneOf", "items")
_OF_A_SORT = ("maxLength", "minimum", "maximum", "x-autocomplete")
"""Settings that come and go with the kind of answer."""


def form_changes(both: Pair) -> Iterator[Sentence]:
    """Each on the first task that asks with the form, when there is one."""
    a, b = both.a.definition.forms, both.b.definition.forms
    tasks: dict[str | None, str] = {}
    for node in both.b.nodes.values():
        tasks.setdefault(node.form, node.id)
    for name in sorted(a.keys() | b.keys()):
        for said in _changes(name, a.get(name), b.get(name)):
            yield replace(said, element=tasks.get(name))


def _changes(name: str, old: Json | None, new: Json | None) -> Iterator[Sentence]:
    if old is None and new is not None:
        asked = many(len(dict(fields(new))), "fråga", "frågor")
        yield _said(Change.FORM, f"Formuläret {_title(name, new)} läggs till, med {asked}.")
    elif new is None and old is not None:
        yield _said(Change.FORM, f"Formuläret {_title(name, old)} tas bort.")
    elif old is not None and new is not None:
        yield from _form(f"formuläret {_title(name, new)}", name, old, new)


def _form(where: str, name: str, old: Json, new: Json) -> Iterator[Sentence]:
    if old.get("title") != new.get("title"):
        yield _said(
            Change.RENAMED,
            f"Formuläret {_title(name, old)} heter nu {quoted(text(new.get('title')))}.",
        )
    if old.get("description") != new.get("description"):
        yield _said(Change.TEXT, f"Inledningen till {where} {_became(old, new, 'description')}.")
    before, now = dict(fields(old)), dict(fields(new))
    titles = {key: _title(key, made) for key, made in (*before.items(), *now.items())}
    answers = {
        (key, value): title
        for key, made in (*before.items(), *now.items())
        for value, title in choices(made).items()
    }
    required = _names(old), _names(new)
    for key, question in now.items():
        if key not in before:
            must = "obligatoriska " if key in required[1] else ""
            yield _said(
                Change.FIELD,
                f"Den {must}frågan {_title(key, question)} läggs till i {where}."
                if must
                else f"Frågan {_title(key, question)} läggs till i {where}.",
            )
    for key, question in before.items():
        if key not in now:
            yield _said(Change.FIELD, f"Frågan {_title(key, question)} tas bort ur {where}.")
            continue
        if (key in required[0]) is not (key in required[1]):
            must = "obligatorisk" if key in required[1] else "frivillig"
            yield _said(Change.FIELD, f"Frågan {_title(key, now[key])} i {where} blir {must}.")
        yield from _title_changes(where, key, question, now[key])
        yield from _question(f"{titles[key]} i {where}", question, now[key], titles, answers)
    yield from _order(where, before, now)


def _title_changes(where: str, key: str, old: Json, new: Json) -> Iterator[Sentence]:
    if old.get("title") != new.get("title"):
        yield _said(
            Change.RENAMED,
            f"Frågan {_title(key, old)} i {where} lyder nu {_title(key, new)}.",
        )
    if old.get("description") != new.get("description"):
        how = _became(old, new, "description")
        yield _said(Change.TEXT, f"Förklaringen till frågan {_title(key, new)} i {where} {how}.")


def _question(where: str, old: Json, new: Json, titles: Titles, answers: Answers) -> Iterator[Sentence]:
    before, now = choices(old), choices(new)
    another = bool(before) is not bool(now) or _sort(old) != _sort(new)
    if another:
        yield _said(
            Change.FIELD,
            f"Svaret på frågan {where} ändras från {_answer(old)} till {_answer(new)}.",
        )
    else:
        yield from _choices(where, old, new)
    for name, called in _SETTINGS.items():
        was, becomes = old.get(name), new.get(name)
        if another and (name == "x-widget" or (name in _OF_A_SORT and None in (was, becomes))):
            continue  # said with the kind of answer that it belongs to
        if was != becomes:
            yield _said(
                Change.FIELD,
                f"{called.capitalize()} för frågan {where}: {_value(becomes, now)} i stället för "
                f"{_value(was, before)}.",
                1,
            )
    if old.get("x-show-if") != new.get("x-show-if"):
        yield _said(
            Change.FIELD,
            f"Frågan {where} visas {_shown(new, titles, answers)} i stället för "
            f"{_shown(old, titles, answers)}.",
        )
    known = {"title", "description", "x-show-if", *_SORT, *_SETTINGS}
    rest = [k for k in sorted(old.keys() | new.keys()) if k not in known and old.get(k) != new.get(k)]
    if rest:
        yield _said(
            Change.FIELD,
            f"Inställningar för frågan {where} ändras: {series([quoted(str(k)) for k in rest])}.",
            1,
        )


def _choices(where: str, old: Json, new: Json) -> Iterator[Sentence]:
    before, now = choices(old), choices(new)
    for value, title in now.items():
        if value not in before:
            yield _said(Change.FIELD, f"Frågan {where} får svaret {quoted(title)}.")
        elif before[value] != title:
            yield _said(
                Change.FIELD,
                f"Svaret {quoted(before[value])} på frågan {where} heter nu {quoted(title)}.",
                1,
            )
    for value, title in before.items():
        if value not in now:
            yield _said(Change.FIELD, f"Svaret {quoted(title)} på frågan {where} tas bort.")
    if before.keys() == now.keys() and before == now:
        if list(before) != list(now):
            yield _said(Change.FIELD, f"Svaren på frågan {where} byter ordning.", 2)
        elif old.get("oneOf") != new.get("oneOf") or old.get("items") != new.get("items"):
            yield _said(Change.TEXT, f"Förklaringar till svaren på frågan {where} ändras.")


def _order(where: str, before: Json, now: Json) -> Iterator[Sentence]:
    kept = [key for key in before if key in now]
    if kept != [key for key in now if key in before]:
        yield _said(Change.FIELD, f"Frågorna i {where} byter ordning.", 2)


def _said(kind: Change, said: str, less: int = 0) -> Sentence:
    return sentence(kind, None, said, less)


def _title(name: str, made: Json) -> str:
    return quoted(text(made.get("title")) or name)


def _names(form: Json) -> set[str]:
    required = form.get("required")
    return {str(name) for name in required} if isinstance(required, list) else set()


def _sort(question: Json) -> tuple[str, str]:
    return str(question.get("type")), str(question.get("format"))


def _answer(question: Json) -> str:
    if found := choices(question):
        several = " (flera får väljas)" if question.get("type") == "array" else ""
        return f"{many(len(found), 'svarsalternativ', 'svarsalternativ')}{several}"
    sort = str(question.get("format") or question.get("type"))
    return _TYPES.get(sort, quoted(sort))


def _became(old: Json, new: Json, key: str) -> str:
    if not new.get(key):
        return "tas bort"
    return "ändras" if old.get(key) else "läggs till"


def _value(value: object, titles: Mapping[str, str]) -> str:
    """`titles` are those of the question's choices."""
    if value is None:
        return "inget särskilt"
    if isinstance(value, list):
        return series([quoted(titles.get(str(one), str(one))) for one in value])
    known = _VALUES.get(value) if isinstance(value, str) else None
    return known or (str(value) if isinstance(value, int | float) else quoted(str(value)))


def _shown(question: Json, titles: Titles, answers: Answers) -> str:
    condition = question.get("x-show-if")
    if not isinstance(condition, Mapping):
        return "alltid"
    field, value = str(condition.get("field")), condition.get("equals")
    said = "ja" if value is True else "nej" if value is False else None
    said = said or quoted(answers.get((field, str(value)), str(value)))
    return f"bara när {titles.get(field, quoted(field))} är {said}"
