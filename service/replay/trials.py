"""Replays as background work: asked for on a page, carried out by whoever works, and read by who may know.

queued ──claim──► running ──all played──► done
   │                 ├─ somebody stops it ─► stopped
   └─────────────────┴─ it cannot be done ─► failed

What is found is written in the same transaction that says done: a run that dies in the middle has found
nothing, and whoever takes it over begins anew. Counts are made when they are asked for, over the cases that
the asker may know of, so that a locked case leaves no trace in a number.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, undefer

import workflows
from service import definitions, jobs, secrecy
from service.actors import Actor
from service.errors import Conflict, Forbidden, Invalid
from service.replay.reading import chosen
from service.replay.running import LAST, CaseVerdict, Run
from service.store import CaseRow, Database, DraftRow, PersonRow, ReplayedRow, ReplayRow, SnapshotRow
from workflows import ModelRefused
from workflows.replay import KINDS, Kind

log = logging.getLogger("ordna.replay")
State = Literal["nothing", "missing", "queued", "running", "stopped", "failed", "done"]
"""How a draft's content stands. `nothing`: there is no case to try it against."""
UNDER_WAY = ("queued", "running")
LEASE = timedelta(seconds=30)
"""How long a run is left alone without a sign of life: a chunk of cases takes a second at most."""
TURN = timedelta(seconds=2)
"""How soon a run is looked at again that waits for another one."""
LATE = timedelta(seconds=5)
"""After which a run that nobody has taken is nudged."""
KEPT = 5
"""Runs that a draft keeps, the latest."""
MAX_CAUSES = 20
"""Sentences of each kind that are shown; the number of all cases stands above them."""
MAX_LISTED = 30
"""Cases that are shown of which the same is said; the number of all stands beside them."""
MAX_NUDGED = 50
"""Runs that one round of upkeep nudges."""
MAX_REASON = 2000
"""Characters of why something is published although some case would fail."""

Clock = Callable[[], datetime]
Checkpoint = Callable[[str], None]
"""Called where a process may die: `claimed`, `played` after each chunk, `before_done`. The product does
nothing there; tests stop the process there."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found among the cases that the asker may know of. `counts` has every kind."""

    counts: Mapping[Kind, int]
    closed: int
    open: int

    @property
    def total(self) -> int:
        return self.closed + self.open


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the report."""

    case_id: str
    number: str
    open: bool


@dataclass(frozen=True, slots=True)
class Cause:
    """Cases of which the same is said: the sentence, how many they are, and the first MAX_LISTED of them,
    running ones first."""

    text: str
    total: int
    cases: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """How a draft's present content stands. `run` is the latest run of it; `fails` are cases that the asker
    may know of and that would fail."""

    state: State
    run: ReplayRow | None
    fails: int

    @property
    def enough(self) -> bool:
        """Whether the draft may be handed over as far as this goes."""
        return self.state in ("nothing", "done")


def start(session: Session, row: DraftRow, *, actor: Actor, now: datetime) -> ReplayRow:
    """Ask for the draft's content to be tried. One that is under way is answered with itself; one of an
    earlier content is told to stop. Raises Forbidden, and Conflict for a draft that nobody works on."""
    if not actor.may("process_owner"):
        raise Forbidden
    if row.state not in ("open", "review"):
        raise Conflict("Utkastet är inte längre i det läget. Läs om sidan.")
    session.scalar(select(DraftRow.id).where(DraftRow.id == row.id).with_for_update())  # one press at a time
    for run in _of(session, row.id):
        if run.state in UNDER_WAY and run.content == row.content and not run.stop_wanted:
            return run
        if run.state in UNDER_WAY:
            run.stop_wanted = True
    made = ReplayRow(
        id=str(uuid4()),
        draft=row.id,
        content=row.content,
        state="queued",
        total=0,
        done=0,
        started_by=actor.id,
        started_at=now,
    )
    session.add(made)
    session.flush()
    _forget(session, row)
    jobs.enqueue(session, "replay", made.id)
    return made


def stop(session: Session, row: DraftRow, *, actor: Actor) -> bool:
    """Ask what is under way for the draft to stop. False when nothing was."""
    if not actor.may("process_owner"):
        raise Forbidden
    found = [run for run in _of(session, row.id) if run.state in UNDER_WAY]
    for run in found:
        run.stop_wanted = True
    return bool(found)


def runs(session: Session, row: DraftRow) -> Sequence[ReplayRow]:
    """The draft's runs, the latest first."""
    return _of(session, row.id)


def tried(session: Session, row: DraftRow, *, actor: Actor, now: datetime) -> Tried:
    """How the draft's present content stands: what is done counts more than what was begun after it."""
    mine = [run for run in _of(session, row.id) if run.content == row.content]
    done = next((run for run in mine if run.state == "done"), None)
    if done is not None:
        return Tried("done", done, found(session, done, actor=actor, now=now).counts["fails"])
    if mine:
        return Tried(_state(mine[0]), mine[0], 0)
    some = chosen(session, row.process, 1, actor=actor, now=now)
    return Tried("missing" if some else "nothing", None, 0)


def _state(run: ReplayRow) -> State:
    match run.state:
        case "queued" | "running" | "stopped" | "failed" | "done" as state:
            return state
    raise ValueError(run.state)


def found(session: Session, run: ReplayRow, *, actor: Actor, now: datetime) -> Found:
    """The counts, over the cases that `actor` may know of at `now`."""
    rows = session.execute(
        select(ReplayedRow.kind, ReplayedRow.open, func.count())
        .join(CaseRow, CaseRow.id == ReplayedRow.case_id)
        .where(ReplayedRow.replay == run.id, secrecy.knows(actor, now))
        .group_by(ReplayedRow.kind, ReplayedRow.open)
    ).all()
    counts: dict[Kind, int] = {kind: sum(n for name, _, n in rows if name == kind) for kind in KINDS}
    closed, still_open = (sum(n for _, is_open, n in rows if is_open is which) for which in (False, True))
    return Found(counts, closed, still_open)


def causes(session: Session, run: ReplayRow, kind: Kind, *, actor: Actor, now: datetime) -> tuple[Cause, ...]:
    """The cases of one kind that `actor` may know of, by what is said of them, what is said of most first."""
    mine = (ReplayedRow.replay == run.id, ReplayedRow.kind == kind, secrecy.knows(actor, now))
    said = session.execute(
        select(ReplayedRow.text, func.count().label("cases"))
        .join(CaseRow, CaseRow.id == ReplayedRow.case_id)
        .where(*mine)
        .group_by(ReplayedRow.text)
        .order_by(func.count().desc(), ReplayedRow.text)
        .limit(MAX_CAUSES)
    ).all()
    return tuple(
        Cause(
            text,
            total,
            tuple(
                Line(ident, number, is_open)
                for ident, number, is_open in session.execute(
                    select(CaseRow.id, CaseRow.number, ReplayedRow.open)
                    .join(CaseRow, CaseRow.id == ReplayedRow.case_id)
                    .where(*mine, ReplayedRow.text == text)
                    .order_by(ReplayedRow.open.desc(), CaseRow.number)
                    .limit(MAX_LISTED)
                )
            ),
        )
        for text, total in said
    )


def accept(session: Session, row: DraftRow, reason: str, *, actor: Actor, now: datetime) -> Tried:
    """What publishing asks for where some case would fail: a reason, which is kept with the run. Raises
    Invalid without one."""
    stands = tried(session, row, actor=actor, now=now)
    if stands.fails and stands.run is not None:
        said = reason.strip()
        if not said or len(said) > MAX_REASON:
            missing = "Skriv varför versionen tas i drift fast ärenden skulle misslyckas."
            raise Invalid(fields={"in_spite": f"Högst {MAX_REASON} tecken." if said else missing})
        stands.run.in_spite = said
    return stands


def sweep(database: Database, now: datetime) -> int:
    """Nudge the runs that nobody carries out although they should be: their job vanished, or whoever had it
    died. Looks without locking; returns how many there were."""
    queued = (ReplayRow.state == "queued") & (ReplayRow.started_at < now - LATE)
    dead = (ReplayRow.state == "running") & (ReplayRow.lease_until < now)
    with database.read() as session:
        lost = session.scalars(
            select(ReplayRow.id).where(queued | dead).order_by(ReplayRow.started_at).limit(MAX_NUDGED)
        ).all()
    if lost:
        with database.write() as session:
            for run_id in lost:
                _nudge(session, run_id, now)
    return len(lost)


def _nudge(session: Session, run_id: str, now: datetime, *, after: timedelta = timedelta()) -> None:
    """A job for the run, one for each second that it is asked for."""
    turn = (now + after).isoformat(timespec="seconds")
    jobs.enqueue(session, "replay", run_id, delay=after.total_seconds(), turn=turn)


# ── carrying out ─────────────────────────────────────────────────────────────────────────────────────


def _nothing(_point: str) -> None:
    """The product's checkpoint."""


def work(database: Database, run_id: str, clock: Clock, *, checkpoint: Checkpoint = _nothing) -> None:
    """Carry the run out. Safe to call at any time, any number of times, from any process: one has it at a
    time, and what is over stays as it is. Raises only when the database does not answer."""
    with database.write() as session:
        held = _claim(session, run_id, clock())
    if held is None:
        return
    checkpoint("claimed")
    try:
        results = _play(database, held, clock, checkpoint)
    except ModelRefused as refused:
        _failed(database, held, refused.findings[0].text, clock)
        return
    except SQLAlchemyError:
        raise  # the lease runs out, and somebody takes it up again
    except Exception as error:
        log.error("replay_failed", extra={"id": run_id, "error": type(error).__name__})
        _failed(database, held, "Ett tekniskt fel avbröt körningen.", clock)
        return
    if results is None:
        return
    checkpoint("before_done")
    with database.write() as session:
        if _end(session, held, "done", clock()) and results:
            session.execute(insert(ReplayedRow), [_kept(held.run, verdict) for verdict in results])


@dataclass(frozen=True, slots=True)
class _Held:
    """The right to carry one run out. `owner` is new each time, so that who wakes up late is told apart."""

    run: str
    owner: str
    content: str
    actor: Actor


def _claim(session: Session, run_id: str, now: datetime) -> _Held | None:
    run = session.get(ReplayRow, run_id, with_for_update=True, populate_existing=True)
    if run is None or run.state not in UNDER_WAY:
        return None
    if run.state == "running" and run.lease_until is not None and run.lease_until > now:
        _nudge(session, run_id, now, after=run.lease_until - now)
        return None
    if run.stop_wanted:
        run.state, run.finished_at, run.owner, run.lease_until = "stopped", now, None, None
        return None
    if _another(session, run_id, now):  # one at a time: it is heavy, and people work meanwhile
        _nudge(session, run_id, now, after=TURN)
        return None
    person = session.get(PersonRow, run.started_by)
    if person is None or not person.active or "process_owner" not in person.roles:
        run.state, run.finished_at = "failed", now
        run.trouble = "Den som startade körningen är inte längre processägare."
        return None
    run.state, run.owner, run.lease_until = "running", uuid4().hex, now + LEASE
    run.done = run.total = 0
    return _Held(run.id, run.owner, run.content, Actor(person.id, person.name, frozenset(person.roles)))


def _another(session: Session, run_id: str, now: datetime) -> bool:
    running = (ReplayRow.state == "running") & (ReplayRow.lease_until > now)
    return session.scalar(select(ReplayRow.id).where(running, ReplayRow.id != run_id).limit(1)) is not None


def _play(database: Database, held: _Held, clock: Clock, checkpoint: Checkpoint) -> list[CaseVerdict] | None:
    """All verdicts; None when it was stopped, or is no longer ours. Everything is read from one snapshot of
    the database, so that the cases are those of one moment."""
    results: list[CaseVerdict] = []
    with database.read() as session:
        kept = session.get_one(SnapshotRow, held.content, options=[undefer(SnapshotRow.files)])
        draft = workflows.read(definitions.unpack(kept.files))
        playing = Run(session, draft, actor=held.actor, now=clock(), last=LAST)
        if not _goes_on(database, held, clock(), 0, len(playing.ids)):
            return None
        for done, some in playing.chunks():
            results += some
            checkpoint("played")
            if not _goes_on(database, held, clock(), done, len(playing.ids)):
                return None
    return results


def _goes_on(database: Database, held: _Held, now: datetime, done: int, total: int) -> bool:
    """Tell how far it has come, and hear whether to go on."""
    with database.write() as session:
        run = session.get(ReplayRow, held.run, with_for_update=True)
        if run is None or run.owner != held.owner or run.state != "running":
            return False
        if run.stop_wanted:
            _end(session, held, "stopped", now)
            return False
        run.done, run.total, run.lease_until = done, total, now + LEASE
        return True


def _failed(database: Database, held: _Held, trouble: str, clock: Clock) -> None:
    with database.write() as session:
        if _end(session, held, "failed", clock()):
            session.get_one(ReplayRow, held.run).trouble = trouble


def _end(session: Session, held: _Held, state: Literal["done", "stopped", "failed"], now: datetime) -> bool:
    """Say that it is over. False when it is no longer ours to say so."""
    said = session.execute(
        update(ReplayRow)
        .where(ReplayRow.id == held.run, ReplayRow.owner == held.owner, ReplayRow.state == "running")
        .values(state=state, finished_at=now, owner=None, lease_until=None)
    )
    assert isinstance(said, CursorResult)
    return said.rowcount == 1


def _kept(run: str, verdict: CaseVerdict) -> dict[str, object]:
    return {
        "replay": run,
        "case_id": verdict.case_id,
        "kind": verdict.kind,
        "open": verdict.open,
        "text": verdict.text,
    }


def _of(session: Session, draft_id: str) -> Sequence[ReplayRow]:
    return session.scalars(
        select(ReplayRow)
        .where(ReplayRow.draft == draft_id)
        .order_by(ReplayRow.started_at.desc(), ReplayRow.id.desc())
        .execution_options(populate_existing=True)
    ).all()


def _forget(session: Session, row: DraftRow) -> None:
    """Let go of the draft's oldest runs, never of one that is under way or the last that is done."""
    all_runs = _of(session, row.id)
    last = next((run.id for run in all_runs if run.state == "done" and run.content == row.content), None)
    for run in all_runs[KEPT:]:
        if run.state not in UNDER_WAY and run.id != last:
            session.execute(delete(ReplayedRow).where(ReplayedRow.replay == run.id))
            session.execute(delete(ReplayRow).where(ReplayRow.id == run.id))
