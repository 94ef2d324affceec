"""Plays one story in the house: who does what, when, and where house and story part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from service import cases, channels, deadlines, definitions, history, items, outbox, registrations
from service.actors import SYSTEM, Actor, role_of_lane
from service.errors import Forbidden, Invalid, NotFound, Refusal
from service.items import Post
from service.outbox import rounds
from service.proving import comparing, looking
from service.proving.house import STAFF, House
from service.store import (
    CaseRow,
    HistoryRow,
    PersonRow,
    RegistrationRow,
    SubscriptionRow,
    TaskRow,
    TimerRow,
)
from workflows import Definition, ModelRefused, WorkflowError
from workflows.definition import model
from workflows.model import Kind
from workflows.scenarios import Clock, DueBy, Page, Recorded, Scenario, Timed
from workflows.scenarios.case import Difference, moment, way_out

MAX_FIRED = 500
"""Timers that may go off while the clock is moved once."""
_STEP = timedelta(minutes=1)
_DONE = frozenset({"operation_done", "operation_refused", "case_continued"})
_ON_THE_WAY = ("pending", "retry")
_POST = Post(
    "Facebook, Exempelkommun", "https://social.example/1", "Karin Exempel", "Gungan är trasig.", None
)
"""What came in, where the story is about something that did."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a story. `difference` is None when it held, else one Swedish sentence."""

    scenario: Scenario
    difference: str | None

    @property
    def held(self) -> bool:
        return self.difference is None


def play(house: House, scenario: Scenario, process: str) -> Result:
    """The story from its beginning to its end. Never raises for what the story, the model or the product
    does with it."""
    where = "starten"
    story = _Story(house, scenario, process)
    try:
        story.begin()
        for number, planned in enumerate(scenario.steps, 1):
            where = f"steg {number}"
            story.take(planned)
        where = "slutet"
        story.compare()
    except (Difference, ModelRefused, WorkflowError, Refusal, LookupError) as wrong:
        said = str(wrong) or type(wrong).__name__
        fields = dict(wrong.fields) if isinstance(wrong, Invalid) else {}
        told = f"{said} {fields or ''}".strip()
        return Result(scenario, f"Scenariot ”{scenario.name}”: {where}: {told}")
    return Result(scenario, None)


@dataclass(slots=True)
class _Story:
    house: House
    scenario: Scenario
    process: str
    case_id: str = ""
    places: dict[str, str] = field(default_factory=dict)
    """What {case} and {channel} stand for in the address of a page."""
    seen: set[int] = field(default_factory=set)
    """Positions of the operations in the history that the story has told of."""

    def begin(self) -> None:
        self.house.clock.now = self.scenario.at
        given = {n: v for n, v in self.scenario.given.items() if n not in deadlines.VARIABLES}
        with self.house.database.write() as session:
            rows = [
                channels.register(
                    session,
                    {n: v for n, v in facts.items() if n != "state"},
                    state=str(facts.get("state", "active")),
                    actor=_staff("channel_responsible")[0],
                    now=self._now,
                )
                for facts in self.scenario.channels
            ]
            channel = rows[0] if rows else None
            definition = definitions.active(session, self.process)
            starter = self._starter(definition)
            arrival = cases.Arrival(
                channel.name if channel else _POST.channel,
                f"{definition.name} {self._now.date().isoformat()}",
                self._now,
                self.house.settings.unit,
                given,
                channel_id=channel.id if channel else None,
            )
            case = cases.open_case(session, self.process, arrival, actor=starter, now=self._now)
            self.case_id = case.id
            self.places = {"case": case.id, "number": case.number} | (
                {"channel": channel.id} if channel else {}
            )
            if self.process == items.PROCESS:
                items.add_to(session, case, _POST, actor=starter, now=self._now)

    def take(self, planned: object) -> None:
        match planned:
            case Timed(kind="task"):
                self._task(planned)
            case Timed(kind="operation"):
                self._operation(planned)
            case Timed(kind="timer"):
                self._timer(planned)
            case Timed():
                self._message(planned)
            case Clock():
                self._pass_time(moment(planned, self._now))
            case Page():
                looking.look(self.house, planned, self._spots())
            case Recorded(wanted):
                with self.house.database.read() as session:
                    comparing.recorded(session, self.house.book, self.case_id, wanted)
            case DueBy(task, at):
                with self.house.database.read() as session:
                    due = self._open_task(session, task).due_at
                if due != at:
                    raise Difference(
                        f"”{task}” ska vara klar {at.isoformat()}, men är det {due and due.isoformat()}."
                    )

    def compare(self) -> None:
        with self.house.database.read() as session:
            case = session.scalars(
                select(CaseRow).where(CaseRow.id == self.case_id).options(undefer(CaseRow.state))
            ).one()
            comparing.compared(session, case, self.process, self.scenario.expect)

    @property
    def _now(self) -> datetime:
        return self.house.clock.now

    def _tick(self, at: datetime | None = None) -> datetime:
        self.house.clock.now = max(self._now + _STEP, at or self._now)
        return self._now

    def _starter(self, definition: Definition) -> Actor:
        """Somebody who may start the process; the house itself where no lane says who."""
        graph = model(definition)
        for node in graph.scopes[graph.process].nodes.values():
            if node.kind is Kind.START and (role := role_of_lane(node.role)):
                return _staff(role)[0]
        return SYSTEM

    def _spots(self) -> Mapping[str, str]:
        with self.house.database.read() as session:
            task = session.scalar(
                select(TaskRow.id)
                .where(TaskRow.case_id == self.case_id, TaskRow.status == "open", TaskRow.kind == "form")
                .order_by(TaskRow.opened_at.desc())
            )
            channel = session.scalar(select(CaseRow.channel_id).where(CaseRow.id == self.case_id))
        return {
            **({"channel": channel} if channel else {}),
            **self.places,
            **({"task": task} if task else {}),
        }

    # ── tasks ────────────────────────────────────────────────────────────────────────────────────────

    def _open_task(self, session: Session, name: str) -> TaskRow:
        rows = session.scalars(
            select(TaskRow)
            .where(TaskRow.case_id == self.case_id, TaskRow.status == "open", TaskRow.kind == "form")
            .order_by(TaskRow.opened_at)
        ).all()
        for row in rows:
            if name in (row.name, row.element):
                return row
        there = ", ".join(f"”{row.name}”" for row in rows) or "ingenting"
        raise Difference(f"uppgiften ”{name}” är inte öppen. Det som är öppet är {there}.")

    def _task(self, planned: Timed) -> None:
        with self.house.database.read() as session:
            row = self._open_task(session, planned.name)
            definition = definitions.by_hash(session, session.get_one(CaseRow, self.case_id).definition)
            candidates = list(self._who(session, row))
        answers, chosen = way_out(definition, row.element, planned.values)
        now = self._tick()
        refused: Exception | None = None
        for actor in candidates:
            try:
                with self.house.database.write() as session:
                    cases.complete(session, row.id, {**answers, **chosen}, version=None, actor=actor, now=now)
            except Invalid as wrong:
                if planned.refused is not None and planned.refused in wrong.fields:
                    return
                raise
            except (Forbidden, NotFound) as wrong:
                refused = wrong
                continue
            if planned.refused is not None:
                raise Difference(f"svaret ”{planned.refused}” i ”{planned.name}” skulle inte godtas.")
            return
        raise Difference(f"ingen i rollen {row.role} får göra ”{row.name}”: {refused}")

    def _who(self, session: Session, row: TaskRow) -> Iterator[Actor]:
        """Who would do it: whoever has taken it, then those of the role, one already in the case first."""
        if row.assignee is not None:
            person = session.get_one(PersonRow, row.assignee)
            yield Actor(person.id, person.name, frozenset(person.roles))
        acted = set(session.scalars(select(HistoryRow.actor).where(HistoryRow.stream == self.case_id)))
        yield from sorted(_staff(row.role), key=lambda actor: actor.id not in acted)

    # ── what else waits ──────────────────────────────────────────────────────────────────────────────

    def _operation(self, planned: Timed) -> None:
        with self.house.database.read() as session:
            definition = definitions.by_hash(session, session.get_one(CaseRow, self.case_id).definition)
            waiting = session.scalars(
                select(RegistrationRow)
                .where(RegistrationRow.case_id == self.case_id, RegistrationRow.state.in_(_ON_THE_WAY))
                .order_by(RegistrationRow.created_at)
            ).all()
            for row in waiting:
                drawn = definition.elements.get(row.element)
                names = {row.element, drawn.name if drawn else "", _OPERATION[row.kind]}
                if planned.name in names:
                    break
            else:
                return self._done(session, planned)
        now = self._tick()
        if planned.fails is not None:
            with self.house.database.write() as session:
                outbox.resolve.cancel(
                    session, row.id, "registered_elsewhere", actor=self._registrar(session), now=now
                )
            return None
        if row.kind == "document":
            with self.house.database.read() as session:
                comparing.stand_ready(session, self.house, self.case_id)
        outbox.push(self.house.database, row.id, self.house.diarium, self.house.settings, self.house.clock)
        with self.house.database.read() as session:
            state = session.get_one(RegistrationRow, row.id)
            last = history.of_case(session, self.case_id)[-1]
            if last.kind == "registration_unawaited":
                raise Difference("registreringen är klar, men flödet gick inte vidare därefter.")
            if state.state != "registered":
                raise Difference(f"registreringen blev {state.state}: {state.last_error}")
        return None

    def _registrar(self, session: Session) -> Actor:
        secret = session.get_one(CaseRow, self.case_id).secrecy is not None
        return _staff("secrecy_registrar" if secret else "registrar")[0]

    def _done(self, session: Session, planned: Timed) -> None:
        """An operation that the house does by itself has been done already, and the story tells of it now."""
        for event in history.of_case(session, self.case_id):
            if event.kind not in _DONE or event.position in self.seen:
                continue
            asked = str(event.data.get("operation", "continue_in"))
            hashes = (event.data.get("from"), session.get_one(CaseRow, self.case_id).definition)
            drawn = [
                definitions.by_hash(session, str(name)).elements.get(event.element or "")
                for name in hashes
                if name
            ]
            names = {asked, event.element, *(element.name for element in drawn if element)}
            if planned.name not in names:
                continue
            self.seen.add(event.position)
            if (code := event.data.get("code")) != planned.fails:
                raise Difference(
                    f"”{planned.name}” skulle svara {planned.fails or 'ja'}, men svarade {code or 'ja'}."
                )
            if planned.values and event.kind == "operation_done":
                comparing.gave(session, self.case_id, planned)
            return
        raise Difference(f"åtgärden ”{planned.name}” har inte begärts.")

    def _timer(self, planned: Timed) -> None:
        with self.house.database.read() as session:
            rows = session.scalars(
                select(TimerRow)
                .where(TimerRow.case_id == self.case_id, TimerRow.state == "waiting")
                .order_by(TimerRow.due_at)
            ).all()
        row = next((row for row in rows if planned.name in (row.name, row.element)), None)
        if row is None:
            there = ", ".join(f"”{one.name or one.element}”" for one in rows) or "ingenting"
            raise Difference(f"tidsgränsen ”{planned.name}” väntar inte. Det som väntar är {there}.")
        now = self._tick(row.due_at)
        with self.house.database.write() as session:
            cases.timer_due(session, row.id, now=now)

    def _message(self, planned: Timed) -> None:
        with self.house.database.read() as session:
            rows = session.scalars(
                select(SubscriptionRow).where(SubscriptionRow.case_id == self.case_id, SubscriptionRow.open)
            ).all()
            definition = definitions.by_hash(session, session.get_one(CaseRow, self.case_id).definition)
        for row in rows:
            drawn = definition.elements.get(row.element)
            if planned.name in (row.element, row.name, drawn.name if drawn else ""):
                with self.house.database.write() as session:
                    cases.message_arrived(session, row.id, planned.values, message="story", now=self._tick())
                return
        raise Difference(f"meddelandet ”{planned.name}” väntar ingen på.")

    def _pass_time(self, until: datetime) -> None:
        """Move the clock. What comes due goes off at its own time, in every case of the house; at the end
        the duties that have come due open their cases."""
        database, settings, clock = self.house.database, self.house.settings, self.house.clock
        for _ in range(MAX_FIRED):
            with database.read() as session:
                first = session.scalar(
                    select(TimerRow.due_at)
                    .where(TimerRow.state == "waiting", TimerRow.due_at <= until)
                    .order_by(TimerRow.due_at)
                    .limit(1)
                )
            clock.now = until if first is None else max(self._now, first)
            outbox.sweep(database, settings, clock)
            with database.read() as session:
                if session.scalar(select(TimerRow.id).where(TimerRow.state == "failed")):
                    raise Difference("en tidsgräns gick ut, men flödet gick inte vidare.")
            if first is None:
                rounds.begin(database, self._now)
                return
        raise Difference(f"fler än {MAX_FIRED} tidsgränser går ut innan klockan är framme.")


_OPERATION: Mapping[str, str] = {kind: name for name, kind in registrations.OPERATIONS.items()}


def _staff(role: str) -> tuple[Actor, ...]:
    if role not in STAFF:
        raise Difference(f"rollen ”{role}” finns inte.")
    return STAFF[role]
