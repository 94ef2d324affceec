"""What a key of a profile is made of: its parts, their kinds, and the values that they may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from service.actors import ROLES

MAX_TEXT = 200
MAX_WHOLE = 8_760
MAX_STEPS = 8
PLACES = ("förnamn", "funktion", "enhet", "kommun")
"""What a signature template may hold between braces."""


class Kind(StrEnum):
    """What a value is: one code out of a list, a role's id, several roles in order, a whole number, a
    yes or no, a text, or a text with places in braces."""

    CODE = "code"
    ROLE = "role"
    ROLES = "roles"
    WHOLE = "whole"
    FLAG = "flag"
    TEXT = "text"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a key. `codes` are the allowed codes and their Swedish words, for a role those that
    may stand beside the role ids. `least` and `most` bound a whole number, and `unit` is how it is
    said in Swedish, with the value at {n}."""

    name: str
    kind: Kind
    codes: Mapping[str, str]
    least: int = 0
    most: int = MAX_WHOLE
    unit: str = "{n}"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: `label` is its Swedish name, `explanation` a Swedish sentence: what it decides. A key with
    one part has that part's value, one with several a mapping of them by name."""

    name: str
    label: str
    explanation: str
    parts: tuple[Part, ...]

    @property
    def variables(self) -> Mapping[str, Part]:
        """The workflow variables that carry the key, the first part first."""
        stem = self.name.replace(".", "_")
        first, *others = self.parts
        return {stem: first, **{f"{stem}_{part.name}": part for part in others}}


def code(name: str = "value", /, **codes: str) -> Part:
    """A part with one code out of a list; each code with its Swedish words."""
    return Part(name, Kind.CODE, MappingProxyType(codes))


def role(**codes: str) -> Part:
    """A part with a role's id, or one of the codes."""
    return Part("value", Kind.ROLE, MappingProxyType({**codes, **ROLES}))


def plain(kind: Kind, name: str = "value", unit: str = "{n}") -> Part:
    """A text, a template or a yes or no; `unit` says it in Swedish, with the value at {n}."""
    return Part(name, kind, MappingProxyType({}), unit=unit)


def whole(unit: str, name: str = "value", *, least: int = 0, most: int = MAX_WHOLE) -> Part:
    """A whole number between `least` and `most`, said in Swedish by `unit`."""
    return Part(name, Kind.WHOLE, MappingProxyType({}), least, most, unit)
