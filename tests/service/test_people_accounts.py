"""Accounts: what a login and a password must be, and how the very first one is made."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from service import people
from service.actors import SYSTEM
from service.errors import Conflict, Invalid
from service.people.passwords import wrong_with
from service.store import Database, HistoryRow, PersonRow, SetupRow

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PHRASE = "fyra hästar på taket"
READY = people.new_password(PHRASE, "anna")
ANNA: Mapping[str, Any] = {"login": "anna", "name": "Anna Berg", "password": READY}


def made(database: Database, login: str, *roles: str) -> PersonRow:
    with database.write() as session:
        return people.create(
            session,
            login=login,
            name=login,
            unit="",
            password=READY,
            roles=roles,
            now=NOW,
            actor=SYSTEM,
        )


@pytest.mark.parametrize(
    ("password", "login"),
    [
        ("kort men bra", "anna"),
        ("x" * 1001, "anna"),
        ("passwordpassword", "anna"),
        ("lösenord1234567", "anna"),
        ("Sommar2026!Sommar2026", "anna"),
        ("aaaaaaaaaaaaaaaa", "anna"),
        ("abcabcabcabcabcabc", "anna"),
        ("123456789012345", "anna"),
        ("098765432109876", "anna"),
        ("qwertyuiopasdfgh", "anna"),
        ("correct horse battery staple".replace(" ", ""), "anna"),
        ("jag heter ANNA Berg", "anna"),
        ("hej på dig bo ek", "bo"),
        ("vi är anna.berg idag", "anna.berg@example.se"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused_in_swedish(password: str, login: str) -> None:
    assert (wrong_with(password, login) or "").startswith("Lösenordet ")


@pytest.mark.parametrize(
    "password", [PHRASE, "x7#kQ9!mZ2$vB5&n", "stora bord i solen", "ÅÄÖ ÅÄÖ hej hopp fallera"]
)
def test_a_long_unusual_password_is_taken(password: str) -> None:
    assert wrong_with(password, "bo") is None


def test_every_field_that_is_wrong_is_named(database: Database) -> None:
    with pytest.raises(Invalid) as refused, database.write() as session:
        people.create(
            session,
            login="a b",
            name=" ",
            unit="",
            password=people.new_password("kort", "anna"),
            roles=["kung"],
            now=NOW,
            actor=SYSTEM,
        )
    assert set(refused.value.fields) == {"login", "name", "password", "roles"}


def test_a_login_is_one_persons_however_it_is_spelled(database: Database) -> None:
    made(database, "anna")
    with database.write() as session:
        with pytest.raises(Invalid) as refused:
            people.create(
                session,
                login=" ANNA ",
                name="A",
                unit="",
                password=READY,
                roles=[],
                now=NOW,
                actor=SYSTEM,
            )
        assert "login" in refused.value.fields
        assert len(people.listing(session)) == 1


def test_the_last_administrator_can_neither_leave_nor_be_taken_away(database: Database) -> None:
    first = made(database, "anna", "system_administrator")
    with database.write() as session:
        with pytest.raises(Conflict):
            people.disable(session, first.id, actor=SYSTEM, now=NOW)
        with pytest.raises(Conflict):
            people.set_roles(session, first.id, ["registrar"], actor=SYSTEM, now=NOW)
    made(database, "bo", "system_administrator")
    with database.write() as session:
        people.disable(session, first.id, actor=SYSTEM, now=NOW)


def test_a_new_password_ends_every_session_and_the_old_one_is_gone(database: Database) -> None:
    anna = made(database, "anna")
    new = people.new_password("sju svanar simmar", "anna")
    with database.write() as session:
        token = people.open_session(session, anna, NOW)
        people.set_password(session, anna.id, new, actor=SYSTEM, now=NOW)
    with database.read() as session:
        assert people.signed_in(session, token, NOW) is None
    with pytest.raises(Invalid):
        people.sign_in(database, "anna", PHRASE, net="", now=NOW)
    assert people.sign_in(database, "anna", "sju svanar simmar", net="", now=NOW).id == anna.id


def test_the_token_makes_the_first_account_and_only_that(database: Database) -> None:
    with database.write() as session:
        token = people.setup_token(session, NOW)
    assert token is not None and len(token) >= 32
    with database.read() as session:
        assert token not in session.get_one(SetupRow, 1).token_sha256
    with database.write() as session:
        person = people.set_up(session, f" {token}\n", **ANNA, now=NOW)
        assert person.roles == ["process_owner", "registrar", "system_administrator"]
    with database.write() as session:
        assert people.setup_token(session, NOW) is None
        with pytest.raises(Invalid):
            people.set_up(session, token, login="bo", name="Bo", password=READY, now=NOW)
    with database.read() as session:
        assert session.scalars(select(HistoryRow.kind).order_by(HistoryRow.position)).all() == [
            "account_made",
            "set_up",
        ]


def test_a_new_start_makes_the_old_token_worthless(database: Database) -> None:
    with database.write() as session:
        old, new = people.setup_token(session, NOW), people.setup_token(session, NOW)
    assert old and new and old != new
    for wrong in (old, "", "x", "\ud800"):
        with pytest.raises(Invalid) as refused, database.write() as session:
            people.set_up(session, wrong, **ANNA, now=NOW)
        assert list(refused.value.fields) == ["token"]
    with database.write() as session:
        assert people.set_up(session, new, **ANNA, now=NOW)


def test_a_mistake_in_the_form_does_not_use_the_token_up(database: Database) -> None:
    with database.write() as session:
        token = people.setup_token(session, NOW) or ""
    short = people.new_password("kort", "anna")
    with pytest.raises(Invalid) as refused, database.write() as session:
        people.set_up(session, token, login="anna", name="Anna", password=short, now=NOW)
    assert list(refused.value.fields) == ["password"]
    with database.write() as session:
        assert people.set_up(session, token, **ANNA, now=NOW)


def test_no_token_is_given_once_somebody_has_an_account(database: Database) -> None:
    made(database, "anna")
    with database.write() as session:
        assert people.setup_token(session, NOW) is None
        with pytest.raises(Invalid):
            people.set_up(session, "", **ANNA, now=NOW)


def test_of_many_who_use_the_token_at_once_exactly_one_gets_in(database: Database) -> None:
    with database.write() as session:
        token = people.setup_token(session, NOW) or ""
    together, outcomes = threading.Barrier(4), []

    def run(number: int) -> None:
        together.wait()
        try:
            with database.write() as session:
                people.set_up(session, token, login=f"nummer{number}", name="N", password=READY, now=NOW)
            outcomes.append(True)
        except Invalid:
            outcomes.append(False)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(PersonRow)) == 1
