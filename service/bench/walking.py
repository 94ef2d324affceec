"""Cases that have been worked through: seeded choices in the shipped complaint flow, by the same rooms as in
service, with the days between steps that people take. For what looks back on many cases.

Working one through takes a good part of a second, so beyond the first WALKED the rows are copied, each case
with an id, a key and encrypted answers of its own."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from service import cases, definitions, items, keys
from service.actors import ROLES, SYSTEM, Actor
from service.demo.place import folder
from service.items import Post
from service.outbox import registering
from service.store import (
    CaseRow,
    Database,
    HistoryRow,
    RegistrationRow,
    TaskRow,
    TimerRow,
    keys_of,
    open_database,
)
from service.store.migrate import migrate
from workflows import Value
from workflows.forms import Field

PROCESS = items.PROCESS
WALKED = 60
"""Cases that are worked through."""
SHIPPED = Path(str(resources.files("bpmn")))
_EVERYBODY = Actor("bench", "Mätning", frozenset(ROLES))
_BEGINS = datetime(2025, 1, 7, 8, tzinfo=UTC)
_MOST_STEPS = 60
_AT_A_TIME = 20
"""Cases in one transaction."""
_LEFT_OPEN = 0.1
_WORDS: Mapping[str, str] = {
    "existing_number": "KS 2025/118",
    "case_subject": "Synpunkt på lekplats",
    "police_reference": "5000-K1234-25",
}
_USUAL: Mapping[str, Sequence[Value]] = {
    "kind_of_item": ("question", "complaint", "complaint", "viewpoint_negative", "fault_report", "own_case"),
    "remove": ("no", "no", "no", "yes"),
    "category": ("insult", "threat", "personal_data", "advertising"),
    "handled_by": ("me", "me", "me", "forward", "editorial_board"),
    "receiver_takes": ("takes", "takes", "forward_on"),
    "secrecy_suspected": (False, False, False, False, False, False, False, False, False, True),
}
"""What people mostly answer; elsewhere any choice is as likely."""


@contextmanager
def place() -> Iterator[Database]:
    """A database of its own with the complaint flow, and the flow that it may go over to, in force."""
    with folder(None) as made:
        database = open_database(f"sqlite:///{made / 'replay.sqlite'}", keys.load(made / "key", make=True))
        try:
            migrate(database)
            with database.write() as session:
                for name in (PROCESS, items.SECRET):
                    files = definitions.folder(SHIPPED / name)
                    definitions.deploy(session, files, actor=SYSTEM, now=_BEGINS)
            yield database
        finally:
            database.close()


def shipped() -> dict[str, bytes]:
    """The files of the complaint flow."""
    return definitions.folder(SHIPPED / PROCESS)


def walk(database: Database, count: int, seed: int) -> datetime:
    """Make `count` cases, most of them worked through to the end. Returns a time after everything."""
    chance = random.Random(seed)  # the same cases each time; nothing secret
    latest = _BEGINS
    walked = min(count, WALKED)
    for start in range(0, walked, _AT_A_TIME):
        with database.write() as session:
            for number in range(start, min(walked, start + _AT_A_TIME)):
                latest = max(latest, _one(session, number, chance))
    with database.write() as session:
        ids = session.scalars(select(CaseRow.id).order_by(CaseRow.number)).all()
        for number in range(walked, count):
            _copy(session, ids[number % walked], f"Ä 2025-K{number:05d}")
    return latest + timedelta(days=1)


def _copy(session: Session, source: str, number: str) -> None:
    """The case once more, as if it had gone the same way another time."""
    ident = str(uuid4())
    case = _rows(session, CaseRow, CaseRow.id == source)[0]
    old = keys_of(session).case_key(source, case["key_wrapped"])
    new, wrapped = keys_of(session).new_case_key(ident)
    session.execute(insert(CaseRow), [case | {"id": ident, "number": number, "key_wrapped": wrapped}])
    tasks: dict[str, str] = {}
    for row in _rows(session, TaskRow, TaskRow.case_id == source):
        before, after = row["id"], str(uuid4())
        if (locked := row["answers_locked"]) is not None:
            words = old.open_text(locked, f"task/{before}/answers")
            row["answers_locked"] = new.lock_text(words, f"task/{after}/answers")
        session.execute(insert(TaskRow), [row | {"id": after, "case_id": ident}])
    for kind in (TimerRow, RegistrationRow):
        for row in _rows(session, kind, kind.case_id == source):
            task = tasks.setdefault(row["task"], str(uuid4()))
            session.execute(insert(kind), [row | {"id": str(uuid4()), "case_id": ident, "task": task}])
    events = _rows(session, HistoryRow, HistoryRow.stream == source)
    session.execute(insert(HistoryRow), [event | {"stream": ident} for event in events])


def _rows(session: Session, kind: Any, wanted: ColumnElement[bool]) -> list[dict[str, Any]]:
    """The whole rows, by column."""
    return [dict(row) for row in session.execute(select(*kind.__table__.columns).where(wanted)).mappings()]


def _one(session: Session, number: int, chance: random.Random) -> datetime:
    now = _BEGINS + timedelta(hours=5 * number)
    post = Post(
        "Facebook, Exempelkommun",
        f"https://social.example/{number}",
        "Karin Exempel",
        f"Inlägg {number}.",
        None,
    )
    case_id = items.receive_post(session, post, (), actor=_EVERYBODY, now=now).case_id
    steps = chance.randint(0, 4) if chance.random() < _LEFT_OPEN else _MOST_STEPS
    for _ in range(steps):
        session.flush()
        case = session.get_one(CaseRow, case_id)
        if case.status != "open" or case.process != PROCESS:
            break
        now += timedelta(minutes=chance.choice((3, 20, 90, 400, 2_000)))
        _fire(session, case_id, now)
        if not _record(session, case, number, now) and not _answer(session, case_id, chance, now):
            break
    return now


def _fire(session: Session, case_id: str, now: datetime) -> None:
    """What has come due by now goes off, a few seconds late as in service."""
    due = session.scalars(
        select(TimerRow)
        .where(TimerRow.case_id == case_id, TimerRow.state == "waiting", TimerRow.due_at <= now)
        .order_by(TimerRow.due_at)
    ).all()
    for timer in due:
        cases.timer_due(session, timer.id, now=min(now, timer.due_at + timedelta(seconds=4)))
        session.flush()


def _record(session: Session, case: CaseRow, number: int, now: datetime) -> bool:
    """The diarium answers what it has been asked. False when it was asked nothing."""
    row = session.scalar(
        select(RegistrationRow).where(RegistrationRow.case_id == case.id, RegistrationRow.state == "pending")
    )
    if row is None:
        return False
    held = cases.hold(session, case.id)
    which = "" if row.kind == "case" else f"-{row.id[:6]}"
    receipt = f"KS 2025/{number}{which}"
    registering.register(session, held, row, receipt, how="by_hand", actor=SYSTEM, now=now)
    return True


def _answer(session: Session, case_id: str, chance: random.Random, now: datetime) -> bool:
    """Somebody does one of the open tasks. False when there is none."""
    open_tasks = session.scalars(
        select(TaskRow)
        .where(TaskRow.case_id == case_id, TaskRow.status == "open", TaskRow.kind == "form")
        .order_by(TaskRow.opened_at, TaskRow.element)
    ).all()
    if not open_tasks:
        return False
    task = chance.choice(open_tasks)
    case = cases.hold(session, case_id)
    definition = definitions.by_hash(session, case.definition)
    form = definitions.task_form(definition, task.element, task.form)
    given = {field.name: _chosen(field, chance, now) for field in form.fields} if form else {}
    cases.complete(session, task.id, given, version=None, actor=_EVERYBODY, now=now)
    return True


def _chosen(field: Field, chance: random.Random, now: datetime) -> Value:
    choices: Sequence[Value] = tuple(choice.value for choice in field.choices)
    if field.type == "array":
        return [str(choices[0])] if choices else []
    if field.name in _USUAL:
        return chance.choice([one for one in _USUAL[field.name] if not choices or one in choices] or choices)
    if choices:
        return chance.choice(choices)
    match field.type, field.format:
        case "boolean", _:
            return chance.random() < 0.2
        case "integer" | "number", _:
            return int(field.minimum or 1)
        case _, "date":
            return now.date().isoformat()
        case _, "date-time":
            return now.isoformat()
        case _, "email":
            return "kansli@kommun.example"
        case _, "uri":
            return "https://kommun.example/"
        case _:
            return _WORDS.get(field.name, "Anteckning från mätningen.")
