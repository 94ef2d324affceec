"""A small town hall behind the web: staff by role, the complaint flow in force, and browsers to drive."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from PIL import Image
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from adapters.contract import Diarium
from service import definitions, items, people
from service.actors import SYSTEM, Actor
from service.app import create_app
from service.evidence import Upload
from service.items import Post, Received
from service.settings import Settings, from_environment
from service.store import Database, PersonRow, TaskRow

NOW = datetime(2026, 3, 3, 9, 14, tzinfo=UTC)  # a Tuesday
ASSESS = "Bedöm inlägget"
COMPLAINT = {"kind_of_item": "complaint", "remove": "no", "response": "answer", "belongs_to": "new_case"}
REGISTER = {"register_in": "new", "case_subject": "Synpunkt på lekplats"}
PASSWORD = "fyra glada grisar gräver"


def picture() -> bytes:
    """A real PNG."""
    kept = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(kept, "PNG")
    return kept.getvalue()


@dataclass(slots=True)
class Hands:
    """A clock that stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(slots=True)
class Web:
    """The application and what a test arranges in it."""

    app: Flask
    database: Database
    clock: Hands
    people: dict[str, Actor] = field(default_factory=dict)

    def person(self, login: str, *roles: str) -> Actor:
        """An account without a usable password: the tests that sign in make their own."""
        row = PersonRow(
            id=str(uuid4()),
            login=login,
            name=f"{login.title()} Lind",
            unit="kommunikation",
            password_hash="-",
            roles=sorted(roles),
            active=True,
            created_at=NOW,
        )
        with self.database.write() as session:
            session.add(row)
        self.people[login] = Actor(row.id, row.name, frozenset(roles))
        return self.people[login]

    def browser(self, login: str | None = None) -> Browser:
        """A browser, signed in as `login` when one is given."""
        client = self.app.test_client()
        if login is not None:
            with self.database.write() as session:
                row = session.get_one(PersonRow, self.people[login].id)
                client.set_cookie("ordna", people.open_session(session, row, self.clock()))
        return Browser(client)

    def post(
        self,
        text: str = "Gungan är trasig.",
        *,
        author: str = "Karin S",
        channel: str = "Facebook, Exempelkommun",
        files: tuple[Upload, ...] = (),
    ) -> Received:
        """A post that has come in and waits to be assessed."""
        with self.database.write() as session:
            post = Post(channel, f"https://social.example/{uuid4()}", author, text, None)
            return items.receive_post(session, post, files, actor=SYSTEM, now=self.clock())

    def task(self, case_id: str, name: str = ASSESS) -> TaskRow:
        with self.database.read() as session:
            return session.scalars(
                select(TaskRow).where(
                    TaskRow.case_id == case_id, TaskRow.name == name, TaskRow.status == "open"
                )
            ).one()


def a_web(database: Database, *, diarium: Diarium | None = None, **given: Any) -> Web:
    """The application on `database` with one person for each role and the complaint flow."""
    clock = Hands()
    settings = settings_of(database, **given)
    web = Web(create_app(settings, database, diarium=diarium, clock=clock), database, clock)
    web.person("maria", "channel_administrator", "case_officer", "registrar")
    web.person("kim", "channel_administrator")
    web.person("johan", "case_officer")
    web.person("rut", "registrar")
    web.person("chef", "head_of_unit")
    web.person("olle", "process_owner")
    web.person("sven", "system_administrator")
    with database.write() as session:
        folder = Path(str(resources.files("bpmn"))) / "complaint"
        definitions.deploy(session, definitions.folder(folder), actor=SYSTEM, now=NOW)
    return web


def settings_of(database: Database, **given: str) -> Settings:
    url = database.engine.url.render_as_string(hide_password=False)
    return from_environment(
        {f"ORDNA_{name}": value for name, value in given.items()} | {"ORDNA_DATABASE_URL": url}
    )


@dataclass(slots=True)
class Browser:
    """A browser without JavaScript: it sends what a form holds, with the token the page gave."""

    client: Client

    def get(self, path: str, **given: Any) -> TestResponse:
        return self.client.get(path, **given)

    def token(self, path: str = "/registrera") -> str:
        return fields(self.client.get(path).text)["csrf"]

    def submit(
        self, path: str, data: dict[str, Any], *, page: str | None = None, **given: Any
    ) -> TestResponse:
        """Post a form, with the token from `page`, or of the session where no page is the subject."""
        token = self.token(page) if page else self.session_token() or self.token("/inkorg")
        return self.client.post(path, data={"csrf": token, **data}, **given)

    def session_token(self) -> str:
        """The token of whoever is signed in; empty for nobody."""
        return str((self.client.get("/api/v1/session").json or {}).get("csrf", ""))

    def api(self, method: str, path: str, **given: Any) -> TestResponse:
        csrf = self.session_token()
        headers = {"X-CSRF-Token": csrf, **given.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **given)


def fields(page: str) -> dict[str, str]:
    """Names and values of the page's hidden and text fields, the first of each name."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found.setdefault(name[1], unescape(value[1]) if value else "")
    return found


class Words(HTMLParser):
    """What a reader sees of a page: its text, and every tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def links(self) -> Iterator[str]:
        return (
            value
            for _, attributes in self.tags
            for name, value in attributes.items()
            if name in ("href", "src", "action") and value
        )


def words(page: str) -> str:
    return " ".join("".join(Words(page).text).split())
