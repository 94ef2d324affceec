"""A case that is locked, and the people around it."""

from __future__ import annotations

from datetime import timedelta

from service import cases, secrecy
from service.actors import Actor
from service.store import Database, PersonRow
from tests.service import case_world as world

NOW, MARIA, EVA = world.NOW, world.MARIA, world.EVA
SIRI = Actor("p-siri", "Siri Falk", frozenset({"secrecy_registrar"}))
OLLE = Actor("p-olle", "Olle Ström", frozenset({"process_owner"}))
SVEN = Actor("p-sven", "Sven Ås", frozenset({"system_administrator"}))
ASSESS = "Bedöm inlägget"


def a_locked_case(database: Database) -> str:
    """A case that Maria has locked while Eva held its task."""
    world.deploy(database)
    with database.write() as session:
        session.add_all(
            PersonRow(
                id=a.id, login=a.id, name=a.name, password_hash="!", roles=sorted(a.roles), created_at=NOW
            )
            for a in (SIRI, OLLE, SVEN)
        )
    case_id = world.a_post(database, "Pojken i 4B får hjälp av socialen.").case_id
    with database.write() as session:
        task = world.task_named(session, case_id, ASSESS)
        cases.claim(session, task.id, version=None, actor=EVA, now=NOW)
    with database.write() as session:
        secrecy.lock(session, cases.hold(session, case_id), actor=MARIA, now=NOW, reason_code="secret")
    return case_id


def let_in(database: Database, case_id: str, person: Actor, by: Actor = MARIA, **given: object) -> str:
    chosen = {"part": "deputy", "until": NOW + timedelta(days=7), "reason": "Maria är sjuk."} | given
    with database.write() as session:
        row = secrecy.grant(session, case_id, person.id, actor=by, now=NOW, **chosen)  # type: ignore[arg-type]
        return row.id
