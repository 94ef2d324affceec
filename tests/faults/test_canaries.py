"""What is secret stands encrypted in its place and nowhere else: not in a page for those who may not know,
not in what any library says at DEBUG, not in the database's bytes, the jobs, a temporary file or the
register's subject. Canary words are planted through HTTP in a served application, and then hunted."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import secrets
import sqlite3
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from uuid import uuid4

import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import create_engine, inspect, text

from service import cases, people, registrations, secrecy
from service.actors import Actor
from service.demo import place
from service.node import clock, open_node
from service.settings import from_environment
from service.store import Database, PersonRow
from tests.faults.canaries import found, wrappings
from tests.faults.storm import eventually
from tests.service.cli_world import ROOT, environment, free_port

ROLES = (
    "channel_administrator",
    "case_officer",
    "registrar",
    "head_of_unit",
    "process_owner",
    "system_administrator",
    "secrecy_handler",
)
FIELDS = (
    "text",
    "author",
    "url",
    "file_name",
    "file_bytes",
    "packed_bytes",
    "mail_subject",
    "mail_sender",
    "mail_body",
    "mail_attachment",
    "draft",
    "answer",
    "reason",
    "protected_subject",
)
"""The places where somebody may write what is secret."""
ASSESS = {"kind_of_item": "complaint", "remove": "no", "response": "answer", "belongs_to": "new_case"}
SUBJECT = "Uppgifter som har kommit in i sociala medier"


@pytest.mark.parametrize("name", list(wrappings("x")))
def test_the_search_sees_a_word_however_it_is_packed(name: str) -> None:
    assert found(os.urandom(50) + wrappings("kanarie0gul")[name], ["kanarie0gul"]) == {"kanarie0gul"}
    assert found(wrappings("kanarie1gul")[name], ["kanarie0gul"]) == set()


@dataclass(slots=True)
class Person:
    """One who is signed in, over HTTP."""

    address: str
    cookie: str
    csrf: str = ""

    def ask(self, method: str, path: str, body: object = None, kind: str = "") -> tuple[int, bytes]:
        given = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, given, method=method)
        request.add_header("Cookie", f"ordna={self.cookie}")
        if given is not None:
            request.add_header("Content-Type", kind or "application/json")
        if self.csrf:
            request.add_header("X-CSRF-Token", self.csrf)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return answer.status, answer.read()
        except HTTPError as refused:
            return refused.code, refused.read()

    def json(self, method: str, path: str, body: object = None) -> Any:
        status, content = self.ask(method, path, body)
        assert status < 300, (method, path, status, content[:500])
        return json.loads(content)

    def form(self, path: str, fields: Mapping[str, str]) -> None:
        encoded = urllib.parse.urlencode({"csrf": self.csrf, **fields}).encode()
        status, content = self.ask("POST", path, encoded, "application/x-www-form-urlencoded")
        assert status == 200, (path, status, content[:500])  # after the redirect


@dataclass(slots=True)
class House:
    """A served application, its database, and everything that it has said."""

    folder: Path
    address: str
    database: Database
    schema: str | None
    people: dict[str, Person]
    actors: dict[str, Actor]
    book: Path
    diarium: str
    said: list[bytes] = field(default_factory=list)


@contextlib.contextmanager
def a_house(folder: Path, url: str, schema: str | None) -> Iterator[House]:
    (folder / "tmp").mkdir()
    with place.diarium(folder / "diarium.sqlite") as diarium:
        port = free_port()
        settings = environment(
            folder / "data",
            DATABASE_URL=url,
            DATABASE_SCHEMA=schema or "",
            DIARIUM="neutral",
            DIARIUM_URL=f"{diarium}diarium",
            PORT=str(port),
            PUBLIC_URL=f"http://127.0.0.1:{port}",
            POLL="0.2",
            DIARIUM_SETTLE="1",
            BACKOFF="0.2",
        ) | {"TMPDIR": str(folder / "tmp")}
        node = open_node(from_environment(settings))
        house = House(
            folder,
            f"http://127.0.0.1:{port}",
            node.database,
            schema,
            {},
            {},
            folder / "diarium.sqlite",
            diarium,
        )
        for role in (*ROLES, "lisa", "secrecy_registrar"):
            _account(house, role)
        with _serving(house, settings):
            for person in house.people.values():
                person.csrf = person.json("GET", "/api/v1/session")["csrf"]
            yield house
        node.close()


def _account(house: House, role: str) -> None:
    roles = ["channel_administrator", "case_officer", "registrar"] if role == "lisa" else [role]
    row = PersonRow(
        id=str(uuid4()),
        login=role,
        name=role.title(),
        unit="",
        password_hash="-",
        roles=roles,
        created_at=clock(),
    )
    with house.database.write() as session:
        session.add(row)
        session.flush()
        house.people[role] = Person(house.address, people.open_session(session, row, clock()))
    house.actors[role] = Actor(row.id, row.name, frozenset(roles))


@contextlib.contextmanager
def _serving(house: House, settings: Mapping[str, str]) -> Iterator[None]:
    words = [[]] if house.schema is None else [[], ["worker"]]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.loud", *more],
            cwd=ROOT,
            env=dict(settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for more in words
    ]

    def listen(stream: io.BufferedReader) -> None:
        house.said.extend(iter(stream.readline, b""))

    readers = [threading.Thread(target=listen, args=(one.stdout,), daemon=True) for one in running]
    for reader in readers:
        reader.start()

    def ready() -> bool:
        with contextlib.suppress(OSError):
            return Person(house.address, "").ask("GET", "/api/v1/openapi.json")[0] == 200
        return False

    try:
        assert eventually(ready), b"".join(house.said)[-3000:]
        yield
    finally:
        for one in running:
            place.end(one)
        for reader in readers:
            reader.join(20)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "sqlite":
        with a_house(tmp_path, "", None) as made:
            yield made
        return
    url = request.getfixturevalue("postgresql_url")
    schema = f"ordna_test_{secrets.token_hex(6)}"
    try:
        with a_house(tmp_path, url, schema) as made:
            yield made
    finally:
        engine = create_engine(url)
        with engine.begin() as connection:
            for name in (f"{schema}_jobs", schema):
                connection.execute(text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
        engine.dispose()


# ── planting ─────────────────────────────────────────────────────────────────────────────────────────


def _picture(words: Mapping[str, str]) -> bytes:
    """A real PNG that says one word in the open and one packed."""
    kept, info = io.BytesIO(), PngImagePlugin.PngInfo()
    info.add_text("Comment", words["file_bytes"])
    info.add_text("Packed", words["packed_bytes"], zip=True)
    Image.new("RGB", (8, 8), "white").save(kept, "PNG", pnginfo=info)
    return kept.getvalue()


def _mail(words: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", words["mail_attachment"] * 20)
    letter = EmailMessage()
    letter["From"] = f"{words['mail_sender']} <{words['mail_sender']}@post.example>"
    letter["To"], letter["Message-ID"] = "kommun@exempel.example", f"<{uuid4()}@post.example>"
    letter["Subject"] = words["mail_subject"]
    letter.set_content(words["mail_body"])
    letter.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename="allt.zip")
    return bytes(letter)


def plant(house: House, words: Mapping[str, str]) -> list[str]:
    """Two secret cases from arrival to the register, every field of them written with a word."""
    lisa = house.people["lisa"]
    shot = {
        "name": f"{words['file_name']}.png",
        "media_type": "image/png",
        "content": base64.b64encode(_picture(words)).decode(),
    }
    posted = lisa.json(
        "POST",
        "/api/v1/items",
        {
            "channel": "Facebook, Exempelkommun",
            "text": words["text"],
            "author": words["author"],
            "url": f"https://social.example/{words['url']}",
            "files": [shot],
        },
    )
    status, answer = lisa.ask("POST", "/api/v1/intake", _mail(words), "message/rfc822")
    assert status == 201, answer
    ids = [posted["case_id"], json.loads(answer)["case_id"]]
    for case_id in ids:
        _lock(house, case_id)
        _through(house, case_id, words)
    return ids


def _lock(house: House, case_id: str) -> None:
    with house.database.write() as session:
        case = cases.hold(session, case_id)
        secrecy.lock(session, case, actor=house.actors["lisa"], now=clock())
        registrations.conceal(session, case, now=clock())


def _through(house: House, case_id: str, words: Mapping[str, str]) -> None:
    lisa, page = house.people["lisa"], f"/arenden/{case_id}/behorighet"
    mark = {"action": "mark", "chapter": "26", "section": "1", "authority": "Nämnden"}
    lisa.form(page, {**mark, "protected_subject": words["protected_subject"]})
    colleague = {"action": "ge", "person": house.actors["secrecy_registrar"].id, "part": "handler"}
    lisa.form(page, {**colleague, "reason": words["reason"]})
    _complete(lisa, case_id, "Bedöm", ASSESS)
    _complete(lisa, case_id, "Registrera", {"register_in": "new", "case_subject": SUBJECT})
    task = _task(lisa, case_id, "Besvara")
    saved = lisa.json("POST", f"/api/v1/tasks/{task}/draft", {"answers": {"answer_text": words["draft"]}})
    # what is refused is said nowhere either
    said = words["answer"]
    for wrong in ({"answers": {said: said}}, {"answers": {"answered_how": said}}):
        assert lisa.ask("POST", f"/api/v1/tasks/{task}/complete", wrong)[0] == 422
    half = f'{{"answers": "{said}'.encode()
    assert lisa.ask("POST", f"/api/v1/tasks/{task}/draft", half)[0] >= 400
    answers = {"answer_text": said, "answered_how": "public_reply"}
    _complete(lisa, case_id, "Besvara", answers, saved["version"])
    assert eventually(lambda: lisa.json("GET", f"/api/v1/cases/{case_id}")["registration_number"] is not None)


def _task(person: Person, case_id: str, name: str) -> str:
    tasks = person.json("GET", f"/api/v1/cases/{case_id}")["tasks"]
    return next(str(t["id"]) for t in tasks if t["name"].startswith(name))


def _complete(
    person: Person, case_id: str, name: str, answers: Mapping[str, object], version: int | None = None
) -> None:
    body: dict[str, object] = {"answers": answers}
    if version is not None:
        body["version"] = version
    person.json("POST", f"/api/v1/tasks/{_task(person, case_id, name)}/complete", body)


# ── hunting ──────────────────────────────────────────────────────────────────────────────────────────

PAGES = (
    "/inkorg?visa=alla",
    "/inkorg/lista?visa=gruppens",
    "/arenden",
    "/registrera",
    "/meddelanden",
    "/api/v1/tasks?view=all",
    "/api/v1/cases",
)


def about(ids: list[str]) -> list[str]:
    """Addresses of everything that there is to ask about the cases."""
    more = [f"/arenden/{ident}{part}" for ident in ids for part in ("", "/lage", "/behorighet")]
    named = [f"{path}/{ident}" for ident in ids for path in ("/api/v1/cases", "/uppgifter", "/api/v1/tasks")]
    return [*PAGES, *more, *named]


def searches(words: Mapping[str, str]) -> list[str]:
    return [f"{page}?sok={word}" for page in ("/inkorg", "/arenden") for word in words.values()]


def seen_by_outsiders(house: House, asked: list[str]) -> Iterator[tuple[str, bytes]]:
    """What each role that is not cleared, and one who is not signed in, is answered."""
    outsiders = {role: house.people[role] for role in ROLES} | {"visitor": Person(house.address, "")}
    for who, person in outsiders.items():
        for path in asked:
            status, content = person.ask("GET", path)
            assert status < 500, (who, path)
            # a search's own words stand in its field: what counts is what was found
            said = urllib.parse.urlsplit(path).query.split("sok=")
            yield f"{who} {path}", content.replace(said[1].encode(), b"") if len(said) > 1 else content


def stored(house: House) -> Iterator[tuple[str, bytes]]:
    """The bytes of every file in the installation's folders, and on PostgreSQL of every value in every
    table, the job engine's too."""
    for folder in ("data", "tmp"):
        for file in sorted((house.folder / folder).rglob("*")):
            if file.is_file():
                yield str(file), file.read_bytes()
    if house.schema is None:
        return
    for schema in (house.schema, f"{house.schema}_jobs"):
        for table in inspect(house.database.engine).get_table_names(schema=schema):
            with house.database.engine.connect() as connection:
                for row in connection.execute(text(f'SELECT * FROM {schema}."{table}"')):
                    values = [v if isinstance(v, bytes) else str(v).encode() for v in row]
                    yield f"{schema}.{table}", b"\n".join(values)


def in_the_register(house: House) -> Iterator[tuple[str, bytes]]:
    """What the register shows of the entries: subjects, marks, and its public page. The documents' own
    content and the senders (not public) are its to keep."""
    with contextlib.closing(sqlite3.connect(house.book)) as book:
        for row in book.execute("SELECT * FROM entry"):
            yield "entry", "\n".join(str(value) for value in row).encode()


def planted() -> dict[str, str]:
    return {name: f"kanarie{secrets.token_hex(4)}{name.replace('_', '')}" for name in FIELDS}


def hunt(house: House, ids: list[str], words: Mapping[str, str], open_word: str) -> None:
    """No word is found anywhere that it may not be, and one that is not secret is found where it is."""
    # the words are there for who may read them: else nothing below would mean anything
    lisa = house.people["lisa"]
    told = b"".join(
        lisa.ask("GET", f"/arenden/{one}{page}")[1] for one in ids for page in ("", "/behorighet")
    )
    readable = set(FIELDS) - {
        "file_bytes",
        "packed_bytes",
        "mail_sender",
        "mail_attachment",
        "draft",
        "answer",
    }
    assert {words[name] for name in readable} <= found(told, words.values(), 0)

    def leaks(places: Iterator[tuple[str, bytes]], depth: int) -> list[tuple[str, set[str]]]:
        return [(where, hits) for where, blob in places if (hits := found(blob, words.values(), depth))]

    assert leaks(seen_by_outsiders(house, about(ids)), 1) == []
    spoken = b"".join(house.said)  # from here on the outsiders' own searches say the words
    assert found(spoken, [*words.values(), open_word], 1) == {open_word}
    assert leaks(seen_by_outsiders(house, searches(words)), 1) == []
    house.database.engine.dispose()
    assert leaks(stored(house), 2) == []
    assert any(found(blob, [open_word], 2) for _, blob in stored(house))
    assert leaks(in_the_register(house), 2) == []
    with contextlib.closing(sqlite3.connect(house.book)) as book:
        assert {s for (s,) in book.execute("SELECT subject FROM entry")} == {SUBJECT}


def in_the_open(house: House) -> str:
    """A word where no secret belongs: the channel of an ordinary case."""
    word = f"kanarie{secrets.token_hex(4)}channel"
    post = {"channel": word, "text": "Ett inlägg", "author": "Karin S"}
    house.people["lisa"].json("POST", "/api/v1/items", post)
    return word


@pytest.mark.soak_on_postgresql
def test_a_word_planted_in_any_secret_field_stands_nowhere_outside_its_encrypted_place(house: House) -> None:
    words = planted()
    hunt(house, plant(house, words), words, in_the_open(house))


@pytest.mark.soak
def test_a_diarium_that_fails_and_lies_makes_no_word_stand_elsewhere(house: House) -> None:
    """What goes wrong is what writes logs, incidents and errors: the same hunt after many rounds of it."""
    switches = [
        {
            "fault": fault,
            "operations": ["RegisterCase", "RegisterDocument"],
            "probability": 0.15,
            "seed": seed,
        }
        for seed, fault in enumerate(("html", "truncated", "reset", "error"), 1)
    ]
    request = urllib.request.Request(
        f"{house.diarium}faults", json.dumps(switches).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=20).close()
    words, ids = planted(), []
    for _ in range(8):
        # the same words in new posts: a post that came before would be kept once
        fresh = {**words, "url": f"{words['url']}{secrets.token_hex(3)}"}
        ids += plant(house, fresh)
    hunt(house, ids, words, in_the_open(house))
