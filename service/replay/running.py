"""Playing the recorded cases on a draft, some at a time, and counting what becomes of them."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service import definitions, profiles, waits
from service.actors import Actor
from service.deadlines import variables as deadline_variables
from service.errors import NotFound
from service.replay.reading import Told, chosen, read
from workflows import Definition
from workflows.replay import KINDS, Kind, Recorded, Replay, Verdict

LAST = 1_000
"""Closed cases that are replayed when nothing else is said, the latest ones."""
MAX_LAST = 20_000
MAX_LISTED = 300
"""Cases of each kind that a report names; all are counted."""
_CHUNK = 50
"""Cases that are read at a time."""
_VERSIONS = 8
"""Old versions that are kept ready."""


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """What would have become of one case. `element` is the draft's element where the paths part; `definition`
    is the version that the case ran on. The rest is filled by `one` only: `was` and `becomes` are the names
    of the activities and events passed, `was_at` their ids in the old version, `becomes_at` in the draft;
    `was_waits` and `becomes_waits` are the ids of what it then waits for."""

    case_id: str
    number: str
    open: bool
    kind: Kind
    text: str
    element: str | None = None
    definition: str = ""
    was: tuple[str, ...] = ()
    becomes: tuple[str, ...] = ()
    was_at: tuple[str, ...] = ()
    becomes_at: tuple[str, ...] = ()
    was_waits: tuple[str, ...] = ()
    becomes_waits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a replay has come, and what it has found so far."""

    done: int
    total: int
    counts: Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class Report:
    """What a replay found. `counts` has every kind. `cases` holds at most MAX_LISTED of each kind, worst
    first. `closed` and `open` are how many were replayed, `disposed` how many could not be because their
    content is destroyed. `stopped`: somebody stopped it before all were played."""

    process: str
    draft: str
    counts: Mapping[Kind, int]
    cases: tuple[CaseVerdict, ...]
    closed: int
    open: int
    disposed: int
    stopped: bool

    @property
    def total(self) -> int:
        return self.closed + self.open

    @property
    def blocks(self) -> bool:
        """Whether publishing needs a second person's reason: some case would fail."""
        return self.counts["fails"] > 0


class Run:
    """One replay of a draft, a chunk of cases at a time. `ids` are the cases that it is of."""

    def __init__(
        self, session: Session, draft: Definition, *, actor: Actor, now: datetime, last: int
    ) -> None:
        """Raises ModelRefused when the draft may not run or its forms cannot be read."""
        self._session, self._draft, self._actor, self._now = session, draft, actor, now
        self._replays = _Replays(session, draft)
        self.ids = chosen(session, draft.process, max(0, min(last, MAX_LAST)), actor=actor, now=now)
        self.disposed = 0

    def chunks(self) -> Iterator[tuple[int, list[CaseVerdict]]]:
        """How many of `ids` are done after each chunk, and what was found in it. Raises ModelRefused when the
        draft may not run or its forms cannot be read."""
        for start in range(0, len(self.ids), _CHUNK):
            some = self.ids[start : start + _CHUNK]
            found = []
            for told in read(self._session, some, self._draft.process, actor=self._actor, now=self._now):
                if told.disposed:
                    self.disposed += 1
                else:
                    found.append(_shown(told, self._replays.judge(told)))
            yield start + len(some), found


def run(
    session: Session,
    draft: Definition,
    *,
    actor: Actor,
    now: datetime,
    last: int = LAST,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Report:
    """Replay the `last` closed cases and all open ones of the draft's process that `actor` may know of, the
    open ones first. `progress` and `stop` are called between chunks of cases. Raises ModelRefused when the
    draft may not run or its forms cannot be read."""
    playing = Run(session, draft, actor=actor, now=now, last=last)
    counts: Counter[Kind] = Counter(dict.fromkeys(KINDS, 0))
    listed: dict[Kind, list[CaseVerdict]] = {kind: [] for kind in KINDS}
    totals = {True: 0, False: 0}
    stopped = False
    chunks = playing.chunks()
    while True:
        if stop is not None and stop():
            stopped = True
            break
        done, found = next(chunks, (0, []))
        if not done:
            break
        for verdict in found:
            counts[verdict.kind] += 1
            totals[verdict.open] += 1
            if len(listed[verdict.kind]) < MAX_LISTED:
                listed[verdict.kind].append(verdict)
        if progress is not None:
            progress(Progress(done, len(playing.ids), dict(counts)))
    return Report(
        draft.process,
        draft.hash,
        {kind: counts[kind] for kind in KINDS},
        tuple(one for kind in KINDS for one in listed[kind]),
        totals[False],
        totals[True],
        playing.disposed,
        stopped,
    )


def one(session: Session, draft: Definition, case_id: str, *, actor: Actor, now: datetime) -> CaseVerdict:
    """One case replayed, with both paths. Raises NotFound when `actor` may not know of it, when it never ran
    in the draft's process, and when its content is destroyed; ModelRefused like `run`."""
    for told in read(session, [case_id], draft.process, actor=actor, now=now):
        if not told.disposed:
            return _shown(told, _Replays(session, draft, paths=True).judge(told), paths=True)
    raise NotFound()


class _Replays:
    """A replay for each old version, the latest few."""

    def __init__(self, session: Session, draft: Definition, *, paths: bool = False) -> None:
        self._session, self._draft, self._paths = session, draft, paths
        self._made: OrderedDict[str, Replay] = OrderedDict()
        self._profile = profiles.of(session).variables()

    def judge(self, told: Told) -> Verdict:
        if told.unreadable:
            return Verdict("unclear", "Svaren i ärendet går inte att läsa.")
        if told.by_hand:
            return Verdict("unclear", "Någon har flyttat eller avbrutit ärendet för hand.")
        case = told.case
        recorded = Recorded(
            given=told.given,
            offered={**self._profile, **deadline_variables(waits.deadline(case))},
            began=told.began,
            until=told.until or told.began,
            closed=not told.open,
            steps=tuple(told.steps),
            passed=tuple(told.passed),
            waiting=tuple(told.waiting) if told.open else (),
            set_timers=frozenset(told.timers),
            outcome=None if told.left else case.outcome,
        )
        return self._of(told.definition).judge(recorded)

    def _of(self, version: str) -> Replay:
        found = self._made.get(version)
        if found is None:
            found = Replay(definitions.by_hash(self._session, version), self._draft, paths=self._paths)
            self._made[version] = found
            if len(self._made) > _VERSIONS:
                self._made.popitem(last=False)
        self._made.move_to_end(version)
        return found


def _shown(told: Told, verdict: Verdict, *, paths: bool = False) -> CaseVerdict:
    return CaseVerdict(
        told.case.id,
        told.case.number,
        told.open,
        verdict.kind,
        verdict.text,
        verdict.element,
        told.definition,
        verdict.was if paths else (),
        verdict.becomes if paths else (),
        verdict.was_at if paths else (),
        verdict.becomes_at if paths else (),
        verdict.was_waits if paths else (),
        verdict.becomes_waits if paths else (),
    )
