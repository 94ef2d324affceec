"""What may be done to a form, as values."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.forms.fields import Check, Choice, Fills
from workflows.forms.kinds import FieldKind


@dataclass(frozen=True, slots=True)
class Retitle:
    """The form is called something else."""

    title: str


@dataclass(frozen=True, slots=True)
class Introduce:
    """What stands above the questions; "" for nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class AddField:
    """A new question, last. `name` is its key for ever; `naming.name_for` makes one of a title."""

    name: str
    title: str
    kind: FieldKind
    choices: tuple[Choice, ...] = ()
    required: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class RemoveField:
    name: str


@dataclass(frozen=True, slots=True)
class MoveField:
    """One step up or down among the questions."""

    name: str
    up: bool


@dataclass(frozen=True, slots=True)
class Rename:
    """Another title; the key stays, so nothing that reads the answer notices."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Describe:
    """The explanation below the title; "" for none."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class SetKind:
    """Answered in another way. What the new kind can hold of the old settings stays. `choices` are for a kind
    that has them; () keeps those that were there."""

    name: str
    kind: FieldKind
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class SetRequired:
    name: str
    required: bool


@dataclass(frozen=True, slots=True)
class SetChoices:
    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class SetShowIf:
    """Shown only when the earlier question `when[0]` has the answer `when[1]`; None: always."""

    name: str
    when: tuple[str, str | bool] | None


@dataclass(frozen=True, slots=True)
class SetMust:
    """Of several choices, those without which nobody goes on; () for none."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetCheck:
    name: str
    check: Check | None


@dataclass(frozen=True, slots=True)
class SetFills:
    """The column of the case that the answer is also written to."""

    name: str
    fills: Fills | None


@dataclass(frozen=True, slots=True)
class SetLength:
    """At most so many characters; None: as many as any text."""

    name: str
    most: int | None


@dataclass(frozen=True, slots=True)
class SetRange:
    """A number from `least` to `most`, both included; None: no limit."""

    name: str
    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class SetSuggestion:
    """What a browser may suggest, by HTML's own names (`email`, `given-name` …)."""

    name: str
    autocomplete: str | None


FieldEdit = (
    RemoveField
    | MoveField
    | Rename
    | Describe
    | SetKind
    | SetRequired
    | SetChoices
    | SetShowIf
    | SetMust
    | SetCheck
    | SetFills
    | SetLength
    | SetRange
    | SetSuggestion
)
"""Done to a question that is there."""
Edit = Retitle | Introduce | AddField | FieldEdit
