"""What every view may reach: settings, database, clock, and who asks. Nothing else is global."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from adapters.contract import Diarium
from service.actors import Actor
from service.errors import Forbidden
from service.people import SignedIn
from service.settings import Settings
from service.store import Database

_KEY = "ordna"


@dataclass(frozen=True, slots=True)
class House:
    """What `service.app` wires together. `clock` returns aware UTC."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    diarium: Diarium | None = None


def install(app: Flask, house: House) -> None:
    app.extensions[_KEY] = house


def house() -> House:
    found = current_app.extensions[_KEY]
    assert isinstance(found, House)
    return found


def now() -> datetime:
    """The time of this request: one instant, aware UTC, however often it is asked."""
    if "now" not in g:
        g.now = house().clock()
    moment = g.now
    assert isinstance(moment, datetime)
    return moment


@contextmanager
def reading() -> Iterator[Session]:
    """A snapshot of the database for one view."""
    with house().database.read() as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """The one transaction of one view."""
    with house().database.write() as session:
        yield session


def signed_in() -> SignedIn | None:
    found = g.get("signed_in")
    assert found is None or isinstance(found, SignedIn)
    return found


def actor() -> Actor:
    """Who asks. The policy has already turned away those who are not signed in."""
    found = signed_in()
    if found is None:
        raise Forbidden
    return found.actor
