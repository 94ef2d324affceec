"""Crisis mode: rights and responsibility move and come back, and the summary tells numbers, never names."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from service import channels, crisis, history, items, profiles
from service.actors import SYSTEM, Actor
from service.channels import Demands, Mandate
from service.errors import Conflict, Forbidden, Invalid
from service.items import Post
from service.store import CaseRow, ChannelRow, Database, PersonRow
from tests.service import case_world
from tests.service.test_channels import WHOLE

NOW = datetime(2026, 3, 3, 9, 14, tzinfo=UTC)
TODAY = date(2026, 3, 3)
CHIEF = Actor("p-chief", "Kim Sand", frozenset({"communications_manager"}))
WRITER = Actor("p-writer", "Lo Lind", frozenset({"channel_administrator"}))
TAKE_OVER = Demands(crisis="take_over")
WHERE = "https://exempel.se/kris"


def a_channel(database: Database, **more: object) -> str:
    with database.write() as session:
        return channels.register(session, WHOLE | more, actor=CHIEF, now=NOW).id


def on(database: Database, at: datetime = NOW) -> None:
    with database.write() as session:
        crisis.start(session, reason="Vattnet är otjänligt", information_url=WHERE, actor=CHIEF, now=at)


def off(database: Database) -> None:
    with database.write() as session:
        crisis.end(session, reason="Vattnet är drickbart igen", actor=CHIEF, now=NOW + timedelta(hours=5))


def test_only_the_managers_turn_it_on_and_only_once(database: Database) -> None:
    with pytest.raises(Forbidden), database.write() as session:
        crisis.start(session, reason="Översvämning", information_url=WHERE, actor=WRITER, now=NOW)
    with pytest.raises(Invalid) as wrong, database.write() as session:
        crisis.start(session, reason=" ", information_url="javascript:x", actor=CHIEF, now=NOW)
    assert set(wrong.value.fields) == {"reason", "information_url"}
    on(database)
    with pytest.raises(Conflict):
        on(database)
    off(database)
    with pytest.raises(Conflict):
        off(database)
    on(database, NOW + timedelta(days=1))
    with database.read() as session:
        assert len(crisis.history_of(session)) == 2
        assert not list(history.verify(session))


def test_rights_and_responsibility_move_and_come_back_by_themselves(database: Database) -> None:
    sector, joint = a_channel(database), a_channel(database, url="https://x.com/exempel", owner_kind="joint")
    with database.write() as session:
        session.add(
            PersonRow(id=WRITER.id, login="lo", name="Lo Lind", password_hash="!", roles=[], created_at=NOW)
        )
        session.flush()
        mandate = Mandate("publisher", person_id=WRITER.id)
        channels.appoint(session, channels.hold(session, joint), mandate, actor=CHIEF, now=NOW)

    def seen(demands: Demands) -> tuple[bool, str, bool]:
        with database.read() as session:
            row = session.get_one(ChannelRow, sector)
            answers = crisis.responsible(session, row, demands)
            may = crisis.may_publish(session, row, WRITER, demands, TODAY)
            return may, answers.board, answers.moved

    before = (False, "Kulturnämnden", False)
    assert seen(TAKE_OVER) == before
    on(database)
    assert seen(TAKE_OVER) == (True, "Kommunstyrelsen", True)
    assert seen(Demands(crisis="use_or_refer")) == before, "another municipality moves nothing"
    off(database)
    assert seen(TAKE_OVER) == before


def test_each_channel_is_used_or_not_and_nobody_else_decides_it(database: Database) -> None:
    channel = a_channel(database)
    with pytest.raises(Conflict), database.write() as session:
        crisis.use(session, channel, False, actor=CHIEF, now=NOW)
    on(database)
    with pytest.raises(Forbidden), database.write() as session:
        crisis.use(session, channel, False, actor=WRITER, now=NOW)
    with database.write() as session:
        crisis.use(session, channel, False, actor=CHIEF, now=NOW)
    with database.read() as session:
        assert crisis.usage(session) == {channel: False}
    off(database)
    with database.read() as session:
        assert crisis.usage(session) == {}


def test_where_a_channel_is_used_or_refers_it_refers_until_somebody_says_that_it_is_used(
    database: Database,
) -> None:
    channel = a_channel(database)
    database.info[profiles.INFO] = profiles.load("orebro")
    on(database)
    with database.read() as session:
        assert crisis.usage(session) == {channel: False}
    with database.write() as session:
        crisis.use(session, channel, True, actor=CHIEF, now=NOW)
    with database.read() as session:
        assert crisis.usage(session) == {channel: True}


def test_the_summary_counts_what_came_in_since_the_last_one_without_secret_cases_or_names(
    database: Database,
) -> None:
    case_world.deploy(database)
    channel = a_channel(database)
    on(database)

    def arrives(text: str, hours: float, name: str = str(WHOLE["name"])) -> str:
        with database.write() as session:
            post = Post(name, None, "Kanariefågel Gul", text, None)
            at = NOW + timedelta(hours=hours)
            return items.receive_post(session, post, actor=SYSTEM, now=at).case_id

    arrives("När kommer tankbilen, Kanariefågel?", 0.1)
    arrives("Kan jag koka vattnet?", 0.2)
    arrives("Hemligt", 0.3, "Kanariefågel Guls privata sida")
    secret = arrives("Kanariefågel är sjuk", 0.4)
    with database.write() as session:
        session.get_one(CaseRow, secret).secrecy = "need_to_know"
        channels.note_posts(session, channel, TODAY, 3, actor=CHIEF, now=NOW + timedelta(hours=1))
        crisis.use(session, channel, False, actor=CHIEF, now=NOW)
    with database.write() as session:
        made = crisis.make_digest(session, actor=CHIEF, now=NOW + timedelta(hours=1))
        assert made.number == 1
        assert made.content["total"] == 3
        assert made.content["own_posts"] == [{"channel": WHOLE["name"], "count": 3}]
        assert made.content["channels_not_used"] == [WHOLE["name"]]
        assert {line["channel"] for line in made.content["lines"]} == {WHOLE["name"], "Annan kanal"}
        assert "anarie" not in json.dumps(made.content, ensure_ascii=False)
    arrives("En fråga till", 2)
    with database.write() as session:
        again = crisis.make_digest(session, actor=CHIEF, now=NOW + timedelta(hours=3))
        assert (again.number, again.content["total"]) == (2, 1)
    with pytest.raises(Forbidden), database.write() as session:
        crisis.make_digest(session, actor=WRITER, now=NOW)
