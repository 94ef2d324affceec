"""Signing in: one answer for all that is wrong, growing pauses, sessions that end in time."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from service import history, people
from service.actors import SYSTEM
from service.errors import Invalid, TooMany
from service.people import passwords
from service.people.sign_in import FREE_ACCOUNT
from service.store import AttemptRow, Database, HistoryRow, PersonRow, SessionRow

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RIGHT = "fyra hästar på taket"
WRONG = "fem hästar på taket!"


@pytest.fixture
def vera(database: Database) -> PersonRow:
    with database.write() as session:
        return people.create(
            session,
            login="Vera.Vallmo",
            name="Vera Vallmo",
            unit="Kultur",
            password=people.new_password(RIGHT, "vera.vallmo"),
            roles=["registrar"],
            now=NOW,
            actor=SYSTEM,
        )


def entered(database: Database, person: PersonRow, at: datetime = NOW) -> str:
    with database.write() as session:
        return people.open_session(session, person, at)


def who(database: Database, token: str, at: datetime = NOW) -> people.SignedIn | None:
    with database.write() as session:
        return people.signed_in(session, token, at)


def fail(
    database: Database, login: str = "vera.vallmo", *, at: datetime = NOW, net: str = "192.0.2.1"
) -> str:
    with pytest.raises((Invalid, TooMany)) as refused:
        people.sign_in(database, login, WRONG, net=net, now=at)
    return str(refused.value) if isinstance(refused.value, Invalid) else f"vänta {refused.value.wait}"


def test_the_right_password_lets_in_whatever_case_the_login_has(database: Database, vera: PersonRow) -> None:
    found = people.sign_in(database, " VERA.vallmo ", RIGHT, net="192.0.2.1", now=NOW)
    assert (found.id, found.name) == (vera.id, "Vera Vallmo")


def test_a_letter_composed_in_another_way_is_the_same_password(database: Database, vera: PersonRow) -> None:
    assert (
        people.sign_in(database, "vera.vallmo", "fyra ha\u0308star pa\u030a taket", net="", now=NOW).id
        == vera.id
    )


def test_unknown_wrong_disabled_and_absurd_get_the_same_answer(database: Database, vera: PersonRow) -> None:
    with database.write() as session:
        other = people.create(
            session,
            login="bo",
            name="Bo",
            unit="",
            password=people.new_password(RIGHT, "bo"),
            roles=[],
            now=NOW,
            actor=SYSTEM,
        )
        people.disable(session, other.id, actor=SYSTEM, now=NOW)
    answers = set()
    for login, password in (
        ("vera.vallmo", WRONG),
        ("ingen", RIGHT),
        ("bo", RIGHT),
        ("", ""),
        ("vera.vallmo", RIGHT * 100),
        ("x\x00\ud800" * 500, "\ud800\x00"),
    ):
        with pytest.raises(Invalid) as refused:
            people.sign_in(database, login, password, net="192.0.2.1", now=NOW)
        answers.add((str(refused.value), tuple(refused.value.fields)))
    assert len(answers) == 1


def test_an_unknown_login_takes_as_long_as_a_wrong_password() -> None:
    kept = passwords.hashed(RIGHT)

    def shortest(mine: str | None) -> float:
        times = []
        for _ in range(5):
            started = time.process_time()
            assert not passwords.matches(mine, WRONG)
            times.append(time.process_time() - started)
        return min(times)

    known, unknown = shortest(kept), shortest(None)
    assert 0.5 < unknown / known < 2
    assert not passwords.outdated(passwords.NOBODY)


def test_failed_tries_bring_pauses_that_double_and_that_end(database: Database, vera: PersonRow) -> None:
    answers = [fail(database) for _ in range(FREE_ACCOUNT)]
    assert len(set(answers)) == 1
    assert fail(database) == "vänta 5"
    with pytest.raises(TooMany):
        people.sign_in(database, "vera.vallmo", RIGHT, net="198.51.100.7", now=NOW + timedelta(seconds=4))
    later = NOW + timedelta(seconds=5)
    assert fail(database, at=later) == answers[0]
    assert fail(database, at=later) == "vänta 10"
    assert people.sign_in(database, "vera.vallmo", RIGHT, net="x", now=later + timedelta(seconds=10)).id


def test_a_pause_is_the_same_for_a_login_that_nobody_has(database: Database) -> None:
    for _ in range(FREE_ACCOUNT):
        fail(database, "ingen")
    assert fail(database, "ingen") == "vänta 5"


def test_signing_in_forgets_the_accounts_failed_tries_but_not_the_nets(
    database: Database, vera: PersonRow
) -> None:
    for _ in range(FREE_ACCOUNT - 1):
        fail(database)
    people.sign_in(database, "vera.vallmo", RIGHT, net="192.0.2.1", now=NOW)
    fail(database)
    assert people.sign_in(database, "vera.vallmo", RIGHT, net="192.0.2.1", now=NOW)
    with database.read() as session:
        assert session.scalars(select(AttemptRow.fails)).all() == [FREE_ACCOUNT]


def test_many_logins_from_one_net_address_are_paused_too(database: Database) -> None:
    with database.write() as session:
        key = database.keys.fingerprint("attempt/net", b"192.0.2.1")
        session.add(AttemptRow(key=key, fails=24, until=NOW - timedelta(seconds=1)))
    fail(database, "den sista")
    assert fail(database, "ännu en") == "vänta 5"
    assert "vänta" not in fail(database, "ännu en", net="198.51.100.7")


def test_tries_at_once_are_all_counted(database: Database, vera: PersonRow) -> None:
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(fail(database))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(a.startswith("vänta") for a in answers) == 8 - FREE_ACCOUNT


def test_the_history_tells_who_came_and_nothing_about_who_did_not(
    database: Database, vera: PersonRow
) -> None:
    fail(database, "min hemlighet")
    token = entered(database, people.sign_in(database, "vera.vallmo", RIGHT, net="192.0.2.9", now=NOW))
    with database.write() as session:
        people.close_session(session, token, NOW)
        people.close_session(session, token, NOW)
    with database.read() as session:
        events = session.scalars(select(HistoryRow).order_by(HistoryRow.position)).all()
        assert [(e.kind, e.actor) for e in events] == [
            ("account_made", "system"),
            ("sign_in_refused", "nobody"),
            ("signed_in", vera.id),
            ("signed_out", vera.id),
        ]
        assert "hemlighet" not in str(events[1].data) and "192" not in str(events[1].data)
        assert list(history.verify(session)) == []


def test_a_session_ends_when_unused_for_an_hour(database: Database, vera: PersonRow) -> None:
    token = entered(database, vera)
    assert who(database, token, NOW + timedelta(minutes=59))
    assert who(database, token, NOW + timedelta(minutes=118))
    assert who(database, token, NOW + timedelta(minutes=178)) is None


def test_a_session_ends_after_twelve_hours_however_busy(database: Database, vera: PersonRow) -> None:
    token = entered(database, vera)
    for half_hour in range(24):
        assert who(database, token, NOW + timedelta(minutes=30 * half_hour))
    assert who(database, token, NOW + timedelta(hours=12)) is None


def test_being_seen_is_written_at_most_once_a_minute(database: Database, vera: PersonRow) -> None:
    token = entered(database, vera)
    for seconds, moved in ((1, False), (59, False), (60, True), (61, False), (121, True)):
        found = who(database, token, NOW + timedelta(seconds=seconds))
        assert found is not None and found.moved == moved
    with database.read() as session:
        assert session.scalars(select(SessionRow.seen_at)).one() == NOW + timedelta(seconds=121)


def test_looking_in_a_read_transaction_changes_nothing(database: Database, vera: PersonRow) -> None:
    token = entered(database, vera)
    with database.read() as session:
        found = people.signed_in(session, token, NOW + timedelta(minutes=5))
        assert found is not None and found.moved
    with database.read() as session:
        assert session.scalars(select(SessionRow.seen_at)).one() == NOW


def test_the_table_holds_no_token(database: Database, vera: PersonRow) -> None:
    token = entered(database, vera)
    with database.read() as session:
        row = session.scalars(select(SessionRow)).one()
    assert len(token) >= 43 and token not in (row.id, row.csrf)
    assert who(database, row.id) is None
    assert who(database, "") is None
    assert who(database, "x\ud800") is None


def test_a_session_from_before_signing_in_is_worth_nothing_after(database: Database, vera: PersonRow) -> None:
    with database.write() as session:
        planted = people.open_session(session, vera, NOW)
    before = who(database, planted)
    with database.write() as session:
        token = people.open_session(session, vera, NOW, replaces=planted)
    after = who(database, token)
    assert token != planted and who(database, planted) is None
    assert before is not None and after is not None and before.csrf != after.csrf


def test_csrf_tokens_are_compared_whole() -> None:
    assert people.same_token("abc", "abc")
    assert not any(people.same_token("abc", wrong) for wrong in ("ab", "abcd", "", None, "å\ud800"))


def test_a_role_withdrawn_and_an_account_disabled_bite_at_the_next_request(
    database: Database, vera: PersonRow
) -> None:
    token, second = entered(database, vera), entered(database, vera)
    found = who(database, token)
    assert found is not None and found.actor.may("registrar")
    assert (found.login, found.unit) == ("vera.vallmo", "Kultur")
    with database.write() as session:
        people.set_roles(session, vera.id, ["case_officer"], actor=SYSTEM, now=NOW)
    found = who(database, token)
    assert found is not None and found.actor.roles == {"case_officer"}
    with database.write() as session:
        people.disable(session, vera.id, actor=SYSTEM, now=NOW)
    assert who(database, token) is None and who(database, second) is None
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(SessionRow)) == 0


def test_old_sessions_are_swept_away_when_new_ones_open(database: Database, vera: PersonRow) -> None:
    with database.write() as session:
        for _ in range(3):
            people.open_session(session, vera, NOW)
    entered(database, vera, NOW + timedelta(hours=2))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(SessionRow)) == 1
