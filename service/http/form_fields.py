"""From what the form builder's page sent to edits of a form, and from a question to the page's values.

The builder's own fields begin with `b-`: no question of a form can be called that, so the live preview on the
same page never clashes with them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from workflows.errors import Finding, ModelRefused
from workflows.forms import Field, Form
from workflows.forms.conditions import answers_of
from workflows.forms.edits import (
    AddField,
    Describe,
    Edit,
    Introduce,
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
from workflows.forms.fields import Check, Choice, Fills
from workflows.forms.kinds import CHOSEN, FILLED_BY, FieldKind
from workflows.forms.lines import as_lines, from_lines
from workflows.forms.metaschema import SUGGESTIONS
from workflows.forms.naming import name_for

PREFIX = "b-"
NAMES = tuple(
    f"{PREFIX}{name}"
    for name in (
        *("title", "hint", "kind", "choices", "required", "show_if", "check", "fills"),
        *("length", "least", "most", "suggest", "form", "intro"),
    )
)
"""What the builder's forms may hold; `MUST` comes as a list."""
MUST = f"{PREFIX}must"
CHECKS: tuple[Check, ...] = ("public_subject", "no_personal_number")
FILLS: tuple[Fills, ...] = ("subject", "registration_number", "sender_public", "outcome")
_TAKEN_BY_PAGES = frozenset({"action", "version", "csrf", "answers"})
"""What a task's own page sends beside the answers."""
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}([.,][0-9]{1,9})?", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f]")
Given = Mapping[str, str]
T = TypeVar("T", bound=str)


@dataclass(frozen=True, slots=True)
class Condition:
    """An earlier question with the answers that a condition may wait for, each as (key, what is shown)."""

    title: str
    answers: tuple[tuple[str, str], ...]


def conditions(form: Form, name: str | None, yes: str, no: str) -> list[Condition]:
    """What the question `name` may be made to wait for: the closed questions before it."""
    found = []
    for field in _before(form, name):
        titles = {choice.value: choice.title for choice in field.choices}
        answers = tuple(
            (_key(when), (yes if when[1] else no) if isinstance(when[1], bool) else titles[when[1]])
            for when in answers_of(field)
        )
        if answers:
            found.append(Condition(field.title, answers))
    return found


def _before(form: Form, name: str | None) -> list[Field]:
    names = [field.name for field in form.fields]
    return list(form.fields[: names.index(name)]) if name in names else list(form.fields)


def _key(when: tuple[str, str | bool]) -> str:
    name, answer = when
    return f"{name}={('ja' if answer else 'nej') if isinstance(answer, bool) else answer}"


def values_of(field: Field, kind: FieldKind) -> dict[str, str]:
    """The question as the builder's form shows it."""
    when = field.show_if
    return {
        f"{PREFIX}title": field.title,
        f"{PREFIX}hint": field.description,
        f"{PREFIX}kind": kind.value,
        f"{PREFIX}choices": as_lines(field.choices),
        f"{PREFIX}required": "ja" if field.required else "",
        f"{PREFIX}show_if": ""
        if when is None or not isinstance(when[1], str | bool)
        else _key((when[0], when[1])),
        f"{PREFIX}check": field.check or "",
        f"{PREFIX}fills": field.fills or "",
        f"{PREFIX}length": "" if field.max_length is None else str(field.max_length),
        f"{PREFIX}least": _shown(field.minimum),
        f"{PREFIX}most": _shown(field.maximum),
        f"{PREFIX}suggest": field.autocomplete or "",
    }


def _shown(number: float | None) -> str:
    return "" if number is None else f"{number:.15g}".replace(".", ",")


def of_form(form: Form, given: Given) -> list[Edit]:
    """The form's own title and introduction. Raises ModelRefused."""
    found: list[Edit] = []
    title, intro = given.get(f"{PREFIX}form", form.title), given.get(f"{PREFIX}intro", form.description)
    if title != form.title:
        found.append(Retitle(title))
    if intro.strip() != form.description.strip():
        found.append(Introduce(intro))
    return found


def added(given: Given, taken: Collection[str]) -> AddField:
    """A new question with a key of its own. Raises ModelRefused."""
    title, kind = given.get(f"{PREFIX}title", ""), _kind(given.get(f"{PREFIX}kind", ""))
    return AddField(
        name_for(title, {*taken, *_TAKEN_BY_PAGES}),
        title,
        kind,
        _choices(given, ()) if kind in CHOSEN else (),
        required=given.get(f"{PREFIX}required") == "ja",
        hint=given.get(f"{PREFIX}hint", ""),
    )


def changed(form: Form, name: str, kind: FieldKind, given: Given, must: Sequence[str]) -> list[Edit]:
    """What whoever filled in the builder's form changed about the question, in an order in which each edit
    can be done: rules are let go before the kind, and set after it. What was not sent is as
    it was; a question that is not there any more has no changes. Raises ModelRefused."""
    field = next((field for field in form.fields if field.name == name), None)
    if field is None or f"{PREFIX}title" not in given:
        return []
    given = {**values_of(field, kind), f"{PREFIX}required": "", **given}
    return [*_words(field, given), *_let_go(field, given, must), *_answer(form, field, kind, given)]


def _words(field: Field, given: Given) -> Iterator[Edit]:
    title, hint = given[f"{PREFIX}title"], given.get(f"{PREFIX}hint", "")
    if title != field.title:
        yield Rename(field.name, title)
    if hint.strip() != field.description.strip():
        yield Describe(field.name, hint)


def _let_go(field: Field, given: Given, must: Sequence[str]) -> Iterator[Edit]:
    if field.check and not given.get(f"{PREFIX}check"):
        yield SetCheck(field.name, None)
    if field.fills and not given.get(f"{PREFIX}fills"):
        yield SetFills(field.name, None)
    if set(must) != set(field.must):
        yield SetMust(field.name, tuple(must))


def _answer(form: Form, field: Field, old: FieldKind, given: Given) -> Iterator[Edit]:
    name, kind = field.name, _kind(given.get(f"{PREFIX}kind", old.value))
    choices = _choices(given, field.choices) if kind in CHOSEN else ()
    if kind is not old:
        yield SetKind(name, kind, choices)
    elif choices != field.choices:
        yield SetChoices(name, choices)
    required = given.get(f"{PREFIX}required") == "ja"
    if required is not field.required:
        yield SetRequired(name, required)
    when = _when(form, field, given.get(f"{PREFIX}show_if", ""))
    if when != field.show_if:
        yield SetShowIf(name, when)
    if (length := _whole("length", given)) != field.max_length:
        yield SetLength(name, length)
    least, most = _number("least", given), _number("most", given)
    if (least, most) != (field.minimum, field.maximum):
        yield SetRange(name, least, most)
    suggest = given.get(f"{PREFIX}suggest") or None
    if suggest != field.autocomplete:
        yield SetSuggestion(name, _one_of(suggest, SUGGESTIONS, "suggest"))
    check, fills = given.get(f"{PREFIX}check") or None, given.get(f"{PREFIX}fills") or None
    if check and check != field.check:
        yield SetCheck(name, _one_of(check, CHECKS, "check"))
    if fills and fills != field.fills:
        yield SetFills(name, _one_of(fills, FILLS, "fills"))


def _kind(given: str) -> FieldKind:
    try:
        return FieldKind(given)
    except ValueError:
        raise _refused("kind", "Välj hur frågan besvaras.") from None


def _choices(given: Given, before: Sequence[Choice]) -> tuple[Choice, ...]:
    return from_lines(given.get(f"{PREFIX}choices", ""), before)


def _when(form: Form, field: Field, given: str) -> tuple[str, str | bool] | None:
    if not given:
        return None
    offered = {_key(when): when for other in _before(form, field.name) for when in answers_of(other)}
    if given not in offered:
        raise _refused("show_if", "Välj ett av svaren på ett fält som står tidigare i formuläret.")
    return offered[given]


def _whole(setting: str, given: Given) -> int | None:
    number = _number(setting, given)
    if number is None or isinstance(number, int):
        return number
    raise _refused(setting, "Skriv ett heltal med siffror, till exempel 200.")


def _number(setting: str, given: Given) -> float | None:
    bare = _SPACES.sub("", given.get(f"{PREFIX}{setting}", "")[:100])
    if not bare:
        return None
    if not _NUMBER.fullmatch(bare):
        raise _refused(setting, "Skriv ett tal med siffror, till exempel 12.")
    number = float(bare.replace(",", "."))
    return int(number) if number.is_integer() else number


def _one_of(given: str | None, known: Sequence[T], setting: str) -> T | None:
    found = next((one for one in known if one == given), None)
    if given is not None and found is None:
        raise _refused(setting, "Välj ett av alternativen.")
    return found


def _refused(setting: str, text: str) -> ModelRefused:
    return ModelRefused([Finding("form-edit", setting, text)])


_ELSEWHERE = {"range": "least", "name": "title"}
"""Settings that are shown at another field of the page than their own name says."""
_OF_FORM = {"title": "form", "hint": "intro"}


def errors_of(refusal: ModelRefused, *, whole: bool = False) -> dict[str, str]:
    """The sentences of a refusal by the page's field. `whole`: it is about the form itself."""
    found: dict[str, str] = {}
    for finding in refusal.findings:
        setting = finding.element or "title"
        setting = (_OF_FORM if whole else _ELSEWHERE).get(setting, setting)
        name = f"{PREFIX}{setting}"
        last = f"{PREFIX}form" if whole else f"{PREFIX}title"
        found.setdefault(name if name in (*NAMES, MUST) else last, finding.text)
    return found


def touched(edits: Sequence[Edit]) -> str:
    """The key of the question that the edits are about; "" when they are about the form."""
    return next((edit.name for edit in edits if not isinstance(edit, Retitle | Introduce)), "")


def fills_for(kind: FieldKind) -> tuple[Fills, ...]:
    """The columns of the case that an answer of this kind may also be written to."""
    return tuple(one for one in FILLS if kind in FILLED_BY[one])
