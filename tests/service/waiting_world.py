"""Arrangements for tests of messages and of moving: small flows that wait, deployed, and cases on them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import cases, definitions
from service.actors import SYSTEM, Actor
from service.cases import Arrival
from service.store import Database, DefinitionRow, PersonRow, SubscriptionRow, TaskRow
from tests.workflows import models as m

NOW = datetime(2026, 3, 3, 9, 14, tzinfo=UTC)
JOHAN = Actor("p-johan", "Johan Ek", frozenset({"case_officer"}))
RUT = Actor("p-rut", "Rut Ek", frozenset({"registrar"}))

ANSWERED = m.process(
    m.lanes(Handläggare="start ask wait done end"),
    m.start(),
    m.user("ask"),
    m.catch("wait", m.message("Svar"), correlation="nyckel"),
    m.user("done"),
    m.end(),
    "start -> ask -> wait -> done -> end",
    beside=m.messages("Svar"),
    id="fraga",
)
"""A case officer asks, a message named Svar answers, a case officer ends it."""


def deploy(database: Database, model: bytes) -> DefinitionRow:
    with database.write() as session:
        if session.get(PersonRow, JOHAN.id) is None:
            session.add_all(
                PersonRow(
                    id=a.id, login=a.id, name=a.name, password_hash="!", created_at=NOW, roles=sorted(a.roles)
                )
                for a in (JOHAN, RUT)
            )
        return definitions.deploy(session, {"model.bpmn": model}, actor=SYSTEM, now=NOW)


def a_case(database: Database, process: str = "fraga", **variables: str) -> str:
    """Open a case; the id of it."""
    with database.write() as session:
        arrival = Arrival("Telefon", "Fråga", NOW, "Kansli", variables)
        return cases.open_case(session, process, arrival, actor=SYSTEM, now=NOW).id


def done(database: Database, case_id: str, element: str) -> None:
    with database.write() as session:
        cases.complete(session, task_at(session, case_id, element).id, {}, version=None, actor=JOHAN, now=NOW)


def task_at(session: Session, case_id: str, element: str) -> TaskRow:
    return session.scalars(
        select(TaskRow).where(
            TaskRow.case_id == case_id, TaskRow.element == element, TaskRow.status == "open"
        )
    ).one()


def open_at(session: Session, case_id: str) -> set[str]:
    """The elements of the case's open tasks."""
    return set(
        session.scalars(select(TaskRow.element).where(TaskRow.case_id == case_id, TaskRow.status == "open"))
    )


def waits_for(session: Session, case_id: str) -> list[tuple[str, str]]:
    return [
        tuple(row)
        for row in session.execute(
            select(SubscriptionRow.name, SubscriptionRow.correlation).where(
                SubscriptionRow.case_id == case_id, SubscriptionRow.open
            )
        )
    ]
