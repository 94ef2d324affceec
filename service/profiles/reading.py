"""A profile read from YAML: every key there, every value of its kind, every sentence with its source.

name: Säters kommun
values:
  sla.answer:
    value: {calendar: pause, hours: 24}
    quote: "Svar ska ges …"              # the municipality's own sentence, letter by letter
    document: Säters kommuns riktlinjer för sociala medier
    section: 6. Uppsikt och moderering
    date: 2021-09-02
    status: rule                         # rule, law or chosen
    note: …                              # why, where it is chosen
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from service.profiles.keys import KEYS
from service.profiles.parts import MAX_STEPS, MAX_TEXT, PLACES, Key, Kind, Part
from workflows import Value
from workflows.scenarios import plain_yaml

DEFAULT = "lagens-minimum"
MAX_QUOTE = 1_000
MAX_BYTES = plain_yaml.MAX_BYTES
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_PLACE = re.compile(r"\{([^{}]*)\}")
_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_FIELDS = ("value", "quote", "document", "section", "date", "status")


class Status(StrEnum):
    """Whose word a value is: the municipality's own rule, a statute, or a choice that nobody has written
    down, or that the municipality's own text says two things about."""

    RULE = "rule"
    LAW = "law"
    CHOSEN = "chosen"


class ProfileRefused(Exception):
    """The profile cannot be used. `str()` is a Swedish sentence with the key and what to change."""


@dataclass(frozen=True, slots=True)
class Source:
    """Why a value is what it is. `quote` is verbatim; `date` is ISO, whole or in part, None when the
    document bears none; `note` is one Swedish sentence of ours."""

    status: Status
    quote: str | None
    document: str | None
    section: str | None
    date: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """One municipality's values. Two profiles with the same content have the same `hash`."""

    name: str
    municipality: str
    hash: str
    _values: Mapping[str, Value] = field(repr=False)
    _sources: Mapping[str, Source] = field(repr=False)
    _variables: Mapping[str, Value] = field(repr=False)

    @property
    def version(self) -> str:
        """What a case keeps: which profile it was opened under, and in which wording."""
        return f"{self.name} {self.hash[:12]}"

    def value(self, key: str) -> Value:
        """The value of `key`: for a key of several parts a mapping of them by name. Raises LookupError."""
        return self._values[key]

    def why(self, key: str) -> Source:
        """Where the value of `key` comes from. Raises LookupError."""
        return self._sources[key]

    def variables(self) -> Mapping[str, Value]:
        """Everything as workflow variables: `a.b` is `a_b`, a further part `a_b_part`."""
        return self._variables


def names() -> tuple[str, ...]:
    """The profiles that come with the product, in order of name."""
    return tuple(sorted(p.name.removesuffix(".yaml") for p in _folder().iterdir() if p.suffix == ".yaml"))


@lru_cache(64)
def load(name: str) -> Profile:
    """The profile with this name under bpmn/profiles, or in the file that `name` is the path of. Raises
    ProfileRefused."""
    path = Path(name) if name.endswith(".yaml") else None
    if path is None and (not _NAME.fullmatch(name) or name not in names()):
        raise ProfileRefused(f"Profilen ”{name[:60]}” finns inte. Välj en av {', '.join(names())}.")
    path = path or _folder() / f"{name}.yaml"
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ProfileRefused(f"Profilen går inte att läsa: {path} ({error.strerror}).") from error
    return read(path.stem, data)


def read(name: str, data: bytes) -> Profile:
    """The profile that the YAML text says. Raises ProfileRefused with the first thing to change."""
    try:
        whole = plain_yaml.read(data)
    except plain_yaml.NotPlain as wrong:
        raise ProfileRefused(f"Profilen {name}: {wrong}") from None
    try:
        return _profile(name, whole)
    except _Wrong as wrong:
        raise ProfileRefused(f"Profilen {name}: {wrong}") from None


class _Wrong(ValueError):
    """A Swedish sentence without its beginning."""


def _folder() -> Path:
    return Path(str(resources.files("bpmn"))) / "profiles"


def _profile(name: str, whole: object) -> Profile:
    if not _NAME.fullmatch(name):
        raise _Wrong("namnet ska vara gemener, siffror och bindestreck, högst 40 tecken.")
    if not isinstance(whole, dict) or set(whole) != {"name", "values"}:
        raise _Wrong("filen ska ha ”name” och ”values” och inget annat.")
    entries = whole["values"]
    if not isinstance(entries, dict):
        raise _Wrong("”values” ska vara nycklar med värden.")
    if unknown := [str(key) for key in entries if key not in KEYS]:
        raise _Wrong(f"nyckeln ”{unknown[0][:60]}” finns inte. Ta bort den eller rätta stavningen.")
    if missing := [key for key in KEYS if key not in entries]:
        raise _Wrong(
            f"nyckeln ”{missing[0]}” saknas. Lägg till den: {KEYS[missing[0]].explanation[0].lower()}"
            f"{KEYS[missing[0]].explanation[1:]}"
        )
    values: dict[str, Value] = {}
    sources: dict[str, Source] = {}
    variables: dict[str, Value] = {}
    for key in KEYS.values():
        entry = entries[key.name]
        sources[key.name] = _source(key, entry)
        values[key.name], carried = _value(key, entry["value"])
        variables |= carried
    content = repr((whole["name"], values, sorted(sources.items()))).encode()
    return Profile(
        name,
        _text(whole["name"], "name", MAX_TEXT),
        hashlib.sha256(content).hexdigest(),
        MappingProxyType(values),
        MappingProxyType(sources),
        MappingProxyType(variables),
    )


def _source(key: Key, entry: object) -> Source:
    where = f"nyckeln ”{key.name}”"
    if not isinstance(entry, dict):
        raise _Wrong(f"{where} ska ha {', '.join(_FIELDS)}.")
    if missing := [name for name in _FIELDS if name not in entry]:
        raise _Wrong(f"{where} saknar ”{missing[0]}”.")
    if extra := [str(name) for name in entry if name not in (*_FIELDS, "note")]:
        raise _Wrong(f"”{extra[0][:60]}” kan inte stå i {where}.")
    texts = {
        name: None if entry.get(name) is None else _text(entry[name], f"{name} i {where}", MAX_QUOTE)
        for name in ("quote", "document", "section", "date", "note")
    }
    try:
        status = Status(entry["status"])
    except ValueError:
        raise _Wrong(f"status i {where} ska vara {', '.join(Status)}.") from None
    needed: tuple[str, ...]
    match status:
        case Status.RULE:
            needed = ("quote", "document", "section")
        case Status.LAW:
            needed = ("document", "section", "note")
        case Status.CHOSEN:
            needed = ("note",)
    if absent := [name for name in needed if texts[name] is None]:
        raise _Wrong(f"{where} har status {status} och behöver därför ”{absent[0]}”.")
    if texts["date"] is not None and not _DAY.fullmatch(texts["date"]):
        raise _Wrong(f"date i {where} ska vara ett datum, till exempel 2021-09-02, eller null.")
    return Source(status, **texts)


def _value(key: Key, given: object) -> tuple[Value, dict[str, Value]]:
    """The value of the key, and its workflow variables."""
    where = f"nyckeln ”{key.name}”"
    if len(key.parts) == 1:
        value = _part(key.parts[0], given, where)
        return value, {next(iter(key.variables)): value}
    if not isinstance(given, dict) or set(given) != {part.name for part in key.parts}:
        raise _Wrong(f"value i {where} ska ha {' och '.join(part.name for part in key.parts)}.")
    parts = {part.name: _part(part, given[part.name], f"{part.name} i {where}") for part in key.parts}
    return parts, dict(zip(key.variables, parts.values(), strict=True))


def _part(part: Part, given: object, where: str) -> Value:
    match part.kind:
        case Kind.CODE | Kind.ROLE:
            return _code(part, given, where)
        case Kind.ROLES:
            if not isinstance(given, list) or len(given) > MAX_STEPS:
                raise _Wrong(f"{where} ska vara en lista med högst {MAX_STEPS} roller.")
            steps = [_code(part, role, where) for role in given]
            if len(set(steps)) < len(steps):
                raise _Wrong(f"{where} nämner samma roll två gånger. Ta bort den ena.")
            return list(steps)
        case Kind.WHOLE:
            if isinstance(given, bool) or not isinstance(given, int) or not part.least <= given <= part.most:
                raise _Wrong(f"{where} ska vara ett heltal mellan {part.least} och {part.most}.")
            return given
        case Kind.FLAG:
            if not isinstance(given, bool):
                raise _Wrong(f"{where} ska vara true eller false.")
            return given
        case Kind.TEXT:
            return "" if given == "" else _text(given, where, MAX_TEXT)
        case Kind.TEMPLATE:
            text = _text(given, where, MAX_TEXT)
            unknown = [place for place in _PLACE.findall(text) if place not in PLACES]
            if unknown or set("{}") & set(_PLACE.sub("", text)):
                raise _Wrong(
                    f"{where} får bara ha platserna {', '.join(f'{{{place}}}' for place in PLACES)}."
                )
            return text


def _code(part: Part, given: object, where: str) -> str:
    if isinstance(given, str) and given in part.codes:
        return given
    what = "Rollen" if part.kind in (Kind.ROLE, Kind.ROLES) else "Värdet"
    allowed = ", ".join(part.codes)
    raise _Wrong(f"{what} ”{str(given)[:60]}” finns inte för {where}. Välj bland {allowed}.")


def _text(given: object, where: str, most: int) -> str:
    if not isinstance(given, str) or not given.strip() or len(given) > most:
        raise _Wrong(f"{where} ska vara en text med högst {most} tecken.")
    return given.strip()
