"""Proves scenarios in a house of its own: a database that is made anew for each story, a diarium that answers
over SOAP, and the pages. No threads of ours, no waiting: the clock is set by hand.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from flask import Flask, abort, request
from sqlalchemy import event
from sqlalchemy.schema import DropSchema

import workflows
from adapters.contract import Registration, Target
from adapters.registry import open_diarium
from service import definitions, profiles
from service.actors import SYSTEM
from service.app import create_app
from service.demo.book import Book
from service.demo.diarium import create_diarium
from service.demo.serving import serving
from service.duties.kinds import INFO as KINDS
from service.keys import Keyring
from service.proving.house import BEGAN, STAFF, Hands, House
from service.proving.mutations import Changed, Folders
from service.proving.playing import Result, play
from service.proving.received import received
from service.settings import Settings, from_environment
from service.store import PersonRow, open_database
from service.store.migrate import migrate
from workflows.scenarios import Scenario

AS_SHIPPED = Changed()


def shipped() -> dict[str, dict[str, bytes]]:
    """The process folders that come with the product, by process id."""
    root = Path(str(resources.files("bpmn")))
    folders = [definitions.folder(model.parent) for model in sorted(root.glob("*/model.bpmn"))]
    return {workflows.read(files).process: files for files in folders}


class Prover:
    """Proves scenarios, one at a time. A context manager: the diarium is served meanwhile.

    `database_url` (PostgreSQL, in a schema of its own that is dropped afterwards) instead of an SQLite file.
    """

    def __init__(self, *, folders: Folders | None = None, database_url: str | None = None) -> None:
        self._folders = dict(shipped() if folders is None else folders)
        self._url = database_url
        self._clock = Hands()
        self._open = ExitStack()
        self._apps: dict[str, Flask] = {}
        self._away: frozenset[str] = frozenset()

    def __enter__(self) -> Prover:
        try:
            self._furnish()
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def prove(self, scenario: Scenario, process: str, *, change: Changed = AS_SHIPPED) -> Result:
        """Play the scenario of `process` from its beginning, with `change` made to what is shipped. Never
        raises for what the story, the model or the product does: that is the result's `difference`."""
        try:
            profile = change.profile(scenario.profile)
        except profiles.ProfileRefused as refused:
            return Result(scenario, f"Scenariot ”{scenario.name}”: {refused}")
        self._anew(change.folders)
        self._database.info[profiles.INFO] = profile
        self._database.info[KINDS] = change.duties
        self._away = change.pages
        settings = replace(self._settings, profile=profile.name, municipality=profile.municipality)
        house = House(
            self._database, settings, self._app(settings), self._diarium, self._book, self._clock, profile
        )
        return play(house, scenario, process)

    def received(self) -> list[Registration]:
        """What the diarium took in during the latest story, as it stands there. Raises LookupError when
        something that was said to be registered is not there."""
        with self._database.read() as session:
            return list(received(session, self._book))

    def _furnish(self) -> None:
        self._place = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="ordna-proving-")))
        served = create_diarium(self._place / "diarium.sqlite", clock=self._clock)
        address = self._open.enter_context(serving(served))
        self._book: Book = served.extensions["diarium"].book
        self._diarium = open_diarium(
            "neutral", Target(url=f"{address}diarium", wsdl=None, user=None, password=None, timeout=60.0)
        )
        self._template = self._place / "template.sqlite"
        url = self._url or f"sqlite:///{self._place / 'ordna.sqlite'}"
        schema = f"ordna_proving_{self._place.name[-8:].lower()}" if self._url else None
        self._settings = from_environment(
            {"ORDNA_DATA": str(self._place), "ORDNA_DATABASE_URL": url}
            | ({"ORDNA_DATABASE_SCHEMA": schema} if schema else {})
        )
        self._database = open_database(url, Keyring.of(bytes(range(32))), schema=schema, pool=4)
        self._open.callback(self._leave)
        if self._database.sqlite:
            event.listen(self._database.engine, "connect", _unhurried)
        migrate(self._database)
        self._seed()
        if self._database.sqlite:
            self._database.engine.dispose()  # the last connection takes the log into the file
            shutil.copyfile(self._place / "ordna.sqlite", self._template)

    def _leave(self) -> None:
        self._drop()
        self._database.close()

    def _drop(self) -> None:
        if self._database.schema:
            with self._database.engine.begin() as connection:
                connection.execute(DropSchema(self._database.schema, cascade=True, if_exists=True))

    def _seed(self) -> None:
        with self._database.write() as session:
            session.add_all(
                PersonRow(
                    id=actor.id,
                    login=actor.id.replace("_", "-"),
                    name=actor.name,
                    unit="kommunikation",
                    password_hash="!",
                    roles=sorted(actor.roles),
                    created_at=BEGAN,
                )
                for staff in STAFF.values()
                for actor in staff
            )
        self._deploy(self._folders)

    def _deploy(self, folders: Folders) -> None:
        # not `deploy`, which proves the scenarios too: a broken folder must be let in to be seen failing
        with self._database.write() as session:
            for files in folders.values():
                definitions.put_in_force(session, workflows.read(files), files, actor=SYSTEM, now=BEGAN)

    def _anew(self, folders: Folders) -> None:
        """The house as it was furnished, with these folders instead of the shipped ones."""
        self._clock.now = BEGAN
        if self._database.sqlite:
            self._database.engine.dispose()
            for left in self._place.glob("ordna.sqlite*"):
                left.unlink()
            shutil.copyfile(self._template, self._place / "ordna.sqlite")
        else:
            self._drop()  # the history there lets nothing be taken out of it
            migrate(self._database)
            self._seed()
        self._deploy(
            {process: files for process, files in folders.items() if files != self._folders.get(process)}
        )

    def _gone(self) -> None:
        if request.endpoint in self._away:
            abort(404)

    def _app(self, settings: Settings) -> Flask:
        if settings.profile not in self._apps:
            made = create_app(settings, self._database, diarium=self._diarium, clock=self._clock)
            made.before_request(self._gone)
            self._apps[settings.profile] = made
        return self._apps[settings.profile]


def _unhurried(connection: Any, _record: Any) -> None:
    """A house that is torn down after each story need not survive a power cut."""
    connection.execute("PRAGMA synchronous=OFF")
