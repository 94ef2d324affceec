"""Replay from the store: real cases, worked through by the rooms, played on drafts of the complaint flow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import cases, definitions, replay, secrecy
from service.actors import SYSTEM, Actor
from service.bench import walking
from service.errors import NotFound
from service.history import closed
from service.outbox import registering
from service.replay import Progress
from service.store import CaseRow, Database, HistoryRow, RegistrationRow
from tests.service.case_world import (
    ANNA,
    COMPLAINT,
    JOHAN,
    MARIA,
    NOW,
    REGISTER,
    a_post,
    deploy,
    task_named,
    the_case,
)
from workflows import Definition, read

LATER = NOW + timedelta(hours=2)
OWNER = Actor("p-owner", "Olle Ek", frozenset({"process_owner"}))
CANARY = "kanariefågel Karin Bo 19121212-1212"


def draft(**changes: tuple[str, str]) -> Definition:
    """The shipped complaint flow with texts swapped: file → (old, new); none: as it is."""
    files = walking.shipped()
    for name, (old, new) in changes.items():
        path = {"model": "model.bpmn", "outcome": "decisions/outcome.dmn", "assess": "forms/assess.json"}[
            name
        ]
        assert old in files[path].decode(), old
        files[path] = files[path].decode().replace(old, new).encode()
    return read(files)


def done(session: Session, case_id: str, name: str, answers: Mapping[str, object], actor: Actor) -> None:
    task = task_named(session, case_id, name)
    cases.complete(session, task.id, answers, version=None, actor=actor, now=LATER)
    session.flush()


def registered(session: Session, case_id: str, number: str) -> None:
    row = session.scalars(
        select(RegistrationRow).where(RegistrationRow.case_id == case_id, RegistrationRow.state == "pending")
    ).one()
    case = cases.hold(session, case_id)
    registering.register(session, case, row, number, how="by_hand", actor=SYSTEM, now=LATER)
    session.flush()


def a_closed_case(database: Database, text: str) -> str:
    """A complaint that was registered as a new case and answered."""
    case_id = a_post(database, text).case_id
    with database.write() as session:
        done(session, case_id, "Bedöm inlägget", COMPLAINT, MARIA)
        done(session, case_id, "Registrera i diariet", REGISTER, ANNA)
        registered(session, case_id, f"KS 2026/{case_id[:4]}")
        registered(session, case_id, f"KS 2026/{case_id[:4]}-1")
        answer = {"answer_text": "Tack, vi lagar gungan.", "answered_how": "public_reply"}
        done(session, case_id, "Besvara inlägget", answer, JOHAN)
        assert the_case(session, case_id).status == "closed"
    return case_id


def an_open_case(database: Database, text: str) -> str:
    """A complaint that waits to be registered and answered."""
    case_id = a_post(database, text).case_id
    with database.write() as session:
        done(session, case_id, "Bedöm inlägget", COMPLAINT, MARIA)
    return case_id


def test_on_an_unchanged_draft_every_case_goes_the_same_way(database: Database) -> None:
    deploy(database)
    a_closed_case(database, "Ett")
    an_open_case(database, "Två")
    told: list[Progress] = []
    with database.read() as session:
        report = replay.run(session, draft(), actor=OWNER, now=LATER, progress=told.append)
    assert report.counts == {"fails": 0, "stops": 0, "other": 0, "unclear": 0, "same": 2}
    assert (report.closed, report.open, report.disposed, report.stopped, report.blocks) == (
        1,
        1,
        0,
        False,
        False,
    )
    assert [(one.done, one.total) for one in told] == [(2, 2)]


def test_a_changed_draft_names_the_cases_and_where_they_part(database: Database) -> None:
    deploy(database)
    case_id = a_closed_case(database, "Ett")
    changed = draft(model=('registration in ("register_new", "register_existing")', 'registration = "none"'))
    with database.read() as session:
        number = the_case(session, case_id).number
        report = replay.run(session, changed, actor=OWNER, now=LATER)
        one = replay.one(session, changed, case_id, actor=OWNER, now=LATER)
    assert report.counts["other"] == 1
    verdict = report.cases[0]
    assert (verdict.case_id, verdict.number, verdict.open) == (case_id, number, False)
    assert "Registrera i diariet" in verdict.text
    assert "Registrera i diariet" in one.was and "Registrera i diariet" not in one.becomes
    assert (one.kind, one.text) == (verdict.kind, verdict.text)


def test_an_answer_that_the_draft_does_not_take_makes_the_case_fail_without_saying_what_it_was(
    database: Database,
) -> None:
    deploy(database)
    a_closed_case(database, CANARY)
    with database.read() as session:
        report = replay.run(session, draft(assess=('"complaint"', '"grievance"')), actor=OWNER, now=LATER)
    assert report.counts["fails"] == 1 and report.blocks
    assert "Bedöm inlägget" in report.cases[0].text
    assert "complaint" not in report.cases[0].text and CANARY not in report.cases[0].text


def test_a_case_that_the_asker_may_not_know_of_is_not_there(database: Database) -> None:
    deploy(database)
    case_id = a_closed_case(database, "Ett")
    with database.write() as session:
        secrecy.lock(session, cases.hold(session, case_id), actor=MARIA, now=LATER, reason_code="secret")
    changed = draft(outcome=('"registered_and_answered"', '"done"'))
    with database.read() as session:
        number = the_case(session, case_id).number
        outsider = replay.run(session, changed, actor=OWNER, now=LATER)
        handler = replay.run(session, changed, actor=MARIA, now=LATER)
        with pytest.raises(NotFound):
            replay.one(session, changed, case_id, actor=OWNER, now=LATER)
    assert (outsider.total, outsider.cases, sum(outsider.counts.values())) == (0, (), 0)
    assert handler.counts["other"] == 1
    assert (handler.cases[0].case_id, handler.cases[0].number) == (case_id, number)


def test_a_replay_that_is_stopped_says_so(database: Database) -> None:
    deploy(database)
    a_closed_case(database, "Ett")
    with database.read() as session:
        report = replay.run(session, draft(), actor=OWNER, now=LATER, stop=lambda: True)
    assert report.stopped and report.total == 0


def test_only_the_latest_closed_cases_are_replayed(database: Database) -> None:
    deploy(database)
    a_closed_case(database, "Ett")
    latest = a_closed_case(database, "Två")
    with database.write() as session:
        cases.hold(session, latest).closed_at = LATER + timedelta(hours=1)
    with database.read() as session:
        report = replay.run(session, draft(), actor=OWNER, now=LATER, last=1)
    assert (report.closed, [one.case_id for one in report.cases]) == (1, [latest])


def test_the_history_keeps_what_a_replay_needs_and_nobodys_words(database: Database) -> None:
    deploy(database)
    case_id = a_closed_case(database, CANARY)
    with database.read() as session:
        rows = session.scalars(select(HistoryRow).where(HistoryRow.stream == case_id)).all()
        said = json.dumps([row.data for row in rows], ensure_ascii=False)
        opened = next(row for row in rows if row.kind == "case_opened")
        assert session.get_one(CaseRow, case_id).answer_due is not None
    assert opened.data["given"]["answer_due"].startswith("2026-03-0")
    assert CANARY not in said and "gungan" not in said and "lekplats" not in said


def test_an_event_holds_codes_numbers_and_times_and_no_words() -> None:
    kept = {
        "code": "register_new",
        "other": "contact-first",
        "number": 3,
        "truth": True,
        "nothing": None,
        "at": "2026-03-03T09:14:00+00:00",
        "day": "2026-03-03",
        "span": "PT72H",
        "codes": ["a", "b_c"],
    }
    lost = {
        "words": "Hej hej",
        "name": "Karin",
        "long": "a" * 61,
        "mixed": ["a", "Två ord"],
        "inner": {"a": 1},
    }
    assert closed({**kept, **lost}) == kept


def test_cases_that_went_over_to_the_secret_flow_are_replayed_as_far_as_they_went(database: Database) -> None:
    deploy(database)
    secret = definitions.folder(walking.SHIPPED / "secret-content")
    with database.write() as session:
        definitions.deploy(session, secret, actor=SYSTEM, now=NOW)
    case_id = a_post(database, "Ett").case_id
    with database.write() as session:
        answers = {**COMPLAINT, "secrecy_suspected": True}
        done(session, case_id, "Bedöm inlägget", answers, MARIA)
        assert the_case(session, case_id).process == "secret-content"
    unguarded = draft(model=("secrecy_suspected = true or", "false or"))
    with database.read() as session:
        assert replay.run(session, draft(), actor=MARIA, now=LATER).counts["same"] == 1
        assert replay.run(session, read(secret), actor=MARIA, now=LATER).counts["same"] == 1
        assert replay.run(session, unguarded, actor=OWNER, now=LATER).total == 0
        report = replay.run(session, unguarded, actor=MARIA, now=LATER)
    assert report.counts["same"] == 0
    assert [one.case_id for one in report.cases] == [case_id]
