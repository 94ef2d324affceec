"""The real thing to drive: diarium and application in processes of their own, and what a test arranges."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from service import cases, keys, people
from service.demo import accounts, samples, scenes
from service.demo.browserless import Visitor
from service.demo.place import Place, prepared, running
from service.node import clock, deploy_shipped, open_node
from service.settings import from_environment
from service.store import TaskRow, open_database

PATIENCE = 60.0
"""Seconds that a shared machine may take before what is waited for is called missing."""
PROFILE = "lagens-minimum"
"""The demonstration's own."""
EVERYONE = "ordna"
"""The demonstration's account that holds every role."""
ASSESS = {"kind_of_item": "complaint", "remove": "no", "response": "answer", "belongs_to": "new_case"}
ANSWER = {"answer_text": "Tack, vi ser över platsen.", "answered_how": "public_reply"}
INCIDENT = "Något som ingen modell räknade med"


@dataclass(slots=True)
class World:
    """A running demonstration. `public` and `diarium` are addresses without a slash at the end."""

    place: Place
    public: str
    diarium: str
    _visitors: dict[str, Visitor] = field(default_factory=dict)

    def visitor(self, login: str = EVERYONE) -> Visitor:
        """The JSON API as one of the staff: for arranging, never for what a test is about."""
        if login not in self._visitors:
            visitor = Visitor(self.public)
            visitor.sign_in(login, account(login).password)
            self._visitors[login] = visitor
        return self._visitors[login]

    def post(
        self, text: str, *, channel: str = "Facebook, Exempelkommun", author: str = "Karin S", **given: object
    ) -> str:
        """Something that came in. Gives the case's id."""
        sent = {"channel": channel, "author": author, "text": text, **given}
        return str(self.visitor().post("/api/v1/items", sent)["case_id"])

    def case(self, case_id: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.visitor().get(f"/api/v1/cases/{case_id}")
        return found

    def task(self, case_id: str, name: str = "Bedöm inlägget") -> str:
        """The id of an open task."""
        return next(str(t["id"]) for t in self.case(case_id)["tasks"] if t["name"].startswith(name))

    def complete(self, case_id: str, name: str, answers: Mapping[str, object]) -> None:
        task = self.visitor().get(f"/api/v1/tasks/{self.task(case_id, name)}")
        self.visitor().post(
            f"/api/v1/tasks/{task['id']}/complete", {"version": task["version"], "answers": answers}
        )

    def sent(self, text: str, register: Mapping[str, object]) -> str:
        """A case whose registration is on its way to the diarium."""
        case_id = self.post(text)
        self.complete(case_id, "Bedöm", ASSESS)
        self.complete(case_id, "Registrera", register)
        return case_id

    def until_registration(self, case_id: str, state: str) -> None:
        until(
            lambda: any(r["state"] == state for r in self.case(case_id)["registrations"]),
            f"a registration that is {state}",
        )

    # ── the diarium ──────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def trouble(self, *switches: Mapping[str, object]) -> Iterator[None]:
        """The diarium misbehaves as the switches say, until the block ends."""
        _call("POST", f"{self.diarium}/faults", json.dumps(switches).encode())
        try:
            yield
        finally:
            _call("DELETE", f"{self.diarium}/faults")

    def entered(self, number: str) -> list[sqlite3.Row]:
        """The entries of the diarium's own database that carry the number."""
        return self._rows("SELECT * FROM entry WHERE number = ?", number)

    def kept_files(self, number: str) -> list[sqlite3.Row]:
        """The files of the records in the case with that number, with their content."""
        return self._rows(
            "SELECT file.* FROM file JOIN entry ON file.entry_id = entry.id "
            "JOIN entry AS c ON entry.case_id = c.id WHERE c.number = ?",
            number,
        )

    def double(self, registration: str) -> None:
        """Enter the record of the registration once more, as a diarium that does not know keys would."""
        with closing(sqlite3.connect(self.place.diarium_database, timeout=30)) as book:
            book.row_factory = sqlite3.Row
            row = dict(book.execute("SELECT * FROM entry WHERE key_id = ?", [registration]).fetchone())
            row |= {"id": None, "number": f"{row['number']} B"}
            marks = ", ".join("?" * len(row))
            made = book.execute(f"INSERT INTO entry ({', '.join(row)}) VALUES ({marks})", list(row.values()))
            book.execute(
                "INSERT INTO status_change (entry_id, status, changed_at) VALUES (?, 'Open', ?)",
                [made.lastrowid, row["registered_at"]],
            )
            book.commit()

    def stand_ready(self, number: str) -> None:
        """A case that the register has since before, under a number of its own."""
        with closing(sqlite3.connect(self.place.diarium_database, timeout=30)) as book:
            book.execute(
                "INSERT INTO entry (kind, number, key_source, key_id, digest, sequence, subject,"
                " registered_at) VALUES ('case', ?, 'by hand', ?, '', 1, 'Ett pågående ärende',"
                " '2026-01-07T09:00:00+00:00')",
                [number, number],
            )
            book.execute(
                "INSERT INTO status_change (entry_id, status, changed_at)"
                " SELECT id, 'Open', registered_at FROM entry WHERE number = ?",
                [number],
            )
            book.commit()

    def _rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(self.place.diarium_database, timeout=30)) as book:
            book.row_factory = sqlite3.Row
            return book.execute(query, values).fetchall()

    # ── the application, from the inside ─────────────────────────────────────────────────────────────

    def requests(self, method: str) -> dict[str, int]:
        """What the server has answered so far: requests by endpoint."""
        found: dict[str, int] = {}
        for line in _call("GET", f"{self.public}/metrics").decode().splitlines():
            name, _, count = line.rpartition(" ")
            if name.startswith("ordna_requests_total{") and f'method="{method}"' in name:
                endpoint = name.split('endpoint="')[1].split('"')[0]
                found[endpoint] = found.get(endpoint, 0) + int(float(count))
        return found

    def setup_code(self) -> str:
        """A fresh one-time code for the first account."""
        settings = self.place.settings
        database = open_database(settings.database_url, keys.load(settings.key_file, make=False))
        try:
            with database.write() as session:
                code = people.setup_token(session, clock())
        finally:
            database.close()
        assert code
        return code


@contextmanager
def open_world(url: str | None = None, *, filled: bool = True, profile: str = PROFILE) -> Iterator[World]:
    """A running demonstration on SQLite, or on the PostgreSQL of `url`, in the municipality whose profile
    is named; empty unless `filled`."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("ORDNA_DATABASE_URL", raising=False)
        if url:
            environment.setenv("ORDNA_DATABASE_URL", url)
        with prepared(None, quick=True) as (anywhere, diarium):
            environment_of = {**anywhere.environment, "ORDNA_PROFILE": profile}
            place = replace(anywhere, environment=environment_of, settings=from_environment(environment_of))
            _fill(place, filled=filled)
            with running(place):
                public = place.settings.public_url
                until(lambda: _ready(public), "the web")
                yield World(place, public, diarium.rstrip("/"))


def account(login: str) -> samples.Account:
    return next(a for a in samples.ACCOUNTS if a.login == login)


def until(holds: Callable[[], bool], what: str) -> None:
    """Ask again and again, from another process's outside, until it holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {PATIENCE:.0f} s for {what}")
        time.sleep(0.1)


def _fill(place: Place, *, filled: bool) -> None:
    """The sample cases follow the demonstration's own profile: elsewhere there are people and no cases."""
    node = open_node(place.settings)
    try:
        deploy_shipped(node)
        with node.database.write() as session:
            if filled and place.settings.profile != PROFILE:
                accounts.create(session, now=clock())
            elif filled:
                first = samples.fill(session, now=clock())[0]
                task: TaskRow = cases.raise_incident(
                    session,
                    first,
                    kind="incident",
                    name=INCIDENT,
                    role="registrar",
                    element="assess",
                    registration_id=None,
                    now=clock(),
                )
                assert task.kind == "incident"
        if filled and place.settings.profile == PROFILE:
            scenes.furnish(node.database, now=clock())
    finally:
        node.close()


def _ready(public: str) -> bool:
    with contextlib.suppress(OSError):
        return bool(_call("GET", f"{public}/health/ready"))
    return False


def _call(method: str, address: str, body: bytes | None = None) -> bytes:
    request = urllib.request.Request(address, body, method=method)
    if body is not None:
        request.add_header("Content-Type", "application/json")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as answer:
        content: bytes = answer.read()
        return content
