"""Recurring duties and schedules: each occurrence one case, in the right inbox, whoever looks first."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from service import cases, definitions, duties, profiles
from service.actors import ROLES, SYSTEM, Actor
from service.deadlines import STOCKHOLM
from service.duties import Concerned, End, Kind, occurring
from service.errors import NotFound
from service.outbox import rounds
from service.profiles import KEYS
from service.store import (
    CaseRow,
    ChannelPersonRow,
    ChannelRow,
    Database,
    DutyRow,
    PersonRow,
    ScheduleRow,
    TaskRow,
    TimerRow,
)
from tests.workflows import models as m

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)  # a Tuesday
EVA = Actor("p-eva", "Eva Holm", frozenset({"channel_responsible"}))
SATER = {key: profiles.load("sater").value(key) for key in KEYS}
YSTAD = {key: profiles.load("ystad").value(key) for key in KEYS}


def channel(**days: date) -> Concerned:
    return Concerned("c1", "Exempel på Facebook", "Kansli", days)


def due_kinds(concerned: Concerned, values: dict[str, object], now: datetime = NOW) -> dict[str, str]:
    return {o.kind: o.occurrence for o in occurring(duties.kinds().values(), [concerned], values, now)}


# ── which have come due ──────────────────────────────────────────────────────────────────────────────


def test_every_kind_that_the_self_checks_ask_for_is_in_the_list() -> None:
    text = (Path(__file__).parents[2] / "service/channels/selfchecks.py").read_text(encoding="utf-8")
    asked = {name for name in duties.kinds() if f'"{name}"' in text}
    assert {"capture", "deputy", "administrators", "credential_rotation", "activity", "account"} <= asked
    assert all(duties.kinds()[name].found for name in asked)


def test_every_kind_names_keys_of_the_profile_and_a_role_with_a_lane() -> None:
    lanes = definitions.folder(Path(str(resources.files("bpmn"))) / "duty")["model.bpmn"].decode()
    for kind in duties.kinds().values():
        assert not kind.key or kind.key in KEYS
        assert not kind.role_key or kind.role_key in KEYS
        assert kind.rules
        for values in (SATER, YSTAD):
            assert f'name="{ROLES[duties.role_of(kind, values)]}"' in lanes


def test_the_interval_between_captures_is_the_profiles() -> None:
    opened, saved = date(2025, 1, 7), date(2025, 9, 10)
    half_a_year = due_kinds(channel(opened_on=opened, last_capture_on=saved), YSTAD)
    assert half_a_year["capture"] == "2026-03-10"  # six months on, opened two weeks ahead
    assert "capture" not in due_kinds(channel(opened_on=opened, last_capture_on=saved), SATER)
    assert due_kinds(channel(opened_on=opened), YSTAD)["capture"] == "2025-01-07"  # never done


def test_a_channel_is_looked_after_on_the_days_that_the_profile_names() -> None:
    saturday = datetime(2026, 3, 7, 9, 0, tzinfo=UTC)
    haparanda = {key: profiles.load("haparanda").value(key) for key in KEYS}
    assert due_kinds(channel(), SATER, saturday)["supervision"] == "2026-03-07"
    assert "supervision" not in due_kinds(channel(), haparanda, saturday)
    assert due_kinds(channel(), haparanda)["supervision"] == "2026-03-03"
    assert "supervision" not in due_kinds(channel(), YSTAD)


def test_what_the_self_checks_find_comes_back_each_week_or_month_while_it_stands() -> None:
    found = Concerned("c1", "Exempel", "Kansli", found=frozenset({"activity", "deputy"}))
    assert {k: v for k, v in due_kinds(found, SATER).items() if k in found.found} == {
        "activity": "2026-W10",
        "deputy": "2026-03",
    }
    assert "activity" not in due_kinds(found, YSTAD)  # no rule there about posts a week


def test_what_ends_is_told_of_before_it_ends() -> None:
    ending = Concerned(
        "c1",
        "Exempel",
        "Kansli",
        {"ends_on": date(2026, 3, 10)},
        {"consent": [End("k1", date(2026, 4, 1))], "mandate": [End("m1", date(2026, 3, 1))]},
    )
    occurrences = {o.kind: o for o in occurring(duties.kinds().values(), [ending], SATER, NOW)}
    assert occurrences["close_channel"].occurrence == "2026-03-10"
    assert (occurrences["consent_expiry"].about, occurrences["consent_expiry"].occurrence) == (
        "consent:k1",
        "2026-04-01",
    )
    assert "mandate_end" not in occurrences  # it has ended already


def test_there_are_always_working_days_enough_to_do_it_in() -> None:
    for kind in duties.kinds().values():
        for day in range(10):
            now = NOW + timedelta(days=day)
            due = duties.due_by(date(2020, 1, 1), kind, now).astimezone(STOCKHOLM)
            assert due >= now
            assert not kind.days or due.weekday() < 5


@pytest.mark.parametrize(
    "wrong",
    [
        b"- {id: a}",
        b"- {id: a, name: A, for: channel, when: sometimes, role: registrar, text: T, rules: []}",
        b"- {id: a, name: A, for: channel, when: interval, role: registrar, text: T, rules: []}",
        b"- {id: a, name: A, for: channel, when: date, column: born_on, role: registrar, text: T, rules: []}",
        b"- {id: a, name: A, for: channel, when: found, role: nobody, text: T, rules: []}",
        b"- {id: a, name: A, for: channel, when: found, role: registrar, text: T, rules: [], often: true}",
    ],
)
def test_a_list_of_kinds_that_says_something_else_is_refused(wrong: bytes) -> None:
    with pytest.raises(duties.KindsRefused, match="a"):
        duties.read(wrong)


# ── cases are opened ─────────────────────────────────────────────────────────────────────────────────


def municipality(database: Database) -> str:
    """A channel in use under Säter's profile, its responsible person, and the duty process; the channel."""
    database.info["profile"] = profiles.load("sater")
    with database.write() as session:
        session.add(
            PersonRow(
                id=EVA.id, login="eva", name=EVA.name, password_hash="!", roles=[*EVA.roles], created_at=NOW
            )
        )
        session.flush()
        ident = str(uuid4())
        session.add(
            ChannelRow(
                id=ident,
                name="Exempel på Facebook",
                platform="Facebook",
                kind="social",
                unit="Kansli",
                state="active",
                opened_on=date(2026, 1, 7),
                dpia_on=date(2026, 1, 7),
                created_at=NOW,
                changed_at=NOW,
            )
        )
        session.flush()
        session.add(
            ChannelPersonRow(
                id=str(uuid4()),
                channel_id=ident,
                person_id=EVA.id,
                name=EVA.name,
                part="responsible",
                starts_on=date(2026, 1, 7),
                created_at=NOW,
                created_by="system",
            )
        )
        path = Path(str(resources.files("bpmn"))) / "duty"
        definitions.deploy(session, definitions.folder(path), actor=SYSTEM, now=NOW)
    return ident


def kinds_open(database: Database) -> dict[str, CaseRow]:
    with database.read() as session:
        rows = session.execute(select(DutyRow.kind, CaseRow).join(CaseRow, CaseRow.id == DutyRow.case_id))
        return {row.kind: row.CaseRow for row in rows if row.CaseRow.status == "open"}


def number_of_cases(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(CaseRow)) or 0


def test_an_occurrence_becomes_a_case_in_the_right_inbox_with_a_day_to_be_done_by(database: Database) -> None:
    ident = municipality(database)
    begun = rounds.begin(database, NOW)
    opened = kinds_open(database)
    assert begun.duties == len(opened) > 3
    case = opened["administrators"]
    assert case.title == "Kanalen har för få administratörer: Exempel på Facebook"
    assert (case.process, case.channel_id, case.unit) == ("duty", ident, "Kansli")
    assert case.answer_due == datetime(2026, 3, 10, 16, 0, tzinfo=UTC)  # five working days
    with database.read() as session:
        task = session.scalars(select(TaskRow).where(TaskRow.case_id == case.id)).one()
        assert (task.role, task.assignee) == ("channel_responsible", EVA.id)
        assert task.due_at == case.answer_due
        looked = session.scalars(select(TaskRow).where(TaskRow.case_id == opened["supervision"].id)).one()
        assert (looked.role, looked.assignee) == ("channel_administrator", None)
        found = duties.kind_of(session, case.id)
        assert found is not None and found.id == "administrators"


def test_a_second_round_opens_nothing_more(database: Database) -> None:
    municipality(database)
    rounds.begin(database, NOW)
    count = number_of_cases(database)
    assert rounds.begin(database, NOW + timedelta(minutes=1)) == rounds.Begun()
    assert number_of_cases(database) == count


def test_missed_days_come_as_one_and_the_next_day_comes_when_the_last_is_done(database: Database) -> None:
    municipality(database)
    rounds.begin(database, NOW)
    first = kinds_open(database)["supervision"]
    for day in range(1, 6):
        rounds.begin(database, NOW + timedelta(days=day))
    assert kinds_open(database)["supervision"].id == first.id
    later = NOW + timedelta(days=6)
    looker = Actor("p-mia", "Mia Ek", frozenset({"channel_administrator"}))
    with database.write() as session:
        task = session.scalars(select(TaskRow).where(TaskRow.case_id == first.id)).one()
        done = cases.complete(
            session, task.id, {"outcome": "duty_done"}, version=None, actor=looker, now=later
        )
        assert (done.status, done.outcome) == ("closed", "duty_done")
    rounds.begin(database, later)
    with database.read() as session:
        days = session.scalars(select(DutyRow.occurrence).where(DutyRow.kind == "supervision")).all()
    assert sorted(days) == ["2026-03-03", "2026-03-09"]


def test_two_processes_that_look_at_the_same_time_open_each_case_once(database: Database) -> None:
    municipality(database)
    begun: list[rounds.Begun] = []
    gate = threading.Barrier(3)

    def look() -> None:
        gate.wait()
        begun.append(rounds.begin(database, NOW))

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rounds.open_due(database, NOW)
    with database.read() as session:
        rows = session.scalars(select(DutyRow)).all()
        assert len({row.case_id for row in rows}) == len(rows) == number_of_cases(database)
    assert sum(b.duties for b in begun) <= len(rows)


def test_a_late_duty_reaches_the_head(database: Database) -> None:
    municipality(database)
    rounds.begin(database, NOW)
    case = kinds_open(database)["deputy"]
    with database.write() as session:
        timer = session.scalars(select(TimerRow).where(TimerRow.case_id == case.id)).one()
        assert case.answer_due is not None
        assert timer.due_at > case.answer_due
        assert cases.timer_due(session, timer.id, now=timer.due_at)
    with database.read() as session:
        names = session.scalars(select(TaskRow.name).where(TaskRow.case_id == case.id)).all()
    assert "Uppgiften är försenad: ta ställning" in names


def test_a_duty_can_be_ordered_once_by_name(database: Database) -> None:
    ident = municipality(database)
    with database.write() as session:
        assert duties.order(session, "capture_before_change", ident, "ny adress 2026-03", NOW)
        assert not duties.order(session, "capture_before_change", ident, "ny adress 2026-03", NOW)
        with pytest.raises(NotFound):
            duties.order(session, "nonsense", ident, "x", NOW)
    rounds.open_due(database, NOW)
    assert "capture_before_change" in kinds_open(database)


def test_without_the_process_deployed_occurrences_wait_for_it(database: Database) -> None:
    ident = municipality(database)
    with database.write() as session:
        for row in session.scalars(select(definitions.DefinitionRow)):
            row.active = False
        duties.order(session, "capture_before_change", ident, "x", NOW)
    assert rounds.open_due(database, NOW).duties == 0
    with database.read() as session:
        assert len(duties.unopened(session)) == 1


# ── what the clock begins by itself ──────────────────────────────────────────────────────────────────


def weekly(text: str, name: str = "a") -> bytes:
    return m.process(
        m.lanes(Handläggare=f"start {name} end"),
        m.node("startEvent", "start", m.timer(text, "timeCycle")),
        m.user(name),
        m.end(),
        f"start -> {name} -> end",
        id="veckan",
    )


def deploy(database: Database, model: bytes, now: datetime = NOW) -> None:
    with database.write() as session:
        definitions.deploy(session, {"model.bpmn": model}, actor=SYSTEM, now=now)


def next_at(database: Database) -> datetime | None:
    with database.read() as session:
        return session.scalars(select(ScheduleRow.next_at)).one()


def test_a_scheduled_process_opens_one_case_each_time(database: Database) -> None:
    deploy(database, weekly("0 8 * * 1"))
    monday = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
    assert next_at(database) == monday
    assert rounds.open_due(database, monday - timedelta(seconds=1)).scheduled == 0
    assert rounds.open_due(database, monday).scheduled == 1
    assert rounds.open_due(database, monday).scheduled == 0
    assert next_at(database) == monday + timedelta(days=7)
    assert number_of_cases(database) == 1


def test_times_that_were_missed_become_one_case(database: Database) -> None:
    deploy(database, weekly("R/2026-03-03T10:00:00+01:00/P1D"))
    assert rounds.open_due(database, NOW + timedelta(days=40)).scheduled == 1
    assert number_of_cases(database) == 1
    assert next_at(database) == datetime(2026, 4, 13, 8, 0, tzinfo=UTC)  # still ten o'clock, in summer


def test_a_new_version_keeps_the_next_time_and_another_time_takes_its_place(database: Database) -> None:
    deploy(database, weekly("R/P7D"))
    was = next_at(database)
    deploy(database, weekly("R/P7D", "b"), NOW + timedelta(days=3))
    assert next_at(database) == was == NOW + timedelta(days=7)
    deploy(database, weekly("R/P1D", "b"), NOW + timedelta(days=3))
    assert next_at(database) == NOW + timedelta(days=4)


def test_a_single_time_comes_once(database: Database) -> None:
    deploy(database, weekly("2026-03-05T08:00:00+01:00"))
    assert rounds.open_due(database, NOW + timedelta(days=3)).scheduled == 1
    assert next_at(database) is None
    assert rounds.open_due(database, NOW + timedelta(days=9)).scheduled == 0


def test_two_processes_open_a_scheduled_case_once(database: Database) -> None:
    deploy(database, weekly("0 8 * * 1"))
    monday = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
    gate = threading.Barrier(3)
    begun: list[int] = []

    def look() -> None:
        gate.wait()
        begun.append(rounds.open_due(database, monday).scheduled)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(begun) == number_of_cases(database) == 1


def test_a_kind_is_plain_data() -> None:
    kind = Kind("x", "X", "channel", "ordered", "registrar", "T", ())
    assert duties.role_of(kind, SATER) == "channel_responsible"  # a role without a lane
