"""The kinds of recurring duty, as data (`bpmn/duties.yaml`): when they come round, who does them, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Literal, TypeVar

from sqlalchemy.orm import Session

from service.actors import ROLES
from workflows.scenarios import plain_yaml

_T = TypeVar("_T")
INFO = "duties"
"""Where the sessions of a database carry other kinds than those that come with the product."""
When = Literal["interval", "daily", "date", "found", "ordered"]
For = Literal["channel", "mandate", "consent"]
Again = Literal["week", "month"]
AGAIN: tuple[Again, ...] = ("week", "month")
WHEN: tuple[When, ...] = ("interval", "daily", "date", "found", "ordered")
FOR: tuple[For, ...] = ("channel", "mandate", "consent")
SINCE = ("last_capture_on", "opened_on", "terms_saved_on", "dpia_on", "risk_analysis_on")
"""Days of a channel that an interval may be counted from."""
COLUMNS: Mapping[For, tuple[str, ...]] = MappingProxyType(
    {"channel": ("ends_on", "handed_over_until"), "mandate": ("ends_on",), "consent": ("expires_on",)}
)
"""Days that something comes to an end on, by what has them."""


class KindsRefused(Exception):
    """The list of kinds cannot be used. `str()` says which kind and why."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `name` and `text` are Swedish: the case's title, and what is to be done. `key` is the profile
    key that governs it (or empty) and `none_when` its values that mean that there is no rule. `role` does
    it, unless `role_key` names a profile key whose value is another role. `months` is 0 where the key's value
    is the number of months. The case is opened `ahead` days before its day, and there are at least `days`
    working days to do it in. `found`: the channel's self-checks may ask for it, again each `again`."""

    id: str
    name: str
    on: For
    when: When
    role: str
    text: str
    rules: tuple[str, ...]
    key: str = ""
    none_when: tuple[object, ...] = ()
    role_key: str = ""
    months: int = 0
    since: tuple[str, ...] = ()
    column: str = ""
    ahead: int = 0
    days: int = 0
    found: bool = False
    again: Again = "month"


@lru_cache(1)
def kinds() -> Mapping[str, Kind]:
    """The kinds that come with the product, by id. Raises KindsRefused."""
    return read((resources.files("bpmn") / "duties.yaml").read_bytes())


def of(session: Session) -> Mapping[str, Kind]:
    """The kinds that hold in this process: those that come with the product, unless it was started with
    others."""
    found: Mapping[str, Kind] | None = session.info.get(INFO)
    return kinds() if found is None else found


def read(data: bytes) -> Mapping[str, Kind]:
    """The kinds that the YAML text lists, by id. Raises KindsRefused."""
    try:
        listed = plain_yaml.read(data)
    except plain_yaml.NotPlain as wrong:
        raise KindsRefused(str(wrong)) from None
    if not isinstance(listed, list):
        raise KindsRefused("listan ska vara en lista")
    found: dict[str, Kind] = {}
    for entry in listed:
        kind = _kind(entry)
        if kind.id in found:
            raise KindsRefused(f"{kind.id} står två gånger")
        found[kind.id] = kind
    return MappingProxyType(found)


_NAMES = {
    *("id", "name", "for", "when", "role", "text", "rules", "key", "none_when", "role_key", "months"),
    *("since", "column", "ahead", "days", "found", "again"),
}


def _kind(entry: object) -> Kind:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise KindsRefused("en uppgift saknar id")
    name = entry["id"]
    if unknown := [str(key) for key in entry if key not in _NAMES]:
        raise KindsRefused(f"{name}: {unknown[0]} finns inte")
    kind = Kind(
        id=name,
        name=_text(entry, "name"),
        on=_one(entry, "for", FOR),
        when=_one(entry, "when", WHEN),
        role=_one(entry, "role", tuple(ROLES)),
        text=_text(entry, "text"),
        rules=_texts(entry, "rules"),
        key=str(entry.get("key", "")),
        none_when=tuple(entry.get("none_when", ())),
        role_key=str(entry.get("role_key", "")),
        months=_whole(entry, "months"),
        since=_texts(entry, "since") if "since" in entry else (),
        column=str(entry.get("column", "")),
        ahead=_whole(entry, "ahead"),
        days=_whole(entry, "days"),
        found=entry.get("found") is True or entry["when"] == "found",
        again=_one(entry, "again", AGAIN) if "again" in entry else "month",
    )
    if kind.when == "interval" and not (kind.since and (kind.months or kind.key)):
        raise KindsRefused(f"{name}: ett intervall behöver since och months eller key")
    if not set(kind.since) <= set(SINCE):
        raise KindsRefused(f"{name}: since kan vara {', '.join(SINCE)}")
    if (kind.when == "date") != (kind.column in COLUMNS[kind.on]):
        raise KindsRefused(f"{name}: column kan vara {', '.join(COLUMNS[kind.on])}")
    return kind


def _text(entry: Mapping[str, object], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise KindsRefused(f"{entry['id']}: {name} ska vara en text")
    return value


def _texts(entry: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = entry.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise KindsRefused(f"{entry['id']}: {name} ska vara en lista")
    return tuple(value)


def _one(entry: Mapping[str, object], name: str, among: tuple[_T, ...]) -> _T:
    for one in among:
        if one == entry.get(name):
            return one
    raise KindsRefused(f"{entry['id']}: {name} ska vara en av {', '.join(map(str, among))}")


def _whole(entry: Mapping[str, object], name: str) -> int:
    value = entry.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 366:
        raise KindsRefused(f"{entry['id']}: {name} ska vara ett heltal från 0 till 366")
    return value
