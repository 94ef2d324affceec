"""Replays as background work: one at a time, told to stop, taken over from the dead, and never half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from service import cases, definitions, drafts, history, replay, secrecy
from service.actors import Actor
from service.bench import walking
from service.errors import Conflict, Forbidden, Invalid
from service.replay import trials
from service.replay.trials import KEPT, LEASE
from service.store import Database, DefinitionRow, DraftRow, HistoryRow, PersonRow, ReplayedRow, ReplayRow
from tests.conftest import KEYS
from tests.service.case_world import MARIA, deploy
from tests.service.replays import tried
from tests.service.test_replay import LATER, OWNER, a_closed_case, an_open_case

PIA = Actor("p-pia", "Pia Ek", frozenset({"process_owner"}))
HARMFUL = ("forms/assess.json", '"complaint"', '"grievance"')
"""A code of the form has another name: what was answered is not taken."""
HARMLESS = ("texts/assess.md", " ", "  ")


@dataclass(slots=True)
class Clock:
    now: datetime = LATER

    def __call__(self) -> datetime:
        return self.now


def owners(database: Database) -> None:
    with database.write() as session:
        session.add_all(
            PersonRow(
                id=one.id,
                login=one.id,
                name=one.name,
                password_hash="!",
                roles=sorted(one.roles),
                created_at=LATER,
            )
            for one in (OWNER, PIA)
        )


def files(change: tuple[str, str, str]) -> dict[str, bytes]:
    path, old, new = change
    shipped = walking.shipped()
    assert old in shipped[path].decode()
    del shipped["scenarios.yaml"]  # what is tried here is the replay
    return {**shipped, path: shipped[path].decode().replace(old, new).encode()}


def a_draft(database: Database, change: tuple[str, str, str] = HARMLESS) -> str:
    with database.write() as session:
        return drafts.begin(session, walking.PROCESS, files(change), actor=OWNER, now=LATER).id


def row_of(database: Database, draft_id: str) -> DraftRow:
    with database.read() as session:
        return session.get_one(DraftRow, draft_id)


def start(database: Database, draft_id: str, actor: Actor = OWNER, *, now: datetime = LATER) -> str:
    with database.write() as session:
        return trials.start(session, session.get_one(DraftRow, draft_id), actor=actor, now=now).id


def run_of(database: Database, run: str) -> ReplayRow:
    with database.read() as session:
        return session.get_one(ReplayRow, run)


def standing(database: Database, draft_id: str, actor: Actor = OWNER) -> trials.Tried:
    with database.read() as session:
        return trials.tried(session, session.get_one(DraftRow, draft_id), actor=actor, now=LATER)


def found(database: Database, run: str, actor: Actor = OWNER) -> trials.Found:
    with database.read() as session:
        return trials.found(session, session.get_one(ReplayRow, run), actor=actor, now=LATER)


def results(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(ReplayedRow)) or 0


@pytest.fixture
def place(database: Database) -> Database:
    """The complaint flow in force, two process owners, a closed case and an open one."""
    deploy(database)
    owners(database)
    a_closed_case(database, "Ett")
    an_open_case(database, "Två")
    return database


def test_a_run_is_queued_carried_out_and_told_of_by_kind(place: Database) -> None:
    draft = a_draft(place, HARMFUL)
    assert standing(place, draft).state == "missing"
    run = start(place, draft)
    assert (standing(place, draft).state, standing(place, draft).enough) == ("queued", False)
    trials.work(place, run, Clock())
    done = run_of(place, run)
    assert (done.state, done.done, done.total, done.owner) == ("done", 2, 2, None)
    told = found(place, run)
    assert (told.counts["fails"], told.total, told.closed, told.open) == (2, 2, 1, 1)
    stands = standing(place, draft)
    assert (stands.state, stands.enough, stands.fails) == ("done", True, 2)
    with place.read() as session:
        causes = trials.causes(session, done, "fails", actor=OWNER, now=LATER)
    assert [(cause.total, [one.open for one in cause.cases]) for cause in causes] == [(2, [True, False])]
    assert "Bedöm inlägget" in causes[0].text


def test_what_is_under_way_is_not_begun_twice_and_what_is_over_stays_so(place: Database) -> None:
    draft = a_draft(place)
    run = start(place, draft)
    assert start(place, draft) == run
    trials.work(place, run, Clock())
    trials.work(place, run, Clock())  # the nudge came twice
    assert results(place) == 2
    assert start(place, draft) != run
    assert standing(place, draft).state == "done"  # what is known counts until more is known


def test_a_run_that_is_told_to_stop_says_stopped_and_has_found_nothing(place: Database) -> None:
    draft = a_draft(place)

    def stop(point: str) -> None:
        if point == "played":
            with place.write() as session:
                assert trials.stop(session, session.get_one(DraftRow, draft), actor=OWNER)

    run = start(place, draft)
    trials.work(place, run, Clock(), checkpoint=stop)
    assert (run_of(place, run).state, results(place)) == ("stopped", 0)
    assert (standing(place, draft).state, standing(place, draft).enough) == ("stopped", False)
    with place.write() as session:
        assert not trials.stop(session, session.get_one(DraftRow, draft), actor=OWNER)
    again = start(place, draft)
    trials.work(place, again, Clock())
    assert standing(place, draft).state == "done"


def test_one_that_is_stopped_before_anybody_took_it_never_runs(place: Database) -> None:
    draft = a_draft(place)
    run = start(place, draft)
    with place.write() as session:
        trials.stop(session, session.get_one(DraftRow, draft), actor=OWNER)
    trials.work(place, run, Clock())
    assert run_of(place, run).state == "stopped"


class Died(BaseException):
    """What stands for kill -9 where the process lives on."""


@pytest.mark.parametrize("point", ["claimed", "played", "before_done"])
def test_one_whose_process_died_is_left_alone_for_its_lease_then_done_anew(
    place: Database, point: str
) -> None:
    draft, clock = a_draft(place), Clock()

    def die(at: str) -> None:
        if at == point:
            raise Died

    run = start(place, draft)
    with pytest.raises(Died):
        trials.work(place, run, clock, checkpoint=die)
    assert (run_of(place, run).state, results(place), standing(place, draft).enough) == ("running", 0, False)
    trials.work(place, run, clock)
    assert run_of(place, run).state == "running"  # whoever has it may be slow and not dead
    assert trials.sweep(place, clock.now) == 0
    clock.now += LEASE + timedelta(seconds=1)
    assert trials.sweep(place, clock.now) == 1
    trials.work(place, run, clock)
    assert (run_of(place, run).state, results(place)) == ("done", 2)


def test_who_wakes_up_late_finds_that_another_has_it_and_writes_nothing(place: Database) -> None:
    draft, clock = a_draft(place), Clock()
    run = start(place, draft)

    def taken_over(point: str) -> None:
        if point == "played" and run_of(place, run).state == "running":
            clock.now += LEASE + timedelta(seconds=1)
            trials.work(place, run, clock)
            assert run_of(place, run).state == "done"

    trials.work(place, run, clock, checkpoint=taken_over)
    assert (run_of(place, run).state, results(place)) == ("done", 2)


def test_a_process_killed_in_the_middle_leaves_a_run_that_is_done_anew(place: Database) -> None:
    """kill -9, in a process of its own, after the first chunk of cases."""
    draft = a_draft(place)
    run = start(place, draft)
    program = textwrap.dedent(
        """
        import os, signal, sys
        from datetime import datetime
        from service.keys import Keyring
        from service.replay import trials
        from service.store import open_database
        url, schema, run, now = sys.argv[1:]
        database = open_database(url, Keyring.of(bytes(range(32))), schema=schema or None)
        def die(point):
            if point == "played":
                os.kill(os.getpid(), signal.SIGKILL)
        trials.work(database, run, lambda: datetime.fromisoformat(now), checkpoint=die)
        """
    )
    assert KEYS.index  # the same master key as the program's
    url = place.engine.url.render_as_string(hide_password=False)
    asked = [sys.executable, "-c", program, url, place.schema or "", run, LATER.isoformat()]
    ended = subprocess.run(asked, env={**os.environ}, timeout=120, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert (run_of(place, run).state, results(place)) == ("running", 0)
    clock = Clock(LATER + LEASE + timedelta(seconds=1))
    assert trials.sweep(place, clock.now) == 1
    trials.work(place, run, clock)
    assert (run_of(place, run).state, results(place)) == ("done", 2)


def test_a_draft_saved_meanwhile_has_not_been_tried(place: Database) -> None:
    draft = a_draft(place)
    run = start(place, draft)

    def saved(point: str) -> None:
        if point == "played":
            with place.write() as session:
                seen = session.get_one(DraftRow, draft).version
                drafts.save(
                    session, walking.PROCESS, draft, files(HARMFUL), version=seen, actor=OWNER, now=LATER
                )

    trials.work(place, run, Clock(), checkpoint=saved)
    done, row = run_of(place, run), row_of(place, draft)
    assert done.state == "done" and done.content != row.content
    assert standing(place, draft).state == "missing"
    assert found(place, run).counts["same"] == 2  # it was of the earlier content


def test_a_new_content_stops_the_run_of_the_old_one(place: Database) -> None:
    draft = a_draft(place)
    old = start(place, draft)
    with place.write() as session:
        seen = session.get_one(DraftRow, draft).version
        drafts.save(session, walking.PROCESS, draft, files(HARMFUL), version=seen, actor=OWNER, now=LATER)
    new = start(place, draft)
    trials.work(place, old, Clock())
    trials.work(place, new, Clock())
    assert (run_of(place, old).state, run_of(place, new).state) == ("stopped", "done")


def test_one_run_at_a_time_the_next_one_waits(place: Database) -> None:
    first, second = a_draft(place), a_draft(place, HARMFUL)
    one, other = start(place, first), start(place, second)

    def meanwhile(point: str) -> None:
        if point == "claimed":
            trials.work(place, other, Clock())
            assert run_of(place, other).state == "queued"

    trials.work(place, one, Clock(), checkpoint=meanwhile)
    trials.work(place, other, Clock())
    assert (run_of(place, one).state, run_of(place, other).state) == ("done", "done")


def test_a_locked_case_leaves_no_trace_in_a_run_whoever_reads_it(place: Database) -> None:
    """Locked before the run it is not played; locked after it, it is not there any more."""
    secret = a_closed_case(place, "Tre")
    draft = a_draft(place, HARMFUL)
    before = tried(place, walking.PROCESS, draft, OWNER, Clock())
    assert found(place, before).total == 3
    with place.write() as session:
        secrecy.lock(session, cases.hold(session, secret), actor=MARIA, now=LATER, reason_code="secret")
    assert (found(place, before).total, standing(place, draft).fails) == (2, 2)
    with place.read() as session:
        run = session.get_one(ReplayRow, before)
        causes = trials.causes(session, run, "fails", actor=OWNER, now=LATER)
        known = trials.causes(session, run, "fails", actor=MARIA, now=LATER)
    assert secret not in {line.case_id for cause in causes for line in cause.cases}
    assert secret in {line.case_id for cause in known for line in cause.cases}
    after = tried(place, walking.PROCESS, draft, OWNER, Clock())
    assert (run_of(place, after).total, found(place, after, MARIA).total) == (2, 2)


def test_only_locked_cases_is_the_same_as_no_case(database: Database) -> None:
    deploy(database)
    owners(database)
    draft = a_draft(database)
    assert standing(database, draft).state == "nothing"
    secret = a_closed_case(database, "Ett")
    assert standing(database, draft).state == "missing"
    with database.write() as session:
        secrecy.lock(session, cases.hold(session, secret), actor=MARIA, now=LATER, reason_code="secret")
    assert standing(database, draft).state == "nothing"


def test_a_draft_that_cannot_be_read_fails_with_the_sentence_that_says_why(place: Database) -> None:
    draft = a_draft(place)
    with place.write() as session:
        row = session.get_one(DraftRow, draft)
        broken = {**files(HARMLESS), "forms/assess.json": b'{"type": "object", "properties": []}'}
        drafts.save(session, walking.PROCESS, draft, broken, version=row.version, actor=OWNER, now=LATER)
    run = start(place, draft)
    trials.work(place, run, Clock())
    done = run_of(place, run)
    assert done.state == "failed" and done.trouble.endswith(".") and done.trouble != ""


def test_whoever_is_not_a_process_owner_any_more_gets_nothing_played(place: Database) -> None:
    draft = a_draft(place)
    run = start(place, draft)
    with place.write() as session:
        session.get_one(PersonRow, OWNER.id).roles = ["case_officer"]
    trials.work(place, run, Clock())
    assert run_of(place, run).state == "failed"
    with pytest.raises(Forbidden):
        start(place, draft, MARIA)


def test_a_draft_keeps_a_few_runs_and_always_what_it_rests_on(place: Database) -> None:
    draft = a_draft(place)
    first = tried(place, walking.PROCESS, draft, OWNER, Clock())
    for hours in range(1, KEPT + 3):
        run = start(place, draft, now=LATER + timedelta(hours=hours))
        with place.write() as session:
            trials.stop(session, session.get_one(DraftRow, draft), actor=OWNER)
        trials.work(place, run, Clock())
    with place.read() as session:
        runs = trials.runs(session, session.get_one(DraftRow, draft))
    assert len(runs) == KEPT + 1 and first in {run.id for run in runs}
    assert (standing(place, draft).state, results(place)) == ("done", 2)


def in_force(database: Database) -> str:
    with database.read() as session:
        return definitions.active(session, walking.PROCESS).hash


def hand_over(database: Database, draft: str) -> None:
    with database.write() as session:
        seen = session.get_one(DraftRow, draft).version
        drafts.hand_over(session, walking.PROCESS, draft, "Ny", version=seen, actor=OWNER, now=LATER)


def publish(database: Database, draft: str, actor: Actor = PIA, **given: str) -> None:
    against = in_force(database)
    with database.write() as session:
        seen = session.get_one(DraftRow, draft).version
        drafts.publish(
            session, walking.PROCESS, draft, against=against, version=seen, actor=actor, now=LATER, **given
        )


def test_a_draft_is_handed_over_when_this_very_content_has_been_tried(place: Database) -> None:
    draft = a_draft(place)
    with pytest.raises(Conflict, match="Prova först"):
        hand_over(place, draft)
    tried(place, walking.PROCESS, draft, OWNER, Clock())
    with place.write() as session:
        seen = session.get_one(DraftRow, draft).version
        other = files(("texts/assess.md", " ", "   "))
        drafts.save(session, walking.PROCESS, draft, other, version=seen, actor=OWNER, now=LATER)
    with pytest.raises(Conflict, match="Prova först"):
        hand_over(place, draft)
    tried(place, walking.PROCESS, draft, OWNER, Clock())
    hand_over(place, draft)
    publish(place, draft)
    assert row_of(place, draft).state == "published"


def test_where_cases_would_fail_the_second_person_says_why_and_it_is_kept(place: Database) -> None:
    draft, old = a_draft(place, HARMFUL), in_force(place)
    run = tried(place, walking.PROCESS, draft, OWNER, Clock())
    hand_over(place, draft)
    for said in ("", "  ", "x" * (trials.MAX_REASON + 1)):
        with pytest.raises(Invalid) as refused:
            publish(place, draft, in_spite=said)
        assert set(refused.value.fields) == {"in_spite"}
    assert in_force(place) == old
    with pytest.raises(Forbidden):
        publish(place, draft, OWNER, in_spite="Jag vill")
    publish(place, draft, in_spite=" Koden har aldrig använts rätt. ")
    assert in_force(place) != old
    assert run_of(place, run).in_spite == "Koden har aldrig använts rätt."
    with place.read() as session:
        event = session.scalars(select(HistoryRow).where(HistoryRow.kind == "draft_published")).one()
        assert (event.data["replay"], event.data["would_fail"]) == (run, 2)
        assert "Koden" not in str(event.data) and list(history.verify(session)) == []
        assert session.scalar(select(func.count()).select_from(DefinitionRow)) == 2


def test_the_sentences_that_are_kept_hold_nothing_that_anybody_wrote(place: Database) -> None:
    a_closed_case(place, "kanariefågel 19121212-1212")
    draft = a_draft(place, HARMFUL)
    tried(place, walking.PROCESS, draft, OWNER, Clock())
    with place.read() as session:
        told = session.scalars(select(ReplayedRow.text)).all()
    assert len(told) == 3 and not any("kanarie" in text or "gungan" in text for text in told)


def test_what_is_played_at_once_and_in_the_background_is_the_same(place: Database) -> None:
    draft = a_draft(place, HARMFUL)
    run = tried(place, walking.PROCESS, draft, OWNER, Clock())
    with place.read() as session:
        content = drafts.content_of(session, session.get_one(DraftRow, draft))
        report = replay.run(session, content, actor=OWNER, now=LATER)
        rows = session.execute(select(ReplayedRow.case_id, ReplayedRow.kind, ReplayedRow.text)).all()
    assert {(one.case_id, one.kind, one.text) for one in report.cases} == {tuple(row) for row in rows}
    assert dict(report.counts) == dict(found(place, run).counts)
