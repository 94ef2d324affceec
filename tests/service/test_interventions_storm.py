"""Whatever is done to a case in whatever order: no registration is lost or doubled, no token becomes two, and
nothing is done while it is paused."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from service import cases, history, interventions, pauses
from service.actors import SYSTEM
from service.errors import Refusal
from service.outbox import tasks as outbox_tasks
from service.outbox.registering import register
from service.outbox.sweep import sweep
from service.settings import from_environment
from service.store import CaseRow, Database, HeldAnswerRow, ItemRow, RegistrationRow, TaskRow, TimerRow
from tests.service import case_world
from tests.service.test_interventions import NOW, OLLE
from tests.service.test_interventions import staff as the_owners

ANSWERS = {
    "assess": case_world.COMPLAINT,
    "register": case_world.REGISTER,
    "answer": {"answer_text": "Tack, vi ser över platsen.", "answered_how": "public_reply"},
}
WHO = {"assess": case_world.MARIA, "register": case_world.ANNA}
ACTS = ("complete", "complete", "register", "register", "pause", "resume", "move", "cancel", "tick", "sweep")


class Town:
    """One case, and what may be done to it. `seen` are the registrations that were ever asked for."""

    def __init__(self, database: Database) -> None:
        self.database = database
        url = database.engine.url.render_as_string(hide_password=False)
        self.settings = from_environment({"ORDNA_DATABASE_URL": url})
        self.case = case_world.a_post(database).case_id
        self.now = NOW
        self.seen: set[str] = set()
        self.numbers = 0

    def act(self, what: str, pick: int) -> None:
        before = self._state()
        paused = self._paused()
        try:
            getattr(self, f"_{what}")(pick)
        except Refusal:
            assert self._state() == before, "a refusal changed something"
        after = self._state()
        if paused and what in ("complete", "register", "tick", "sweep"):
            assert after["done"] == before["done"], f"{what} took a step while the case was paused"
        self._holds(before, after, what)

    def _complete(self, pick: int) -> None:
        with self.database.write() as session:
            open_now = [t for t in self._tasks(session) if t.element in ANSWERS]
            if open_now:
                task = open_now[pick % len(open_now)]
                who = WHO.get(task.element, case_world.MARIA)
                answers = ANSWERS[task.element]
                if task.element == "answer":
                    who = case_world.JOHAN if task.role == "case_officer" else case_world.MARIA
                cases.complete(session, task.id, answers, version=None, actor=who, now=self.now)

    def _register(self, pick: int) -> None:
        with self.database.write() as session:
            waiting = session.scalars(
                select(RegistrationRow).where(RegistrationRow.state == "pending").order_by("created_at")
            ).all()
            if waiting:
                row = waiting[pick % len(waiting)]
                case = cases.hold(session, row.case_id)
                self.numbers += 1
                number = f"KS 2026/{self.numbers:05}"
                register(session, case, row, number, how="answer", actor=SYSTEM, now=self.now)

    def _pause(self, _: int) -> None:
        with self.database.write() as session:
            interventions.pause(session, self.case, "Fel", actor=OLLE, now=self.now)

    def _resume(self, _: int) -> None:
        with self.database.write() as session:
            interventions.resume(session, self.case, actor=OLLE, now=self.now)

    def _move(self, pick: int) -> None:
        with self.database.write() as session:
            found = interventions.stands(session, self.case, actor=OLLE, now=self.now)
            ways = [(one.token, goal) for one in found.where for goal, _ in one.goals]
            if ways:
                token, goal = ways[pick % len(ways)]
                interventions.move(
                    session, self.case, token, goal, "Fel", version=None, actor=OLLE, now=self.now
                )

    def _cancel(self, pick: int) -> None:
        if pick % 3 == 0:  # seldom: after it nothing is left to do
            with self.database.write() as session:
                interventions.cancel(session, self.case, "Fel", version=None, actor=OLLE, now=self.now)

    def _tick(self, pick: int) -> None:
        self.now += timedelta(hours=1 + pick % 30)
        sweep(self.database, self.settings, lambda: self.now)

    def _sweep(self, _: int) -> None:
        sweep(self.database, self.settings, lambda: self.now)

    # ── what must hold ───────────────────────────────────────────────────────────────────────────────

    def _tasks(self, session) -> list[TaskRow]:  # type: ignore[no-untyped-def]
        return list(
            session.scalars(
                select(TaskRow)
                .where(TaskRow.case_id == self.case, TaskRow.status == "open", TaskRow.kind == "form")
                .order_by(TaskRow.element)
            )
        )

    def _paused(self) -> bool:
        with self.database.read() as session:
            return pauses.of_case(session, session.get_one(CaseRow, self.case)) is not None

    def _state(self) -> dict[str, object]:
        with self.database.read() as session:
            case = session.get_one(CaseRow, self.case)
            done = [
                e.kind for e in history.of_case(session, self.case) if e.kind in ("passed", "timer_fired")
            ]
            rows = session.scalars(select(RegistrationRow).where(RegistrationRow.case_id == self.case)).all()
            return {
                "version": case.version,
                "status": case.status,
                "done": len(done),
                "open": Counter(t.element for t in self._tasks(session)),
                "registrations": {r.id: (r.kind, r.state, r.number) for r in rows},
            }

    def _holds(self, before: dict, after: dict, what: str) -> None:  # type: ignore[type-arg]
        assert all(count == 1 for count in after["open"].values()), after["open"]
        self.seen |= after["registrations"].keys()
        assert self.seen == after["registrations"].keys()
        for ident, (_, state, number) in before["registrations"].items():
            now = after["registrations"][ident]
            assert now[1] != "cancelled" or state == "cancelled", f"{what} gave a registration up"
            assert number is None or now[2] == number
        kinds = Counter(kind for kind, state, _ in after["registrations"].values())
        assert kinds["case"] <= 1, "entered twice in the diarium"
        if what == "move" and after["open"] != before["open"] and after["status"] == "open":
            # one left and one came, or it went on to the diarium
            assert sum(after["open"].values()) <= sum(before["open"].values()) + 1
        with self.database.read() as session:
            found = interventions.stands(session, self.case, actor=OLLE, now=self.now)
            if found.status == "open":
                tokens = {one.token for one in found.where}
                assert {t.id for t in self._tasks(session)} <= tokens, "a task that no token stands for"
                asked = session.scalars(
                    select(RegistrationRow.task).where(
                        RegistrationRow.case_id == self.case, RegistrationRow.state == "pending"
                    )
                )
                assert set(asked) <= tokens, "a registration that no token waits for"
            else:
                assert self._tasks(session) == []
                assert not session.scalars(
                    select(TimerRow.id).where(TimerRow.case_id == self.case, TimerRow.state == "waiting")
                ).all()
            assert not session.scalars(
                select(TaskRow.id).where(TaskRow.name.in_((outbox_tasks.STOPPED, outbox_tasks.TIMER)))
            ).all()

    def settled(self) -> None:
        """In the end every number that came has been told to the flow, unless the case stands still."""
        sweep(self.database, self.settings, lambda: self.now)
        with self.database.read() as session:
            held = session.scalars(select(HeldAnswerRow)).all()
            assert not held or self._paused()
            assert list(history.verify(session)) == []


@pytest.fixture
def furnished(database: Database) -> Database:
    the_owners(database)
    case_world.deploy(database)
    return database


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 200)), min_size=4, max_size=14))
def test_no_order_of_steps_loses_a_registration_or_does_a_thing_twice(
    furnished: Database, acts: list[tuple[str, int]]
) -> None:
    with furnished.write() as session:  # each example has a post of its own: the last one's address is free
        for item in session.scalars(select(ItemRow)):
            item.fingerprint = item.id
    town = Town(furnished)
    for what, pick in acts:
        town.act(what, pick)
    town.settled()
