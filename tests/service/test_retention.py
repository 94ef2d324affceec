"""Nothing is destroyed without a named authority, an approved list and a certificate."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from service import cases, evidence, history, items, retention
from service.actors import Actor
from service.errors import Conflict, Forbidden, Invalid
from service.keys import Unreadable
from service.store import CaseRow, Database, DisposalRow, EvidenceRow, HoldRow, ItemRow, ProposalRow, TaskRow
from tests.service import case_world as world

NOW = world.NOW
ARVID = Actor("p-arvid", "Arvid Ark", frozenset({"archivist"}))
LATER = NOW + timedelta(days=400)
TYPE = "minor_post"


def _closed(database: Database, text: str = "Vilken fin park!") -> str:
    """A post that was left to stand: the case is closed, nothing was registered."""
    case_id = world.a_post(database, text).case_id
    with database.write() as session:
        task = world.task_named(session, case_id, "Bedöm inlägget")
        cases.complete(
            session,
            task.id,
            {"kind_of_item": "praise", "remove": "no", "response": "monitor", "belongs_to": "none"},
            version=None,
            actor=world.MARIA,
            now=NOW,
        )
    with database.read() as session:
        case = session.get_one(CaseRow, case_id)
        assert (case.status, case.outcome) == ("closed", "monitored")
    return case_id


def _authority(database: Database, months: int | None = 12) -> str:
    with database.write() as session:
        row = retention.enter_authority(
            session,
            number="KS 2020/17",
            decided_on=date(2020, 2, 1),
            decided_by="Kommunstyrelsen",
            actor=ARVID,
            now=NOW,
        )
        retention.set_rule(session, TYPE, months=months, authority_id=row.id, actor=ARVID, now=NOW)
        return row.id


def _proposed(database: Database, now: datetime = LATER) -> list[str]:
    with database.write() as session:
        return [row.id for row in retention.propose(session, actor=ARVID, now=now)]


def _carry(database: Database, proposal: str, now: datetime = LATER, keep: tuple[str, ...] = ()) -> None:
    with database.write() as session:
        retention.carry_out(session, proposal, keep=keep, version=None, actor=ARVID, now=now)


@pytest.fixture(autouse=True)
def _in_force(database: Database) -> None:
    world.deploy(database)


def test_without_a_rule_nothing_is_ever_proposed(database: Database) -> None:
    _closed(database)
    assert _proposed(database, NOW + timedelta(days=36_500)) == []


def test_a_term_cannot_be_set_without_an_authority(database: Database) -> None:
    with pytest.raises(Invalid), database.write() as session:
        retention.set_rule(session, TYPE, months=12, authority_id=None, actor=ARVID, now=NOW)


def test_only_the_archivist_may(database: Database) -> None:
    authority = _authority(database)
    with pytest.raises(Forbidden), database.write() as session:
        retention.set_rule(session, TYPE, months=1, authority_id=authority, actor=world.ANNA, now=NOW)
    _closed(database)
    (proposal,) = _proposed(database)
    with pytest.raises(Forbidden), database.write() as session:
        retention.carry_out(session, proposal, version=None, actor=world.ANNA, now=LATER)


def test_a_case_goes_when_its_term_is_over_and_not_before(database: Database) -> None:
    _authority(database)
    _closed(database)
    assert _proposed(database, NOW.replace(year=2027) - timedelta(minutes=1)) == []
    assert len(_proposed(database, NOW.replace(year=2027))) == 1


def test_what_is_destroyed_is_gone_for_every_key_and_the_trace_stays(database: Database) -> None:
    _authority(database)
    case_id = _closed(database)
    with database.read() as session:
        item = session.scalars(select(ItemRow.content_locked).where(ItemRow.case_id == case_id)).one()
        item_id = session.scalars(select(ItemRow.id).where(ItemRow.case_id == case_id)).one()
    (proposal,) = _proposed(database)
    _carry(database, proposal)
    with database.write() as session:
        case = session.get_one(CaseRow, case_id)
        assert items.of_case(session, case, world.MARIA, LATER) == []
        assert not session.scalars(select(EvidenceRow).where(EvidenceRow.case_id == case_id)).all()
        locked = session.scalars(select(TaskRow.answers_locked).where(TaskRow.case_id == case_id)).all()
        assert set(locked) == {None}
        with pytest.raises(Unreadable):  # a page of the database or a back-up still holds these bytes
            cases.case_key(session, case).open_text(item, f"item/{item_id}/content")
        kinds = [event.kind for event in history.of_case(session, case_id)]
        assert "case_opened" in kinds and "case_disposed" in kinds
        assert not list(history.verify(session))


def test_a_sealed_case_that_was_disposed_of_is_not_reported_as_missing_and_one_that_vanished_is(
    database: Database,
) -> None:
    _authority(database)
    gone, kept = _closed(database), _closed(database, "Så vackert!")
    with database.write() as session:
        for case_id in (gone, kept):
            evidence.seal(session, cases.hold(session, case_id), actor=world.MARIA, now=NOW)
    (proposal,) = _proposed(database)
    _carry(database, proposal, keep=(kept,))
    with database.read() as session:
        assert not session.scalars(select(EvidenceRow.id).where(EvidenceRow.case_id == gone)).all()
        assert list(history.verify(session)) == []
        assert list(evidence.verify(session)) == [] and list(evidence.damaged(session)) == []
    with database.write() as session:  # the same loss without a decision is told
        session.execute(delete(EvidenceRow).where(EvidenceRow.case_id == kept))
    with database.read() as session:
        assert {found.kind for found in evidence.verify(session)} == {"file"}


def test_the_certificate_names_authority_person_and_cases_and_no_citizen(database: Database) -> None:
    _authority(database)
    case_id = _closed(database)
    (proposal,) = _proposed(database)
    _carry(database, proposal)
    with database.read() as session:
        row = session.get_one(ProposalRow, proposal)
        assert row.certificate is not None
        assert row.certificate["authority"] == "KS 2020/17"
        assert row.certificate["carried_out_by"] == ARVID.id
        assert [one["id"] for one in row.certificate["cases"]] == [case_id]
        assert "Karin" not in str(row.certificate)
    with pytest.raises(Conflict):
        _carry(database, proposal)


def test_a_hold_keeps_the_case_even_when_it_is_placed_after_the_list_was_made(database: Database) -> None:
    _authority(database)
    kept, gone = _closed(database), _closed(database, "Så vackert!")
    (proposal,) = _proposed(database)
    with database.write() as session:
        retention.hold(session, cases.hold(session, kept), "Tvist pågår", actor=ARVID, now=LATER)
    _carry(database, proposal)
    with database.read() as session:
        lines = {line.case_id: line for line in retention.lines_of(session, proposal)}
        assert lines[kept].kept_because == "held" and lines[kept].disposed_at is None
        assert lines[gone].disposed_at is not None
        assert session.scalars(select(ItemRow.case_id)).all() == [kept]
    with database.write() as session:
        held = session.scalars(select(HoldRow)).one()
        retention.lift(session, cases.hold(session, kept), held.id, actor=ARVID, now=LATER)
    assert len(_proposed(database)) == 1


def test_what_the_archivist_unticks_stays(database: Database) -> None:
    _authority(database)
    kept, gone = _closed(database), _closed(database, "Så vackert!")
    (proposal,) = _proposed(database)
    _carry(database, proposal, keep=(kept,))
    with database.read() as session:
        rows = session.execute(select(DisposalRow.case_id, DisposalRow.kept_because)).all()
        assert dict(map(tuple, rows)) == {kept: "chosen", gone: None}


def test_an_authority_that_has_ended_destroys_nothing(database: Database) -> None:
    authority = _authority(database)
    _closed(database)
    (proposal,) = _proposed(database)
    with database.write() as session:
        retention.end_authority(session, authority, actor=ARVID, now=LATER)
    with pytest.raises(Conflict):
        _carry(database, proposal)
    with database.read() as session:
        assert session.scalars(select(ItemRow.id)).all()


def test_a_longer_term_that_was_set_since_saves_the_case(database: Database) -> None:
    authority = _authority(database)
    _closed(database)
    (proposal,) = _proposed(database)
    with database.write() as session:
        retention.set_rule(session, TYPE, months=120, authority_id=authority, actor=ARVID, now=LATER)
    _carry(database, proposal)
    with database.read() as session:
        assert session.scalars(select(DisposalRow.kept_because)).all() == ["rule_changed"]
        assert session.scalars(select(ItemRow.id)).all()


def test_a_secret_case_is_never_on_a_list(database: Database) -> None:
    _authority(database)
    case_id = _closed(database)
    with database.write() as session:
        cases.hold(session, case_id).secrecy = "need_to_know"
    assert _proposed(database) == []
