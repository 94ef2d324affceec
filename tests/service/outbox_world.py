"""A small municipality for the outbox's tests: a two-step flow, a clock set by hand, and a diarium
that neither removes doubles nor always answers."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

import workflows
from adapters.contract import (
    DiariumError,
    DocumentRecord,
    Receipt,
    Registration,
)
from service import cases, definitions
from service.actors import SYSTEM, Actor
from service.outbox import Policy, push
from service.outbox.policy import Checkpoint, nothing
from service.settings import Settings, from_environment
from service.store import CaseRow, Database, DefinitionRow, RegistrationRow, TaskRow
from tests.workflows import models

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
REGISTRAR = Actor("p-1", "Rut Registrator", frozenset({"registrar"}))
PROCESS = "process"


def quick(database: Database, **given: str) -> Settings:
    """Settings of that database, with times that suit a clock set by hand."""
    values = {
        "DIARIUM_SETTLE": "120",
        "TIMEOUT": "60",
        "LEASE": "90",
        "BACKOFF": "60",
        "ATTEMPTS": "4",
    }
    url = database.engine.url.render_as_string(hide_password=False)
    environment = {f"ORDNA_{name}": value for name, value in (values | given).items()}
    return from_environment(environment | {"ORDNA_DATABASE_URL": url})


def flow(*operations: str) -> dict[str, bytes]:
    """A process folder whose flow asks for the operations, one after the other."""
    names = [f"op{n}" for n in range(len(operations))]
    tasks = [models.service(name, operation) for name, operation in zip(names, operations, strict=True)]
    arrows = " -> ".join(["start", *names, "end"])
    return {"model.bpmn": models.process(models.start(), *tasks, models.end(), arrows)}


def deploy(database: Database, files: Mapping[str, bytes]) -> str:
    """Put the folder in force without the deployment checks, which are not the subject here."""
    definition = workflows.read(files)
    with database.write() as session:
        if session.get(DefinitionRow, definition.hash) is not None:
            return definition.process
        session.add(
            DefinitionRow(
                hash=definition.hash,
                process=definition.process,
                number=1,
                name="Prov",
                files=definitions.pack(files),
                deployed_at=NOON,
                deployed_by="system",
                active=True,
            )
        )
    return definition.process


def open_cases(database: Database, count: int, *operations: str, now: datetime = NOON) -> list[str]:
    """`count` cases whose flow asks for the operations; the ids of their first registrations."""
    process = deploy(database, flow(*(operations or ("register_case",))))
    arrival = cases.Arrival("e-post", "Nytt ärende", now, "Kommunstyrelsen")
    with database.write() as session:
        opened = [cases.open_case(session, process, arrival, actor=SYSTEM, now=now).id for _ in range(count)]
        found = {row.case_id: row.id for row in session.scalars(select(RegistrationRow))}
    return [found[case] for case in opened]


@dataclass(slots=True)
class Hands:
    """A clock that stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Lost:
    """The diarium does the work, then `error` is all that is heard of it."""

    error: DiariumError


Fault = DiariumError | Lost | Exception
Hook = Callable[[Registration], None]


@dataclass(slots=True)
class Ledger:
    """A diarium that enters whatever comes, doubles too. `faults` and `unfindable` are used up call
    by call; `during` runs while it thinks."""

    entries: list[Receipt] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    unfindable: deque[Exception] = field(default_factory=deque)
    during: Hook = lambda _: None
    calls: int = 0
    questions: int = 0
    numbers: Callable[[int], str] = lambda n: f"KS 2026/{n:05d}"
    lock: threading.Lock = field(default_factory=threading.Lock)

    def register(self, registration: Registration, *, timeout: float | None = None) -> Receipt:
        self.calls += 1
        fault = self.faults.popleft() if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        self.during(registration)
        receipt = self.enter(registration)
        if isinstance(fault, Lost):
            raise fault.error
        return receipt

    def enter(self, registration: Registration) -> Receipt:
        files = registration.files if isinstance(registration, DocumentRecord) else ()
        with self.lock:
            receipt = Receipt(
                registration.key,
                self.numbers(len(self.entries) + 1),
                uuid4().hex,
                NOON,
                file_sha256=tuple(f.sha256 for f in files),
            )
            self.entries.append(receipt)
        return receipt

    def find(self, key: str) -> tuple[Receipt, ...]:
        self.questions += 1
        if self.unfindable:
            raise self.unfindable.popleft()
        return tuple(replace(e, replayed=True) for e in self.entries if e.key == key)

    def check(self) -> str:
        return "Provdiariet svarar."


@dataclass(slots=True)
class World:
    """One database, one diarium, one clock."""

    database: Database
    settings: Settings
    diarium: Ledger = field(default_factory=Ledger)
    clock: Hands = field(default_factory=Hands)

    def push(
        self, registration: str, *, policy: Policy | None = None, checkpoint: Checkpoint = nothing
    ) -> RegistrationRow:
        push(
            self.database,
            registration,
            self.diarium,
            self.settings,
            self.clock,
            policy=policy or Policy(),
            checkpoint=checkpoint,
        )
        return self.row(registration)

    def row(self, registration: str) -> RegistrationRow:
        with self.database.read() as session:
            return session.get_one(RegistrationRow, registration)

    def case(self, registration: str) -> CaseRow:
        with self.database.read() as session:
            return session.get_one(CaseRow, self.row(registration).case_id)

    def tasks(self) -> list[TaskRow]:
        """What people have to do about registrations, open ones only."""
        with self.database.read() as session:
            return list(
                session.scalars(select(TaskRow).where(TaskRow.status == "open").order_by(TaskRow.opened_at))
            )

    def until_due(self, registration: str) -> None:
        """Move the clock to the moment that the registration waits for."""
        at = self.row(registration).next_attempt_at
        assert at is not None
        self.clock.now = max(self.clock.now, at)
