"""The server killed with SIGKILL in the middle of publishing, importing and moving: all or nothing, and the
page says which when the server is up again."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from service import definitions, drafts, history, people
from service.actors import Actor
from service.store import CaseRow, Database, DraftRow, PersonRow, TaskRow
from tests.faults.storm import Process
from tests.service import waiting_world as world
from tests.service.http.web import words
from tests.workflows import models as m

OLLE = Actor("p-olle", "Olle Ek", frozenset({"process_owner"}))
PIA = Actor("p-pia", "Pia Ek", frozenset({"process_owner"}))
PLACE = "/processer/fraga"
BEFORE = ("UPDATE definition", "INSERT INTO definition", "INSERT INTO history", "UPDATE draft", "commit")
"""Where a publication can be cut off before it has happened."""
IMPORTING = ("INSERT INTO snapshot", "UPDATE draft", "INSERT INTO draft_save", "commit")


def line(*tasks: str) -> bytes:
    lanes = m.lanes(Handläggare=f"start {' '.join(tasks)} end")
    way = f"start -> {' -> '.join(tasks)} -> end"
    return m.process(lanes, m.start(), *(m.user(task) for task in tasks), m.end(), way, id="fraga")


class House:
    """A database, and servers on it, one at a time."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        key = folder / "key"
        key.touch(mode=0o600)
        key.write_text(bytes(range(32)).hex())
        self._settings = {
            "ORDNA_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
            "ORDNA_DATABASE_SCHEMA": database.schema or "",
            "ORDNA_KEY_FILE": str(key),
            "ORDNA_DATA": str(folder),
            "ORDNA_DIARIUM": "memory",
        }
        self._tokens: dict[str, str] = {}

    def settle(self) -> None:
        """Two process owners, and a process in force."""
        world.deploy(self.database, line("a"))
        now = datetime.now(UTC)
        with self.database.write() as session:
            for who in (OLLE, PIA):
                row = PersonRow(
                    id=who.id,
                    login=who.id,
                    name=who.name,
                    password_hash="!",
                    created_at=now,
                    roles=["process_owner"],
                    active=True,
                )
                session.add(row)
                session.flush()
                self._tokens[who.id] = people.open_session(session, row, now)

    @contextlib.contextmanager
    def server(self, point: str = "", nth: int = 0) -> Iterator[Server]:
        process = Process("tests.faults.workshop", "--hold", point, str(nth), environment=self._settings)
        try:
            ready, _, port = process.says().partition(" ")
            assert ready == "ready"
            yield Server(process, f"http://127.0.0.1:{port}", self._tokens)
        finally:
            process.kill()


class Server:
    def __init__(self, process: Process, address: str, tokens: Mapping[str, str]) -> None:
        self._process, self._address, self._tokens = process, address, tokens

    def get(self, who: Actor, path: str) -> str:
        answer = requests.get(self._address + path, cookies={"ordna": self._tokens[who.id]}, timeout=60)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def press(
        self, who: Actor, path: str, fields: Mapping[str, str], file: bytes | None = None
    ) -> requests.Response:
        csrf = re.search(r'name="csrf" value="([^"]+)"', self.get(who, PLACE))
        assert csrf is not None
        return requests.post(
            self._address + path,
            data={"csrf": csrf[1], **fields},
            files=None if file is None else {"file": ("mapp.zip", file)},
            cookies={"ordna": self._tokens[who.id]},
            allow_redirects=False,
            timeout=60,
        )

    def press_and_kill(
        self, who: Actor, path: str, fields: Mapping[str, str], file: bytes | None = None
    ) -> None:
        """Press, wait until the server stands still at its point, and kill it there."""

        def press() -> None:
            with contextlib.suppress(requests.RequestException):
                self.press(who, path, fields, file)

        pressing = threading.Thread(target=press, daemon=True)
        pressing.start()
        assert self._process.says() == "held"
        self._process.kill()
        pressing.join(60)
        assert not pressing.is_alive()


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    made = House(database, tmp_path)
    made.settle()
    return made


def a_draft(house: House, *, handed: bool) -> tuple[str, int]:
    """A draft of Olle's, its id and version; handed over or still open."""
    now = datetime.now(UTC)
    with house.database.write() as session:
        row = drafts.begin(session, "fraga", {"model.bpmn": line("a", "b")}, actor=OLLE, now=now)
        if handed:
            drafts.hand_over(session, "fraga", row.id, "Nytt", version=row.version, actor=OLLE, now=now)
    return row.id, row.version


def in_force(house: House) -> str:
    with house.database.read() as session:
        assert list(history.verify(session)) == []
        return definitions.active(session, "fraga").hash


def _published(house: House, point: str, nth: int, *, happened: bool) -> None:
    ident, version = a_draft(house, handed=True)
    old = in_force(house)
    given = {"action": "publicera", "version": str(version), "against": old}
    with house.server(point, nth) as server:
        server.press_and_kill(PIA, f"{PLACE}/utkast/{ident}", given)
    assert (in_force(house) != old) is happened
    with house.server() as server:
        page = words(server.get(PIA, f"{PLACE}/utkast/{ident}"))
        versions = words(server.get(PIA, PLACE))
        assert ("Publicerat" in page) is happened and ("Väntar på granskning" in page) is not happened
        assert ("Version 2 är i drift" in versions) is happened
        if not happened:  # nothing is in the way of doing it now
            assert server.press(PIA, f"{PLACE}/utkast/{ident}", given).status_code == 303
    assert in_force(house) != old


@pytest.mark.soak_on_postgresql
def test_a_publication_that_is_killed_has_not_happened_and_can_be_done_again(house: House) -> None:
    _published(house, "commit", 1, happened=False)


@pytest.mark.soak_on_postgresql
def test_a_publication_whose_answer_nobody_got_has_happened(house: House) -> None:
    _published(house, "answered", 1, happened=True)


def _imported(house: House, point: str, nth: int, *, happened: bool) -> None:
    ident, version = a_draft(house, handed=False)
    new = {"model.bpmn": line("a", "c"), "texts/ny.md": b"ny"}
    given = {"action": "ladda", "version": str(version)}
    with house.server(point, nth) as server:
        server.press_and_kill(PIA, f"{PLACE}/utkast/{ident}", given, drafts.as_archive(new))
    with house.database.read() as session:
        row = session.get_one(DraftRow, ident)
        files = drafts.files_of(session, row.content)
        assert (files, row.changed_by) == (
            (new, PIA.id) if happened else ({"model.bpmn": line("a", "b")}, OLLE.id)
        )
    with house.server() as server:
        page = words(server.get(OLLE, f"{PLACE}/utkast/{ident}"))
        assert ("Sparat av Pia Ek" in page) is happened and ("Sparat av Olle Ek" in page) is not happened
        again = server.press(PIA, f"{PLACE}/utkast/{ident}", given, drafts.as_archive(new))
        assert again.status_code == (412 if happened else 303)


@pytest.mark.soak_on_postgresql
def test_an_import_that_is_killed_leaves_the_draft_as_it_was(house: House) -> None:
    _imported(house, "INSERT INTO draft_save", 1, happened=False)


@pytest.mark.soak_on_postgresql
def test_an_import_whose_answer_nobody_got_is_there_whole(house: House) -> None:
    _imported(house, "answered", 1, happened=True)


def _moved(house: House, nth: int) -> int:
    """Kill the server at its nth commit of a batch of five; how many cases had moved."""
    count = 5
    old = in_force(house)
    for _ in range(count):
        world.a_case(house.database)
    new = world.deploy(house.database, line("a", "b")).hash
    given = {"action": "flytta", "from": "1", "to": "2", "moved": "0"}
    with house.server("commit", nth) as server:
        server.press_and_kill(OLLE, f"{PLACE}/flytta", given)
    with house.database.read() as session:
        assert list(history.verify(session)) == []
        cases = session.scalars(select(CaseRow)).all()
        moved = [case for case in cases if case.definition == new]
        assert {case.definition for case in cases} <= {old, new} and len(moved) < count
        for case in cases:
            kinds = {row.kind for row in history.of_case(session, case.id)}
            assert ("case_migrated" in kinds) is (case.definition == new)
            assert session.scalars(select(TaskRow.element).where(TaskRow.case_id == case.id)).all() == ["a"]
    with house.server() as server:
        page = words(server.get(OLLE, f"{PLACE}/flytta"))
        assert f"Kan flytta ({count - len(moved)})" in page
        for case in cases:  # those that are left are named, the moved ones are not
            assert (case.number in page) is (case.definition == old)
        rest = server.press(OLLE, f"{PLACE}/flytta", given)
        assert rest.status_code == 303
        assert f"{count - len(moved)} ärende" in words(server.get(OLLE, rest.headers["Location"]))
    with house.database.read() as session:
        assert set(session.scalars(select(CaseRow.definition))) == {new}
    world.done(house.database, cases[0].id, "a")
    with house.database.read() as session:
        assert world.open_at(session, cases[0].id) == {"b"}
    return len(moved)


@pytest.mark.soak_on_postgresql
def test_a_batch_that_is_killed_has_moved_some_cases_wholly_and_the_page_names_the_rest(
    house: House,
) -> None:
    assert _moved(house, 3)


@pytest.mark.soak
@pytest.mark.parametrize("point", BEFORE)
def test_wherever_a_publication_is_killed_it_has_not_happened(house: House, point: str) -> None:
    _published(house, point, 1, happened=False)


@pytest.mark.soak
@pytest.mark.parametrize("point", IMPORTING)
def test_wherever_an_import_is_killed_the_draft_is_the_old_or_the_new(house: House, point: str) -> None:
    _imported(house, point, 1, happened=False)


@pytest.mark.soak
@pytest.mark.parametrize("nth", [2, 4, 5])
def test_wherever_a_batch_is_killed_every_case_is_on_one_version(house: House, nth: int) -> None:
    _moved(house, nth)
