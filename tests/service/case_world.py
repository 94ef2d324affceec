"""Arrangements for tests of cases: the complaint flow deployed, staff, and a case at its first task."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import definitions, items
from service.actors import SYSTEM, Actor
from service.items import Post, Received
from service.store import CaseRow, Database, PersonRow, TaskRow

NOW = datetime(2026, 3, 3, 9, 14, tzinfo=UTC)  # a Tuesday
MARIA = Actor("p-maria", "Maria Lind", frozenset({"channel_administrator"}))
JOHAN = Actor("p-johan", "Johan Ek", frozenset({"case_officer"}))
ANNA = Actor("p-anna", "Anna Berg", frozenset({"registrar"}))
EVA = Actor("p-eva", "Eva Holm", frozenset({"channel_administrator"}))
COMPLAINT = {"kind_of_item": "complaint", "remove": "no", "response": "answer", "belongs_to": "new_case"}
REGISTER = {"register_in": "new", "case_subject": "Synpunkt på lekplats"}


def deploy(database: Database) -> None:
    """Put the shipped complaint flow in force, and let the staff exist."""
    with database.write() as session:
        session.add_all(
            PersonRow(
                id=a.id, login=a.id, name=a.name, password_hash="!", roles=sorted(a.roles), created_at=NOW
            )
            for a in (MARIA, JOHAN, ANNA, EVA)
        )
        path = Path(str(resources.files("bpmn"))) / "complaint"
        definitions.deploy(session, definitions.folder(path), actor=SYSTEM, now=NOW)


def a_post(database: Database, text: str = "Gungan är trasig.", *, now: datetime = NOW) -> Received:
    """A post that has come in and waits to be assessed."""
    with database.write() as session:
        post = Post("Facebook, Exempelkommun", "https://social.example/1", "Karin S", text, None)
        return items.receive_post(session, post, (), actor=MARIA, now=now)


def task_named(session: Session, case_id: str, name: str) -> TaskRow:
    """The case's open task with that name."""
    return session.scalars(
        select(TaskRow).where(TaskRow.case_id == case_id, TaskRow.name == name, TaskRow.status == "open")
    ).one()


def open_names(session: Session, case_id: str) -> set[str]:
    return set(
        session.scalars(select(TaskRow.name).where(TaskRow.case_id == case_id, TaskRow.status == "open"))
    )


def the_case(session: Session, case_id: str) -> CaseRow:
    return session.get_one(CaseRow, case_id)
