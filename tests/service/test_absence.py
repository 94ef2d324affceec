"""Deputies in absence: work reaches the first who is there, goes in no ring, and goes back by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service import cases, duties, history, inbox, people, profiles, secrecy
from service.actors import Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.store import (
    AbsenceRow,
    ChannelPersonRow,
    ChannelRow,
    Database,
    DutyRow,
    PersonRow,
    open_database,
)
from service.store.migrate import migrate
from tests.conftest import KEYS
from tests.service import case_world as world
from tests.service.locked_world import ASSESS, a_locked_case, let_in

NOW, MARIA, JOHAN, ANNA, EVA = world.NOW, world.MARIA, world.JOHAN, world.ANNA, world.EVA
MIA = Actor("p-mia", "Mia Ek", frozenset({"channel_administrator"}))
HEAD = Actor("p-head", "Hans Chef", frozenset({"head_of_unit"}))
TODAY, FRIDAY = date(2026, 3, 3), date(2026, 3, 6)
BACK = datetime(2026, 3, 6, 23, 0, tzinfo=NOW.tzinfo)  # midnight before Saturday, in Sweden


@pytest.fixture
def hall(database: Database) -> Database:
    world.deploy(database)
    with database.write() as session:
        session.add_all(row(a) for a in (MIA, HEAD))
    return database


def row(a: Actor) -> PersonRow:
    return PersonRow(
        id=a.id, login=a.id, name=a.name, password_hash="!", roles=sorted(a.roles), created_at=NOW
    )


def away(
    database: Database,
    person: Actor,
    deputy: Actor | None,
    *,
    first: date = TODAY,
    last: date = FRIDAY,
    by: Actor = HEAD,
) -> str:
    with database.write() as session:
        return people.enter(
            session,
            person.id,
            first=first,
            last=last,
            deputy_id=deputy.id if deputy else None,
            actor=by,
            now=NOW,
        ).id


def held_by(database: Database, actor: Actor) -> str:
    """A task that `actor` has taken: its id."""
    case_id = world.a_post(database).case_id
    with database.write() as session:
        task = world.task_named(session, case_id, ASSESS)
        cases.claim(session, task.id, version=None, actor=actor, now=NOW)
        return task.id


def mine(database: Database, actor: Actor, now: datetime = NOW) -> list[tuple[str, str | None]]:
    """What the actor's own view lists, and in whose place; the count agrees."""
    with database.read() as session:
        lines = inbox.tasks(session, actor, "mine", now=now).lines
        assert inbox.counts(session, actor, "mine", now=now).views["mine"] == len(lines)
        return [(line.id, line.stood_in_for) for line in lines]


# ── what it does ─────────────────────────────────────────────────────────────────────────────────────


def test_work_is_with_the_deputy_while_the_absence_holds_and_not_a_moment_longer(hall: Database) -> None:
    task = held_by(hall, EVA)
    away(hall, EVA, MARIA)
    assert mine(hall, MARIA) == [(task, EVA.name)] and mine(hall, EVA) == [(task, None)]
    assert mine(hall, MARIA, BACK - timedelta(microseconds=1)) == [(task, EVA.name)]
    assert mine(hall, MARIA, BACK) == []
    with pytest.raises(Forbidden), hall.write() as session:
        cases.complete(session, task, world.COMPLAINT, version=None, actor=MARIA, now=BACK)


def test_a_deputy_without_the_tasks_role_does_it_too_and_a_stranger_does_not(hall: Database) -> None:
    """Johan shares a role with Eva, and not the one of the task."""
    both = EVA.roles | JOHAN.roles
    with hall.write() as session:
        session.get_one(PersonRow, EVA.id).roles = sorted(both)
    task = held_by(hall, EVA)
    with pytest.raises(Forbidden), hall.write() as session:
        cases.open_task(session, task, JOHAN, now=NOW)
    away(hall, EVA, JOHAN)
    with hall.write() as session:
        cases.complete(session, task, world.COMPLAINT, version=None, actor=JOHAN, now=NOW)
    with hall.read() as session:
        done = [e for e in history.of_case(session, case_of(session, task)) if e.kind == "task_completed"]
        assert [(e.actor, e.data["for"]) for e in done] == [(JOHAN.id, EVA.id)]
    with pytest.raises(Forbidden), hall.read() as session:
        cases.open_task(session, task, ANNA, now=NOW)


def case_of(session: Session, task_id: str) -> str:
    return inbox.task_line(session, task_id, MARIA, now=NOW).case_id


def test_work_that_is_assigned_during_the_absence_reaches_the_deputy(hall: Database) -> None:
    away(hall, EVA, MARIA)
    case_id = world.a_post(hall).case_id
    with hall.write() as session:
        case = cases.hold(session, case_id)
        cases.assign(session, case, "channel_administrator", EVA.id, now=NOW)
        task = world.task_named(session, case_id, ASSESS)
        ident = task.id
    assert mine(hall, MARIA) == [(ident, EVA.name)]


def test_a_deputy_takes_nothing_over_and_gives_nothing_back(hall: Database) -> None:
    task = held_by(hall, EVA)
    away(hall, EVA, MARIA)
    for change in (cases.claim, cases.release):
        with pytest.raises(Conflict), hall.write() as session:
            change(session, task, version=None, actor=MARIA, now=NOW)
    with hall.write() as session:
        cases.save_draft(session, task, {}, version=None, actor=MARIA, now=NOW)
    assert mine(hall, EVA) == [(task, None)]


def test_whoever_comes_back_early_has_the_work_again(hall: Database) -> None:
    held_by(hall, EVA)
    ident = away(hall, EVA, MARIA)
    with hall.write() as session:
        people.end(session, ident, actor=EVA, now=NOW)
    assert mine(hall, MARIA) == []
    with pytest.raises(Conflict), hall.write() as session:
        people.end(session, ident, actor=EVA, now=NOW)


def test_a_locked_case_is_seen_by_the_deputy_only_with_a_clearance_of_their_own(database: Database) -> None:
    locked = a_locked_case(database)
    with database.write() as session:
        session.add(row(HEAD))
        task = world.task_named(session, locked, ASSESS)
        cases.claim(session, task.id, version=None, actor=MARIA, now=NOW)
        ident = task.id
    away(database, MARIA, EVA)
    assert mine(database, EVA) == []
    with pytest.raises(NotFound), database.read() as session:
        cases.open_task(session, ident, EVA, now=NOW)
    let_in(database, locked, EVA)
    assert mine(database, EVA) == [(ident, MARIA.name)]


def test_a_task_in_a_locked_case_whose_only_handler_is_away_comes_to_the_secrecy_registrar(
    database: Database,
) -> None:
    locked = a_locked_case(database)
    siri = Actor("p-siri", "Siri Falk", frozenset({"secrecy_registrar"}))
    with database.write() as session:
        session.add(row(HEAD))
    with database.read() as session:
        assert not inbox.tasks(session, siri, "all", now=NOW).lines
    away(database, MARIA, None)
    with database.read() as session:
        lines = inbox.tasks(session, siri, "all", now=NOW).lines
        assert [(line.case_id, line.unmanned) for line in lines] == [(locked, True)]
        assert not inbox.tasks(session, siri, "all", now=BACK).lines


# ── chains ───────────────────────────────────────────────────────────────────────────────────────────


def test_work_goes_on_to_the_deputys_deputy_and_each_absence_ends_by_itself(hall: Database) -> None:
    task = held_by(hall, EVA)
    away(hall, MARIA, MIA, last=date(2026, 3, 4))
    away(hall, EVA, MARIA)
    assert mine(hall, MIA) == [(task, EVA.name)] and mine(hall, MARIA) == []
    thursday = NOW + timedelta(days=2)
    assert mine(hall, MIA, thursday) == [] and mine(hall, MARIA, thursday) == [(task, EVA.name)]


def test_two_who_would_stand_in_for_each_other_at_the_same_time_are_refused(hall: Database) -> None:
    away(hall, EVA, MARIA, first=date(2026, 3, 5))
    with pytest.raises(Invalid) as refused:
        away(hall, MARIA, EVA)
    assert "i en ring" in refused.value.fields["deputy"]
    away(hall, MARIA, EVA, last=date(2026, 3, 4))  # one after the other is no ring


def test_a_ring_that_stands_in_the_table_all_the_same_goes_nowhere(hall: Database) -> None:
    """Two who enter their absences at the same moment may each not see the other's."""
    task = held_by(hall, EVA)
    with hall.write() as session:
        for one, other in ((EVA, MARIA), (MARIA, MIA), (MIA, EVA)):
            session.add(absence(one.id, other.id, NOW - timedelta(hours=1), NOW + timedelta(days=1)))
    for actor, held in ((EVA, [(task, None)]), (MARIA, []), (MIA, [])):
        assert mine(hall, actor) == held
    with hall.read() as session:
        assert len(people.uncovered(session, NOW)) == 3
        assert {one.doer_name for one in people.absences(session, NOW)} == {None}


def test_a_deputy_who_is_away_with_nobody_in_their_place_is_refused(hall: Database) -> None:
    away(hall, MARIA, None, first=date(2026, 3, 5))
    with pytest.raises(Invalid) as refused:
        away(hall, EVA, MARIA)
    assert "har ingen ersättare på plats" in refused.value.fields["deputy"]


def absence(person: str, deputy: str | None, begins_at: datetime, until: datetime) -> AbsenceRow:
    return AbsenceRow(
        id=str(uuid4()),
        person_id=person,
        deputy_id=deputy,
        begins_at=begins_at,
        until=until,
        entered_by="system",
        entered_at=NOW,
    )


STAFF = tuple(f"q-{n}" for n in range(8))
_somebody = st.sampled_from(STAFF)
_absences = st.dictionaries(
    _somebody, st.tuples(st.none() | _somebody, st.integers(0, 6), st.integers(1, 6)), max_size=len(STAFF)
)
"""Who is away, with which deputy (themselves too), from which day for how many days."""


@given(_absences, _somebody)
def test_the_way_from_deputy_to_deputy_always_ends_at_somebody_who_is_there_or_nowhere(
    gone: Mapping[str, tuple[str | None, int, int]], person: str
) -> None:
    deputies = {who: deputy for who, (deputy, _, _) in gone.items()}
    found = secrecy.doer(deputies, person)
    assert found is None or found not in deputies
    if person not in deputies:
        assert found == person


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Eight people on SQLite, for many examples."""
    opened = open_database(f"sqlite:///{tmp_path_factory.mktemp('crowd') / 'ordna.sqlite'}", KEYS)
    migrate(opened)
    return with_crowd(opened)


def with_crowd(opened: Database) -> Database:
    with opened.write() as session:
        session.add_all(row(Actor(ident, ident, frozenset({"registrar"}))) for ident in STAFF)
    return opened


def agree(opened: Database, gone: Mapping[str, tuple[str | None, int, int]], day: int) -> None:
    """The query says of everybody what the plain rule says, on that day."""
    with opened.write() as session:
        session.execute(delete(AbsenceRow))
        session.add_all(
            absence(who, deputy, NOW + timedelta(days=first), NOW + timedelta(days=first + length))
            for who, (deputy, first, length) in gone.items()
        )
    at = NOW + timedelta(days=day)
    deputies = {who: dep for who, (dep, first, length) in gone.items() if first <= day < first + length}
    with opened.read() as session:
        for ident in STAFF:
            found = secrecy.stood_in_for(session, Actor(ident, ident), at)
            assert found == {w for w in deputies if secrecy.doer(deputies, w) == ident}
            assert ident not in found


@given(_absences, st.integers(0, 12))
def test_the_query_agrees_with_the_plain_rule_whatever_is_entered(
    crowd: Database, gone: Mapping[str, tuple[str | None, int, int]], day: int
) -> None:
    agree(crowd, gone, day)


def test_the_query_agrees_with_the_plain_rule_on_both_databases(database: Database) -> None:
    with_crowd(database)

    @settings(max_examples=15)
    @given(_absences, st.integers(0, 12))
    def on_this_one(gone: Mapping[str, tuple[str | None, int, int]], day: int) -> None:
        agree(database, gone, day)

    on_this_one()


@given(_absences)
def test_what_is_entered_through_the_room_never_makes_a_ring(
    crowd: Database, gone: Mapping[str, tuple[str | None, int, int]]
) -> None:
    head = Actor("q-head", "", frozenset({"head_of_unit"}))
    with crowd.write() as session:
        session.execute(delete(AbsenceRow))
        for who, (deputy, first, length) in gone.items():
            day = TODAY + timedelta(days=first)
            last = day + timedelta(days=length - 1)
            try:
                people.enter(session, who, first=day, last=last, deputy_id=deputy, actor=head, now=NOW)
            except Invalid as refused:
                assert set(refused.fields) == {"deputy"}
    with crowd.read() as session:
        for day_after in range(14):
            at = NOW + timedelta(days=day_after)
            rows = session.scalars(select(AbsenceRow).where(secrecy.absent(AbsenceRow, at))).all()
            deputies = {one.person_id: one.deputy_id for one in rows}
            for start in deputies:
                seen: list[str | None] = [start]
                while (following := deputies.get(seen[-1] or "")) is not None:
                    assert following not in seen
                    seen.append(following)


# ── who may, and what is refused ─────────────────────────────────────────────────────────────────────


def test_everybody_enters_their_own_absence_and_only_leads_that_of_others(hall: Database) -> None:
    with pytest.raises(Forbidden):
        away(hall, EVA, MARIA, by=JOHAN)
    away(hall, EVA, MARIA, by=EVA)
    with pytest.raises(Invalid) as refused:
        away(hall, EVA, MARIA, first=FRIDAY, last=date(2026, 3, 10))
    assert list(refused.value.fields) == ["first"]
    away(hall, EVA, MARIA, first=date(2026, 3, 7), last=date(2026, 3, 10))  # the day after is free


@pytest.mark.parametrize(
    ("deputy", "said"),
    [
        (EVA, "Ingen kan vara sin egen ersättare."),
        (JOHAN, "minst en av samma roller"),
        (Actor("nobody", ""), "Välj en medarbetare med ett konto i bruk."),
    ],
)
def test_a_deputy_is_a_colleague_in_office_with_a_role_in_common(
    hall: Database, deputy: Actor, said: str
) -> None:
    with pytest.raises(Invalid) as refused:
        away(hall, EVA, deputy)
    assert said in refused.value.fields["deputy"]
    with hall.read() as session:
        assert not people.absences(session, NOW)


def test_a_deputy_whose_account_is_closed_leaves_the_work_with_nobody_and_that_is_seen(
    hall: Database,
) -> None:
    away(hall, EVA, MARIA)
    with hall.write() as session:
        assert not people.uncovered(session, NOW)
        session.get_one(PersonRow, MARIA.id).active = False
    with hall.read() as session:
        assert [one.person_id for one in people.uncovered(session, NOW)] == [EVA.id]


# ── lanes and channels ───────────────────────────────────────────────────────────────────────────────


def thin(database: Database, now: datetime = NOW) -> dict[str, int]:
    with database.read() as session:
        return {one.role: one.present for one in people.thin(session, HEAD, now)}


def test_a_lane_that_fewer_than_two_present_people_can_do_is_found(hall: Database) -> None:
    alone = {"case_officer": 1, "registrar": 1, "head_of_unit": 1}
    assert thin(hall) == alone
    away(hall, EVA, None)
    away(hall, MARIA, None)
    assert thin(hall) == alone | {"channel_administrator": 1}
    away(hall, MIA, None, last=TODAY)
    assert thin(hall)["channel_administrator"] == 0
    assert thin(hall, BACK) == alone


def a_channel(database: Database, person: Actor, part: str, *, state: str = "active") -> str:
    ident = str(uuid4())
    with database.write() as session:
        session.add(
            ChannelRow(
                id=ident,
                name="Exempel",
                platform="Facebook",
                kind="social",
                unit="Kansli",
                state=state,
                created_at=NOW,
                changed_at=NOW,
            )
        )
        session.flush()
        session.add(
            ChannelPersonRow(
                id=str(uuid4()),
                channel_id=ident,
                person_id=person.id,
                name=person.name,
                part=part,
                starts_on=date(2026, 1, 7),
                created_at=NOW,
                created_by="system",
            )
        )
    return ident


def ordered(database: Database) -> set[tuple[str, str | None, str]]:
    with database.write() as session:
        duties.order_deputies(session, NOW)
        return {(d.kind, d.channel_id, d.occurrence) for d in session.scalars(select(DutyRow))}


def test_whom_the_profile_names_is_asked_for_a_deputy_once_for_each_channel(hall: Database) -> None:
    first = a_channel(hall, EVA, "responsible")
    second = a_channel(hall, EVA, "administrator")
    a_channel(hall, EVA, "publisher")
    a_channel(hall, EVA, "responsible", state="archived")
    assert ordered(hall) == set()
    ident = away(hall, EVA, None)
    wanted = {("deputy", first, ident), ("deputy", second, ident)}
    assert ordered(hall) == wanted and ordered(hall) == wanted
    away(hall, MARIA, None)
    assert ordered(hall) == wanted


def test_a_deputy_who_goes_away_too_leaves_the_channel_uncovered(hall: Database) -> None:
    channel = a_channel(hall, EVA, "responsible")
    ident = away(hall, EVA, MARIA)
    assert ordered(hall) == set()
    away(hall, MARIA, None, first=date(2026, 3, 5))
    assert ordered(hall) == {("deputy", channel, ident)}


def test_where_the_profile_has_no_rule_nobody_is_asked(hall: Database) -> None:
    a_channel(hall, EVA, "responsible")
    away(hall, EVA, None)
    with hall.write() as session:
        session.info[profiles.INFO] = profiles.load("bromolla")
        assert duties.order_deputies(session, NOW) == 0
