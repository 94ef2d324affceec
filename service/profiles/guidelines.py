"""The rules of the municipalities' guidelines, one by one, with what Ordna does about each.

municipality: Säters kommun
document: Säters kommuns riktlinjer för sociala medier
date: 2021-09-02
rules:
  - id: SAT-31
    section: 6. Uppsikt och moderering
    modality: S
    quote: "Svar ska ges …"              # the guideline's own words, letter by letter
    does: "Svaret har en frist …"        # what Ordna does, one Swedish sentence
    key: sla.answer                      # the profile's key that decides it, or null
    why_not: null                        # why software cannot serve it
    proof: {profile: {sla.answer: {calendar: pause, hours: 48}}}

`proof` is the change that makes a scenario naming the rule fail: other values for keys of the profile
(`profile`), or something taken away (`without`): a step (`process`, `element`), a question (`process`,
`form`, `field`), a text (`process`, `text`), a recurring duty (`duty`) or a page (`page`, its endpoint).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from service.profiles.keys import KEYS
from service.profiles.parts import MAX_TEXT
from service.profiles.reading import MAX_QUOTE
from workflows import Value
from workflows.scenarios import plain_yaml

MAX_RULES = 200
MODALITIES = ("S", "B", "K", "–", "S/B", "B/S", "K/S")
"""Ska (must), bör (should), kan (may), a statement, and those of which a rule holds two."""
_ID = re.compile(r"[A-Z]{3}-[0-9]{2}")
_RULE = ("id", "section", "modality", "quote", "does", "key", "why_not", "proof")
_REMOVALS = (
    {"process", "element"},
    {"process", "form", "field"},
    {"process", "text"},
    {"duty"},
    {"page"},
)


class GuidelineRefused(Exception):
    """The file of a guideline cannot be used. `str()` is a Swedish sentence with what to change."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What to change to see a scenario fail: values of the profile, or what to take away."""

    profile: Mapping[str, Value] = field(default_factory=dict)
    without: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `profile` is the name of the municipality's profile; `date` is ISO or None."""

    id: str
    profile: str
    municipality: str
    document: str
    date: str | None
    section: str
    modality: str
    quote: str
    does: str
    key: str | None
    why_not: str | None
    proof: Proof | None


@lru_cache(1)
def rules() -> Mapping[str, Rule]:
    """All rules by id, municipality by municipality. Raises GuidelineRefused."""
    found: dict[str, Rule] = {}
    for path in sorted((Path(str(resources.files("bpmn"))) / "guidelines").glob("*.yaml")):
        with path.open("rb") as file:
            listed = read(path.stem, file.read(plain_yaml.MAX_BYTES + 1))
        if twice := [rule.id for rule in listed if rule.id in found]:
            raise GuidelineRefused(f"Regeln {twice[0]} finns i två riktlinjer.")
        found |= {rule.id: rule for rule in listed}
    return MappingProxyType(found)


def read(name: str, data: bytes) -> tuple[Rule, ...]:
    """The rules in a file's text; `name` is the profile that they belong to. Raises GuidelineRefused."""
    try:
        whole = _mapping(plain_yaml.read(data), "filen", ("municipality", "document", "date", "rules"))
        listed = whole["rules"]
        if not isinstance(listed, list) or len(listed) > MAX_RULES:
            raise _Wrong(f"”rules” ska vara en lista med högst {MAX_RULES} regler.")
        made = tuple(_rule(name, whole, entry, number) for number, entry in enumerate(listed, 1))
        ids = [rule.id for rule in made]
        if twice := [ident for ident in ids if ids.count(ident) > 1]:
            raise _Wrong(f"regeln {twice[0]} står två gånger.")
    except (plain_yaml.NotPlain, _Wrong) as wrong:
        raise GuidelineRefused(f"Riktlinjen {name}: {wrong}") from None
    return made


class _Wrong(ValueError):
    """A Swedish sentence without its beginning."""


def _rule(name: str, whole: Mapping[str, Any], given: object, number: int) -> Rule:
    where = f"regel {number}"
    entry = _mapping(given, where, _RULE)
    ident, key = _text(entry["id"], where), entry["key"]
    if not _ID.fullmatch(ident):
        raise _Wrong(f"{where} heter ”{ident[:40]}”. Skriv till exempel SAT-31.")
    if entry["modality"] not in MODALITIES:
        raise _Wrong(f"modality i {ident} ska vara {', '.join(MODALITIES)}.")
    if key is not None and key not in KEYS:
        raise _Wrong(f"nyckeln ”{str(key)[:60]}” i {ident} finns inte i kommunprofilen.")
    return Rule(
        id=ident,
        profile=name,
        municipality=_text(whole["municipality"], "municipality"),
        document=_text(whole["document"], "document"),
        date=None if whole["date"] is None else _text(whole["date"], "date"),
        section=_text(entry["section"], ident),
        modality=entry["modality"],
        quote=_text(entry["quote"], ident, MAX_QUOTE),
        does=_text(entry["does"], ident),
        key=key,
        why_not=None if entry["why_not"] is None else _text(entry["why_not"], ident),
        proof=None if entry["proof"] is None else _proof(entry["proof"], ident),
    )


def _proof(given: object, ident: str) -> Proof:
    where = f"proof i {ident}"
    if not isinstance(given, dict) or len(given) != 1 or not set(given) <= {"profile", "without"}:
        raise _Wrong(f"{where} ska ha profile eller without.")
    (kind, changed), *_ = given.items()
    if not isinstance(changed, dict) or not changed:
        raise _Wrong(f"{where} ska säga vad som ändras.")
    if kind == "profile":
        if unknown := [str(key) for key in changed if key not in KEYS]:
            raise _Wrong(f"nyckeln ”{unknown[0][:60]}” i {where} finns inte i kommunprofilen.")
        return Proof(profile=MappingProxyType(dict(changed)))
    if set(changed) not in _REMOVALS:
        raise _Wrong(
            f"without i {where} ska ha process och element, process, form och field, process och text, "
            "duty eller page."
        )
    return Proof(without=MappingProxyType({key: _text(value, where) for key, value in changed.items()}))


def _mapping(given: object, where: str, names: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise _Wrong(f"{where} ska ha {', '.join(names)}.")
    if missing := [name for name in names if name not in given]:
        raise _Wrong(f"{where} saknar ”{missing[0]}”.")
    if extra := [str(name) for name in given if name not in names]:
        raise _Wrong(f"”{extra[0][:60]}” kan inte stå i {where}.")
    return given


def _text(given: object, where: str, most: int = MAX_TEXT) -> str:
    if not isinstance(given, str) or not given.strip() or len(given) > most:
        raise _Wrong(f"{where} ska ha texter på 1–{most} tecken.")
    return given
