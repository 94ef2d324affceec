"""What a story is played in: a database, the pages, a diarium, a clock, and two people of every role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask

from adapters.contract import Diarium
from service.actors import ROLES, Actor
from service.demo.book import Book
from service.profiles import Profile
from service.settings import Settings
from service.store import Database

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
"""When the house was furnished: before every story."""
_FIRST = ("Alva", "Birk")
_LAST = (
    "lund",
    "berg",
    "gren",
    "kvist",
    "holm",
    "dal",
    "strand",
    "vik",
    "fors",
    "skog",
    "mark",
    "hed",
    "sund",
)
STAFF: Mapping[str, tuple[Actor, ...]] = {
    role: tuple(
        Actor(f"{role}-{number}", f"{first} Prov{_LAST[at % len(_LAST)]}", frozenset({role}))
        for number, first in enumerate(_FIRST, 1)
    )
    for at, role in enumerate(ROLES)
}
"""Two people of each role, who have no other."""


@dataclass(slots=True)
class Hands:
    """A clock that stands still until it is moved."""

    now: datetime = BEGAN

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class House:
    """What a story is played in."""

    database: Database
    settings: Settings
    app: Flask
    diarium: Diarium
    book: Book
    clock: Hands
    profile: Profile
