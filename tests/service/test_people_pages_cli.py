"""`ordna people`: accounts from the command line, and what the pages and the verbs have in common."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import people
from service.actors import SYSTEM
from service.errors import Conflict, Stale
from service.people.passwords import SHORTEST, wrong_with
from service.people.phrases import _WORDS
from service.store import Database, PersonRow
from tests.service.cli_world import ordna

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
READY = people.new_password("fyra hästar på taket", "anna")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one administrator."""
    data = tmp_path_factory.mktemp("people") / "data"
    answer = ordna("people", "add", "sven", "--name", "Sven Ek", "--roles", "system_administrator", data=data)
    assert answer.code == 0, answer.err
    return data


def _listed(data: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(ordna("people", "list", "--json", data=data).out)
    return found


def test_an_account_is_made_and_its_start_password_printed_once(installed: Path) -> None:
    answer = ordna(
        "people",
        "add",
        "Anna.Berg",
        "--name",
        "Anna Berg",
        "--unit",
        "Kansli",
        "--roles",
        "registrar,Handläggare",
        data=installed,
    )
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.count("\n") == 1 and len(answer.out.strip()) >= SHORTEST
    assert {
        "login": "anna.berg",
        "name": "Anna Berg",
        "unit": "Kansli",
        "roles": ["case_officer", "registrar"],
        "active": True,
    } in _listed(installed)
    assert answer.out.strip() not in ordna("people", "list", data=installed).out
    assert (
        "anna.berg\tAnna Berg\tKansli\tHandläggare, Registrator\n"
        in ordna("people", "list", data=installed).out
    )
    assert ordna("setup", data=installed).code == 1  # somebody has an account: no one-time code is given


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("sven", "--name", "En annan"), "Användarnamnet är upptaget."),
        (("x", "--name", "X"), "Användarnamnet ska ha"),
        (("ny", "--name", " "), "Ange personens namn."),
        (("ny", "--name", "Ny", "--roles", "registrar,kung"), "Rollen finns inte: kung."),
    ],
)
def test_an_account_that_cannot_be_made_gives_a_sentence_and_no_password(
    installed: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    before = _listed(installed)
    answer = ordna("people", "add", *arguments, data=installed)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(sentence)
    assert _listed(installed) == before


def test_an_account_is_closed_but_never_the_last_administrators(installed: Path) -> None:
    assert ordna("people", "add", "bo", "--name", "Bo Ek", data=installed).code == 0
    answer = ordna("people", "disable", " BO ", data=installed)
    assert (answer.code, answer.out) == (0, "") and "bo är avstängt" in answer.err
    assert {p["login"]: p["active"] for p in _listed(installed)}["bo"] is False
    last = ordna("people", "disable", "sven", data=installed)
    assert last.code == 1 and "minst en systemadministratör" in last.err
    nobody = ordna("people", "disable", "ingen", data=installed)
    assert (nobody.code, nobody.err) == (1, "Det finns inget konto med det användarnamnet.\n")


def test_wrong_use_is_told_apart_from_a_refusal(installed: Path) -> None:
    assert ordna("people", data=installed).code == 2
    assert ordna("people", "add", "ny", data=installed).code == 2


# ── the room below ───────────────────────────────────────────────────────────────────────────────────


@given(st.one_of(st.sampled_from(_WORDS), st.text(max_size=12)))
def test_a_start_password_is_always_one_that_is_taken(login: str) -> None:
    start = people.start_password(login)
    assert wrong_with(start, login) is None and len(start) >= SHORTEST
    assert start != people.start_password(login)


def test_the_words_can_be_read_out_and_are_many_enough() -> None:
    assert len(set(_WORDS)) == len(_WORDS) and len(_WORDS) ** 5 > 2**40
    assert all(word.isascii() and word.islower() and len(word) >= 4 for word in _WORDS)


def test_a_new_password_never_shows_itself() -> None:
    assert READY.hash not in repr(READY) and "hästar" not in repr(READY)


def _administrator(database: Database, login: str) -> PersonRow:
    with database.write() as session:
        return people.create(
            session,
            login=login,
            name=login,
            unit="",
            password=READY,
            now=NOW,
            actor=SYSTEM,
            roles=["system_administrator"],
        )


def test_two_administrators_who_close_each_other_at_once_leave_one(database: Database) -> None:
    rows = [_administrator(database, login) for login in ("anna", "bo")]
    together, outcomes = threading.Barrier(2), []

    def run(row: PersonRow) -> None:
        together.wait()
        try:
            with database.write() as session:
                people.disable(session, row.id, actor=SYSTEM, now=NOW)
            outcomes.append("closed")
        except Conflict:
            outcomes.append("refused")

    threads = [threading.Thread(target=run, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["closed", "refused"]


def test_what_the_asker_did_not_see_is_not_written_over(database: Database) -> None:
    anna = _administrator(database, "anna")
    seen = anna.version
    with database.write() as session:
        people.change(
            session, anna.id, name="Anna B", unit="", roles=anna.roles, version=seen, actor=SYSTEM, now=NOW
        )
    for act in (people.disable, people.enable):
        with pytest.raises(Stale), database.write() as session:
            act(session, anna.id, version=seen, actor=SYSTEM, now=NOW)
    with pytest.raises(Stale), database.write() as session:
        people.set_password(session, anna.id, READY, version=seen, actor=SYSTEM, now=NOW)


def test_a_list_where_somebody_was_renamed_still_ends(database: Database) -> None:
    rows = [_administrator(database, f"person{n}") for n in range(5)]
    with database.read() as session:
        first = people.page(session, most=2)
        assert first.after == rows[1].id
    with database.write() as session:
        people.change(session, rows[1].id, name="zz", unit="", roles=rows[1].roles, actor=SYSTEM, now=NOW)
    with database.read() as session:
        assert people.page(session, after=first.after or "", most=2).people == ()
        assert [p.id for p in people.page(session, after="ingen", most=1).people] == [rows[0].id]
